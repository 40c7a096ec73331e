import { rangeText } from '../../display/day-text.ts'
import { restatementText } from '../../display/restatement-text.ts'
import { fullText, wholeText } from '../../display/value-text.ts'
import { catalogue } from '../../metrics/metrics.ts'
import type { RunSummary } from '../../model/import.ts'
import type { Command, CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShop } from '../open-shop.ts'
import { wholeNumber } from '../query-words.ts'
import { reportText } from '../report-text.ts'
import type { ShopAccess } from '../shop-access.ts'
import { tableText, tabText } from '../table-text.ts'

export const runsCommand: Command = {
  examples: ['takings runs', 'takings runs 3', 'takings runs --restated', 'takings runs --json'],
  configure(parser) {
    parser
      .argument('[run]', 'the number of a run: shows its report')
      .option('--limit <n>', 'at most n runs', '50')
      .option('--live', 'batches of live records too')
      .option('--restated', 'what they changed of days that had been told before')
  },
  async run(parser, context) {
    const shop = await openShop(context)
    try {
      const [run] = parser.args
      const options = parser.opts<ListOptions>()
      if (options.restated) await listRestated(shop, options, context)
      else if (run === undefined) await list(shop, options, context)
      else await show(shop, run, context)
      return exitCodes.done
    } finally {
      await shop.close()
    }
  },
}

interface ListOptions {
  readonly limit: string
  readonly live?: boolean
  readonly restated?: boolean
}

async function list(
  shop: ShopAccess,
  { limit, live = false }: ListOptions,
  { terminal, json }: CommandContext,
) {
  const runs = await shop.runs({ limit: wholeNumber('--limit', limit), live })
  if (json) return terminal.document(runs, { runs: runs.length })
  if (!terminal.isForPeople) return terminal.result(tabText([plainHead, ...runs.map(plainRow)]))
  if (runs.length === 0) return terminal.note('No imports yet. next: takings import orders.csv')
  terminal.result(tableText(columns, runs.map(row)))
  terminal.note('next: takings runs NUMBER, takings rejects')
}

async function listRestated(
  shop: ShopAccess,
  { limit }: ListOptions,
  { terminal, json }: CommandContext,
): Promise<void> {
  const restated = await shop.restatements({ limit: wholeNumber('--limit', limit) })
  if (json) return terminal.document(restated, { restated: restated.length })
  if (!terminal.isForPeople) {
    const rows = restated.flatMap(({ day, runId, at, figures }) =>
      figures.map(({ metric, before, after }) => [day, String(runId), at, metric, before, after]),
    )
    terminal.result(tabText([['day', 'run', 'at', 'metric', 'before', 'after'], ...rows]))
    return
  }
  if (restated.length === 0) return terminal.note('No day was restated yet.')
  const { currency, timeZone } = await shop.shop()
  const { metrics } = catalogue()
  const texts = restated.map((one) => restatementText(one, { metrics, currency, timeZone }))
  const heads = [{ head: 'Day' }, { head: 'What changed' }, { head: 'When' }, { head: 'By' }]
  terminal.result(
    tableText(
      heads,
      texts.map(({ day, changes, at, by }) => [day, changes, at, by]),
    ),
  )
}

async function show(shop: ShopAccess, run: string, { terminal, json }: CommandContext) {
  const report = await shop.run(wholeNumber('run', run))
  if (json) terminal.document(report, {})
  else terminal.result(reportText(report))
}

const columns = [
  { head: 'Run', align: 'right' },
  { head: 'Finished' },
  { head: 'Source' },
  { head: 'State' },
  { head: 'Rows', align: 'right' },
  { head: 'Rejected', align: 'right' },
  { head: 'Revenue', align: 'right' },
  { head: 'Period' },
  { head: 'Files' },
] as const

function row(run: RunSummary): string[] {
  const { currency, revenue } = run.totals
  return [
    String(run.runId),
    run.finishedAt.slice(0, 16).replace('T', ' '),
    run.source,
    run.state,
    wholeText(run.rows.in),
    wholeText(run.rows.rejected),
    fullText(revenue, { label: '', unit: 'money', currency }),
    run.period ? rangeText(run.period) : '',
    run.files.join(', '),
  ]
}

const plainHead = [
  'run',
  'finished_at',
  'source',
  'state',
  'rows_in',
  'rows_rejected',
  'revenue',
  'from',
  'to',
  'files',
]

function plainRow(run: RunSummary): string[] {
  return [
    String(run.runId),
    run.finishedAt,
    run.source,
    run.state,
    String(run.rows.in),
    String(run.rows.rejected),
    run.totals.revenue,
    run.period?.from ?? '',
    run.period?.to ?? '',
    run.files.join(', '),
  ]
}
