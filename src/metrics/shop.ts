import { addDays, type DayRange, dayIn, earlierOf, laterOf } from '../model/day.ts'
import { liveRunPrefix } from '../model/live.ts'
import type { Shop } from '../model/wire.ts'
import type { SqlRow, Warehouse } from '../warehouse/warehouse.ts'
import { readShopFacts, type ShopFacts, type ShopFactsOptions } from './shop-facts.ts'

export type ShopState = Pick<
  Shop,
  | 'name'
  | 'timeZone'
  | 'currency'
  | 'period'
  | 'orders'
  | 'orderLines'
  | 'customers'
  | 'products'
  | 'lastImport'
  | 'defaultRange'
  | 'today'
  | 'freshness'
>

/** Facts change only with a run, so what was counted of them holds for its sequence. */
const countsBySequence = new WeakMap<Warehouse, { sequence: number; counts: SqlRow }>()

/** What a page needs to know of the shop before it asks: how much there is, and which days to open on. */
export async function shopState(
  warehouse: Warehouse,
  options: ShopFactsOptions,
): Promise<ShopState> {
  const shop = await readShopFacts(warehouse, options)
  const [counts, lastImport] = await Promise.all([
    readCounts(warehouse, shop.freshness.sequence),
    readLastImport(warehouse),
  ])
  return {
    name: shop.name ?? 'My shop',
    timeZone: shop.timeZone,
    currency: shop.currency,
    period: shop.orderSpan,
    orders: Number(counts.orders ?? 0),
    orderLines: Number(counts.order_lines ?? 0),
    customers: Number(counts.customers ?? 0),
    products: Number(counts.products ?? 0),
    lastImport,
    defaultRange: defaultRange(shop, lastImport),
    today: shop.today,
    freshness: shop.freshness,
  }
}

/**
 * The days to open on: on the day of an import its own span, so that a person sees what was just
 * brought in; later the last 28 days, which end today or, when the newest order is over a week old,
 * at it. Null only while there are no orders.
 */
export function defaultRange(
  shop: Pick<ShopFacts, 'orderSpan' | 'today' | 'timeZone' | 'live'>,
  lastImport: Shop['lastImport'],
): DayRange | null {
  const { orderSpan, today, timeZone, live } = shop
  if (!orderSpan) return null
  const importedToday =
    lastImport !== null && dayIn(timeZone, new Date(lastImport.finishedAt)) === today
  const imported = importedToday ? overlap(lastImport.period, orderSpan) : null
  if (imported) return imported
  const to = live ? laterOf(today, orderSpan.to) : orderSpan.to
  return { from: addDays(to, -27), to }
}

function overlap(a: DayRange | null, b: DayRange): DayRange | null {
  if (!a) return null
  const range = { from: laterOf(a.from, b.from), to: earlierOf(a.to, b.to) }
  return range.from <= range.to ? range : null
}

/** To count the orders of all facts takes as long as the largest question, and every commit asks it anew. */
const ofRollups = {
  orders: 'select sum(order_count) from rollup_day',
  lines: 'select sum(sale_lines) from rollup_day',
}
/** While other programs wrote facts that stand in no sum yet. */
const ofFacts = {
  orders: 'select count(distinct order_id) from sales_fact',
  lines: 'select count(*) from sales_fact',
}

function countsSql({ orders, lines }: typeof ofFacts): string {
  return `select (${orders}) as orders, (${lines}) as order_lines,
  (select count(*) from customers where customer_id <> 0) as customers,
  (select count(*) from products where product_id <> 0) as products,
  exists (select 1 from dirty_days) as dirty`
}

async function readCounts(warehouse: Warehouse, sequence: number): Promise<SqlRow> {
  const known = countsBySequence.get(warehouse)
  if (known && known.sequence === sequence && sequence > 0) return known.counts
  const [summed = {}] = await warehouse.query(countsSql(ofRollups), [], { brief: true })
  const [counts = summed] =
    summed.dirty === true ? await warehouse.query(countsSql(ofFacts), [], { brief: true }) : []
  countsBySequence.set(warehouse, { sequence, counts })
  return counts
}

/** Batches of live records are none: each of them is about some minutes. */
async function readLastImport(warehouse: Warehouse): Promise<Shop['lastImport']> {
  const [row] = await warehouse.query(
    `select run_id, finished_at, period_from, period_to
from runs where run_token not like '${liveRunPrefix}%' order by run_id desc nulls last limit 1`,
    [],
    { brief: true },
  )
  if (!row) return null
  const { period_from: from, period_to: to } = row
  return {
    runId: Number(row.run_id),
    finishedAt: String(row.finished_at),
    period: typeof from === 'string' && typeof to === 'string' ? { from, to } : null,
  }
}
