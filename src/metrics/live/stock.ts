import { type RawBuilder, sql } from 'kysely'
import { addDays } from '../../model/day.ts'
import type { LiveNote, LiveStock, LiveStockLevel } from '../../model/live-page.ts'
import { divide, isZero, multiply } from '../../model/money.ts'
import { plural } from '../../model/sentence.ts'
import type { SqlRow, SqlWords } from '../../warehouse/warehouse.ts'
import { metrics } from '../definitions/definitions.ts'
import { figureOf } from '../figure.ts'
import { unitSum } from '../parts.ts'
import {
  type Ask,
  daySql,
  happened,
  instantSql,
  type LiveMoment,
  numberOf,
  returnTime,
  saleTime,
  textOf,
} from './live-moment.ts'

/** What will be out of stock soon at the pace of the last day: one round of the clock, so that nights weigh as they do. */

const paceHours = 24
const horizonHours = 72
const shown = 8
const hourLength = 3_600_000

export interface FoundStock {
  readonly stock: LiveStock
  readonly notes: LiveNote[]
}

const unknown: LiveStock = { at: null, products: [], more: 0, paceHours, horizonHours }

/**
 * Levels follow the rules of `stock-levels.ts`, up to a moment instead of the end of a day, and only for products that
 * sold within the last day: all others have no pace. Facts are read from the oldest count of these that stands.
 */
export async function runningOut(
  ask: Ask,
  moment: LiveMoment,
  words: SqlWords,
): Promise<FoundStock> {
  const [counted] = await ask(sql`with ${paceSql(moment)},
${countsSql(moment)}
select (select min(first_on) from known) as oldest,
  (select count(*) from pace) as selling,
  (select count(*) from known) as counted`)
  const oldest = textOf(counted, 'oldest')
  const neverCounted = numberOf(counted, 'selling') - numberOf(counted, 'counted')
  const notes = neverCounted > 0 ? [neverCountedNote(neverCounted)] : []
  if (oldest === null) return { stock: unknown, notes }
  const rows = await ask(levelsSql(moment, words, addDays(oldest, -2)))
  return {
    stock: {
      ...unknown,
      at: moment.at.toISOString(),
      products: rows.slice(0, shown).map((row) => levelOf(row, moment.at)),
      more: numberOf(rows[0], 'found') - Math.min(shown, rows.length),
    },
    notes,
  }
}

function neverCountedNote(count: number): LiveNote {
  const text = `${plural(String(count), 'product', 'products')} sold in the last ${paceHours} hours without any stock count: when they run out is not known.`
  return { code: 'never_counted', text }
}

/**
 * `pace`: units sold in the last hours. What tells its hour only sold when that was over; what tells its day only counts for
 * the last day that is over, or the hours would hold two days of it.
 */
function paceSql({ at, day, cut }: LiveMoment): RawBuilder<unknown> {
  const yesterday = daySql(addDays(day, -1))
  const since = new Date(at.getTime() - paceHours * hourLength)
  const units = unitSum.expression({ by: [], range: { from: '', to: '' } })
  return sql`pace as materialized (
  select f.product_id, ${units} as sold
  from sales_fact as f
  where f.order_date >= ${daySql(addDays(day, -2))} and f.order_date <= ${daySql(day)}
    and case when f.ordered_at is not null
        then f.ordered_at > ${instantSql(since)} and f.ordered_at <= ${instantSql(at)}
      when f.order_date = ${daySql(day)} then ${happened(cut, saleTime)}${cut.counts === 'here' ? sql` and f.order_hour is not null` : sql``}
      else f.order_date = ${yesterday} and coalesce(f.order_hour >= ${sql.lit(cut.hour)}, ${sql.lit(cut.counts !== 'all')}) end
    and f.product_id <> 0
    and f.product_id not in (select product_id from products where kind = 'fee')
  group by f.product_id
)`
}

/** `placed`: the last count of each place by the moment; `known`: all places of a product together. */
function countsSql({ at }: LiveMoment): RawBuilder<unknown> {
  return sql`placed as materialized (
  select s.product_id, coalesce(s.location, '') as place, max(s.occurred_at) as counted_at
  from stock_fact as s
  inner join pace on pace.product_id = s.product_id
  where s.kind = 'count' and s.occurred_at <= ${instantSql(at)}
  group by s.product_id, coalesce(s.location, '')
),
known as materialized (
  select l.product_id, max(l.counted_at) as counted_at, max(s.occurred_on) as counted_on,
    min(s.occurred_on) as first_on, sum(s.quantity) as counted
  from placed as l
  inner join stock_fact as s on s.kind = 'count' and s.product_id = l.product_id
    and s.occurred_at = l.counted_at and coalesce(s.location, '') = l.place
  group by l.product_id
)`
}

function levelsSql(moment: LiveMoment, words: SqlWords, since: string): RawBuilder<unknown> {
  const { at, day, cut } = moment
  const upTo = (column: RawBuilder<unknown>, counted: RawBuilder<unknown>) =>
    sql`${column} >= ${daySql(since)} and ${column} <= ${daySql(day)}
      and (${column} < ${daySql(day)} or ${counted})`
  const quotient = sql.raw(words.quotient('greatest(units, 0)', 'sold'))
  return sql`with ${paceSql(moment)},
${countsSql(moment)},
moved as (
  select product_id, sum(units) as units
  from (
    select f.product_id, -f.quantity as units
    from sales_fact as f
    inner join known as k on k.product_id = f.product_id
    where ${upTo(sql`f.order_date`, happened(cut, saleTime))}
      and case when f.ordered_at is null then f.order_date > k.counted_on else f.ordered_at > k.counted_at end
    union all
    select f.product_id, f.quantity as units
    from returns_fact as f
    inner join known as k on k.product_id = f.product_id
    where ${upTo(sql`f.return_date`, happened(cut, returnTime))} and f.return_date > k.counted_on
  ) as rows_moved
  group by product_id
),
received as (
  select k.product_id, sum(s.quantity) as units
  from known as k
  inner join stock_fact as s on s.product_id = k.product_id and s.kind <> 'count'
  left join placed as l on l.product_id = k.product_id and l.place = coalesce(s.location, '')
  where s.occurred_on >= ${daySql(since)} and s.occurred_at <= ${instantSql(at)}
    and s.occurred_at > coalesce(l.counted_at, k.counted_at)
  group by k.product_id
),
levels as (
  select k.product_id, pace.sold, (k.counted + coalesce(m.units, 0) + coalesce(r.units, 0))::decimal(18, 3) as units
  from known as k
  inner join pace on pace.product_id = k.product_id
  left join moved as m on m.product_id = k.product_id
  left join received as r on r.product_id = k.product_id
),
soon as (
  select product_id, sold, units, ${quotient} as rounds, count(*) over () as found
  from levels
  where units * ${sql.lit(paceHours)} <= sold * ${sql.lit(horizonHours)}
  order by rounds nulls last, sold desc nulls last, product_id
  limit ${sql.lit(shown)}
)
select soon.*, p.product_name
from soon
inner join products as p on p.product_id = soon.product_id
order by soon.rounds nulls last, soon.sold desc nulls last, soon.product_id`
}

function levelOf(row: SqlRow, at: Date): LiveStockLevel {
  const units = textOf(row, 'units') ?? '0'
  const isOver = units.startsWith('-')
  const onHand = written(isOver ? '0' : units)
  const sold = written(textOf(row, 'sold'))
  const hours = isZero(onHand) ? null : divide(multiply(onHand, String(paceHours)), sold, 4)
  return {
    key: String(row.product_id),
    name: textOf(row, 'product_name') ?? '',
    onHand,
    oversold: written(isOver ? units.slice(1) : '0'),
    sold,
    runsOutAt:
      hours === null ? null : new Date(at.getTime() + Number(hours) * hourLength).toISOString(),
  }
}

/** As every figure in units is written. */
function written(units: string | null): string {
  return figureOf(metrics.units, { [unitSum.name]: units }) ?? '0'
}
