/** Calendar days as text, `yyyy-mm-dd`. Pure arithmetic in UTC, so no zone or clock can leak in. */

const dayLength = 86_400_000

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year'

export interface DayRange {
  /** First day, inclusive. */
  readonly from: string
  /** Last day, inclusive. */
  readonly to: string
}

/** True for a real calendar day written `yyyy-mm-dd`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const instant = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(instant) && fromInstant(instant) === text
}

export function addDays(day: string, count: number): string {
  return fromInstant(toInstant(day) + count * dayLength)
}

/** The earlier of two days. */
export function earlierOf(a: string, b: string): string {
  return [a, b].sort()[0] ?? a
}

/** The later of two days. */
export function laterOf(a: string, b: string): string {
  return [a, b].sort()[1] ?? b
}

/** Whole days from `from` to `to`; 0 for the same day. */
export function daysBetween(from: string, to: string): number {
  return Math.round((toInstant(to) - toInstant(from)) / dayLength)
}

/** Number of days in a range, both ends counted. */
export function lengthOf(range: DayRange): number {
  return daysBetween(range.from, range.to) + 1
}

/** Adds calendar months; the day of month is clamped (31 Jan + 1 = 28 or 29 Feb). */
export function addMonths(day: string, count: number): string {
  const [year, month, date] = parts(day)
  const target = year * 12 + (month - 1) + count
  const targetYear = Math.floor(target / 12)
  const targetMonth = target - targetYear * 12
  const last = new Date(Date.UTC(targetYear, targetMonth + 1, 0)).getUTCDate()
  return fromInstant(Date.UTC(targetYear, targetMonth, Math.min(date, last)))
}

/** 1 = Monday ... 7 = Sunday (ISO 8601). */
export function weekdayOf(day: string): number {
  return new Date(toInstant(day)).getUTCDay() || 7
}

/** First day of the unit the day lies in; weeks start on Monday (ISO 8601). */
export function startOf(unit: Unit, day: string): string {
  const [year, month] = parts(day)
  switch (unit) {
    case 'day':
      return day
    case 'week':
      return addDays(day, 1 - weekdayOf(day))
    case 'month':
      return `${day.slice(0, 7)}-01`
    case 'quarter':
      return fromInstant(Date.UTC(year, Math.floor((month - 1) / 3) * 3, 1))
    case 'year':
      return `${day.slice(0, 4)}-01-01`
  }
}

/** First day of the unit `count` units later. */
export function addUnits(unit: Unit, day: string, count: number): string {
  switch (unit) {
    case 'day':
      return addDays(day, count)
    case 'week':
      return addDays(day, count * 7)
    case 'month':
      return addMonths(day, count)
    case 'quarter':
      return addMonths(day, count * 3)
    case 'year':
      return addMonths(day, count * 12)
  }
}

/** Last day of the unit the day lies in. */
export function endOf(unit: Unit, day: string): string {
  return addDays(addUnits(unit, startOf(unit, day), 1), -1)
}

/** The first days of all units that touch the range, in order. */
export function unitsIn(unit: Unit, range: DayRange): string[] {
  const starts: string[] = []
  const next = unit === 'day' ? dayAfter : (start: string) => addUnits(unit, start, 1)
  for (let start = startOf(unit, range.from); start <= range.to; start = next(start)) {
    starts.push(start)
  }
  return starts
}

/** Answers by day have thousands of them, and only every 28th may need the calendar. */
function dayAfter(day: string): string {
  const date = Number(day.slice(8))
  return date < 28 ? `${day.slice(0, 8)}${String(date + 1).padStart(2, '0')}` : addDays(day, 1)
}

/** Making a format costs most of a millisecond, and a shop has one zone. */
const dayFormats = new Map<string, Intl.DateTimeFormat>()

/** The shop day of an instant in a time zone (IANA name). */
export function dayIn(timeZone: string, instant: Date): string {
  const format = dayFormats.get(timeZone) ?? dayFormat(timeZone)
  dayFormats.set(timeZone, format)
  return format.format(instant)
}

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
}

function parts(day: string): [number, number, number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))]
}

function toInstant(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

function fromInstant(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}
