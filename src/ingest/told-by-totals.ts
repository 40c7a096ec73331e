import { type Claim, columnOf, columnsOf } from './layout.ts'
import type { DiscountMeaning } from './notation.ts'
import { OrderSample } from './order-sample.ts'
import { chargeRoles, type Role } from './role.ts'
import { numbersOf, type TableSample } from './sample.ts'

/**
 * What the parts of lines and orders add up to tells what their totals hold, whose a total is, and what a discount
 * takes off. Sums that fit to the cent prove it, whatever the headers say.
 */

const cent = 0.011
/** Of many rows or orders some may be wrong by themselves. */
const mostly = 0.8
const few = 3

function fitNearly(fitting: number, compared: number): boolean {
  return compared > few ? fitting >= compared * mostly : compared > 0 && fitting === compared
}

/** The goods of a sample at quantity x price, else as their lines state them, row by row, and what stands beside them. */
class PricedRows {
  readonly orders: OrderSample
  readonly goods: readonly number[]
  readonly quantities: readonly number[]
  readonly discounts: readonly number[]
  readonly #sample: TableSample

  constructor(sample: TableSample, claim: Claim) {
    this.#sample = sample
    this.orders = new OrderSample(sample, columnOf(claim, 'order_number'))
    const numbers = (role: Role) => {
      const sql = columnOf(claim, role)
      return sql ? numbersOf(sample, sql) : []
    }
    const [prices, pieces, discounts] = [
      numbers('unit_price'),
      numbers('quantity'),
      numbers('discount'),
    ]
    const totals = numbers('line_total')
    const isPriced = columnOf(claim, 'unit_price') !== undefined
    this.quantities = sample.rows.map((_, at) => pieces[at] ?? 1)
    this.goods = sample.rows.map((_, at) =>
      isPriced ? (this.quantities[at] ?? 1) * (prices[at] ?? 0) : (totals[at] ?? 0),
    )
    this.discounts = sample.rows.map((_, at) => Math.abs(discounts[at] ?? 0))
  }

  /** Sums of several columns, row by row. */
  added(columns: readonly string[]): number[] {
    const values = columns.map((sql) => numbersOf(this.#sample, sql))
    return this.#sample.rows.map((_, at) => values.reduce((sum, own) => sum + (own[at] ?? 0), 0))
  }

  /** The same order by order; what repeats on all rows of an order counts once. */
  addedPerOrder(columns: readonly string[]): number[] {
    const values = columns.map((sql) => this.orders.perOrder(sql))
    return this.orders.sizes.map((_, at) => values.reduce((sum, own) => sum + (own[at] ?? 0), 0))
  }

  /** What was taken off each order, if the discount means this. */
  taken(meaning: DiscountMeaning): number[] {
    const share = meaning === 'percent' ? 0.01 : 1
    const rows: Partial<Record<DiscountMeaning, (at: number) => number>> = {
      line_amount: (at) => this.discounts[at] ?? 0,
      unit_amount: (at) => (this.discounts[at] ?? 0) * (this.quantities[at] ?? 1),
      rate: (at) => (this.discounts[at] ?? 0) * share * (this.goods[at] ?? 0),
      percent: (at) => (this.discounts[at] ?? 0) * share * (this.goods[at] ?? 0),
    }
    const of = rows[meaning] ?? (() => 0)
    return this.orders.summed(this.#sample.rows.map((_, at) => of(at)))
  }
}

/** The charges that a total may hold: none, those beside tax, all of them. */
function chargesIn(claim: Claim): readonly (readonly string[])[] {
  const others = chargeRoles
    .filter((role) => role !== 'tax')
    .flatMap((role) => columnsOf(claim, role))
  const taxes = columnsOf(claim, 'tax')
  return [[], others, [...others, ...taxes], taxes]
}

/**
 * What the line totals hold. Quantity x price + tax: the tax, and the line counts without it. With shipping or another
 * charge too: it is the total of an order of one line, or of the whole order where it repeats on its lines.
 */
export function withTotalsTold(sample: TableSample, claim: Claim): Claim {
  const [total, price] = [columnOf(claim, 'line_total'), columnOf(claim, 'unit_price')]
  if (!total || !price || columnOf(claim, 'included_tax')) return claim
  const change = (sql: string, role: Role, evidence: string): Claim => ({
    ...claim,
    columns: new Map(claim.columns).set(sql, { role, confidence: 0.9, evidence }),
  })
  const rows = new PricedRows(sample, claim)
  const ofOrder = rows.orders.spread(total) === 'same'
  if (ofOrder && isOfOrders(rows, { claim, total }))
    return change(total, 'order_total', 'the lines of an order and its charges come to it')
  const holds = (columns: readonly string[]) => lineTotalsHold(rows, { sample, total, columns })
  const taxes = columnsOf(claim, 'tax').filter((sql) => claim.columns.get(sql)?.per === 'line')
  const [tax] = taxes
  if (tax && holds(taxes)) {
    return taxes.length === 1
      ? change(tax, 'included_tax', 'the line total is quantity x unit price + this')
      : { ...claim, totalsHoldCharges: true }
  }
  const [, others = [], ...more] = chargesIn(claim)
  const withTaxes = [others, [...others, ...taxes], ...more.filter(({ length }) => length > 0)]
  if (others.length === 0 || !withTaxes.some(holds)) return claim
  // Totals that differ within an order are of its lines, and hold what is charged for each.
  return rows.orders.spread(total) === 'differs'
    ? { ...claim, totalsHoldCharges: true }
    : change(total, 'order_total', 'it is quantity x unit price + charges')
}

/** Tells whether the line totals are quantity x price (less the discount) + some columns, where those are not zero. */
function lineTotalsHold(
  rows: PricedRows,
  {
    sample,
    total,
    columns,
  }: {
    readonly sample: TableSample
    readonly total: string
    readonly columns: readonly string[]
  },
): boolean {
  const totals = numbersOf(sample, total)
  let charged = 0
  let fitting = 0
  for (const [at, extra] of rows.added(columns).entries()) {
    const [sum, goods] = [totals[at], rows.goods[at] ?? 0]
    if (sum == null || extra === 0) continue
    charged += 1
    const nets = [goods, goods - (rows.discounts[at] ?? 0)]
    if (nets.some((net) => Math.abs(net + extra - sum) <= cent)) fitting += 1
  }
  return fitNearly(fitting, charged)
}

/** Orders of several lines come to the total that stands on each of them, with what is charged beside. */
function isOfOrders(
  rows: PricedRows,
  { claim, total }: { readonly claim: Claim; readonly total: string },
): boolean {
  const goods = rows.orders.summed(rows.goods)
  const totals = rows.orders.perOrder(total)
  const discount = columnOf(claim, 'discount')
  const off = [
    goods.map(() => 0),
    rows.taken('line_amount'),
    ...(discount ? [rows.orders.perOrder(discount).map(Math.abs)] : []),
  ]
  return chargesIn(claim).some((charges) => {
    const added = rows.addedPerOrder(charges)
    return off.some((less) => {
      const several = rows.orders.sizes.flatMap((size, at) => (size > 1 ? [at] : []))
      const fitting = several.filter(
        (at) =>
          Math.abs((goods[at] ?? 0) - (less[at] ?? 0) + (added[at] ?? 0) - (totals[at] ?? 0)) <=
          cent,
      )
      return fitNearly(fitting.length, several.length)
    })
  })
}

/**
 * What a discount takes off, where the totals of orders tell: money off the line, off each piece or off the order, a
 * share, or nothing, because prices are after it.
 */
export function withDiscountTold(sample: TableSample, claim: Claim): Claim {
  const [discount, total] = [columnOf(claim, 'discount'), columnOf(claim, 'order_total')]
  const own = discount ? claim.columns.get(discount) : undefined
  const [price, amount] = [columnOf(claim, 'unit_price'), columnOf(claim, 'line_total')]
  if (!discount || !own || !total || claim.discount || (price === undefined) === !amount)
    return claim
  const rows = new PricedRows(sample, claim)
  const goods = rows.orders.summed(rows.goods)
  const totals = rows.orders.perOrder(total)
  const stated = rows.taken('line_amount')
  const telling = stated.flatMap((off, at) => (off > 0 ? [at] : []))
  const charges = chargesIn(claim).map((columns) => rows.addedPerOrder(columns))
  const fitting = (less: readonly number[]) =>
    Math.max(
      ...charges.map(
        (added) =>
          telling.filter((at) => {
            const sum = (goods[at] ?? 0) - (less[at] ?? 0) + (added[at] ?? 0)
            return Math.abs(sum - (totals[at] ?? 0)) <= cent
          }).length,
      ),
    )
  const enough = (less: readonly number[]) => fitNearly(fitting(less), telling.length)
  const once = rows.orders.perOrder(discount).map(Math.abs)
  if (!enough(stated) && enough(once)) {
    const evidence = 'the totals of orders are less by it once'
    const columns = new Map(claim.columns)
    columns.set(discount, { ...own, role: 'order_discount', evidence })
    return { ...claim, columns }
  }
  const meanings = ['line_amount', 'unit_amount', 'rate', 'percent', 'included'] as const
  const told = meanings.find((meaning) => enough(rows.taken(meaning)))
  return told ? { ...claim, discount: told } : claim
}
