import {
  addDays,
  addMonths,
  type DayRange,
  earlierOf,
  endOf,
  laterOf,
  lengthOf,
  startOf,
} from '../model/day.ts'
import type { CheckedQuery } from './check.ts'
import { isStock } from './check.ts'
import { type ShopFacts, union } from './shop-facts.ts'

/** Which days an answer is about, and with which it is compared. */

/**
 * What was asked, else the days of the data. Stock alone is asked up to the last count too, so that
 * the level of today is found. Null when there is nothing to go by.
 */
export function answeredRange(checked: CheckedQuery, shop: ShopFacts): DayRange | null {
  const { from, to } = checked.query
  const data = checked.metrics.every(isStock) ? union(shop.span, shop.stockSpan) : shop.span
  const first = from ?? data?.from ?? to
  const last = to ?? data?.to ?? from
  if (first === undefined || last === undefined) return null
  if (first <= last) return { from: first, to: last }
  return from === undefined ? { from: last, to: last } : { from: first, to: first }
}

/** Whether the range is not over: it reaches today and orders still come in. */
export function isRunning(range: DayRange, shop: Pick<ShopFacts, 'today' | 'live'>): boolean {
  return shop.live && range.from <= shop.today && range.to >= shop.today
}

/**
 * The range to compare with. A running range is compared with the same elapsed part: on the 23rd, this
 * month with the first 23 days of the last.
 */
export function comparedRange(
  checked: Pick<CheckedQuery, 'compare' | 'matchWeekday'>,
  range: DayRange,
  shop: Pick<ShopFacts, 'today' | 'live'>,
): DayRange | null {
  const { compare, matchWeekday } = checked
  if (compare === 'none') return null
  if (typeof compare === 'object') return compare
  const running = isRunning(range, shop)
  const elapsed = running ? { from: range.from, to: shop.today } : range
  if (compare === 'previous_year') return yearBefore(elapsed, matchWeekday)
  if (matchWeekday) return shift(elapsed, -Math.ceil(lengthOf(range) / 7) * 7)
  const whole = unitBefore(range)
  const last = addDays(whole.from, lengthOf(elapsed) - 1)
  return { from: whole.from, to: running ? earlierOf(last, whole.to) : whole.to }
}

/** The months before, as many as the range has when it is whole months, else as many days. */
function unitBefore(range: DayRange): DayRange {
  const to = addDays(range.from, -1)
  const months = wholeMonths(range)
  return {
    from: months ? addMonths(range.from, -months) : addDays(range.from, -lengthOf(range)),
    to,
  }
}

function yearBefore(range: DayRange, matchWeekday: boolean): DayRange {
  if (matchWeekday) return shift(range, -364)
  const to = addMonths(range.to, -12)
  return { from: addMonths(range.from, -12), to: wholeMonths(range) ? endOf('month', to) : to }
}

/** How many months the range is, or 0 when it is not whole months: years and quarters are months too. */
function wholeMonths({ from, to }: DayRange): number {
  if (startOf('month', from) !== from || endOf('month', to) !== to) return 0
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4))
  return years * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7)) + 1
}

function shift({ from, to }: DayRange, days: number): DayRange {
  return { from: addDays(from, days), to: addDays(to, days) }
}

/** Days of the range that can hold anything: none after today, unless the data goes further. */
export function pastPart(range: DayRange, shop: Pick<ShopFacts, 'today' | 'span'>): DayRange {
  const last = laterOf(shop.today, shop.span?.to ?? shop.today)
  return { from: range.from, to: earlierOf(range.to, last) }
}
