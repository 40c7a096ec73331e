import { type RawBuilder, sql } from 'kysely'
import { addDays } from '../../model/day.ts'
import type { LiveBar, LiveBars, LiveFigures, LiveRecent } from '../../model/live-page.ts'
import { instantOf, wallClockOf } from '../../model/moment.ts'
import { divide } from '../../model/money.ts'
import type { SqlRow } from '../../warehouse/warehouse.ts'
import { metrics } from '../definitions/definitions.ts'
import { cellOf, figureOf } from '../figure.ts'
import { orderCount, revenueSum } from '../parts.ts'
import {
  type Ask,
  daySql,
  happened,
  instantSql,
  type LiveMoment,
  numberOf,
  saleTime,
  textOf,
} from './live-moment.ts'

/** Orders of the last minutes, and bars of the last hour; of orders that tell no minute, bars of the hours of the day. */

const recentMinutes = 10
const barMinutes = 60
const minuteLength = 60_000

interface BarsRequest {
  readonly moment: LiveMoment
  readonly timeZone: string
  readonly precision: LiveFigures['precision']
  /** Lines without an order number lie in these days. */
  readonly nameless: boolean
}

interface FoundBars {
  readonly recent: LiveRecent
  readonly bars: LiveBars
}

export async function liveBars(ask: Ask, request: BarsRequest): Promise<FoundBars> {
  const { precision } = request
  if (precision === 'hour') return { recent: unknownRecent, bars: await hourBars(ask, request) }
  if (precision === 'day') return { recent: unknownRecent, bars: { unit: null, bars: [] } }
  return minuteBars(ask, request)
}

const unknownRecent: LiveRecent = { minutes: recentMinutes, orders: null, perMinute: null }

async function minuteBars(ask: Ask, { moment, nameless }: BarsRequest): Promise<FoundBars> {
  const { at } = moment
  // An order at a whole minute belongs to the one that begins, as the moment does. At the end of the day none of it
  // begins: what is told at midnight is of the next day.
  const isOver = at >= moment.dayEnd
  const minute = Math.floor(at.getTime() / minuteLength) * minuteLength
  const running = isOver ? moment.dayEnd.getTime() - minuteLength : minute
  const starts = Array.from(
    { length: barMinutes },
    (_, index) => running - (barMinutes - 1 - index) * minuteLength,
  )
  const first = new Date(starts[0] ?? running)
  const rows = await ask(minutesSql(moment, first))
  const recent = rows.find((row) => row.minute === null)
  const byMinute = new Map(rows.map((row) => [Date.parse(String(row.minute ?? '')), row] as const))
  const orders = nameless ? null : numberOf(recent, orderCount.name)
  return {
    recent: {
      minutes: recentMinutes,
      orders,
      perMinute: orders === null ? null : divide(String(orders), String(recentMinutes), 1),
    },
    bars: {
      unit: 'minute',
      bars: starts.map((start) => ({
        ...barOf(new Date(start), byMinute.get(start), nameless),
        state: at.getTime() < start + minuteLength ? 'running' : 'over',
      })),
    },
  }
}

/** One row for each minute that holds an order, and one without a minute for the last ten. Days tell which blocks are read. */
function minutesSql({ at, day, dayEnd }: LiveMoment, first: Date): RawBuilder<unknown> {
  const sums = sql.join([summed(revenueSum), summed(orderCount)])
  const since = new Date(at.getTime() - recentMinutes * minuteLength)
  const days = sql`f.order_date >= ${daySql(addDays(day, -2))} and f.order_date <= ${daySql(addDays(day, 1))}`
  const minute = sql`date_trunc('minute', f.ordered_at)`
  const until =
    at < dayEnd ? sql`f.ordered_at <= ${instantSql(at)}` : sql`f.ordered_at < ${instantSql(dayEnd)}`
  return sql`select ${minute} as minute, ${sums}
from sales_fact as f
where ${days} and f.ordered_at >= ${instantSql(first)} and ${until}
group by ${minute}
union all
select null, ${sums}
from sales_fact as f
where ${days} and f.ordered_at > ${instantSql(since)} and ${until}`
}

async function hourBars(ask: Ask, request: BarsRequest): Promise<LiveBars> {
  const { moment, timeZone, nameless } = request
  const { day, at, cut } = moment
  const hours = hoursOf(timeZone, day)
  const hour = barHourSql(hours)
  const rows =
    await ask(sql`select ${hour} as hour, ${sql.join([summed(revenueSum), summed(orderCount)])}
from sales_fact as f
where f.order_date = ${daySql(day)} and f.order_hour is not null and ${happened(cut, saleTime)}
group by ${hour}`)
  const byHour = new Map(rows.map((row) => [numberOf(row, 'hour'), row] as const))
  const running = at < moment.dayEnd ? wallClockOf(timeZone, at).hour : 24
  return {
    unit: 'hour',
    bars: hours.flatMap(({ start, hour, shownAs }) =>
      hour === shownAs
        ? {
            ...barOf(start, byHour.get(hour), nameless),
            state: hour === running ? 'running' : hour < running ? 'over' : 'to_come',
          }
        : [],
    ),
  }
}

interface HourOfDay {
  readonly hour: number
  /** Its first instant; of an hour that clocks leap over, that of the leap. */
  readonly start: Date
  /** The same hour, or the one to which clocks leap from it. */
  readonly shownAs: number
}

function hoursOf(timeZone: string, day: string): HourOfDay[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const start = instantOf(timeZone, day, hour * 3_600)
    return { hour, start, shownAs: wallClockOf(timeZone, start).hour }
  })
}

/** Sources may tell an hour that there was not; it counts where the clock stood, as its instant does. */
function barHourSql(hours: readonly HourOfDay[]): RawBuilder<unknown> {
  const leapt = hours.filter(({ hour, shownAs }) => hour !== shownAs)
  if (leapt.length === 0) return sql`f.order_hour`
  const cases = leapt.map(
    ({ hour, shownAs }) => sql`when ${sql.lit(hour)} then ${sql.lit(shownAs)}`,
  )
  return sql`case f.order_hour ${sql.join(cases, sql` `)} else f.order_hour end`
}

function summed(part: typeof revenueSum): RawBuilder<unknown> {
  const expression = part.expression({ by: [], range: { from: '', to: '' } })
  return sql`${expression} as ${sql.ref(part.name)}`
}

function barOf(start: Date, row: SqlRow | undefined, nameless: boolean): Omit<LiveBar, 'state'> {
  const sums = {
    [revenueSum.name]: textOf(row, revenueSum.name),
    [orderCount.name]: textOf(row, orderCount.name),
  }
  return {
    start: start.toISOString(),
    orders: nameless ? null : cellOf('count', figureOf(metrics.orders, sums)),
    revenue: figureOf(metrics.revenue, sums) ?? '0.00',
  }
}
