import { chargeMeaning, isSurelyOfOrder, orderAmountMeaning } from './charge-headers.ts'
import { surelyMeans, words } from './headers.ts'
import type { ColumnClaim } from './layout.ts'
import { OrderSample } from './order-sample.ts'
import type { Role } from './role.ts'
import type { ColumnSample, TableSample } from './sample.ts'

/**
 * Which of several amounts is what the goods of a line cost. "Subtotal", "Net" and "Total" often stand side by side, and
 * the last holds shipping, tax, or a whole order: what the amounts add up to decides, then their names.
 */
export interface GoodsTotal {
  readonly sql: string
  readonly evidence: string
  /** The discount beside it is yet to be taken off: line by line, or once for the order. */
  readonly discount?: 'line' | 'order'
}

type Columns = ReadonlyMap<string, ColumnClaim>

const grossOrNet =
  /^(total )?(net|netto|gross|brutto)( (total|amount|betrag|sales|umsatz|value|wert|summe|price total))?$/

/** Names of amounts without tax, shipping and the like. */
const ofGoods =
  /\b(sub ?total|subtotaal|sottototale|sous total|zwischensumme|warenwert|net|netto|neto|ht|excl|exkl|goods)\b/

const mostlyNumbers = 0.9
const cent = 0.011
const nearlyAll = 0.95

/** The column of what goods cost; null where at most one column could be it, and its own header says so. */
export function goodsTotal(sample: TableSample, columns: Columns): GoodsTotal | null {
  const roleOf = (sql: string) => columns.get(sql)?.role
  const candidates = sample.columns.filter(
    ({ sql, name, numbers, filled, ofOrder }) =>
      filled > 0 &&
      numbers >= mostlyNumbers &&
      !ofOrder &&
      [undefined, 'line_total'].includes(roleOf(sql)) &&
      meansAmount(name),
  )
  const [only] = candidates
  if (!only) return null
  if (candidates.length === 1) {
    const isNew = ![...columns.values()].some(({ role }) => moneyRoles.includes(role))
    return isNew && grossOrNet.test(words(only.name)) ? named(only) : null
  }
  const table = new Amounts(sample, columns)
  const priced = byPrice(table, candidates)
  if (priced || !table.prices) {
    return priced ?? bySums(table, candidates) ?? byName(table, candidates)
  }
  // Beside a price, what is the same on all lines of an order is no line's.
  const ofLines = candidates.filter(({ sql }) => table.orders.spread(sql) !== 'same')
  return bySums(table, ofLines) ?? byName(table, ofLines)
}

const moneyRoles: readonly Role[] = ['unit_price', 'line_total']

function meansAmount(header: string): boolean {
  if (chargeMeaning(header) !== null || isSurelyOfOrder(header)) return false
  const ofOrder = orderAmountMeaning(header)
  return (
    ofOrder === 'order_subtotal' ||
    ofOrder === 'order_total' ||
    surelyMeans(header, 'line_total') ||
    grossOrNet.test(words(header))
  )
}

function named({ sql, name }: ColumnSample): GoodsTotal {
  return { sql, evidence: `the header "${name}"` }
}

const withTax =
  /\b(incl|inkl|including|included|gross|brutto|ttc|tvac|iva incl\w*|inc) ?(vat|tax|mwst|mw st|ust|iva|btw|tva|gst)?\b/

/**
 * The line total that says of itself that it holds tax, where a price says nothing of the kind and quantity x price is
 * less: the price is of the goods, and the total of what was paid.
 */
export function taxedTotal(sample: TableSample, columns: Columns): string | null {
  const headerOf = (role: Role) => sample.columns.find(({ sql }) => columns.get(sql)?.role === role)
  const [total, price] = [headerOf('line_total'), headerOf('unit_price')]
  if (!total || !price || !withTax.test(words(total.name)) || withTax.test(words(price.name)))
    return null
  return byPrice(new Amounts(sample, columns), [total]) === null ? total.sql : null
}

/** What quantity x price comes to, after the discount where one is stated. */
function byPrice(table: Amounts, candidates: readonly ColumnSample[]): GoodsTotal | null {
  const { prices, quantities, discounts } = table
  if (!prices) return null
  const fits = (sql: string, less: boolean) => {
    const amounts = table.orders.of(sql)
    let compared = 0
    let equal = 0
    for (const [at, price] of prices.entries()) {
      const amount = amounts[at]
      if (price == null || amount == null) continue
      compared += 1
      const goods = (quantities?.[at] ?? 1) * price - (less ? Math.abs(discounts?.[at] ?? 0) : 0)
      if (Math.abs(goods - amount) <= cent) equal += 1
    }
    return compared > 0 && equal >= compared * nearlyAll
  }
  const evidence = 'it is quantity x unit price'
  const after = discounts ? candidates.find(({ sql }) => fits(sql, true)) : undefined
  if (after) return { sql: after.sql, evidence: `${evidence} less the discount` }
  const whole = candidates.find(({ sql }) => fits(sql, false))
  return whole ? { sql: whole.sql, evidence } : null
}

/** One amount and what is charged beside it come to another, order by order. */
function bySums(table: Amounts, candidates: readonly ColumnSample[]): GoodsTotal | null {
  for (const goods of candidates) {
    for (const total of candidates) {
      if (goods === total) continue
      const sums = [goods, total].map(({ sql }) => table.orders.perOrder(sql))
      for (const { added, less } of table.differences()) {
        const fits = ([sum, whole]: readonly (number | undefined)[], at: number) =>
          Math.abs((sum ?? 0) + (added[at] ?? 0) - (less[at] ?? 0) - (whole ?? 0)) <= cent
        const pairs = (sums[0] ?? []).map((sum, at) => [sum, sums[1]?.[at]])
        const telling = pairs.filter(
          ([sum, whole]) => Math.abs((sum ?? 0) - (whole ?? 0)) > cent,
        ).length
        const fitting = pairs.filter(fits).length
        if (telling === 0 || fitting < pairs.length * nearlyAll) continue
        const evidence = `"${total.name}" is this and what is charged or taken off beside it`
        const isLess = less.some((off) => off !== 0)
        return { sql: goods.sql, evidence, ...(isLess ? { discount: table.discountPer } : {}) }
      }
    }
  }
  return null
}

/** An amount that is the same on all lines of each order is the order's; else the name of goods counts. */
function byName(table: Amounts, candidates: readonly ColumnSample[]): GoodsTotal | null {
  const ofLines = candidates.filter(({ sql }) => table.orders.spread(sql) !== 'same')
  const left = ofLines.length > 0 ? ofLines : candidates
  const goods = left.find(({ name }) => ofGoods.test(words(name)))
  if (goods) return named(goods)
  const [first] = left
  return first && left.length === 1 ? named(first) : null
}

/** What the columns of a table say that may explain one amount by another. */
class Amounts {
  readonly prices: readonly (number | null)[] | undefined
  readonly quantities: readonly (number | null)[] | undefined
  readonly discounts: readonly (number | null)[] | undefined
  readonly orders: OrderSample
  readonly #charges: readonly ColumnSample[]
  readonly #discount: string | undefined

  constructor(sample: TableSample, columns: Columns) {
    const columnOf = (role: Role) => [...columns].find(([, own]) => own.role === role)?.[0]
    this.orders = new OrderSample(sample, columnOf('order_number'))
    const numbers = (role: Role) => {
      const sql = columnOf(role)
      return sql ? this.orders.of(sql) : undefined
    }
    this.#discount = columnOf('discount')
    this.prices = numbers('unit_price')
    this.quantities = numbers('quantity')
    this.discounts = numbers('discount')
    this.#charges = sample.columns.filter(
      ({ sql, name, numbers: share, filled }) =>
        !columns.has(sql) && filled > 0 && share >= mostlyNumbers && chargeMeaning(name) !== null,
    )
  }

  get discountPer(): 'line' | 'order' {
    return this.#discount && this.orders.spread(this.#discount) === 'same' ? 'order' : 'line'
  }

  /** What may lie between goods and a total: all charges, or those beside tax, or tax alone; and the discount. */
  differences(): { readonly added: readonly number[]; readonly less: readonly number[] }[] {
    const none = this.orders.sizes.map(() => 0)
    const sum = (charges: readonly ColumnSample[]) =>
      charges
        .map(({ sql }) => this.orders.perOrder(sql))
        .reduce((all, own) => all.map((value, at) => value + (own[at] ?? 0)), none)
    const isTax = ({ name }: ColumnSample) => chargeMeaning(name) === 'tax'
    const added = [
      sum(this.#charges),
      sum(this.#charges.filter((one) => !isTax(one))),
      sum(this.#charges.filter(isTax)),
    ]
    const off = this.#discount ? this.orders.perOrder(this.#discount).map(Math.abs) : none
    return [
      ...added.map((own) => ({ added: own, less: none })),
      ...[...added, none].map((own) => ({ added: own, less: off })),
    ]
  }
}
