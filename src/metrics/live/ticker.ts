import { type RawBuilder, sql } from 'kysely'
import { addDays, earlierOf } from '../../model/day.ts'
import type { LiveOrder } from '../../model/live-page.ts'
import type { SqlRow } from '../../warehouse/warehouse.ts'
import { metrics } from '../definitions/definitions.ts'
import { figureOf } from '../figure.ts'
import { revenueSum, unitSum } from '../parts.ts'
import type { ShopFacts } from '../shop-facts.ts'
import { type Ask, daySql, happened, type LiveMoment, saleTime, textOf } from './live-moment.ts'

/** More than a screen holds, few enough to be sent four times a second. */
const shown = 40

/**
 * The newest orders by a moment: of its day and the one before, and of a shop that rests, of the last days that hold
 * any.
 */
export async function newestOrders(
  ask: Ask,
  moment: LiveMoment,
  { orderSpan }: Pick<ShopFacts, 'orderSpan'>,
): Promise<LiveOrder[]> {
  if (!orderSpan) return []
  const last = earlierOf(moment.day, orderSpan.to)
  const rows = await ask(newestSql({ from: addDays(last, -1), to: last }, moment))
  return rows.map(orderOf)
}

/**
 * Facts are sorted by day, orders are found by their day and id. An order is placed by the first thing that its lines
 * tell: day, hour, instant; then by when it was loaded.
 */
function newestSql(
  { from, to }: { readonly from: string; readonly to: string },
  moment: LiveMoment,
): RawBuilder<unknown> {
  const days = (column: string) =>
    sql`${sql.ref(column)} >= ${daySql(from)} and ${sql.ref(column)} <= ${daySql(to)}`
  const counted = sql`${days('f.order_date')} and (f.order_date < ${daySql(moment.day)} or ${happened(moment.cut, saleTime)})`
  const order = sql`order_date desc, order_hour desc nulls last, ordered_at desc nulls last, loaded_at desc, order_id desc`
  return sql`with newest as materialized (
  select f.order_id, max(f.order_date) as order_date, max(f.order_hour) as order_hour, max(f.ordered_at) as ordered_at,
    max(f.loaded_at) as loaded_at, max(f.region_id) as region_id, count(*) as line_count,
    sum(f.total_price) as revenue_sum, sum(f.quantity) as unit_sum
  from sales_fact as f
  where ${counted}
  group by f.order_id
  order by ${order}
  limit ${sql.lit(shown)}
), dearest as (
  select f.order_id, f.product_id,
    row_number() over (partition by f.order_id order by f.total_price desc nulls last, f.line_number) as place
  from sales_fact as f
  inner join newest as n on n.order_id = f.order_id
  where ${counted}
)
select n.*, o.order_number, o.anonymous, p.product_name, r.region_id as known_region, r.region_name, r.country_code
from newest as n
left join dearest as d on d.order_id = n.order_id and d.place = 1
left join products as p on p.product_id = d.product_id
left join regions as r on r.region_id = n.region_id
left join orders as o on o.order_id = n.order_id and ${days('o.order_date')}
order by ${sql`n.order_date desc, n.order_hour desc nulls last, n.ordered_at desc nulls last, n.loaded_at desc, n.order_id desc`}`
}

function orderOf(row: SqlRow): LiveOrder {
  const sums = {
    [revenueSum.name]: textOf(row, 'revenue_sum'),
    [unitSum.name]: textOf(row, 'unit_sum'),
  }
  const isPlaced = Number(row.known_region ?? 0) !== 0
  return {
    key: String(row.order_id),
    number: row.anonymous === true ? null : textOf(row, 'order_number'),
    day: String(row.order_date),
    at: textOf(row, 'ordered_at'),
    hour: row.order_hour === null ? null : Number(row.order_hour),
    place: isPlaced ? textOf(row, 'region_name') : null,
    countryCode: isPlaced ? textOf(row, 'country_code') : null,
    product: textOf(row, 'product_name') ?? '',
    moreLines: Number(row.line_count) - 1,
    units: figureOf(metrics.units, sums) ?? '0',
    revenue: figureOf(metrics.revenue, sums) ?? '0.00',
  }
}
