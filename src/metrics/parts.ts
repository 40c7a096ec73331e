import { type RawBuilder, sql } from 'kysely'
import { type Dimension, timeDimensions } from '../model/query.ts'
import type { Part, PartContext, Term } from './metric.ts'
import { plainValue } from './plain-value.ts'

/** The sums and counts that metrics share. `f` is the fact, `c` customers, `p` products. */

export const revenueSum = total('sales', 'revenue_sum', sql`sum(f.total_price)`)
export const grossSum = total('sales', 'gross_sum', sql`sum(f.gross_price)`)
export const unitSum = total('sales', 'unit_sum', sql`sum(f.quantity)`)
export const orderCount = total('sales', 'order_count', sql`count(distinct f.order_id)`)

/** Lines that no order number holds together: where there are any, orders cannot be counted. */
export const anonymousLines = total('anonymous_sales', 'anonymous_lines', sql`count(*)`)

export const returnedAmount = total('returns', 'returned_amount', sql`sum(f.amount)`)
export const returnedUnitSum = total('returns', 'returned_unit_sum', sql`sum(f.quantity)`)
export const returnsWithoutAmount = total(
  'returns',
  'returns_without_amount',
  sql`count(*) filter (where f.amount is null)`,
)

export const chargeSum = total('charges', 'charge_sum', sql`sum(f.amount)`)

export const customerCount = total(
  'sales',
  'customer_count',
  sql`count(distinct f.customer_id) filter (where f.customer_id <> 0)`,
)
export const newCustomerCount: Part = {
  name: 'new_customer_count',
  family: 'sales',
  needs: ['customers'],
  expression: (context) =>
    sql`count(distinct f.customer_id) filter (where f.customer_id <> 0 and ${firstOrderLiesIn(context)})`,
  whenEmpty: '0',
}
export const revenueWithoutCustomer = total(
  'sales',
  'revenue_without_customer',
  sql`sum(f.total_price) filter (where f.customer_id = 0)`,
)

/** Lines that no condition on the hour can see. */
export const linesWithoutHour = total(
  'sales',
  'lines_without_hour',
  sql`count(*) filter (where f.order_hour is null)`,
)

const cost = sql`coalesce(f.unit_cost, p.unit_cost)`
export const costedRevenue: Part = {
  name: 'costed_revenue',
  family: 'sales',
  needs: ['products'],
  expression: () => sql`sum(f.total_price) filter (where ${cost} is not null)`,
  whenEmpty: null,
}
export const costSum: Part = {
  name: 'cost_sum',
  family: 'sales',
  needs: ['products'],
  expression: () => sql`sum(f.quantity * ${cost})`,
  whenEmpty: null,
}

export const stockSum: Part = {
  name: 'stock_sum',
  family: 'stock',
  expression: () => sql`sum(f.on_hand)`,
  whenEmpty: null,
}
export const stockValueSum: Part = {
  name: 'stock_value_sum',
  family: 'stock',
  needs: ['products'],
  expression: () => sql`sum(f.on_hand * coalesce(p.unit_cost, p.price))`,
  whenEmpty: null,
}
export const stockWithoutValue: Part = {
  name: 'stock_without_value',
  family: 'stock',
  needs: ['products'],
  expression: () =>
    sql`count(*) filter (where f.on_hand > 0 and coalesce(p.unit_cost, p.price) is null)`,
  whenEmpty: '0',
}
export const oversoldProducts = total(
  'stock',
  'oversold_products',
  sql`count(*) filter (where f.oversold > 0)`,
)
export const oversoldUnits = total('stock', 'oversold_units', sql`sum(f.oversold)`)

/** The part counted once, as a term. */
export function plus(part: Part): Term {
  return { part, sign: 1 }
}

/** The part taken away, as a term. */
export function minus(part: Part): Term {
  return { part, sign: -1 }
}

function total(family: Part['family'], name: string, expression: RawBuilder<unknown>): Part {
  return { name, family, expression: () => expression, whenEmpty: '0' }
}

/**
 * A customer is new in the bucket that holds the first order ever. Buckets cut by the range count as
 * far as the range goes, so that one month asked by month equals the same month asked as a range.
 */
function firstOrderLiesIn({ by, range }: PartContext): RawBuilder<unknown> {
  const conditions = timeDimensions.filter((unit) => by.includes(unit)).map(sameBucket)
  const [first, last] = [plainValue(range.from), plainValue(range.to)]
  const inRange = sql`c.first_order_date >= ${first}::date and c.first_order_date <= ${last}::date`
  return sql.join([inRange, ...conditions], sql` and `)
}

function sameBucket(unit: Dimension): RawBuilder<unknown> {
  const name = sql.lit(unit)
  return sql`date_trunc(${name}, c.first_order_date)::date = date_trunc(${name}, f.order_date)::date`
}
