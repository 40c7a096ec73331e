/** How instants (ISO 8601) are worded on the clock of a shop. */

const formats = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string, name: keyof typeof options): Intl.DateTimeFormat {
  const key = `${name} ${timeZone}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { ...options[name], timeZone })
  formats.set(key, made)
  return made
}

const options = {
  clock: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** `14:05`. */
export function clockText(instant: string, timeZone: string): string {
  return format(timeZone, 'clock').format(new Date(instant))
}

/** `14:05:20`. */
export function secondsText(instant: string, timeZone: string): string {
  return format(timeZone, 'seconds').format(new Date(instant))
}

/** `18:40` of the same day as `from`, else `Sat 21 Nov, 08:10`. */
export function laterText(instant: string, from: string, timeZone: string): string {
  const day = (of: string) => format(timeZone, 'day').format(new Date(of)).replace(',', '')
  const clock = clockText(instant, timeZone)
  return day(instant) === day(from) ? clock : `${day(instant)}, ${clock}`
}

/** The time of an hour that nothing more is known of: `14 h`. */
export function hourText(hour: number): string {
  return `${String(hour).padStart(2, '0')} h`
}

/** `just now`, `7 s ago`, `3 min ago`, `2 h ago`. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  if (seconds < 2) return 'just now'
  if (seconds < 90) return `${seconds} s ago`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`
}
