import { type RawBuilder, sql } from 'kysely'
import { addDays, startOf, unitsIn } from '../../model/day.ts'
import { daySql } from '../live/live-moment.ts'
import { movementsSince, oldestCount, stockLevels } from '../stock-levels.ts'

/** What is counted and summed up of each product for a plan: how much was sold on how many days in stock. */

/** Days that a pace is taken from, before the day of the plan or, where that is over, up to it. */
export const paceDays = { short: 7, long: 28, longest: 90 } as const
export type PaceName = keyof typeof paceDays

export interface PlanDays {
  /** Levels are those of its end, or of now where it is running. */
  readonly day: string
  /** The last whole day: those of a pace end with it. */
  readonly lastWhole: string
}

/** The oldest count that matters to a plan, as `first_day`. */
export function planCounts(days: PlanDays): RawBuilder<unknown> {
  return oldestCount(firstLevel(days))
}

/** The level before the first day that is looked at tells whether it began in stock. */
function firstLevel(days: PlanDays): string {
  return addDays(firstOf(days), -1)
}

/** The start of a month: rollups tell of each month before it whether a product sold then. */
function firstOf({ lastWhole }: PlanDays): string {
  return startOf('month', addDays(lastWhole, 1 - paceDays.longest))
}

/**
 * One row for each product that was ever counted, or sold within the days. A day is one in stock where something was sold
 * on it, or something lay there at its beginning or its end; where no count tells, it is taken for one. Days before a
 * product was first sold or counted are none.
 */
export function planRows(days: PlanDays, oldest: string | null): RawBuilder<unknown> {
  const { day, lastWhole } = days
  const range = { from: firstLevel(days), to: day }
  const all = unitsIn('day', { from: firstOf(days), to: lastWhole })
  const within = (name: PaceName) => sql`day > ${daySql(addDays(lastWhole, -paceDays[name]))}`
  return sql`with levels as materialized (
  select bucket, product_id, on_hand, oversold
  from ${stockLevels(['day'], range, movementsSince(oldest, range))} as each_day
),
sold as materialized (
  select f.product_id, f.order_date as day, sum(f.quantity) as units, sum(f.total_price) as revenue
  from sales_fact as f
  where f.order_date >= ${daySql(firstOf(days))} and f.order_date <= ${daySql(day)}
  group by f.product_id, f.order_date
),
known as (
  select product_id, min(day) as since
  from (
    select product_id, day from sold
    union all
    select product_id, occurred_on from stock_fact where occurred_on <= ${daySql(day)}
    union all
    select product_id, day from rollup_product_month where day < ${daySql(firstOf(days))}
    group by product_id, day having sum(sale_lines) > 0
  ) as times
  group by product_id
),
days (day) as (values ${sql.join(all.map((each) => sql`(${daySql(each)})`))}),
grid as (
  select k.product_id, d.day, coalesce(s.units, 0) as units, coalesce(s.revenue, 0) as revenue,
    case when s.units > 0 then 1
      when coalesce(b.on_hand, 1) > 0 or coalesce(e.on_hand, 1) > 0 then 1 else 0 end as in_stock
  from known as k
  inner join days as d on d.day >= k.since
  left join sold as s on s.product_id = k.product_id and s.day = d.day
  left join levels as b on b.product_id = k.product_id and b.bucket = d.day - 1
  left join levels as e on e.product_id = k.product_id and e.bucket = d.day
),
sums as (
  select product_id,
    ${sql.join(
      paceNames.flatMap((name) => [
        sql`sum(case when ${within(name)} then in_stock else 0 end) as ${sql.ref(`days_${name}`)}`,
        sql`sum(case when ${within(name)} then units else 0 end) as ${sql.ref(`units_${name}`)}`,
        sql`sum(case when ${within(name)} then revenue else 0 end) as ${sql.ref(`revenue_${name}`)}`,
      ]),
      sql`,\n    `,
    )},
    sum(case when ${within('long')} then units * units else 0 end) as squares_long,
    sum(case when ${within('long')} then 1 - in_stock else 0 end) as days_out
  from grid
  group by product_id
)
select k.product_id, p.product_name, p.sku, p.category, n.on_hand, n.oversold,
  case when ${daySql(day)} > ${daySql(lastWhole)} then t.units end as units_of_day,
  ${sql.join(
    planSums.map((name) => sql`sums.${sql.ref(name)}`),
    sql`, `,
  )}
from known as k
inner join products as p on p.product_id = k.product_id and p.kind <> 'fee' and p.product_id <> 0
left join sums on sums.product_id = k.product_id
left join levels as n on n.product_id = k.product_id and n.bucket = ${daySql(day)}
left join sold as t on t.product_id = k.product_id and t.day = ${daySql(day)}
where n.on_hand is not null or sums.units_longest > 0 or t.units > 0
order by k.product_id`
}

const paceNames = Object.keys(paceDays) as PaceName[]
const planSums = [
  ...paceNames.flatMap((name) => [`days_${name}`, `units_${name}`, `revenue_${name}`]),
  'squares_long',
  'days_out',
]
