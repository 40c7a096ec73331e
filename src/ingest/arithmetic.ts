import { words } from './headers.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import type { DiscountMeaning } from './notation.ts'
import { numbersOf } from './sample.ts'

/**
 * What amounts mean, found from the amounts themselves: whether a price is for one piece or for the
 * line, what a discount takes off, and whether a total belongs to the line or to its whole order.
 */

const cent = 0.011

interface Amounts {
  readonly quantity: number
  readonly price: number | null
  readonly total: number | null
  readonly discount: number
}

function amountsOf({ sample, claim }: RecognisedTable): Amounts[] {
  const numbers = (sql: string | undefined) => (sql ? numbersOf(sample, sql) : undefined)
  const quantity = numbers(columnOf(claim, 'quantity'))
  const price = numbers(columnOf(claim, 'unit_price'))
  const total = numbers(columnOf(claim, 'line_total'))
  const discount = numbers(columnOf(claim, 'discount'))
  const tax = numbers(columnOf(claim, 'included_tax'))
  return sample.rows.map((_, row) => ({
    quantity: quantity?.[row] ?? 1,
    price: price?.[row] ?? null,
    total: withoutTax(total?.[row], tax?.[row]),
    discount: discount?.[row] ?? 0,
  }))
}

/** The tax that a total holds is none of what its line cost. */
function withoutTax(total: number | null | undefined, tax: number | null | undefined) {
  return total == null ? null : total - (tax ?? 0)
}

/** What a discount takes off, and what it may be instead where neither header nor values tell. */
export interface DiscountEvidence {
  readonly meaning: DiscountMeaning
  /** The kind of share that the values could be as well; null when the meaning is certain. */
  readonly share: 'rate' | 'percent' | null
}

const certain = (meaning: DiscountMeaning): DiscountEvidence => ({ meaning, share: null })

/** What the discount column takes off, told by the line total where there is one, else by its values. */
export function discountMeaning(recognised: RecognisedTable): DiscountEvidence {
  const column = columnOf(recognised.claim, 'discount')
  if (!column) return certain('none')
  const rows = amountsOf(recognised).filter(({ discount }) => discount !== 0)
  if (rows.length === 0) return certain('line_amount')
  const priced = rows.filter(({ price, total }) => price !== null && total !== null)
  if (priced.length === 0) return byValues(recognised, rows)
  const fits = (after: (row: Amounts, gross: number) => number) =>
    priced.filter((row) => {
      const gross = row.quantity * (row.price ?? 0)
      return Math.abs(after(row, gross) - (row.total ?? 0)) <= cent
    }).length
  const included = Math.max(
    fits((row, gross) => gross - Math.abs(row.discount)),
    fits((row, gross) => gross * (1 - row.discount)),
    fits((row, gross) => gross * (1 - row.discount / 100)),
    fits((row, gross) => gross - row.quantity * Math.abs(row.discount)),
  )
  if (included >= priced.length * 0.8) return certain('included')
  const beforeDiscount = fits((_, gross) => gross)
  return beforeDiscount >= priced.length * 0.8 ? byValues(recognised, rows) : certain('included')
}

/** A smaller part of a line than this is no amount that a shop takes off. */
const leastAmount = 0.005
const someRows = 0.05

function byValues(recognised: RecognisedTable, rows: readonly Amounts[]): DiscountEvidence {
  const most = Math.max(...rows.map(({ discount }) => Math.abs(discount)))
  const share = most > 1 ? 'percent' : 'rate'
  const said = saidOfDiscount(recognised, share)
  if (said) return certain(said)
  if (most > 100) return certain('line_amount')
  const taken = rows.flatMap(({ quantity, price, total, discount }) => {
    const gross = Math.abs(total ?? quantity * (price ?? 0))
    return gross > 0 ? [{ part: Math.abs(discount) / gross, discount: Math.abs(discount) }] : []
  })
  const count = (test: (row: { part: number; discount: number }) => boolean) =>
    taken.filter(test).length
  // More than what it is taken off: no amount. Hardly anything of it: none either.
  if (count(({ part }) => part > 1.001) > taken.length * someRows) return certain(share)
  if (share === 'rate') {
    if (count(({ discount }) => discount % 1 !== 0) === 0) return certain('line_amount')
    if (count(({ part }) => part < leastAmount) > taken.length / 2) return certain('rate')
    return { meaning: 'rate', share }
  }
  // Percentages are whole numbers or halves.
  if (count(({ discount }) => discount % 0.5 !== 0) > taken.length * 0.2)
    return certain('line_amount')
  return { meaning: 'line_amount', share }
}

/** What the header or the signs beside the values say. */
function saidOfDiscount(
  { sample, claim }: RecognisedTable,
  share: 'rate' | 'percent',
): DiscountMeaning | null {
  const column = columnOf(claim, 'discount')
  const index = sample.columns.findIndex(({ sql }) => sql === column)
  const header = words(sample.columns[index]?.name ?? '')
  const values = sample.rows.map((row) => row[index] ?? '').join(' ')
  if (values.includes('%')) return 'rate'
  const isShare = /rate|percent|pct|prozent|taux|satz/.test(header)
  if (isShare || sample.columns[index]?.name.includes('%')) return share
  if (/unit|each|piece|stueck|stuck/.test(header)) return 'unit_amount'
  const amount = /amount|total|betrag|montant|importe|importo|valor|bedrag/.test(header)
  return amount || /[£$€¥]|\b[A-Z]{3}\b/.test(values) ? 'line_amount' : null
}

/**
 * What the only column of money means: `unit` when it stays the same for a product whatever the
 * quantity, `total` when it grows with it, null when the values do not tell.
 */
export function priceMeaning(recognised: RecognisedTable): 'unit' | 'total' | null {
  const { sample, claim } = recognised
  const money = columnOf(claim, 'unit_price') ?? columnOf(claim, 'line_total')
  const quantitySql = columnOf(claim, 'quantity')
  const product = columnOf(claim, 'product_key') ?? columnOf(claim, 'product_name')
  if (!money || !quantitySql || !product) return null
  const amounts = numbersOf(sample, money)
  const quantities = numbersOf(sample, quantitySql)
  const index = sample.columns.findIndex(({ sql }) => sql === product)
  const byProduct = new Map<string, { quantity: number; amount: number }[]>()
  for (const [at, row] of sample.rows.entries()) {
    const [key, quantity, amount] = [row[index], quantities[at], amounts[at]]
    if (key == null || !quantity || !amount || quantity < 0 || amount < 0) continue
    byProduct.set(key, [...(byProduct.get(key) ?? []), { quantity, amount }])
  }
  let unit = 0
  let total = 0
  for (const lines of byProduct.values()) {
    const pairs = lines.filter((line) => line.quantity !== lines[0]?.quantity)
    const [first] = lines
    if (!first) continue
    for (const other of pairs) {
      if (Math.abs(other.amount - first.amount) <= cent) unit += 1
      const expected = (first.amount / first.quantity) * other.quantity
      if (Math.abs(other.amount - expected) <= cent * Math.max(1, other.quantity)) total += 1
    }
  }
  if (unit + total < 5) return null
  if (unit > total * 3) return 'unit'
  return total > unit * 3 ? 'total' : null
}

/** True when the "line total" stands unchanged on every line of an order: it is the order's own. */
export function isOrderTotal({ sample, claim }: RecognisedTable): boolean {
  const order = columnOf(claim, 'order_number')
  const totalSql = columnOf(claim, 'line_total')
  if (!order || !totalSql) return false
  const totals = numbersOf(sample, totalSql)
  const index = sample.columns.findIndex(({ sql }) => sql === order)
  const quantitySql = columnOf(claim, 'quantity')
  const quantities = quantitySql ? numbersOf(sample, quantitySql) : []
  const orders = new Map<string, number[]>()
  const pieces = new Map<string, Set<number>>()
  for (const [at, row] of sample.rows.entries()) {
    const [key, total] = [row[index], totals[at]]
    if (key == null || total == null) continue
    orders.set(key, [...(orders.get(key) ?? []), total])
    pieces.set(key, (pieces.get(key) ?? new Set()).add(quantities[at] ?? 1))
  }
  const several = [...orders.values()].filter((lines) => lines.length > 1)
  const constant = several.filter((lines) => lines.every((total) => total === lines[0]))
  const different = new Set(constant.map((lines) => lines[0])).size
  // Two lines of one order in different quantities seldom come to the same.
  const uneven = [...orders].some(
    ([key, lines]) => lines.length > 1 && (pieces.get(key)?.size ?? 0) > 1,
  )
  if (several.length >= 2 && constant.length === several.length && uneven) return true
  return several.length >= 3 && different >= 3 && constant.length >= several.length * 0.95
}
