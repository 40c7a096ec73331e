import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Argument, type Command as Parser } from 'commander'
import { countText, wholeText } from '../../display/value-text.ts'
import { TakingsError } from '../../model/errors.ts'
import type { RejectedRow, RejectGroup } from '../../model/import.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShop } from '../open-shop.ts'
import { wholeNumber } from '../query-words.ts'
import type { RejectFilter, ShopAccess } from '../shop-access.ts'
import { tableText, tabText } from '../table-text.ts'

interface Options {
  readonly run?: string
  readonly reason?: string
  readonly outcome?: RejectFilter['outcome']
  readonly limit: string
  readonly out?: string
}

type Show = (shop: ShopAccess, options: Options, context: CommandContext) => Promise<void>

const actions: Readonly<Record<string, Show>> = { list, show, export: exportFiles }

export const rejectsCommand: Command = {
  examples: [
    'takings rejects',
    'takings rejects show --reason negative_price',
    'takings rejects export --out fixes/',
  ],
  configure(parser) {
    parser
      .addArgument(
        new Argument('[action]', 'what to do').choices(Object.keys(actions)).default('list'),
      )
      .option('--run <number>', 'of one import only')
      .option('--reason <code>', 'of one reason only')
      .option('--outcome <outcome>', 'rejected, ignored or duplicate')
      .option('--limit <n>', 'show at most n rows', '20')
      .option('--out <folder>', 'export into this folder')
  },
  async run(parser: Parser, context) {
    const [action = 'list'] = parser.processedArgs as [string]
    const shop = await openShop(context)
    try {
      await actions[action]?.(shop, parser.opts<Options>(), context)
      return exitCodes.done
    } finally {
      await shop.close()
    }
  },
}

async function list(shop: ShopAccess, options: Options, { terminal, json }: CommandContext) {
  const groups = await shop.rejectGroups(filterOf(options))
  const shown = options.reason ? groups.filter(({ reason }) => reason === options.reason) : groups
  if (json) return terminal.document(shown, {})
  if (shown.length === 0)
    return terminal.note('No rows are left out: all were loaded, or mended since.')
  if (!terminal.isForPeople) return terminal.result(tabText([groupHead, ...shown.map(plainGroup)]))
  terminal.result(
    tableText(
      [
        { head: 'Run', align: 'right' },
        { head: 'Rows', align: 'right' },
        { head: 'Outcome' },
        { head: 'Reason' },
        { head: 'That is' },
      ],
      shown.map((group) => [
        String(group.runId),
        wholeText(group.rows),
        group.outcome,
        group.reason,
        group.mended > 0
          ? `${group.text} (${wholeText(group.mended)} more mended since)`
          : group.text,
      ]),
    ),
  )
  terminal.note('next: takings rejects show --reason CODE, takings rejects export --out fixes/')
}

const groupHead = ['run', 'rows', 'outcome', 'reason', 'text', 'mended']

function plainGroup(group: RejectGroup): string[] {
  const { runId, rows, outcome, reason, text, mended } = group
  return [String(runId), String(rows), outcome, reason, text, String(mended)]
}

async function show(shop: ShopAccess, options: Options, { terminal, json }: CommandContext) {
  const limit = wholeNumber('--limit', options.limit)
  const rows = await shop.rejectedRows({ ...filterOf(options), limit })
  if (json) return terminal.document(rows, { limit })
  if (rows.length === 0) return terminal.note('There are no such rows.')
  if (!terminal.isForPeople) return terminal.result(tabText([rowHead, ...rows.map(plainRow)]))
  terminal.result(rows.map(rowText).join('\n\n'))
  if (rows.length === limit)
    terminal.note(`The first ${countText(limit, 'row')}; --limit shows more.`)
}

function rowText(row: RejectedRow): string {
  const fault = row.column === null ? '' : ` (${row.column}: ${JSON.stringify(row.value)})`
  const values = Object.entries(row.row).map(([name, value]) => `  ${name}: ${value ?? ''}`)
  const where = `${row.file}, record ${wholeText(row.recordNumber)}`
  return [`${where}: ${row.outcome}, ${row.text}${fault}`, ...values].join('\n')
}

const rowHead = ['run', 'file', 'record', 'outcome', 'reason', 'column', 'value', 'row']

function plainRow(row: RejectedRow): string[] {
  return [
    String(row.runId),
    row.file,
    String(row.recordNumber),
    row.outcome,
    row.reason,
    row.column ?? '',
    row.value ?? '',
    JSON.stringify(row.row),
  ]
}

/** One file goes to stdout; several, and any with `--out`, become files of a folder. */
async function exportFiles(shop: ShopAccess, options: Options, { terminal, json }: CommandContext) {
  const files = await shop.exportRejects(filterOf(options))
  const [first] = files
  if (!first) return terminal.note('There are no rejected rows to export.')
  if (options.out === undefined) {
    if (json) return terminal.document(files, {})
    if (files.length === 1) return terminal.result(first.text)
    throw new TakingsError('invalid_option', {
      option: '--out',
      problem: `${files.length} files have rejected rows`,
      advice: 'Name a folder for them: --out fixes/.',
    })
  }
  const folder = resolve(options.out)
  await mkdir(folder, { recursive: true })
  const paths = files.map(({ fileName }) => join(folder, basename(fileName)))
  await Promise.all(files.map(({ text }, index) => writeFile(paths[index] ?? '', text)))
  if (json) terminal.document(paths, {})
  else terminal.result(paths.join('\n'))
  terminal.note('next: correct the rows, keep their last column, then takings import them')
}

function filterOf(options: Options): RejectFilter {
  return {
    ...(options.run === undefined ? {} : { runId: wholeNumber('--run', options.run) }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(options.outcome === undefined ? {} : { outcome: options.outcome }),
  }
}
