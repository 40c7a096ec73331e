import { Argument, type Command as Parser } from 'commander'
import { bytesText, countText, wholeText } from '../../display/value-text.ts'
import { TakingsError } from '../../model/errors.ts'
import { amountText, dayText, monthText } from '../../model/sentence.ts'
import type { MonthPart, Months } from '../../warehouse/warehouse.ts'
import type { Command, CommandContext } from '../command.ts'
import { hasWarehouse } from '../config.ts'
import { exitCodes } from '../exit-codes.ts'
import { findServer, openRealShop } from '../open-shop.ts'
import { tableText, tabText } from '../table-text.ts'

const actions = ['detach', 'attach', 'drop'] as const
type Action = (typeof actions)[number]

export const partitionsCommand: Command = {
  examples: [
    'takings partitions',
    'takings partitions detach 2023-05',
    'takings partitions attach 2023-05',
    'takings partitions drop 2023-05 --yes',
  ],
  configure(parser) {
    parser
      .addArgument(
        new Argument('[action]', 'detach sets a month aside, attach puts it back').choices(actions),
      )
      .argument('[month]', 'yyyy-mm')
      .option('--yes', 'drop without asking')
  },
  async run(parser: Parser, context) {
    const [action, month] = parser.processedArgs as [Action?, string?]
    const { dataFolder, address } = context.config
    // To look makes no shop.
    if (address === null && !hasWarehouse(dataFolder) && !(await findServer(context)))
      throw new TakingsError('no_shop', { path: dataFolder })
    const shop = await openRealShop(context)
    try {
      const months = keptMonths(shop.months)
      if (action === undefined) await list(months, context)
      else if (month === undefined) throw withoutMonth(action)
      else
        await change(
          months,
          { action, month, yes: parser.opts<{ yes?: boolean }>().yes === true },
          context,
        )
      return exitCodes.done
    } finally {
      await shop.close()
    }
  },
}

function keptMonths(months: Months | null): Months {
  if (months) return months
  throw new TakingsError('partitions_refused', {
    problem: 'the warehouse keeps its order lines whole',
    advice:
      'It needs none: a file leaves out the days that nobody asks for by itself. Partitions are for a database, named with --warehouse.',
  })
}

function withoutMonth(action: Action): TakingsError {
  return new TakingsError('invalid_option', {
    option: action,
    problem: 'it names no month',
    advice: `takings partitions ${action} 2023-05; \`takings partitions\` lists all months.`,
  })
}

async function list(months: Months, { terminal, json }: CommandContext): Promise<void> {
  const parts = await months.list()
  const outside = await months.outside()
  if (json) {
    const warnings = outside ? [{ code: 'lines_outside', text: outside.text }] : []
    return terminal.document(parts, { warnings })
  }
  if (terminal.isForPeople) terminal.result(tableText(columns, parts.map(row)))
  else terminal.result(tabText([plainHead, ...parts.map(plainRow)]))
  if (outside) terminal.note(`warning: ${outside.text}`)
}

interface Wish {
  readonly action: Action
  readonly month: string
  readonly yes: boolean
}

async function change(months: Months, wish: Wish, context: CommandContext): Promise<void> {
  const { action, month } = wish
  const { terminal, json } = context
  if (action === 'drop' && !wish.yes) await confirmDrop(months, month, context)
  const part = await months[action](month)
  if (json) return terminal.document(part, {})
  const lines = `${countText(part.lines, 'line')} of ${monthText(month)}, ${amountText(part.revenue)}`
  terminal.result(`${lines}: ${outcomes[action]}`)
  if (action === 'detach')
    terminal.note(`next: takings partitions attach ${month}, which undoes it`)
}

const outcomes: Readonly<Record<Action, string>> = {
  detach: 'set aside. Answers about that month say that they are not counted.',
  attach: 'put back, and counted again.',
  drop: 'dropped for good. Answers about that month say so.',
}

/** Asks in a terminal; elsewhere it refuses with what would be lost. */
async function confirmDrop(months: Months, month: string, context: CommandContext): Promise<void> {
  const { terminal, json, noInput, signal } = context
  const part = (await months.list()).find(
    (each) => each.month === month && each.state === 'set_aside',
  )
  // The engine says what is wrong with it.
  if (!part) return
  const lost = `${countText(part.lines, 'line')} of ${monthText(month)}, ${amountText(part.revenue)}, would be lost for good`
  const canAsk = terminal.canAsk && !noInput && !json
  const answer = canAsk ? await terminal.ask(`${lost}. Type ${month} to drop them: `, signal) : ''
  if (answer === month) return
  throw new TakingsError('partitions_refused', {
    problem: `nothing was dropped: ${lost}`,
    advice: `takings partitions drop ${month} --yes drops them without asking.`,
  })
}

const columns = [
  { head: 'Month' },
  { head: 'State' },
  { head: 'Lines', align: 'right' },
  { head: 'Revenue', align: 'right' },
  { head: 'Size', align: 'right' },
  { head: 'First day' },
  { head: 'Last day' },
  { head: 'Partition' },
] as const

const states: Readonly<Record<MonthPart['state'], string>> = {
  attached: 'attached',
  other_days: 'default',
  set_aside: 'set aside',
  dropped: 'dropped',
}

function row(part: MonthPart): string[] {
  const day = part.since ? ` on ${dayText(part.since.slice(0, 10))}` : ''
  return [
    part.month ?? 'other days',
    `${states[part.state]}${day}`,
    wholeText(part.lines),
    amountText(part.revenue),
    bytesText(part.bytes),
    part.from ?? '',
    part.to ?? '',
    part.name,
  ]
}

const plainHead = [
  'month',
  'state',
  'lines',
  'revenue',
  'bytes',
  'first_day',
  'last_day',
  'since',
  'partition',
]

function plainRow(part: MonthPart): string[] {
  return [
    part.month ?? '',
    part.state,
    String(part.lines),
    part.revenue,
    String(part.bytes),
    part.from ?? '',
    part.to ?? '',
    part.since ?? '',
    part.name,
  ]
}
