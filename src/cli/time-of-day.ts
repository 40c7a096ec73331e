import { TakingsError } from '../model/errors.ts'

/** A time of this machine's clock. */
export interface TimeOfDay {
  readonly hour: number
  readonly minute: number
}

/** Reads `02:00`. Throws `invalid_option`. */
export function timeOfDayFrom(text: string, option: string): TimeOfDay {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? []
  const time = { hour: Number(hour), minute: Number(minute) }
  if (hour !== undefined && time.hour < 24 && time.minute < 60) return time
  const advice = 'Write hours and minutes of the day, such as 02:00 or 14:30.'
  throw new TakingsError('invalid_option', { option, problem: `${text} is no time of day`, advice })
}

/** The first moment after another at which this machine's clock shows the time. */
export function nextTimeOfDay(after: Date, { hour, minute }: TimeOfDay): Date {
  const next = new Date(after)
  next.setHours(hour, minute, 0, 0)
  if (next <= after) {
    next.setDate(next.getDate() + 1)
    next.setHours(hour, minute, 0, 0)
  }
  return next
}
