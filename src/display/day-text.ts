import { type DayRange, daysBetween, endOf, lengthOf } from '../model/day.ts'
import type { TimeDimension } from '../model/query.ts'

/** How shop days are worded. Days are text without a zone, so all formatting happens in UTC. */

/** Made when it is first asked for: all of them together take longer than most files of ours take to load. */
function dayFormat(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let format: Intl.DateTimeFormat | null = null
  return () => {
    format ??= new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
    return format
  }
}

const full = dayFormat({ day: 'numeric', month: 'short', year: 'numeric' })
const withWeekday = dayFormat({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
const short = dayFormat({ day: 'numeric', month: 'short' })
const month = dayFormat({ month: 'short', year: 'numeric' })
const shortMonth = dayFormat({ month: 'short' })

function instantOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}

/** Intl puts thin spaces around the dash; plain ones read the same and are easier to search for. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u2009', ' ')
}

/** `9 Dec 2011`. */
export function dayText(day: string): string {
  return full().format(instantOf(day))
}

/** An instant (ISO 8601) on the shop's clock: `23 Nov 2026, 09:12`. */
export function instantText(instant: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
  return format.format(new Date(instant))
}

/** `1 – 9 Dec 2011`, `26 Oct – 22 Nov 2026`, `1 Dec 2010 – 9 Dec 2011`. */
export function rangeText(range: DayRange): string {
  return plainSpaces(full().formatRange(instantOf(range.from), instantOf(range.to)))
}

/**
 * The finest grain a line reads well at: days for a quarter, weeks for a year, months for five,
 * quarters beyond.
 */
export function grainOf(range: DayRange): TimeDimension {
  const days = lengthOf(range)
  if (days <= 92) return 'day'
  if (days <= 400) return 'week'
  if (days <= 366 * 6) return 'month'
  return 'quarter'
}

export const grainWords: Readonly<Record<TimeDimension, string>> = {
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  quarter: 'quarterly',
  year: 'yearly',
}

/** Under an axis: `3 Nov`, `Nov`, `Nov 2011`, `Q4 2011`, `2011`. */
export function tickText(grain: TimeDimension, day: string): string {
  const instant = instantOf(day)
  switch (grain) {
    case 'day':
    case 'week':
      return short().format(instant)
    case 'month':
      return day.slice(5, 7) === '01' ? month().format(instant) : shortMonth().format(instant)
    case 'quarter':
      return `Q${Math.ceil(Number(day.slice(5, 7)) / 3)} ${day.slice(0, 4)}`
    case 'year':
      return day.slice(0, 4)
  }
}

/** The days a bucket really holds: its unit, cut at the ends of the range. */
export function bucketRange(grain: TimeDimension, day: string, range: DayRange): DayRange {
  const end = endOf(grain, day)
  const startsBefore = day < range.from
  const endsAfter = end > range.to
  return { from: startsBefore ? range.from : day, to: endsAfter ? range.to : end }
}

/** True when the range holds only some of the bucket's days, so that it looks smaller than it is. */
export function isCut(grain: TimeDimension, day: string, range: DayRange): boolean {
  return day < range.from || endOf(grain, day) > range.to
}

/** A bucket in a tooltip or table: its days, and that it is cut when it is. */
export function bucketText(grain: TimeDimension, day: string, range: DayRange): string {
  if (grain === 'day') return plainSpaces(withWeekday().format(instantOf(day)).replace(',', ''))
  const held = bucketRange(grain, day, range)
  if (isCut(grain, day, range)) return `${rangeText(held)} (part of the ${grain})`
  if (grain === 'month') return month().format(instantOf(day))
  return grain === 'week' ? rangeText(held) : tickText(grain, day)
}

/** True when the bucket holds the shop's today, so that its figure still grows. */
export function isRunning(grain: TimeDimension, day: string, today: string): boolean {
  return day <= today && today <= endOf(grain, day)
}

/** Data older than a week is a closed book: ranges then count back from its last day. */
export function isOld(newestDay: string, today: string): boolean {
  return daysBetween(newestDay, today) > 7
}
