import type { Cell, Unit } from '../model/query.ts'

/**
 * How figures are worded. Values come as decimal text (money, quantities, ratios) or whole numbers and
 * go straight to `Intl`, which reads decimal text exactly: nothing is computed here.
 */

/** What a column of figures measures. */
export interface Measure {
  readonly label: string
  readonly unit: Unit
  /** ISO 4217; null when no source stated one, then no sign is shown. */
  readonly currency: string | null
}

const locale = 'en'
const minus = '\u2212'
export const missing = '—'

const threeDigits = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } as const

const formatters = new Map<string, Intl.NumberFormat>()

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options)
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, options)
  formatters.set(key, made)
  return made
}

/** Formats decimal text exactly, with a real minus sign. */
function format(value: string | number, options: Intl.NumberFormatOptions): string {
  const text = formatter(options).format(value as `${number}`)
  return text.replace('-', minus)
}

function money(currency: string | null): Intl.NumberFormatOptions {
  return currency === null ? {} : { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }
}

/** The whole figure: `£10,666,684.54`, `20,726`, `12.5%`; `—` when there is none. */
export function fullText(value: Cell | undefined, measure: Measure): string {
  if (value === null || value === undefined) return missing
  switch (measure.unit) {
    case 'money': {
      const places = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
      return format(value, { ...money(measure.currency), ...places })
    }
    case 'quantity':
      return format(value, { maximumFractionDigits: 3 })
    case 'count':
    case 'integer':
      return format(value, { maximumFractionDigits: 0 })
    case 'ratio':
      return format(value, { style: 'percent', maximumFractionDigits: 1 })
    case 'text':
    case 'day':
      return String(value)
  }
}

/** Short enough for a card or beside a bar: three significant digits; counts stay whole up to 99,999. */
export function compactText(value: Cell | undefined, measure: Measure): string {
  if (value === null || value === undefined) return missing
  const size = Math.abs(Number(value))
  const counted = measure.unit === 'count' || measure.unit === 'quantity'
  const threshold = counted ? 100_000 : 1_000
  const plain = measure.unit !== 'money' && !counted
  if (plain || size < threshold) return fullText(value, measure)
  const style = measure.unit === 'money' ? money(measure.currency) : {}
  return format(value, { ...style, notation: 'compact', ...threeDigits })
}

const axisUnits = [
  { size: 1e12, sign: 'T' },
  { size: 1e9, sign: 'B' },
  { size: 1e6, sign: 'M' },
  { size: 1e3, sign: 'K' },
] as const

/**
 * Words every tick of an axis in one unit, chosen by its largest value. Two decimals keep ticks apart,
 * because an axis has no more than ten steps.
 */
export function axisText(largest: number, measure: Measure): (tick: number) => string {
  if (measure.unit === 'ratio') return (tick) => fullText(tick, measure)
  const unit = axisUnits.find((candidate) => Math.abs(largest) >= candidate.size)
  const style = measure.unit === 'money' ? money(measure.currency) : {}
  const places = { minimumFractionDigits: 0, maximumFractionDigits: 2 }
  return (tick) => {
    const scaled = unit ? tick / unit.size : tick
    const text = format(scaled, { ...style, ...places })
    return tick === 0 || !unit ? text : `${text}${unit.sign}`
  }
}

/** What stands beside a title: `GBP`, `units`, `%`; empty for plain counts. */
export function unitText(measure: Measure): string {
  switch (measure.unit) {
    case 'money':
      return measure.currency ?? 'currency not stated'
    case 'ratio':
      return '%'
    case 'quantity':
      return 'units'
    default:
      return ''
  }
}

/** `541,909 rows`, `1 row`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${format(count, { maximumFractionDigits: 0 })} ${count === 1 ? one : many}`
}

export function wholeText(count: number): string {
  return format(count, { maximumFractionDigits: 0 })
}

/** 0.875 -> `88%`. */
export function shareText(share: number): string {
  return format(share, { style: 'percent', maximumFractionDigits: 0 })
}

/** How sure a guess is, in words. */
export function confidenceText(confidence: number): string {
  if (confidence >= 0.9) return 'certain'
  if (confidence >= 0.7) return 'likely'
  if (confidence >= 0.4) return 'unsure'
  return 'a guess'
}

/** `12 s left`, `about 3 min left`. */
export function timeLeftText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s left`
  return `about ${Math.ceil(seconds / 60)} min left`
}

/** `1.4 MB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let step = 0
  while (size >= 1000 && step < units.length - 1) {
    size /= 1000
    step += 1
  }
  return `${format(size, { maximumSignificantDigits: 3 })} ${units[step] ?? ''}`
}
