import { withRelation } from './format.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import type { Role } from './role.ts'
import type { TableSample } from './sample.ts'
import { trimmed } from './survey.ts'

/** Column of the relation that tells rows which sum up the others of their order. */
export const sumsUp = 'sums_up'

/**
 * Some exports put a row before the lines of an order that names no product and holds their sums: counted
 * with them it would double the order. Each order is judged by its own numbers: the only row without a product
 * states what at least two others add up to, in quantity and in amount. Tables whose first rows have no such
 * order are left as they are.
 */
export function withOrderSums(recognised: RecognisedTable): RecognisedTable {
  const { claim, sample, table } = recognised
  const order = columnOf(claim, 'order_number')
  const quantity = columnOf(claim, 'quantity')
  const amount = columnOf(claim, 'unit_price') ?? columnOf(claim, 'line_total')
  const products = columnsOf(recognised, ['product_key', 'sku', 'product_name'])
  const stated = order && quantity && amount && products.length > 0
  if (claim.holds !== 'order_lines' || !stated) return recognised
  if (!haveSums(sample, { order, products, numbers: [quantity, amount] })) return recognised
  const named = `coalesce(${products.map((sql) => trimmed(sql)).join(', ')})`
  const fits = [quantity, amount].map((sql) => {
    const own = `TRY_CAST(regexp_replace(${sql}, '[^0-9]', '', 'g') AS BIGINT)`
    return `coalesce(${own} > 0 AND ${own} = sum(${own}) FILTER (${named} IS NOT NULL) OVER sums, false)`
  })
  const relation = (from: string) =>
    `(SELECT *, ${named} IS NULL AND count(${named}) OVER sums >= 2 AND count(*) OVER sums = count(${named}) OVER sums + 1
        AND ${fits.join(' AND ')} AS ${sumsUp}
      FROM ${from} WINDOW sums AS (PARTITION BY ${trimmed(order)}))`
  const summed = withRelation(table, relation, { sumsUp: true })
  return { ...recognised, table: summed, sample: { ...sample, table: summed } }
}

function columnsOf({ claim }: RecognisedTable, roles: readonly Role[]): string[] {
  return roles.flatMap((role) => columnOf(claim, role) ?? [])
}

interface Columns {
  readonly order: string
  readonly products: readonly string[]
  readonly numbers: readonly string[]
}

/** Whether some order of the first rows has such a row, by the digits alone as in the relation. */
function haveSums(sample: TableSample, { order, products, numbers }: Columns): boolean {
  const at = (sql: string) => sample.columns.findIndex((column) => column.sql === sql)
  const places = products.map(at)
  const isNamed = (row: readonly (string | null)[]) => places.some((place) => row[place] != null)
  const digits = (row: readonly (string | null)[], sql: string) =>
    Number((row[at(sql)] ?? '').replace(/\D/g, ''))
  for (const rows of rowsByOrder(sample, at(order)).values()) {
    const lines = rows.filter(isNamed)
    const [only, ...others] = rows.filter((row) => !isNamed(row))
    if (!only || others.length > 0 || lines.length < 2) continue
    const sums = (sql: string) => lines.reduce((sum, line) => sum + digits(line, sql), 0)
    if (numbers.every((sql) => digits(only, sql) > 0 && digits(only, sql) === sums(sql)))
      return true
  }
  return false
}

function rowsByOrder(
  sample: TableSample,
  key: number,
): Map<string, (readonly (string | null)[])[]> {
  const orders = new Map<string, (readonly (string | null)[])[]>()
  for (const row of sample.rows) {
    const number = row[key]
    if (number == null) continue
    const rows = orders.get(number) ?? []
    rows.push(row)
    orders.set(number, rows)
  }
  return orders
}
