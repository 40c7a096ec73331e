import { type RawBuilder, sql } from 'kysely'
import { type Dimension, timeDimensions } from '../model/query.ts'
import { type MeasureName, measures } from '../model/rollups.ts'
import type { Part, PartContext, RolledPart, Term } from './metric.ts'
import { plainValue } from './plain-value.ts'

/** The sums and counts that metrics share. `f` is the fact, `c` customers, `p` products. */

export const revenueSum = measured('revenue_sum')
export const grossSum = measured('gross_sum')
export const unitSum = measured('unit_sum')
export const orderCount = measured('order_count')

/** Lines that no order number holds together: where there are any, orders cannot be counted. */
export const anonymousLines: Part = {
  ...total('anonymous_sales', 'anonymous_lines', sql`count(*)`),
  rolled: rolled('anonymous_lines'),
}

export const returnedAmount = measured('returned_amount')
export const returnedUnitSum = measured('returned_unit_sum')
export const returnsWithoutAmount = measured('returns_without_amount')

export const chargeSum = measured('charge_sum')

export const customerCount: Part = {
  ...total(
    'sales',
    'customer_count',
    sql`count(distinct f.customer_id) filter (where f.customer_id <> 0)`,
  ),
  rolled: {
    measures: ['sale_lines'],
    dimensions: ['customer'],
    expression: sql`count(*) filter (where f.customer_id <> 0 and f.sale_lines > 0)`,
    perCustomer: true,
    monthly: rolled('buyer_count'),
  },
}
export const newCustomerCount: Part = {
  name: 'new_customer_count',
  family: 'sales',
  needs: ['customers'],
  expression: (context) =>
    sql`count(distinct f.customer_id) filter (where f.customer_id <> 0 and ${firstOrderLiesIn(context)})`,
  rolled: { ...rolled('new_customer_count'), unfiltered: true },
  whenEmpty: '0',
}
export const revenueWithoutCustomer = measured('revenue_without_customer')

/** Lines that no condition on the hour can see. */
export const linesWithoutHour = total(
  'sales',
  'lines_without_hour',
  sql`count(*) filter (where f.order_hour is null)`,
)

export const costedRevenue: Part = {
  ...measured('costed_revenue'),
  needs: ['products'],
  rolled: ofCosted('costed_revenue'),
  whenEmpty: null,
}
export const costSum: Part = {
  ...measured('cost_sum'),
  needs: ['products'],
  rolled: ofCosted('cost_sum'),
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

/** A part that rollups hold as one of their measures. */
function measured(name: MeasureName): Part {
  const { of, sum } = measures[name]
  if (of === 'first_orders' || of === 'buyers') throw new Error(`${name} is no sum of a family`)
  return { ...total(of, name, sql.raw(sum)), rolled: rolled(name) }
}

/** The sum of a measure of rollups. */
export function rolled(name: MeasureName): RolledPart {
  const ofCell = sql.ref(`f.${name}`)
  return { measures: [name], expression: sql`sum(${ofCell})`, ofCell }
}

/** Where no line has a cost the sum is not known, rather than nothing. */
function ofCosted(name: 'costed_revenue' | 'cost_sum'): RolledPart {
  return {
    measures: [name, 'costed_lines'],
    expression: sql`case when sum(f.costed_lines) > 0 then sum(${sql.ref(`f.${name}`)}) end`,
  }
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
