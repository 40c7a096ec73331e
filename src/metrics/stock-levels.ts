import { type RawBuilder, sql } from 'kysely'
import { type DayRange, earlierOf, endOf, startOf, unitsIn } from '../model/day.ts'
import type { Dimension } from '../model/query.ts'
import { finestUnit } from './dimensions.ts'

/**
 * Stock on hand is derived, never stored: one row per product and bucket of time, at the bucket's end,
 * with the columns bucket, product_id, on_hand and oversold. The last count of each place stands; units
 * sold are taken away and units returned added since the newest of them (sales name no place, so they
 * reduce the product as a whole); receipts and adjustments are added since the count of their place.
 * A sale without a time of day, and every return, counts as after a count when its day is later: a count
 * holds what its own day sold. Products without any count have no row.
 *
 * Every movement falls between two counts and into one bucket, so the work grows with the facts and
 * not with facts times buckets.
 */
export function stockLevels(by: readonly Dimension[], range: DayRange): RawBuilder<unknown> {
  const unit = finestUnit(by)
  const buckets = unit ? unitsIn(unit, range) : [range.from]
  const first = buckets[0] ?? range.from
  const ends = buckets.map((bucket) => {
    const end = unit ? earlierOf(endOf(unit, bucket), range.to) : range.to
    return sql`(${bucket}::date, ${end}::date)`
  })
  const bucketOf = (day: RawBuilder<unknown>) =>
    unit
      ? sql`greatest(date_trunc(${sql.lit(unit)}, ${day})::date, ${startOf(unit, first)}::date)`
      : sql`${first}::date`
  return sql`(
with ends (bucket, last_day) as (values ${sql.join(ends)}),
${lastCounts},
${movements(bucketOf, range.to)},
${receipts},
levels as (
  select k.bucket, k.product_id, k.counted + coalesce(r.units, 0) + coalesce(sum(m.units) over (
    partition by k.product_id, k.counted_at order by k.bucket nulls last rows unbounded preceding), 0) as units
  from known as k
  left join (select product_id, counted_at, bucket, sum(units) as units from moved group by product_id, counted_at, bucket) as m
    on m.product_id = k.product_id and m.counted_at = k.counted_at and m.bucket = k.bucket
  left join received as r on r.product_id = k.product_id and r.bucket = k.bucket
)
select bucket, product_id,
  greatest(units, 0)::decimal(18, 3) as on_hand,
  greatest(-units, 0)::decimal(18, 3) as oversold
from levels)`
}

/** `placed`: the last count of each place; `known`: all places of a product together. */
const lastCounts = sql`placed as (
  select e.bucket, e.last_day, s.product_id, coalesce(s.location, '') as place, max(s.occurred_at) as counted_at
  from ends as e
  inner join stock_fact as s on s.kind = 'count' and s.occurred_on <= e.last_day
  group by e.bucket, e.last_day, s.product_id, coalesce(s.location, '')
),
known as (
  select l.bucket, l.last_day, l.product_id, max(l.counted_at) as counted_at, max(s.occurred_on) as counted_on,
    sum(s.quantity) as counted
  from placed as l
  inner join stock_fact as s on s.kind = 'count' and s.product_id = l.product_id
    and s.occurred_at = l.counted_at and coalesce(s.location, '') = l.place
  group by l.bucket, l.last_day, l.product_id
),
spans as (
  select product_id, counted_at, counted_on,
    lead(counted_at) over (partition by product_id order by counted_at nulls last) as next_at,
    lead(counted_on) over (partition by product_id order by counted_at nulls last) as next_on
  from (select distinct product_id, counted_at, counted_on from known) as counts
)`

/** `moved`: units sold and returned, each under the count it follows and the bucket it falls into. */
function movements(
  bucketOf: (day: RawBuilder<unknown>) => RawBuilder<unknown>,
  lastDay: string,
): RawBuilder<unknown> {
  return sql`moved as (
  select c.product_id, c.counted_at, ${bucketOf(sql`greatest(s.order_date, c.counted_on)`)} as bucket, -s.quantity as units
  from spans as c
  inner join sales_fact as s on s.product_id = c.product_id
    and case when s.ordered_at is null
      then s.order_date > c.counted_on and (c.next_on is null or s.order_date <= c.next_on)
      else s.ordered_at > c.counted_at and (c.next_at is null or s.ordered_at <= c.next_at) end
  where s.order_date <= ${lastDay}::date
  union all
  select c.product_id, c.counted_at, ${bucketOf(sql`b.return_date`)} as bucket, b.quantity as units
  from spans as c
  inner join returns_fact as b on b.product_id = c.product_id and b.return_date > c.counted_on
    and (c.next_on is null or b.return_date <= c.next_on)
  where b.return_date <= ${lastDay}::date
)`
}

/** `received`: receipts and adjustments since the count of their place, else since the product's. */
const receipts = sql`received as (
  select k.bucket, k.product_id, sum(s.quantity) as units
  from known as k
  inner join stock_fact as s on s.product_id = k.product_id and s.kind <> 'count' and s.occurred_on <= k.last_day
  left join placed as l on l.bucket = k.bucket and l.product_id = k.product_id and l.place = coalesce(s.location, '')
  where s.occurred_at > coalesce(l.counted_at, k.counted_at)
  group by k.bucket, k.product_id
)`
