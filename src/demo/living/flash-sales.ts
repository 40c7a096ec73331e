import { daysBetween } from '../../model/day.ts'
import { categories } from '../assortment-words.ts'
import type { Chance } from '../chance.ts'

/** Now and then one category is sold cheaper for some minutes, and people come for it. */
export interface FlashSale {
  /** Seconds since the local midnight; `to` is the first second after it. */
  readonly from: number
  readonly to: number
  /** Index in `categories`. */
  readonly category: number
  /** Taken off the line, in percent of its price. */
  readonly percent: number
}

/** Orders against the same time without it, when it is at its height. */
const highestLift = 4
/** Seconds until word has gone round. */
const rising = 90
/** Lines of its category that get the discount, in percent. */
export const flashReach = 95

const firstHour = 8
const lastHour = 22
/** One stretch of so many hours has one flash sale at most. */
const stretch = 2
const percents = [20, 25, 30, 35]

/** Orders against the same time without it: word goes round fast, and who wanted it has it soon. `second`: of the day. */
export function liftAt({ from, to }: FlashSale, second: number): number {
  const gone = second - from
  const height = Math.min(1, (gone + 1) / rising) * (1 - (0.5 * gone) / (to - from))
  return 1 + (highestLift - 1) * height
}

/** Those of a day, in order of time; they do not overlap. */
export function flashSalesOf(chance: Chance, day: string): FlashSale[] {
  const dayNumber = daysBetween('1970-01-01', day)
  const sales: FlashSale[] = []
  for (let hour = firstHour; hour < lastHour; hour += stretch) {
    const index = dayNumber * 24 + hour
    const pick = (purpose: string, size: number) => Math.floor(chance.number(purpose, index) * size)
    if (chance.number('flash sale comes', index) >= 0.7) continue
    const minutes = 10 + pick('flash sale minutes', 11)
    const from = hour * 3600 + pick('flash sale start', stretch * 60 - minutes + 1) * 60
    sales.push({
      from,
      to: from + minutes * 60,
      category: pick('flash sale category', categories.length),
      percent: percents[pick('flash sale percent', percents.length)] ?? 25,
    })
  }
  return sales
}
