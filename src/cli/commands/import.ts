import { CorrectableImport } from '../../ingest/ingest.ts'
import { type ErrorCode, errorTable, TakingsError } from '../../model/errors.ts'
import type { ImportReport } from '../../model/import.ts'
import { collect } from '../collect.ts'
import { columnLines } from '../column-lines.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { problemOf, tellImportEnded } from '../import-ended.ts'
import { openShopForImport } from '../open-shop.ts'
import { reportText } from '../report-text.ts'
import { type ImportWords, runImport, wishFrom } from '../run-import.ts'

export const importCommand: Command = {
  examples: [
    'takings import orders.csv products.csv',
    'takings import exports/ --dry-run',
    'takings import orders.csv --answer day-order=day-first',
    'takings import orders.csv --column "Booked on=order_date" --column "Notes="',
    'gunzip -c orders.csv.gz | takings import -',
  ],
  configure(parser) {
    parser
      .argument('[path...]', 'files, folders, patterns such as "exports/*.csv", or -')
      .option('--source <name>', 'the system that issued the order numbers, for a second shop')
      .option('--dry-run', 'show what would be loaded, and load nothing')
      .option('--map <file>', 'say which column is what (see docs/user-guide.md)')
      .option('--answer <key=value>', 'answer a question; may be repeated', collect)
      .option(
        '--column <header=role>',
        'say what a column is; nothing after = is not used',
        collect,
      )
      .option('--ask-again', 'leave aside what was answered for such files before')
      .option('--max-rejects <share>', 'stop when more rows of a file are rejected (default 20%)')
  },
  async run(parser, context) {
    const words = parser.opts<ImportWords>()
    if (parser.args.length === 0) throw new TakingsError('no_files')
    const wish = { paths: parser.args, ...wishFrom(words) }
    const started = performance.now()
    const shop = await openShopForImport(context)
    const ended = (problem: string | null) =>
      words.dryRun ? null : tellImportEnded({ shop, paths: parser.args, problem }, context)
    try {
      const report = await runImport(shop, wish, context).catch(async (error: unknown) => {
        if (isOfFiles(error, context)) await ended(error.message)
        throw error
      })
      const tookMs = Math.round(performance.now() - started)
      if (context.json) context.terminal.document(report, { tookMs })
      else showReport(report, context.terminal, commandOf(parser.args, words))
      await ended(problemOf(report))
      return exitCodeOf(report)
    } catch (error) {
      // What the columns are is what a person can correct, so they are shown beside the error.
      const known = error instanceof CorrectableImport && !context.json ? error.files : []
      for (const file of known) {
        context.terminal.note([file.path, ...columnLines(file)].join('\n'))
      }
      throw error
    } finally {
      await shop.close()
    }
  },
}

/** What passes by itself, what a person stopped and what is a bug is no failure of the files. */
function isOfFiles(error: unknown, { signal }: CommandContext): error is TakingsError {
  return !signal.aborted && error instanceof TakingsError && !error.transient
}

/** The report is the result; what went wrong stands on stderr as every error does. */
function showReport(
  report: ImportReport,
  terminal: { result(text: string): void; note(text: string): void },
  command: string,
) {
  terminal.result(reportText(report, command))
  if (report.error) terminal.note(`error: ${report.error.message}\n${report.error.hint}`)
}

/** The command as it can be typed again; what asked for a look only is left out. */
export function commandOf(
  paths: readonly string[],
  options: ImportWords,
  command = 'takings import',
): string {
  const quoted = (word: string) =>
    /^[\w./:=+,@%~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
  const given: (readonly [flag: string, values: readonly string[]])[] = [
    ['--source', options.source === undefined ? [] : [options.source]],
    ['--map', options.map === undefined ? [] : [options.map]],
    ['--max-rejects', options.maxRejects === undefined ? [] : [options.maxRejects]],
    ['--column', options.column ?? []],
    ['--answer', options.answer ?? []],
  ]
  const flags = given.flatMap(([flag, values]) => values.map((value) => `${flag} ${quoted(value)}`))
  const again = options.askAgain ? ['--ask-again'] : []
  return [command, ...paths.map(quoted), ...flags, ...again].join(' ')
}

export function exitCodeOf(report: ImportReport): number {
  if (report.state === 'question') return exitCodes.openQuestion
  if (report.state !== 'failed') return exitCodes.done
  const code = report.error?.code ?? ''
  return code in errorTable ? errorTable[code as ErrorCode].exitCode : exitCodes.bug
}
