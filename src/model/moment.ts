import { addDays } from './day.ts'

/** From instants to the clock on a shop's wall and back. Pure: the zone's rules come from `Intl`. */

/** What a clock on the wall shows. */
export interface WallClock {
  /** yyyy-mm-dd. */
  readonly day: string
  /** 0 to 23. */
  readonly hour: number
  /** Since midnight as the clock shows it, 0 to 86,399. */
  readonly second: number
}

/** Making a format costs most of a millisecond, and a shop has one zone. */
const clocks = new Map<string, Intl.DateTimeFormat>()

/** What the clock of a time zone (IANA name) shows at an instant. */
export function wallClockOf(timeZone: string, instant: Date): WallClock {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '0'
  const hour = Number(part('hour'))
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    hour,
    second: hour * 3_600 + Number(part('minute')) * 60 + Number(part('second')),
  }
}

/**
 * The instant at which the clock of a time zone shows so many seconds since midnight. A time that the clock shows
 * twice, when summer ends, is the first of both; one that it leaps over is the instant of the leap.
 */
export function instantOf(timeZone: string, day: string, second: number): Date {
  const shown = Date.parse(`${day}T00:00:00Z`) + second * 1_000
  const before = offsetAt(timeZone, shown - dayLength)
  const after = offsetAt(timeZone, shown + dayLength)
  const instants = [shown - before, shown - after].filter(
    (instant) => instant + offsetAt(timeZone, instant) === shown,
  )
  if (instants.length > 0) return new Date(Math.min(...instants))
  return new Date(changeBetween(timeZone, shown - after, shown - before))
}

/** From the first instant of a shop day to that of the next. */
export interface DaySpan {
  readonly from: Date
  readonly to: Date
}

/** First and last instant of a shop day; the last is the first of the next day. */
export function instantsOf(timeZone: string, day: string): DaySpan {
  return { from: instantOf(timeZone, day, 0), to: instantOf(timeZone, addDays(day, 1), 0) }
}

const dayLength = 86_400_000

/** How many milliseconds the clock of a time zone is ahead of UTC at an instant, in milliseconds since 1970. */
export function offsetAt(timeZone: string, instant: number): number {
  const { day, second } = wallClockOf(timeZone, new Date(instant))
  const whole = Math.floor(instant / 1_000) * 1_000
  return Date.parse(`${day}T00:00:00Z`) + second * 1_000 - whole
}

/** The first instant, to the second, of the offset that holds at the end. */
function changeBetween(timeZone: string, first: number, last: number): number {
  const offset = offsetAt(timeZone, last)
  let [before, after] = [first / 1_000, last / 1_000]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (offsetAt(timeZone, middle * 1_000) === offset) after = middle
    else before = middle
  }
  return after * 1_000
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  clocks.set(timeZone, made)
  return made
}
