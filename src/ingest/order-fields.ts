import { changedTable, type StagedTable } from './format.ts'
import { columnOf, isCharge, type RecognisedTable } from './layout.ts'
import type { Role } from './role.ts'
import { sampleTable, type TableSample } from './sample.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

/** What an order has only one of. */
const orderRoles: readonly Role[] = [
  'order_date',
  'order_time',
  'updated_at',
  'cancelled_at',
  'status',
  'currency',
  'channel',
  'customer_key',
  'customer_name',
  'customer_email',
  'country',
  'subdivision',
  'region',
  'region_key',
  'order_subtotal',
  'order_discount',
  'order_total',
  'taxes_included',
]

/**
 * Where a table states what belongs to an order on its first row only, all of its rows get it. Tables in which
 * every row states its own are left as they are.
 */
export async function withOrderFields(
  bench: Workbench,
  recognised: RecognisedTable,
): Promise<RecognisedTable> {
  const { claim, sample, table } = recognised
  const order = columnOf(claim, 'order_number')
  if (claim.holds !== 'order_lines' || !order) return recognised
  const fields = [...claim.columns]
    .filter(([, { role, per }]) => orderRoles.includes(role) || (isCharge(role) && per !== 'line'))
    .map(([sql]) => sql)
  const lacking = claim.firstRow
    ? fields
    : fields.filter((sql) => isOnFirstRow(sample, { order, sql }))
  if (lacking.length === 0) return recognised
  const filled = filledTable(table, order, lacking)
  return { ...recognised, table: filled, sample: await sampleTable(bench.staging, filled) }
}

/**
 * Every order states it on its first row, and some order of several rows on no other. What stands on the first
 * row of some orders only may be of that row: one line of an order was cancelled, or its line total is known.
 */
export function isOnFirstRow(
  sample: TableSample,
  { order, sql }: { readonly order: string; readonly sql: string },
): boolean {
  const at = (wanted: string) => sample.columns.findIndex((column) => column.sql === wanted)
  const [key, field] = [at(order), at(sql)]
  const seen = new Set<string>()
  let lacking = 0
  for (const row of sample.rows) {
    const number = row[key]
    if (number == null) continue
    const first = !seen.has(number)
    seen.add(number)
    if (first === (row[field] == null)) return false
    if (!first) lacking += 1
  }
  return lacking > 0
}

function filledTable(table: StagedTable, order: string, fields: readonly string[]): StagedTable {
  const filled = fields.map(
    (sql) =>
      `coalesce(${trimmed(sql)}, CASE WHEN ${trimmed(order)} IS NOT NULL THEN
         first_value(${trimmed(sql)} IGNORE NULLS) OVER (PARTITION BY ${trimmed(order)} ORDER BY record_number) END) AS ${sql}`,
  )
  return changedTable(table, (own) => {
    // Rows must stand in the order of the file, so there is no faster way without their numbers.
    const relation = `(SELECT * REPLACE (${filled.join(', ')}) FROM ${own.relation})`
    return { relation, unnumbered: relation }
  })
}
