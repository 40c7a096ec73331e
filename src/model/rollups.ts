/**
 * Rollups as data: sums of the facts by a few keys and a bucket of time, kept equal to the facts in the same
 * transaction. Rows are signed and appended, so a cell is the sum of its rows, and holds nothing where its rows add
 * up to no line. Small grains of few keys are read ten to a hundred times faster than one wide cube.
 */

/**
 * Rows that are summed up: order lines, returns, charges, customers by the day of their first order, and the known
 * customers who bought in a month.
 */
export type SummedFact = 'sales' | 'returns' | 'charges' | 'first_orders' | 'buyers'

export type RollupKey =
  | 'hour'
  | 'region'
  | 'channel'
  | 'source'
  | 'category'
  | 'product'
  | 'customer'

/** What a fact is joined with before it is summed: `p` the product, `a` orders that stand for one line each. */
export type SummedJoin = 'products' | 'anonymous'

export type MeasureType = 'count' | 'money' | 'quantity' | 'cost'

/** One sum or count over the rows `f` of a fact; sums of it over cells are sums over the facts. */
export interface Measure {
  readonly of: SummedFact
  readonly type: MeasureType
  readonly sum: string
  /** What a single row adds to it, where that does not depend on others; null adds nothing. */
  readonly each?: string
  readonly needs?: readonly SummedJoin[]
}

const cost = 'coalesce(f.unit_cost, p.unit_cost)'

export const measures = {
  sale_lines: { of: 'sales', type: 'count', sum: 'count(*)', each: '1' },
  revenue_sum: { of: 'sales', type: 'money', sum: 'sum(f.total_price)', each: 'f.total_price' },
  gross_sum: { of: 'sales', type: 'money', sum: 'sum(f.gross_price)', each: 'f.gross_price' },
  unit_sum: { of: 'sales', type: 'quantity', sum: 'sum(f.quantity)', each: 'f.quantity' },
  /** Adds up over what an order has one of only: its day, place, channel, source and customer. */
  order_count: { of: 'sales', type: 'count', sum: 'count(distinct f.order_id)' },
  anonymous_lines: { of: 'sales', type: 'count', sum: 'count(a.order_id)', needs: ['anonymous'] },
  revenue_without_customer: {
    of: 'sales',
    type: 'money',
    sum: 'sum(f.total_price) filter (where f.customer_id = 0)',
  },
  costed_lines: { of: 'sales', type: 'count', sum: `count(${cost})`, needs: ['products'] },
  costed_revenue: {
    of: 'sales',
    type: 'money',
    sum: `sum(f.total_price) filter (where ${cost} is not null)`,
    needs: ['products'],
  },
  cost_sum: { of: 'sales', type: 'cost', sum: `sum(f.quantity * ${cost})`, needs: ['products'] },
  return_lines: { of: 'returns', type: 'count', sum: 'count(*)', each: '1' },
  returned_amount: { of: 'returns', type: 'money', sum: 'sum(f.amount)', each: 'f.amount' },
  returned_unit_sum: {
    of: 'returns',
    type: 'quantity',
    sum: 'sum(f.quantity)',
    each: 'f.quantity',
  },
  returns_without_amount: {
    of: 'returns',
    type: 'count',
    sum: 'count(*) filter (where f.amount is null)',
    each: 'case when f.amount is null then 1 else 0 end',
  },
  charge_lines: { of: 'charges', type: 'count', sum: 'count(*)', each: '1' },
  charge_sum: { of: 'charges', type: 'money', sum: 'sum(f.amount)', each: 'f.amount' },
  new_customer_count: { of: 'first_orders', type: 'count', sum: 'count(*)', each: '1' },
  /** Adds up over nothing: it is known of each month alone. */
  buyer_count: { of: 'buyers', type: 'count', sum: 'count(*)' },
} as const satisfies Readonly<Record<string, Measure>>

export type MeasureName = keyof typeof measures

/** The measure that tells whether a cell holds any row of a fact. */
export const rowCounts: Readonly<Record<SummedFact, MeasureName>> = {
  sales: 'sale_lines',
  returns: 'return_lines',
  charges: 'charge_lines',
  first_orders: 'new_customer_count',
  buyers: 'buyer_count',
}

export interface SummedFactSource {
  readonly table: string
  /** Column of the shop day. */
  readonly day: string
  /** SQL of each key that the fact has, over `f` and what it is joined with. */
  readonly keys: Readonly<Partial<Record<RollupKey, { readonly sql: string; needs?: SummedJoin }>>>
  /** Which rows count at all. */
  readonly where?: string
}

const orderKeys = {
  region: { sql: 'f.region_id' },
  channel: { sql: 'f.channel' },
  source: { sql: 'f.source' },
} as const
const goodsKeys = {
  category: { sql: 'p.category', needs: 'products' },
  product: { sql: 'f.product_id' },
  customer: { sql: 'f.customer_id' },
} as const

export const summedFacts: Readonly<Record<SummedFact, SummedFactSource>> = {
  sales: {
    table: 'sales_fact',
    day: 'order_date',
    keys: { ...orderKeys, ...goodsKeys, hour: { sql: 'f.order_hour' } },
  },
  returns: {
    table: 'returns_fact',
    day: 'return_date',
    keys: { ...orderKeys, ...goodsKeys, hour: { sql: 'f.return_hour' } },
  },
  charges: { table: 'order_charges_fact', day: 'order_date', keys: orderKeys },
  first_orders: {
    table: 'customers',
    day: 'first_order_date',
    keys: {},
    where: 'f.customer_id <> 0 and f.first_order_date is not null',
  },
  buyers: {
    table: `(SELECT day AS month, customer_id FROM rollup_customer_month WHERE customer_id <> 0
GROUP BY day, customer_id HAVING sum(sale_lines) > 0)`,
    day: 'month',
    keys: {},
  },
}

export interface RollupKeyColumn {
  readonly name: string
  readonly type: 'smallint' | 'bigint' | 'text'
  readonly nullable?: true
}

export const rollupKeys: Readonly<Record<RollupKey, RollupKeyColumn>> = {
  hour: { name: 'hour', type: 'smallint', nullable: true },
  region: { name: 'region_id', type: 'bigint' },
  channel: { name: 'channel', type: 'text', nullable: true },
  source: { name: 'source', type: 'text' },
  category: { name: 'category', type: 'text' },
  product: { name: 'product_id', type: 'bigint' },
  customer: { name: 'customer_id', type: 'bigint' },
}

export interface Rollup {
  readonly name: string
  /**
   * The bucket of time of its column `day`, which holds the bucket's first day. ever: all days are one bucket; its
   * column `appended` tells rows that came since cells were added up: those without have a single row.
   */
  readonly unit: 'day' | 'month' | 'ever'
  readonly keys: readonly RollupKey[]
  readonly measures: readonly MeasureName[]
  /** A finer rollup, made of the facts itself or listed before, of which what both measure can be made. */
  readonly from?: string
}

const lines = ['sale_lines', 'revenue_sum', 'gross_sum', 'unit_sum'] as const
const costs = ['costed_lines', 'costed_revenue', 'cost_sum'] as const
const back = [
  'return_lines',
  'returned_amount',
  'returned_unit_sum',
  'returns_without_amount',
] as const
const ofOrders = ['order_count', 'anonymous_lines', 'revenue_without_customer'] as const
const charged = ['charge_lines', 'charge_sum'] as const

const ofPlaces = [...lines, ...ofOrders, ...costs, ...back, ...charged]
const ofGoods = [...lines, ...costs, ...back]
/** Little, because there are many customers. */
const ofCustomers = [
  'sale_lines',
  'revenue_sum',
  'unit_sum',
  'order_count',
  'return_lines',
  'returned_amount',
] as const

/** From the smallest to the largest: a question is answered by the first that can. */
export const rollups: readonly Rollup[] = [
  { name: 'rollup_month', unit: 'month', keys: [], measures: ['buyer_count'] },
  {
    name: 'rollup_day',
    unit: 'day',
    keys: [],
    measures: [...ofPlaces, 'new_customer_count'],
    from: 'rollup_place_day',
  },
  {
    name: 'rollup_hour',
    unit: 'day',
    keys: ['hour'],
    measures: [...lines, 'order_count', ...back],
  },
  {
    name: 'rollup_place_day',
    unit: 'day',
    keys: ['region', 'channel', 'source'],
    measures: ofPlaces,
  },
  {
    name: 'rollup_place_month',
    unit: 'month',
    keys: ['region', 'channel', 'source'],
    measures: ofPlaces,
    from: 'rollup_place_day',
  },
  {
    name: 'rollup_category_day',
    unit: 'day',
    keys: ['region', 'category'],
    measures: ofGoods,
  },
  {
    name: 'rollup_category_month',
    unit: 'month',
    keys: ['region', 'category'],
    measures: ofGoods,
    from: 'rollup_category_day',
  },
  { name: 'rollup_product_month', unit: 'month', keys: ['product'], measures: ofGoods },
  {
    name: 'rollup_product',
    unit: 'ever',
    keys: ['product'],
    measures: ofGoods,
    from: 'rollup_product_month',
  },
  { name: 'rollup_customer_month', unit: 'month', keys: ['customer'], measures: ofCustomers },
  {
    name: 'rollup_customer',
    unit: 'ever',
    keys: ['customer'],
    measures: ofCustomers,
    from: 'rollup_customer_month',
  },
]
