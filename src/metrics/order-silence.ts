import { sql } from 'kysely'
import { addDays, daysBetween } from '../model/day.ts'
import { instantOf, wallClockOf } from '../model/moment.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { compile } from './compile.ts'
import { daySql, instantSql, numberOf, textOf } from './live/live-moment.ts'
import { readShopFacts, type ShopFacts } from './shop-facts.ts'

/** Whether the last minutes without an order are as quiet as they should be. */
export interface OrderSilence {
  readonly minutes: number
  /** Orders of these minutes. */
  readonly orders: number
  /** ISO instant of the newest order that is known by now; null where the last weeks have none. */
  readonly lastOrderAt: string | null
  /** What the same minutes of earlier weeks had in the middle, half orders too; null where that is not known. */
  readonly expected: number | null
  /** How many weeks that is of. */
  readonly weeks: number
  /** How likely no order is at all, 0 to 1; null where nothing is expected or it is not known. */
  readonly chance: number | null
  /** `silent`: there should have been some. `quiet`: none may well be. `unknown`: `reason` says why nobody can tell. */
  readonly state: 'heard' | 'silent' | 'quiet' | 'unknown'
  readonly reason: SilenceReason | null
}

export type SilenceReason = 'no_time' | 'history_too_short' | 'not_live'

/** Weeks that are compared: at most, and at least. */
const mostWeeks = 8
const leastWeeks = 4
/**
 * A silence that comes by chance less often than this is told. Orders that come independently of each other at a rate of
 * `expected` in a span leave it empty with the chance e^-expected (the Poisson distribution at 0; NIST/SEMATECH e-Handbook
 * of Statistical Methods, 1.3.6.6.19), so `expected` must be 4.61 at least.
 */
export const improbable = 0.01
/** Loads of the last days that brought an order within the minutes: fewer, and orders come in files, later than that. */
const liveLoads = 3
const liveDays = 7
const minute = 60_000

/**
 * Compares the minutes before now with the same ones, by the clock on the shop's wall, of the same weekday in the weeks
 * before: of these the median, so that neither a sale nor a day that was closed decides.
 */
export async function orderSilence(
  warehouse: Warehouse,
  { now, minutes }: { readonly now: () => Date; readonly minutes: number },
): Promise<OrderSilence> {
  const shop = await readShopFacts(warehouse, { now })
  const at = now()
  const spans = spansOf(shop, at, minutes)
  const { sql: text, parameters } = compile(countsSql(spans, { at, minutes }))
  const [row] = await warehouse.query(text, parameters)
  const orders = numberOf(row, 'span_0')
  const weeks = Math.min(mostWeeks, wholeWeeks(shop, spans))
  const earlier = spans.slice(1, weeks + 1).map((_, week) => numberOf(row, `span_${week + 1}`))
  const found = { minutes, orders, weeks, lastOrderAt: textOf(row, 'last_order_at') }
  if (orders > 0) return { ...found, expected: null, chance: null, state: 'heard', reason: null }
  const unknown = (reason: SilenceReason): OrderSilence => {
    return { ...found, expected: null, chance: null, state: 'unknown', reason }
  }
  if (numberOf(row, 'timed') === 0 && numberOf(row, 'untimed') > 0) return unknown('no_time')
  if (weeks < leastWeeks) return unknown('history_too_short')
  if (numberOf(row, 'live_loads') < liveLoads) return unknown('not_live')
  const expected = medianOf(earlier)
  const chance = Math.exp(-expected)
  const state = chance <= improbable ? 'silent' : 'quiet'
  return { ...found, expected, chance, state, reason: null }
}

interface Span {
  readonly day: string
  readonly from: Date
  readonly to: Date
}

/** The minutes before now, then those of one week earlier each. */
function spansOf({ timeZone }: ShopFacts, at: Date, minutes: number): Span[] {
  const { day, second } = wallClockOf(timeZone, at)
  return Array.from({ length: mostWeeks + 1 }, (_, week) => {
    const ofDay = addDays(day, -7 * week)
    const to = week === 0 ? at : instantOf(timeZone, ofDay, second)
    return { day: ofDay, from: new Date(to.getTime() - minutes * minute), to }
  })
}

/** A span counts where the shop had orders on an earlier day than any of its minutes. */
function wholeWeeks({ orderSpan }: ShopFacts, spans: readonly Span[]): number {
  const [now] = spans
  if (!orderSpan || !now) return 0
  return Math.max(0, Math.floor((daysBetween(orderSpan.from, now.day) - 2) / 7))
}

/** Days are looked at one earlier and later, because the day of an order is the local one where it was written. */
function countsSql(
  spans: readonly Span[],
  { at, minutes }: { readonly at: Date; readonly minutes: number },
) {
  const longest = Math.ceil(minutes / 1_440) + 1
  const days = new Set(
    spans.flatMap(({ day }) =>
      Array.from({ length: longest + 2 }, (_, index) => addDays(day, 1 - index)),
    ),
  )
  const today = spans[0]?.day ?? ''
  for (let back = 0; back <= liveDays; back += 1) days.add(addDays(today, -back))
  const counts = spans.map(
    ({ from, to }, week) => sql`count(distinct case when f.ordered_at > ${instantSql(from)}
    and f.ordered_at <= ${instantSql(to)} then f.order_id end) as ${sql.ref(`span_${week}`)}`,
  )
  const liveSince = instantSql(new Date(at.getTime() - liveDays * 1_440 * minute))
  const span = sql.lit(`${minutes} minutes`)
  return sql`select ${sql.join(counts)},
  max(case when f.ordered_at <= ${instantSql(at)} then f.ordered_at end) as last_order_at,
  count(f.ordered_at) as timed,
  count(*) - count(f.ordered_at) as untimed,
  count(distinct case when f.ordered_at > ${liveSince} and f.ordered_at <= ${instantSql(at)}
    and f.loaded_at <= f.ordered_at + ${span}::interval then f.run_id end) as live_loads
from sales_fact as f
where f.order_date in (${sql.join([...days].map((day) => daySql(day)))})`
}

function medianOf(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
