import { momentsPerDay } from './orders.ts'

/** When in the day people buy. Nobody buys from two to three, the hour that clock changes skip or repeat. */

export interface Moment {
  /** Stretch of the day; weekends stand behind weekdays. */
  readonly moment: number
  /** Second of the day at which it starts. */
  readonly starts: number
  readonly seconds: number
}

/** Orders per hour, any unit, 0 to 23. */
const weekday = [
  8, 4, 0, 2, 2, 3, 8, 18, 30, 42, 50, 54, 56, 52, 50, 50, 53, 58, 65, 76, 84, 80, 55, 26,
]
const weekend = [
  12, 7, 0, 2, 2, 2, 4, 9, 22, 42, 60, 68, 66, 62, 62, 64, 64, 64, 64, 68, 72, 66, 44, 22,
]

/** Share of a day's orders that come in an hour, 0 to 23. */
export function shareOfHour(isWeekend: boolean, hour: number): number {
  const hours = isWeekend ? weekend : weekday
  return (hours[hour] ?? 0) / hours.reduce((sum, orders) => sum + orders, 0)
}

/** Stretches of time with equally many orders each, so that a share of the day's orders gives the time. */
export function moments(): Moment[] {
  return [weekday, weekend].flatMap((hours, kind) => {
    const total = hours.reduce((sum, orders) => sum + orders, 0)
    let reached = 0
    return hours.flatMap((orders, hour) => {
      const first = Math.round((reached / total) * momentsPerDay)
      reached += orders
      const count = Math.round((reached / total) * momentsPerDay) - first
      const seconds = Math.floor(3600 / count)
      return Array.from({ length: count }, (_, place) => ({
        moment: kind * momentsPerDay + first + place,
        starts: hour * 3600 + place * seconds,
        seconds,
      }))
    })
  })
}
