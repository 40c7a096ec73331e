import type { Warning } from '../model/import.ts'
import { countText, plural } from '../model/sentence.ts'
import { changedTable, quote } from './format.ts'
import { type Claim, columnOf } from './layout.ts'
import { whyColumn } from './mended.ts'
import { isTotal, totalPattern } from './remarks.ts'
import type { Role } from './role.ts'
import { sampleTable, type TableSample } from './sample.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

/** What tells an order, and stands on its first row where a table leaves the cells below it blank. */
const tellingRoles: readonly Role[] = [
  'order_number',
  'order_date',
  'order_time',
  'status',
  'customer_key',
  'customer_name',
  'customer_email',
]

/** What such a row states beside them may as well be left blank below it. */
const otherRoles: readonly Role[] = [
  'updated_at',
  'cancelled_at',
  'currency',
  'channel',
  'country',
  'subdivision',
  'region',
  'region_key',
]

const productRoles: readonly Role[] = ['product_key', 'sku', 'product_name']
const amountRoles: readonly Role[] = ['unit_price', 'line_total']

export interface FilledDown {
  readonly sample: TableSample
  readonly note: Warning | null
}

/**
 * Tables for people, with merged cells above all, state an order's number, day and customer on its first row and leave
 * the cells below blank. Rows of a product and an amount without them belong to the order above, as long as no other row
 * lies between. A table that repeats the numbers of its orders, or states only some of these, is another matter: such
 * rows lack something.
 */
export async function withOrdersFilledDown(
  bench: Workbench,
  sample: TableSample,
  claim: Claim | null,
): Promise<FilledDown> {
  const untouched = { sample, note: null }
  if (claim?.holds !== 'order_lines' || claim.layout !== 'generic') return untouched
  const columns = columnsOf(claim)
  if (!columns || whyColumn(sample.table) || !isBlankBelow(sample, columns)) return untouched
  const rows = rowsOf(sample, columns)
  const { filled, repeated } = await bench.row(
    `SELECT count(*) FILTER (continues AND opened) AS filled,
       count(${columns.order}) FILTER (opens) - count(DISTINCT ${columns.order}) FILTER (opens) AS repeated
     FROM (${rows(sample.table.relation)})`,
  )
  if (Number(repeated) > 0 || Number(filled) === 0) return untouched
  const table = changedTable(sample.table, (own) => {
    const values = [...columns.telling, ...columns.others].map(
      (sql) =>
        `CASE WHEN continues AND opened THEN coalesce(${trimmed(sql)}, above.${sql}) ELSE ${sql} END AS ${sql}`,
    )
    const relation = `(SELECT * EXCLUDE (continues, opens, above, opened) REPLACE (${values.join(', ')}) FROM (${rows(own.relation)}))`
    return { relation, unnumbered: relation }
  })
  const count = plural(countText(String(filled)), 'row', 'rows')
  const text = `${count} of ${table.file.name} ${Number(filled) === 1 ? 'states' : 'state'} neither order number nor date, as in merged cells: taken for lines of the order above.`
  return {
    sample: await sampleTable(bench.staging, table),
    note: { code: 'orders_filled_down', text },
  }
}

interface Columns {
  readonly order: string
  readonly date: string
  readonly telling: readonly string[]
  readonly others: readonly string[]
  readonly products: readonly string[]
  readonly amounts: readonly string[]
}

function columnsOf(claim: Claim): Columns | null {
  const of = (roles: readonly Role[]) => roles.flatMap((role) => columnOf(claim, role) ?? [])
  const [order, date] = [columnOf(claim, 'order_number'), columnOf(claim, 'order_date')]
  const [products, amounts] = [of(productRoles), of(amountRoles)]
  if (!order || !date || products.length === 0 || amounts.length === 0) return null
  return { order, date, products, amounts, telling: of(tellingRoles), others: of(otherRoles) }
}

/** Of the lines at least this share continue an order, and at most that share lack number or day alone. */
const leastContinued = 0.05
const mostBroken = 0.05

function isBlankBelow(sample: TableSample, columns: Columns): boolean {
  const index = new Map(sample.columns.map(({ sql }, at) => [sql, at]))
  const seen = new Set<string>()
  const counts = { opened: 0, continued: 0, broken: 0 }
  for (const row of sample.rows) {
    const of = (sql: string) => row[index.get(sql) ?? -1] ?? null
    const isStated = (sql: string) => of(sql) !== null
    if (!columns.products.some(isStated) || columns.products.some((sql) => isTotal(of(sql) ?? '')))
      continue
    const order = of(columns.order)
    if (order !== null && seen.has(order)) return false
    if (order !== null) seen.add(order)
    if (order !== null && isStated(columns.date)) counts.opened += 1
    else if (columns.telling.some(isStated)) counts.broken += 1
    else if (columns.amounts.some(isStated)) counts.continued += 1
  }
  const lines = counts.opened + counts.continued + counts.broken
  // One row without number and day alone may be broken; a whole order that is told by more is not left out by chance.
  const isSure = counts.continued > 1 || columns.telling.length > 2
  const isHabit = counts.continued > 0 && counts.continued >= lines * leastContinued
  return isSure && isHabit && counts.opened > 0 && counts.broken <= lines * mostBroken
}

/** Each row with whether it opens an order, whether it continues one, and what the last row that does not says. */
function rowsOf(sample: TableSample, columns: Columns): (from: string) => string {
  const { order, date, telling, others, products, amounts } = columns
  const header = sample.columns.find(({ sql }) => sql === order)?.name ?? ''
  const some = (list: readonly string[]) => `coalesce(${list.map(trimmed).join(', ')}) IS NOT NULL`
  const sums = products.map(
    (sql) => `coalesce(regexp_full_match(lower(${trimmed(sql)}), ${quote(totalPattern)}), false)`,
  )
  const isLine = `${some(products)} AND NOT (${sums.join(' OR ')})`
  const opens = `coalesce(${isLine} AND ${trimmed(order)} <> ${quote(header)} AND ${some([date])}, false)`
  // A row that is missing altogether parts two rows as a blank one does.
  const follows =
    'coalesce(record_number = 1 + lag(record_number) OVER (ORDER BY record_number), false)'
  const continues = `${isLine} AND ${some(amounts)} AND NOT (${some(telling)}) AND ${follows}`
  const fields = [...telling, ...others].map((sql) => `${sql} := ${trimmed(sql)}`)
  const last = (value: string) =>
    `last_value(CASE WHEN NOT continues THEN ${value} END IGNORE NULLS)
       OVER (ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`
  return (from) =>
    `SELECT *, ${last(`struct_pack(${fields.join(', ')})`)} AS above, ${last('opens')} AS opened
     FROM (SELECT *, ${opens} AS opens, ${continues} AS continues FROM ${from})`
}
