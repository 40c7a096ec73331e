import { type RawBuilder, sql } from 'kysely'
import { addDays } from '../../model/day.ts'
import type { SqlRow } from '../../warehouse/warehouse.ts'
import { unknowable } from '../figure.ts'
import type { Part, Sums } from '../metric.ts'
import { orderCount, returnedAmount, returnsWithoutAmount, revenueSum, unitSum } from '../parts.ts'
import {
  type Ask,
  type Cut,
  daySql,
  happened,
  type LiveMoment,
  numberOf,
  returnTime,
  saleTime,
  textOf,
} from './live-moment.ts'

/** The sums of one day, up to a moment and up to the beginning of its hour, and how well its facts tell their time. */
export interface DaySums {
  /** By the names of parts. */
  readonly soFar: Sums
  readonly byHour: Sums
  readonly sales: ToldTimes
  readonly returns: ToldTimes
  /** Orders and returns that do not count yet. */
  readonly laterOrders: number
  readonly laterReturns: number
  readonly withoutAmount: number
}

/** How many rows there are, how many of them tell no minute, and how many not even an hour. */
export interface ToldTimes {
  readonly rows: number
  readonly withoutMinute: number
  readonly withoutHour: number
}

/** The day, the one before it and the compared one. */
export interface LiveDays {
  readonly day: DaySums
  readonly before: DaySums
  readonly compared: DaySums
}

const saleParts: readonly Part[] = [revenueSum, unitSum, orderCount]
const returnParts: readonly Part[] = [returnedAmount]

/** Three days of each fact are read, however many there are. */
export async function readDays(
  ask: Ask,
  moment: LiveMoment,
  anonymous: boolean,
): Promise<LiveDays> {
  const days = [moment.day, addDays(moment.day, -1), moment.comparedCut.day]
  const sales = await ask(salesSql(days, moment))
  const returns = await ask(returnsSql(days, moment))
  const nameless = anonymous ? await ask(namelessSql(days)) : []
  const sumsOf = (day: string): DaySums => {
    const rowOf = (rows: readonly SqlRow[]) => rows.find((row) => row.day === day)
    return daySums(rowOf(sales), rowOf(returns), rowOf(nameless) !== undefined)
  }
  const [day = '', before = '', compared = ''] = days
  return { day: sumsOf(day), before: sumsOf(before), compared: sumsOf(compared) }
}

function salesSql(days: readonly string[], moment: LiveMoment): RawBuilder<unknown> {
  const { soFar, byHour } = conditions(moment, saleTime, sql`f.order_date`)
  return sql`select f.order_date as day,
  ${filtered(saleParts, soFar, 'so_far')},
  ${filtered(saleParts, byHour, 'by_hour')},
  count(*) as told_rows,
  count(*) filter (where f.ordered_at is null) as without_minute,
  count(*) filter (where f.ordered_at is null and f.order_hour is null) as without_hour,
  count(distinct f.order_id) filter (where not ${soFar}) as later
from sales_fact as f
where f.order_date in (${sql.join(days.map(daySql))})
group by f.order_date`
}

function returnsSql(days: readonly string[], moment: LiveMoment): RawBuilder<unknown> {
  const { soFar, byHour } = conditions(moment, returnTime, sql`f.return_date`)
  const withoutAmount = returnsWithoutAmount.expression(context)
  return sql`select f.return_date as day,
  ${filtered(returnParts, soFar, 'so_far')},
  ${filtered(returnParts, byHour, 'by_hour')},
  count(*) as told_rows,
  count(*) as without_minute,
  count(*) filter (where f.return_hour is null) as without_hour,
  count(*) filter (where not ${soFar}) as later,
  ${withoutAmount} as without_amount
from returns_fact as f
where f.return_date in (${sql.join(days.map(daySql))})
group by f.return_date`
}

/** Days with lines that no order number holds together. */
function namelessSql(days: readonly string[]): RawBuilder<unknown> {
  return sql`select distinct order_date as day from orders
where anonymous and order_date in (${sql.join(days.map(daySql))})`
}

/** Nothing is split, and no part of these looks at the range. */
const context = { by: [], range: { from: '', to: '' } } as const

function filtered(parts: readonly Part[], condition: RawBuilder<unknown>, name: string) {
  const columns = parts.map(
    (part) =>
      sql`${part.expression(context)} filter (where ${condition}) as ${sql.ref(`${name}_${part.name}`)}`,
  )
  return sql.join(columns, sql`,\n  `)
}

/** The day before is told whole. */
function conditions(
  { day, cut, hourCut, comparedCut, comparedHourCut }: LiveMoment,
  time: typeof saleTime,
  column: RawBuilder<unknown>,
) {
  const either = (own: Cut, compared: Cut) => sql`case
    when ${column} = ${daySql(day)} then ${happened(own, time)}
    when ${column} = ${daySql(compared.day)} then ${happened(compared, time)}
    else true end`
  return { soFar: either(cut, comparedCut), byHour: either(hourCut, comparedHourCut) }
}

function daySums(sales: SqlRow | undefined, returns: SqlRow | undefined, nameless: boolean) {
  const sumsOf = (name: string): Sums => ({
    ...partSums(sales, saleParts, name),
    ...partSums(returns, returnParts, name),
    ...(nameless ? { [orderCount.name]: unknowable } : {}),
  })
  return {
    soFar: sumsOf('so_far'),
    byHour: sumsOf('by_hour'),
    sales: toldTimes(sales),
    returns: toldTimes(returns),
    laterOrders: numberOf(sales, 'later'),
    laterReturns: numberOf(returns, 'later'),
    withoutAmount: numberOf(returns, 'without_amount'),
  }
}

/** Whether lines without an order number lie in the day, so that its orders cannot be counted. */
export function hasNameless({ soFar }: DaySums): boolean {
  return soFar[orderCount.name] === unknowable
}

function partSums(row: SqlRow | undefined, parts: readonly Part[], name: string): Sums {
  return Object.fromEntries(parts.map((part) => [part.name, textOf(row, `${name}_${part.name}`)]))
}

function toldTimes(row: SqlRow | undefined): ToldTimes {
  return {
    rows: numberOf(row, 'told_rows'),
    withoutMinute: numberOf(row, 'without_minute'),
    withoutHour: numberOf(row, 'without_hour'),
  }
}
