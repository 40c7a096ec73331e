import { weekdayOf } from '../../model/day.ts'
import { laterDay, type Promotion } from '../calendar.ts'
import type { Chance } from '../chance.ts'
import { shareOfHour } from '../day-rhythm.ts'
import type { Shop } from '../orders.ts'
import { type FlashSale, flashSalesOf, liftAt } from './flash-sales.ts'
import type { LocalClock, LocalSecond } from './local-time.ts'

/** A stretch of time: seconds since 1970, the last one not included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What is different about one day. */
export interface LivedDay {
  /**
   * Orders outside of flash sales against those of a mean day of the history: a whole day has as many as its season, its
   * weekday and its promotions give it, so that what flash sales bring is missing at other times.
   */
  readonly busyness: number
  readonly promotions: readonly Promotion[]
  readonly flashSales: readonly FlashSale[]
}

export interface OrderTime {
  /** Seconds since 1970. */
  readonly at: number
  readonly local: LocalSecond
  readonly flashSale: FlashSale | null
}

const secondsPerDay = 86_400

/** Days as the history would go on, each worked out once. */
export class LivedDays {
  readonly #shop: Shop
  readonly #days = new Map<string, LivedDay>()

  constructor(shop: Shop) {
    this.#shop = shop
  }

  of(day: string): LivedDay {
    const known = this.#days.get(day)
    if (known) return known
    const { chance, calendar } = this.#shop
    const flashSales = flashSalesOf(chance, day)
    const { busyness, promotions } = laterDay(chance, calendar, day)
    const lived = { flashSales, promotions, busyness: busyness / (1 + brought(flashSales, day)) }
    this.#days.set(day, lived)
    return lived
  }

  flashSaleAt({ day, second }: LocalSecond): FlashSale | null {
    return this.of(day).flashSales.find(({ from, to }) => from <= second && second < to) ?? null
  }
}

/**
 * When orders come. Each second is drawn by itself, so that a stretch of time has the same ones however it is cut.
 * `perSecond`: orders a second on a mean day.
 */
export function orderTimes(
  { chance, days, clock }: { chance: Chance; days: LivedDays; clock: LocalClock },
  span: Span,
  perSecond: number,
): OrderTime[] {
  const times: OrderTime[] = []
  for (let at = span.from; at < span.to; at += 1) {
    const local = clock.at(at)
    const flashSale = days.flashSaleAt(local)
    const hour = Math.floor(local.second / 3600)
    const expected =
      (perSecond *
        days.of(local.day).busyness *
        shareOfHour(local.isWeekend, hour) *
        secondsPerDay *
        (flashSale ? liftAt(flashSale, local.second) : 1)) /
      3600
    const count = arrivals(expected, (draw) => chance.number(`orders of a second ${draw}`, at))
    for (let order = 0; order < count; order += 1) times.push({ at, local, flashSale })
  }
  return times
}

/** What flash sales bring, against all other orders of their day. */
function brought(flashSales: readonly FlashSale[], day: string): number {
  const isWeekend = weekdayOf(day) >= 6
  let sum = 0
  for (const sale of flashSales) {
    for (let second = sale.from; second < sale.to; second += 1) {
      const share = shareOfHour(isWeekend, Math.floor(second / 3600)) / 3600
      sum += share * (liftAt(sale, second) - 1)
    }
  }
  return sum
}

/** Above this the chance of no arrival at all is too small to be counted down from. */
const mostAtOnce = 20

/** How many come where so many are expected, as people do who know nothing of one another: Poisson. */
function arrivals(expected: number, draw: (index: number) => number): number {
  const parts = Math.max(1, Math.ceil(expected / mostAtOnce))
  const none = Math.exp(-expected / parts)
  let count = 0
  for (let part = 0; part < parts; part += 1) {
    const luck = draw(part)
    let chanceOf = none
    let reached = chanceOf
    for (let more = 1; luck >= reached && chanceOf > 0; more += 1) {
      chanceOf *= expected / parts / more
      reached += chanceOf
      count += 1
    }
  }
  return count
}
