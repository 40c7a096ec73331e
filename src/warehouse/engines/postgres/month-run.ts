import { reportOfNothing } from '../../../model/import.ts'
import { monthText, plural } from '../../../model/sentence.ts'
import type { Transaction } from '../../engine.ts'

/** Lines, orders, revenue and units of a partition. */
export interface Sums {
  readonly lines: number
  readonly orders: number
  readonly revenue: string
  readonly units: string
  /** On disk. */
  readonly bytes: number
  /** First and last day. */
  readonly from: string | null
  readonly to: string | null
}

/** What became of the month. */
export type Step = 'set aside' | 'put back' | 'dropped'

export interface Run {
  /** The first day of the month. */
  readonly from: string
  readonly step: Step
  readonly sums: Sums
  readonly runToken: string
  readonly now: string
}

/** The run of the ledger that tells of it; gives its number. It has no period, as pages open on that of what was imported. */
export async function writeRun(transaction: Transaction, run: Run): Promise<number> {
  const { from, step, sums, runToken, now } = run
  const [next] = await transaction.query('SELECT coalesce(max(run_id), 0) + 1 AS run_id FROM runs')
  const runId = Number(next?.run_id)
  const text = `The ${plural(String(sums.lines), 'line', 'lines')} of ${monthText(from)} were ${step}.`
  const nothingRead = reportOfNothing('partitions', 'committed')
  const signed = (amount: string) =>
    step === 'set aside' && !/^[0.]+$/.test(amount) ? `-${amount}` : amount
  const revenue = signed(sums.revenue)
  const orders = step === 'set aside' ? 0 - sums.orders : sums.orders
  const totals = { revenue, net_sales: revenue, orders, units: signed(sums.units) }
  const report = {
    ...nothingRead,
    runId,
    ...(step === 'dropped' ? {} : { totals: { ...nothingRead.totals, ...totals } }),
    warnings: [{ code: 'partitions_changed', text }],
  }
  await transaction.execute(
    `INSERT INTO runs (run_id, run_token, source, state, started_at, finished_at, rows_in, rows_accepted, rows_rejected,
       rows_duplicate, rows_ignored, report)
     VALUES ($1::BIGINT, $2, $3, 'committed', $4::TIMESTAMPTZ, $4::TIMESTAMPTZ, 0, 0, 0, 0, 0, $5)`,
    [runId, runToken, report.source, now, JSON.stringify(report)],
  )
  return runId
}
