import { addDays, weekdayOf } from '../../model/day.ts'

/** A second as the clock on the shop's wall shows it. */
export interface LocalSecond {
  /** yyyy-mm-dd. */
  readonly day: string
  /** Seconds since midnight by the clock: a day on which clocks change has some twice, or lacks some. */
  readonly second: number
  readonly isWeekend: boolean
}

/** Zones differ from UTC by whole quarters of an hour, and change between two of them. */
const quarter = 900
const secondsPerDay = 86_400

/** Tells the shop's time of moments in seconds since 1970. */
export class LocalClock {
  readonly #format: Intl.DateTimeFormat
  readonly #quarters = new Map<number, LocalSecond>()

  /** `timeZone`: IANA name. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
  }

  at(moment: number): LocalSecond {
    const start = Math.floor(moment / quarter) * quarter
    let known = this.#quarters.get(start)
    if (!known) {
      // What lies behind is not asked again: the day that is lived through has a hundred of them.
      if (this.#quarters.size > 500) this.#quarters.clear()
      known = this.#read(start)
      this.#quarters.set(start, known)
    }
    const second = known.second + (moment - start)
    if (second < secondsPerDay) return { ...known, second }
    const day = addDays(known.day, 1)
    return { day, second: second - secondsPerDay, isWeekend: weekdayOf(day) >= 6 }
  }

  #read(moment: number): LocalSecond {
    const part = Object.fromEntries(
      this.#format.formatToParts(new Date(moment * 1000)).map(({ type, value }) => [type, value]),
    )
    const day = `${part.year}-${part.month}-${part.day}`
    const second = Number(part.hour) * 3600 + Number(part.minute) * 60
    return { day, second, isWeekend: weekdayOf(day) >= 6 }
  }
}
