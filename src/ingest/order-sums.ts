import { columnOf, type RecognisedTable } from './layout.ts'
import type { Role } from './role.ts'
import { numbersOf, type TableSample } from './sample.ts'
import { trimmed } from './survey.ts'

/** Column of the relation that tells rows which sum up the others of their order. */
export const sumsUp = 'sums_up'

const cent = 0.011

/**
 * Some exports put a row before the lines of an order that names no product and holds their sums: counted
 * with them it would double the order. Where the first rows prove it by their numbers, `sums_up` tells all
 * rows of the table that name no product beside others of their order that do.
 */
export function withOrderSums(recognised: RecognisedTable): RecognisedTable {
  const { claim, sample, table } = recognised
  const order = columnOf(claim, 'order_number')
  const products = columnsOf(recognised, ['product_key', 'sku', 'product_name'])
  if (claim.holds !== 'order_lines' || !order || products.length === 0) return recognised
  if (!haveSums(recognised, { order, products })) return recognised
  const named = `coalesce(${products.map((sql) => trimmed(sql)).join(', ')})`
  const relation = (from: string) =>
    `(SELECT *, ${named} IS NULL AND count(${named}) OVER (PARTITION BY ${trimmed(order)}) > 0 AS ${sumsUp} FROM ${from})`
  const { mended } = table
  const own = (one: typeof table): typeof table => ({
    ...one,
    relation: relation(one.relation),
    unnumbered: relation(one.unnumbered),
    ...(mended ? { mended: async () => own(await mended()) } : {}),
    sumsUp: true,
  })
  const summed = own(table)
  return { ...recognised, table: summed, sample: { ...sample, table: summed } }
}

function columnsOf({ claim }: RecognisedTable, roles: readonly Role[]): string[] {
  return roles.flatMap((role) => columnOf(claim, role) ?? [])
}

/** Rows without a product hold the sum of the others in quantity or amount, and none of them does not. */
function haveSums(
  recognised: RecognisedTable,
  { order, products }: { readonly order: string; readonly products: readonly string[] },
): boolean {
  const { sample } = recognised
  const numbers = columnsOf(recognised, ['quantity', 'unit_price', 'line_total']).map((sql) =>
    numbersOf(sample, sql),
  )
  if (numbers.length < 2) return false
  const orders = rowsByOrder(sample, order)
  const isNamed = (row: number) =>
    products.some((sql) => sample.rows[row]?.[position(sample, sql)] != null)
  let sums = 0
  for (const rows of orders.values()) {
    const lines = rows.filter(isNamed)
    const others = rows.filter((row) => !isNamed(row))
    if (lines.length === 0 || others.length === 0) continue
    const fits = others.every((row) =>
      numbers.every((values) => {
        const stated = values[row]
        const total = lines.reduce((sum, line) => sum + (values[line] ?? 0), 0)
        return stated == null || total === 0 || Math.abs(stated - total) <= cent
      }),
    )
    if (!fits) return false
    sums += 1
  }
  return sums > 0
}

function rowsByOrder(sample: TableSample, order: string): Map<string, number[]> {
  const orders = new Map<string, number[]>()
  const key = position(sample, order)
  for (const [index, row] of sample.rows.entries()) {
    const number = row[key]
    if (number == null) continue
    const rows = orders.get(number) ?? []
    rows.push(index)
    orders.set(number, rows)
  }
  return orders
}

function position(sample: TableSample, sql: string): number {
  return sample.columns.findIndex((column) => column.sql === sql)
}
