import { join } from 'node:path'
import { Option, type Command as Parser } from 'commander'
import { bytesText, countText, wholeText } from '../../display/value-text.ts'
import { TakingsError } from '../../model/errors.ts'
import {
  type ExportFormat,
  type ExportManifest,
  exportFormats,
  manifestName,
} from '../../model/export.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { type ExportFolder, openExportFolder } from '../export-folder.ts'
import { openShop } from '../open-shop.ts'
import { exportProgressText, progressLine } from '../progress-line.ts'
import { tableText, tabText } from '../table-text.ts'

interface Options {
  readonly to?: string
  readonly format: ExportFormat
  readonly overwrite?: boolean
}

export const exportCommand: Command = {
  examples: [
    'takings export --to bi/',
    'takings export --to bi/ --format csv',
    'takings export --to bi/ --overwrite',
  ],
  configure(parser) {
    parser
      // What is typed without --to is named below, in words that help.
      .allowExcessArguments()
      .option('--to <folder>', 'where to: made when it is missing')
      .addOption(
        new Option('--format <format>', 'of the files').choices(exportFormats).default('parquet'),
      )
      .option('--overwrite', 'replace the export that is there')
  },
  async run(parser: Parser, context) {
    const { to, format, overwrite = false } = parser.opts<Options>()
    const shown = folderFrom(to, parser.args)
    const started = performance.now()
    const shop = await openShop(context)
    try {
      const folder = await openExportFolder(shown, { format, overwrite })
      try {
        const manifest = await exportInto(folder, format, { shop, context })
        const tookMs = Math.round(performance.now() - started)
        if (context.json)
          context.terminal.document({ folder: folder.path, ...manifest }, { tookMs })
        else showTables(manifest, shown, context)
        return exitCodes.done
      } finally {
        await folder.clear()
      }
    } finally {
      await shop.close()
    }
  },
}

async function exportInto(
  folder: ExportFolder,
  format: ExportFormat,
  { shop, context }: { shop: Awaited<ReturnType<typeof openShop>>; context: CommandContext },
): Promise<ExportManifest> {
  const { terminal, signal } = context
  const line = progressLine(terminal, exportProgressText)
  try {
    const manifest = await shop.exportTables({
      folder: folder.work,
      format,
      signal,
      onProgress: (progress) => line.show(progress),
    })
    signal.throwIfAborted()
    await folder.publish(manifest)
    return manifest
  } catch (error) {
    line.end()
    if (signal.aborted) terminal.note(`Nothing was exported into ${folder.path}.`)
    throw error
  } finally {
    line.end()
  }
}

const exampleAdvice = 'takings export --to bi/ writes all tables into the folder bi.'

/** A day is what --to means elsewhere; a folder of that name would hold what nobody asked for. */
function folderFrom(to: string | undefined, others: readonly string[]): string {
  const invalid = (problem: string, advice = exampleAdvice) =>
    new TakingsError('invalid_option', { option: '--to', problem, advice })
  if (to === undefined || to.trim() === '') {
    const [given] = others
    if (given === undefined) throw invalid('no folder is named')
    throw invalid(`it is missing before ${given}`, `takings export --to ${given}`)
  }
  if (/^\d{4}-\d\d(-\d\d)?$/.test(to)) {
    throw invalid(`${to} looks like a day, and an export holds all days`)
  }
  if (others.length > 0) throw invalid(`beside it stands ${others.join(' ')}`)
  return to
}

function showTables(
  { tables, shop, data, warnings }: ExportManifest,
  folder: string,
  { terminal }: CommandContext,
): void {
  const rows = tables.map(({ file, rows, bytes }) => ({ path: join(folder, file), rows, bytes }))
  if (!terminal.isForPeople) {
    const head = ['file', 'rows', 'bytes']
    terminal.result(
      tabText([head, ...rows.map((row) => [row.path, String(row.rows), String(row.bytes)])]),
    )
  } else {
    terminal.result(
      tableText(
        [{ head: 'File' }, { head: 'Rows', align: 'right' }, { head: 'Size', align: 'right' }],
        rows.map((row) => [row.path, wholeText(row.rows), bytesText(row.bytes)]),
      ),
    )
  }
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  const held = countText(total(rows.map((row) => row.rows)), 'row')
  const size = bytesText(total(rows.map((row) => row.bytes)))
  const moment = data.lastRun === null ? 'nothing is imported yet' : `as of run ${data.lastRun}`
  terminal.note(`${shop.name}: ${tables.length} tables, ${held}, ${size}, ${moment}`)
  for (const warning of warnings) terminal.note(`note: ${warning}`)
  terminal.note(
    `next: open the files in a BI tool; ${join(folder, manifestName)} says what each column is`,
  )
}
