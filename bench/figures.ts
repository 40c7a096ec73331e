import type { Unit } from './finding.ts'

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  const upper = sorted[Math.floor(half)]
  const lower = sorted[Math.ceil(half) - 1]
  if (upper === undefined || lower === undefined) throw new Error('there is no median of nothing')
  return (lower + upper) / 2
}

/** The smallest value that so large a share (0 to 1) of all does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error('there is no percentile of nothing')
  return value
}

const digits: Readonly<Record<Unit, number>> = {
  s: 2,
  ms: 1,
  x: 2,
  MB: 0,
  'lines/s': 0,
  'MB/h': 1,
  'ms/h': 1,
  '/h': 1,
  '': 4,
}

export function figureText(value: number, unit: Unit): string {
  const number = value.toLocaleString('en-US', { maximumFractionDigits: digits[unit] })
  if (unit === 'x') return `${number}x`
  return unit === '' ? number : `${number} ${unit}`
}

/** Single measurements, in the order they were made. */
export function listText(values: readonly number[], unit: Unit): string {
  return values.map((value) => figureText(value, unit)).join(', ')
}
