import type { Warning } from '../model/import.ts'
import * as money from '../model/money.ts'
import type { WarningCode } from '../model/reasons.ts'
import { amountText, countText, plural } from '../model/sentence.ts'
import { type ArrangeFindings, identicalLines } from './arrange.ts'
import { orderAmountWarnings } from './charge-warnings.ts'
import type { Handover } from './handover.ts'
import { isOnlyRefunded, isSale } from './handover.ts'
import { identifierWarnings } from './identifier-warnings.ts'
import { spanOf } from './touched-days.ts'
import { reading, type Workbench } from './workbench.ts'

/** Figures of the accepted rows, and what a person should know about them. */
export interface Findings {
  readonly period: { readonly from: string; readonly to: string } | null
  readonly revenue: string
  readonly returns: string
  readonly orders: number
  readonly units: string
  readonly warnings: readonly Warning[]
}

export async function findFigures(
  bench: Workbench,
  handover: Handover,
  arranged: ArrangeFindings,
): Promise<Findings> {
  const sales = handover.lines.length > 0 ? await salesFigures(bench, handover.lines) : noSales
  const returned = handover.returns ? await returnFigures(bench, handover.returns) : noReturnFigures
  const orders = await bench.row(
    `SELECT count(*) FILTER (state = 'counted') AS counted, count(*) FILTER (state = 'cancelled') AS cancelled,
       bool_or(anonymous) AS anonymous FROM ${reading([handover.orders])}`,
  )
  const days = [sales.from, sales.to, returned.from, returned.to]
  const warnings = [
    ...orderWarnings(arranged, {
      cancelled: Number(orders.cancelled),
      anonymous: orders.anonymous === true,
      lines: sales.lines,
    }),
    ...orderAmountWarnings(arranged),
    ...saleWarnings(sales),
    ...(returned.unpriced > 0
      ? [
          warning(
            'returns_without_amount',
            `${plural(String(returned.unpriced), 'return states', 'returns state')} no amount, and this import does not hold the orders that would tell it. What came back counts at its order's price where that is known already, else in returned units only.`,
          ),
        ]
      : []),
    ...(handover.lines.length > 0 ? await offsettingWarnings(bench, handover.lines) : []),
    ...(handover.lines.length > 0 ? await repeatedReturns(bench, handover.lines) : []),
    ...(handover.returns ? await cancelledReturns(bench, handover.returns, handover.orders) : []),
    ...refundsToldWarnings(handover),
    ...(await productWarnings(bench, handover)),
    ...(await identifierWarnings(bench, handover)),
    ...regionWarnings(handover),
    ...stockWarnings(handover),
  ]
  return {
    period: spanOf(days.filter((day) => typeof day === 'string')),
    revenue: sales.revenue,
    returns: returned.amount,
    orders: Number(orders.counted),
    units: sales.units,
    warnings,
  }
}

const noReturnFigures = { amount: '0', unpriced: 0, from: null, to: null }

async function returnFigures(bench: Workbench, returns: string) {
  const row = await bench.row(
    `SELECT coalesce(sum(amount), 0)::DECIMAL(38,4)::VARCHAR AS amount, count(*) FILTER (amount IS NULL) AS unpriced,
       min(return_date)::VARCHAR AS from_day, max(return_date)::VARCHAR AS to_day FROM ${reading([returns])}`,
  )
  return {
    amount: String(row.amount),
    unpriced: Number(row.unpriced),
    from: row.from_day,
    to: row.to_day,
  }
}

/** The figures alone, in one statement. */
export async function plainFigures(
  bench: Workbench,
  { lines, orders, returns }: Handover,
): Promise<Findings> {
  const ofLines = `(SELECT min(order_date) AS first_sale, max(order_date) AS last_sale, sum(total_price) AS revenue, sum(quantity) AS units
    FROM ${reading(lines)} WHERE ${isSale})`
  const ofReturns = `(SELECT min(return_date) AS first_return, max(return_date) AS last_return, sum(amount) AS amount FROM ${reading([returns ?? ''])})`
  const asked = [
    ...(lines.length > 0 ? [ofLines] : []),
    ...(returns ? [ofReturns] : []),
    `(SELECT count(*) FILTER (state = 'counted') AS counted FROM ${reading([orders])})`,
  ]
  const row = await bench.row(`SELECT * FROM ${asked.join(', ')}`)
  const days = [row.first_sale, row.last_sale, row.first_return, row.last_return]
  return {
    period: spanOf(days.filter((day) => typeof day === 'string')),
    revenue: String(row.revenue ?? '0'),
    returns: String(row.amount ?? '0'),
    orders: Number(row.counted),
    units: money.trim(String(row.units ?? '0')),
    warnings: [],
  }
}

interface Sales {
  readonly from: string | null
  readonly to: string | null
  readonly revenue: string
  readonly units: string
  readonly lines: number
  readonly guests: number
  readonly guestRevenue: string
  readonly differing: number
  readonly costsUnused: number
  readonly toldQuantities: number
  readonly toldTotals: number
  readonly productless: number
  readonly identical: number
  /** Lines in other currencies that were converted by the rates of the import. */
  readonly converted: number
}

const noSales: Sales = {
  from: null,
  to: null,
  revenue: '0',
  units: '0',
  lines: 0,
  guests: 0,
  guestRevenue: '0',
  differing: 0,
  costsUnused: 0,
  toldQuantities: 0,
  toldTotals: 0,
  productless: 0,
  identical: 0,
  converted: 0,
}

async function salesFigures(bench: Workbench, lines: readonly string[]): Promise<Sales> {
  const from = `${reading(lines)} WHERE ${isSale}`
  const row = await bench.row(
    `SELECT min(order_date)::VARCHAR AS from_day, max(order_date)::VARCHAR AS to_day, count(*) AS lines,
       coalesce(sum(total_price), 0)::DECIMAL(38,4)::VARCHAR AS revenue, coalesce(sum(quantity), 0)::DECIMAL(38,3)::VARCHAR AS units,
       count(*) FILTER (customer_key IS NULL) AS guests,
       coalesce(sum(total_price) FILTER (customer_key IS NULL), 0)::DECIMAL(38,4)::VARCHAR AS guest_revenue,
       count(*) FILTER (product_key IS NULL) AS productless,
       count(*) FILTER (differs) AS differing, count(*) FILTER (cost_unused) AS costs_unused,
       count(*) FILTER (repaired = 'quantity') AS quantities, count(*) FILTER (repaired = 'total') AS totals,
       count(*) FILTER (is_converted) AS converted
     FROM ${from}`,
  )
  const identical = await bench.row(identicalLines(lines))
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    from: text(row.from_day),
    to: text(row.to_day),
    revenue: String(row.revenue),
    units: money.trim(String(row.units)),
    lines: Number(row.lines),
    guests: Number(row.guests),
    guestRevenue: String(row.guest_revenue),
    differing: Number(row.differing),
    costsUnused: Number(row.costs_unused),
    toldQuantities: Number(row.quantities),
    toldTotals: Number(row.totals),
    productless: Number(row.productless),
    identical: Number(identical.lines),
    converted: Number(row.converted),
  }
}

function warning(code: WarningCode, text: string): Warning {
  return { code, text }
}

function saleWarnings(sales: Sales): Warning[] {
  const found: Warning[] = []
  if (sales.guests > 0) {
    found.push(
      warning(
        'missing_customer',
        `${plural(String(sales.guests), 'line names', 'lines name')} no customer (${amountText(sales.guestRevenue)} of revenue): counted in sales, not in customer figures.`,
      ),
    )
  }
  if (sales.productless > 0) {
    found.push(
      warning(
        'missing_product',
        `${plural(String(sales.productless), 'line names', 'lines name')} no product: counted in sales, not in rankings of products.`,
      ),
    )
  }
  if (sales.identical > 0) {
    found.push(
      warning(
        'identical_lines',
        `${plural(String(sales.identical), 'line repeats another line of its order', 'lines repeat another line of their order')} and ${sales.identical === 1 ? 'was' : 'were'} kept: the same product can be scanned twice.`,
      ),
    )
  }
  if (sales.differing > 0) {
    found.push(
      warning(
        'total_differs',
        `${plural(String(sales.differing), 'line has a total that differs', 'lines have a total that differs')} from quantity x price. The total as stated counts.`,
      ),
    )
  }
  if (sales.toldQuantities > 0) {
    found.push(
      warning(
        'quantity_told_by_total',
        `${plural(String(sales.toldQuantities), 'line states', 'lines state')} no readable quantity: it was told by total / price.`,
      ),
    )
  }
  if (sales.toldTotals > 0) {
    found.push(
      warning(
        'total_told_by_price',
        `${plural(String(sales.toldTotals), 'line states', 'lines state')} no readable total: quantity x price counts.`,
      ),
    )
  }
  if (sales.converted > 0) {
    found.push(
      warning(
        'converted',
        `${plural(String(sales.converted), 'line', 'lines')} in other currencies count at the exchange rates of this import: each at that of its row, or at the last that is stated up to its day.`,
      ),
    )
  }
  if (sales.costsUnused > 0) {
    found.push(
      warning(
        'costs_not_used',
        `${plural(String(sales.costsUnused), 'line states', 'lines state')} a cost that is negative or no number: counted as without a cost.`,
      ),
    )
  }
  return found
}

function orderWarnings(
  arranged: ArrangeFindings,
  orders: { readonly cancelled: number; readonly anonymous: boolean; readonly lines: number },
): Warning[] {
  const found: Warning[] = []
  if (orders.cancelled > 0) {
    found.push(
      warning(
        'cancelled_orders',
        `${plural(String(orders.cancelled), 'order is cancelled and counts', 'orders are cancelled and count')} nowhere.`,
      ),
    )
  }
  if (orders.anonymous) {
    found.push(
      warning(
        'anonymous_orders',
        `No order number is stated: ${orders.lines === 1 ? 'the line' : `each of the ${countText(String(orders.lines))} lines`} stands for an order of its own, so orders and average order value are not available.`,
      ),
    )
  }
  if (arranged.severalDays > 0) {
    found.push(
      warning(
        'order_with_several_days',
        `${plural(String(arranged.severalDays), 'order has', 'orders have')} lines on several days: the first counts.`,
      ),
    )
  }
  if (arranged.severalCustomers > 0) {
    found.push(
      warning(
        'order_with_several_customers',
        `${plural(String(arranged.severalCustomers), 'order has', 'orders have')} lines of several customers: the first counts.`,
      ),
    )
  }
  return found
}

/** A correction booked as a negative price is rejected; what it corrects still stands in revenue. */
async function offsettingWarnings(bench: Workbench, lines: readonly string[]): Promise<Warning[]> {
  const from = reading(lines)
  const negative = await bench.row(
    `SELECT count(*) AS lines FROM ${from} WHERE reason IN ('negative_price', 'negative_total')`,
  )
  if (Number(negative.lines) === 0) return []
  // A rejected line corrects one sale, however many others are alike.
  const row = await bench.row(
    `WITH sold AS (SELECT product_key, total_price AS amount, count(*) AS copies FROM ${from}
         WHERE ${isSale} AND total_price > 0 GROUP BY ALL),
       corrected AS (SELECT product_key, -total_price AS amount, count(*) AS copies FROM ${from}
         WHERE reason IN ('negative_price', 'negative_total') GROUP BY ALL)
     SELECT coalesce(sum(amount * least(sold.copies, corrected.copies)), 0)::DECIMAL(38,4)::VARCHAR AS amount, count(*) AS lines
     FROM sold JOIN corrected USING (product_key, amount)`,
  )
  if (Number(row.lines) === 0) return []
  return [
    warning(
      'offsetting_rejects',
      `${amountText(String(row.amount))} of revenue has offsetting rejected lines: the same product and amount with a negative price. Look at the rejected rows.`,
    ),
  ]
}

/** Sales that are marked as returned, and a table of returns beside them, may be about the same goods. */
async function repeatedReturns(bench: Workbench, lines: readonly string[]): Promise<Warning[]> {
  const back = `FROM ${reading(lines)} WHERE outcome IN ('return', 'refunded')`
  const several = 'min(file_number) <> max(file_number)'
  const row = await bench.row(
    `SELECT count(*) AS products FROM (SELECT order_id, product_key ${back} GROUP BY order_id, product_key
       HAVING ${several} AND NOT bool_or(${isOnlyRefunded}))`,
  )
  // A refund that names no product may be of any of its order's.
  const whole = await bench.row(
    `SELECT count(*) AS orders FROM (SELECT order_id ${back} AND order_id IS NOT NULL GROUP BY order_id
       HAVING ${several} AND bool_or(outcome = 'return' AND product_key IS NULL) AND bool_or(outcome = 'refunded' AND NOT (${isOnlyRefunded})))`,
  )
  const twice = [
    ...(Number(row.products) > 0
      ? [`${plural(String(row.products), 'product of an order has', 'products of orders have')}`]
      : []),
    ...(Number(whole.orders) > 0
      ? [`${plural(String(whole.orders), 'order has', 'orders have')}`]
      : []),
  ]
  return twice.map((those) =>
    warning(
      'returns_twice',
      `${those} returns in several files, and all of them count: look whether they are the same.`,
    ),
  )
}

/** What went back of orders that never counted lessens net sales by what was never among them. */
async function cancelledReturns(
  bench: Workbench,
  returns: string,
  orders: string,
): Promise<Warning[]> {
  const row = await bench.row(
    `SELECT count(DISTINCT order_id) AS orders, coalesce(sum(amount), 0)::DECIMAL(38,4)::VARCHAR AS amount FROM ${reading([returns])}
     WHERE order_id IN (SELECT order_id FROM ${reading([orders])} WHERE state <> 'counted')`,
  )
  if (Number(row.orders) === 0) return []
  return [
    warning(
      'returns_uncounted',
      `${amountText(String(row.amount))} went back of ${plural(String(row.orders), 'order', 'orders')} of this import that ${Number(row.orders) === 1 ? 'is' : 'are'} cancelled or not counted: it is taken off net sales, though what was paid is not among them.`,
    ),
  ]
}

function refundsToldWarnings({ refundsTold }: Handover): Warning[] {
  if (refundsTold === 0) return []
  return [
    warning(
      'refunds_beside_orders',
      `${plural(String(refundsTold), 'order says it was refunded and has', 'orders say they were refunded and have')} rows that tell what came back: these count, and nothing beyond them is taken off.`,
    ),
  ]
}

function regionWarnings({ differingRegions }: Handover): Warning[] {
  if (differingRegions === 0) return []
  return [
    warning(
      'regions_differ',
      `${plural(String(differingRegions), 'region is another place', 'regions are another place')} in each of several tables: the last table counts.`,
    ),
  ]
}

function stockWarnings({ repeatedStock }: Handover): Warning[] {
  if (repeatedStock === 0) return []
  return [
    warning(
      'stock_repeated',
      `${plural(String(repeatedStock), 'entry of stock comes', 'entries of stock come')} several times with different quantities (the same product, moment, kind and place): the last counts.`,
    ),
  ]
}

async function productWarnings(bench: Workbench, handover: Handover): Promise<Warning[]> {
  const found: Warning[] = []
  const cases = await bench.row(
    `SELECT count(*) AS keys FROM (SELECT lower(product_key) FROM ${reading([handover.products])}
       GROUP BY lower(product_key) HAVING count(*) > 1)`,
  )
  if (Number(cases.keys) > 0) {
    found.push(
      warning(
        'keys_differ_in_case',
        `${plural(String(cases.keys), 'product id exists', 'product ids exist')} in upper and lower case: each spelling counts apart.`,
      ),
    )
  }
  if (handover.lines.length > 0) {
    const names = await bench.row(
      `SELECT count(*) FILTER (names > 1) AS several, count(*) FILTER (names = 0) AS nameless FROM (
         SELECT product_key, count(DISTINCT product_name) AS names FROM ${reading(handover.lines)}
         WHERE ${isSale} AND product_key IS NOT NULL GROUP BY product_key)`,
    )
    if (Number(names.several) > 0) {
      found.push(
        warning(
          'several_names',
          `${plural(String(names.several), 'product has', 'products have')} more than one name: the most frequent is shown.`,
        ),
      )
    }
  }
  const nameless = await bench.row(
    `SELECT count(*) AS products FROM ${reading([handover.products])} WHERE product_name IS NULL`,
  )
  if (Number(nameless.products) > 0) {
    found.push(
      warning(
        'missing_product_name',
        `${plural(String(nameless.products), 'product has', 'products have')} no name: the id is shown.`,
      ),
    )
  }
  return found
}
