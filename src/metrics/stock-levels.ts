import { type RawBuilder, sql } from 'kysely'
import { addDays, type DayRange, earlierOf, endOf, startOf, unitsIn } from '../model/day.ts'
import type { Dimension } from '../model/query.ts'
import { finestUnit } from './dimensions.ts'
import { plainValue } from './plain-value.ts'

/**
 * Stock on hand is derived, never stored: one row per product and bucket of time, at the bucket's end,
 * with the columns bucket, product_id, on_hand and oversold. The last count of each place stands; units
 * sold are taken away and units returned added since the newest of them (sales name no place, so they
 * reduce the product as a whole); receipts and adjustments are added since the count of their place.
 * A sale without a time of day, and every return, counts as after a count when its day is later: a count
 * holds what its own day sold. Products without any count have no row.
 *
 * Every movement is looked at once, so the work grows with the facts and not with facts times buckets; none, and no
 * count, is looked at that happened before `since`, see `oldestCount`.
 */
export function stockLevels(
  by: readonly Dimension[],
  range: DayRange,
  since: string,
): RawBuilder<unknown> {
  const unit = finestUnit(by)
  const buckets = bucketsOf(by, range)
  const first = buckets[0]?.start ?? range.from
  const ends = buckets.map(
    ({ start, end }) => sql`(${plainValue(start)}::date, ${plainValue(end)}::date)`,
  )
  const bucketOf = (day: RawBuilder<unknown>) =>
    unit
      ? sql`greatest(date_trunc(${sql.lit(unit)}, ${day})::date, ${plainValue(startOf(unit, first))}::date)`
      : sql`${plainValue(first)}::date`
  // Between two counts movements add up over the buckets.
  const sinceCount =
    buckets.length === 1
      ? sql`m.units`
      : sql`sum(m.units) over (
    partition by k.product_id, k.counted_at order by k.bucket nulls last rows unbounded preceding)`
  return sql`(
with ends (bucket, last_day) as (values ${sql.join(ends)}),
${stockOf({ from: since, to: range.to })},
${lastCounts},
${movements(bucketOf, { from: since, to: range.to })},
${receipts},
levels as (
  select k.bucket, k.product_id, k.counted + coalesce(r.units, 0) + coalesce(${sinceCount}, 0) as units
  from known as k
  left join moved as m on m.product_id = k.product_id and m.bucket = k.bucket
  left join received as r on r.product_id = k.product_id and r.bucket = k.bucket
)
select bucket, product_id,
  greatest(units, 0)::decimal(18, 3) as on_hand,
  greatest(-units, 0)::decimal(18, 3) as oversold
from levels)`
}

/** The last day of the first bucket. */
export function firstEnd(by: readonly Dimension[], range: DayRange): string {
  return bucketsOf(by, range)[0]?.end ?? range.to
}

/**
 * The day of the oldest count that still stands at the end of a day, as `first_day`; null where nothing was counted by
 * then. What moved before it is in some count. Days are looked at two earlier, because the day of an order is the local
 * one where it was written, and that of a count the shop's.
 */
export function oldestCount(end: string): RawBuilder<unknown> {
  return sql`select min(counted_on) as first_day from (
  select max(occurred_on) as counted_on from stock_fact
  where kind = 'count' and occurred_on <= ${plainValue(end)}::date
  group by product_id, location) as placed`
}

/** The first day from which movements matter, given what `oldestCount` found. */
export function movementsSince(oldest: string | null, range: DayRange): string {
  return addDays(oldest ?? range.from, -2)
}

interface Bucket {
  readonly start: string
  readonly end: string
}

function bucketsOf(by: readonly Dimension[], range: DayRange): Bucket[] {
  const unit = finestUnit(by)
  if (!unit) return [{ start: range.from, end: range.to }]
  return unitsIn(unit, range).map((start) => ({
    start,
    end: earlierOf(endOf(unit, start), range.to),
  }))
}

/** `stock`: the counts, receipts and adjustments that matter, read once. */
const stockOf = ({ from, to }: DayRange) => sql`stock as materialized (
  select product_id, kind, quantity, occurred_at, occurred_on, coalesce(location, '') as place
  from stock_fact
  where occurred_on >= ${plainValue(from)}::date and occurred_on <= ${plainValue(to)}::date
)`

/** `placed`: the last count of each place; `known`: all places of a product together. */
const lastCounts = sql`placed as (
  select e.bucket, e.last_day, s.product_id, s.place, max(s.occurred_at) as counted_at
  from ends as e
  inner join stock as s on s.kind = 'count' and s.occurred_on <= e.last_day
  group by e.bucket, e.last_day, s.product_id, s.place
),
known as (
  select l.bucket, l.last_day, l.product_id, max(l.counted_at) as counted_at, max(s.occurred_on) as counted_on,
    sum(s.quantity) as counted
  from placed as l
  inner join stock as s on s.kind = 'count' and s.product_id = l.product_id
    and s.occurred_at = l.counted_at and s.place = l.place
  group by l.bucket, l.last_day, l.product_id
)`

/**
 * `moved`: units sold and returned since the count that stands at the end of their own bucket. What came
 * before that count is in it, so a movement matters to this one count only, and facts are joined by
 * equality. Movements before the first bucket belong to the first.
 */
function movements(
  bucketOf: (day: RawBuilder<unknown>) => RawBuilder<unknown>,
  { from, to }: DayRange,
): RawBuilder<unknown> {
  return sql`moved as (
  select product_id, bucket, sum(units) as units
  from (
    select k.product_id, k.bucket, -s.quantity as units
    from sales_fact as s
    inner join known as k on k.product_id = s.product_id and k.bucket = ${bucketOf(sql`s.order_date`)}
    where s.order_date >= ${plainValue(from)}::date and s.order_date <= ${plainValue(to)}::date
      and case when s.ordered_at is null then s.order_date > k.counted_on else s.ordered_at > k.counted_at end
    union all
    select k.product_id, k.bucket, b.quantity as units
    from returns_fact as b
    inner join known as k on k.product_id = b.product_id and k.bucket = ${bucketOf(sql`b.return_date`)}
    where b.return_date >= ${plainValue(from)}::date and b.return_date <= ${plainValue(to)}::date
      and b.return_date > k.counted_on
  ) as rows_moved
  group by product_id, bucket
)`
}

/** `received`: receipts and adjustments since the count of their place, else since the product's. */
const receipts = sql`received as (
  select k.bucket, k.product_id, sum(s.quantity) as units
  from known as k
  inner join stock as s on s.product_id = k.product_id and s.kind <> 'count' and s.occurred_on <= k.last_day
  left join placed as l on l.bucket = k.bucket and l.product_id = k.product_id and l.place = s.place
  where s.occurred_at > coalesce(l.counted_at, k.counted_at)
  group by k.bucket, k.product_id
)`
