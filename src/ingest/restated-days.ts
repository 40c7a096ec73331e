import { type DayRange, dayIn, earlierOf, laterOf } from '../model/day.ts'
import { compare } from '../model/money.ts'
import { type RestatedMetric, restatedMetrics } from '../model/restatement.ts'
import type { SqlRow, Transaction, Warehouse } from '../warehouse/warehouse.ts'

/** A load that may change figures of days that were told. */
export interface RestatingLoad {
  readonly transaction: Transaction
  readonly runId: number
  /** The days that it touched; null where there are none. */
  readonly days: DayRange | null
  readonly now: () => Date
}

/** What each metric of a day is, over its rows of `rollup_day`. */
const sums: Readonly<Record<RestatedMetric, string>> = {
  net_sales: 'coalesce(sum(revenue_sum), 0) - coalesce(sum(returned_amount), 0)',
  revenue: 'coalesce(sum(revenue_sum), 0)',
  gross_sales: 'coalesce(sum(gross_sum), 0)',
  orders: 'coalesce(sum(order_count), 0)',
  units: 'coalesce(sum(unit_sum), 0)',
  returns: 'coalesce(sum(returned_amount), 0)',
  returned_units: 'coalesce(sum(returned_unit_sum), 0)',
  charges: 'coalesce(sum(charge_sum), 0)',
  new_customers: 'coalesce(sum(new_customer_count), 0)',
}

/** Rows written by one statement. */
const rowsAtOnce = 500

/**
 * Keeps what figures of past days were and are, where a load changes them: days between the first and the last that had
 * been told before it. Nobody else writes meanwhile, so what readers see is what was told.
 */
export async function noteRestatements(
  warehouse: Warehouse,
  { transaction, runId, days, now }: RestatingLoad,
): Promise<void> {
  const told = days ? await toldDays(warehouse) : null
  if (!days || !told) return
  // What happens on the shop's own day is no correction of it.
  const today = dayIn(told.timeZone, now())
  if (days.from >= today) return
  const parameters = [laterOf(days.from, told.from), earlierOf(days.to, told.to), today]
  const before = byDay(await warehouse.query(figuresSql, parameters, { brief: true }))
  const after = byDay(await transaction.query(figuresSql, parameters))
  // Days that plain SQL changed were answered from the facts: their rows do not tell what was told.
  const dirty = await warehouse.query('SELECT day FROM dirty_days', [], { brief: true })
  for (const { day } of dirty) after.delete(String(day))
  const changes = [...after].flatMap(([day, figures]) =>
    restatedMetrics.flatMap((metric) => {
      const [was, is] = [String(before.get(day)?.[metric] ?? '0'), String(figures[metric])]
      return compare(was, is) === 0 ? [] : [{ day, metric, was, is }]
    }),
  )
  for (let first = 0; first < changes.length; first += rowsAtOnce) {
    const rows = changes
      .slice(first, first + rowsAtOnce)
      .map(({ day, metric, was, is }) => `(${runId}, '${day}'::DATE, '${metric}', ${was}, ${is})`)
    await transaction.execute(
      `INSERT INTO restatements (run_id, day, metric, before, after) VALUES ${rows.join(', ')}`,
    )
  }
}

async function toldDays(
  warehouse: Warehouse,
): Promise<(DayRange & { readonly timeZone: string }) | null> {
  const [row] = await warehouse.query(
    `SELECT min(day) AS from_day, max(day) AS to_day,
       (SELECT value FROM settings WHERE key = 'time_zone') AS time_zone FROM rollup_day`,
    [],
    { brief: true },
  )
  if (typeof row?.from_day !== 'string' || typeof row.to_day !== 'string') return null
  return { from: row.from_day, to: row.to_day, timeZone: String(row.time_zone ?? 'UTC') }
}

const figuresSql = `SELECT day, ${restatedMetrics.map((metric) => `(${sums[metric]})::DECIMAL(24,4) AS ${metric}`).join(', ')}
FROM rollup_day WHERE day BETWEEN $1::DATE AND $2::DATE AND day < $3::DATE GROUP BY day ORDER BY day`

function byDay(rows: readonly SqlRow[]): Map<string, SqlRow> {
  return new Map(rows.map((row) => [String(row.day), row]))
}
