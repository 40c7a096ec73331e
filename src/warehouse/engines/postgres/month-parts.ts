import { addMonths } from '../../../model/day.ts'
import type { MonthPart, SqlRow } from '../../engine.ts'

/** Every partition with what it holds. */
export const partsSql = `SELECT found.name, found.whole, found.first_day, found.next_day, pg_total_relation_size(found.relation) AS bytes,
  held.lines, held.revenue, held.from_day, held.to_day, aside.set_aside_at
FROM (SELECT 'sales_fact' AS whole, * FROM attached_partitions('sales_fact')
  UNION ALL SELECT 'set_aside_lines', * FROM attached_partitions('set_aside_lines')) AS found
LEFT JOIN (SELECT tableoid AS relation, count(*) AS lines, sum(total_price) AS revenue, min(order_date) AS from_day, max(order_date) AS to_day
    FROM sales_fact GROUP BY tableoid
  UNION ALL SELECT tableoid, count(*), sum(total_price), min(order_date), max(order_date) FROM set_aside_lines GROUP BY tableoid) AS held
  ON held.relation = found.relation
LEFT JOIN set_aside_months AS aside ON found.whole = 'set_aside_lines' AND aside.month = found.first_day AND aside.dropped_at IS NULL`

export function partOf(row: SqlRow): MonthPart {
  const first = textOf(row.first_day)
  const isMonth = first?.endsWith('-01') === true && textOf(row.next_day) === addMonths(first, 1)
  const isDefault = first === null && textOf(row.next_day) === null
  const attached = isDefault ? 'other_days' : 'attached'
  return {
    name: String(row.name),
    month: isMonth ? first.slice(0, 7) : null,
    state: row.whole === 'set_aside_lines' ? 'set_aside' : attached,
    lines: Number(row.lines ?? 0),
    revenue: String(row.revenue ?? '0.0000'),
    bytes: Number(row.bytes),
    from: textOf(row.from_day),
    to: textOf(row.to_day),
    since: textOf(row.set_aside_at),
  }
}

export function droppedPart(row: SqlRow): MonthPart {
  return {
    bytes: 0,
    from: null,
    to: null,
    name: '',
    month: String(row.month).slice(0, 7),
    state: 'dropped',
    lines: Number(row.lines),
    revenue: String(row.revenue),
    since: textOf(row.dropped_at),
  }
}

/** By month; lines of other days last. */
export function placeOf({ month, from, state }: MonthPart): string {
  return state === 'other_days' ? '~' : (month ?? from ?? '')
}

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null
}
