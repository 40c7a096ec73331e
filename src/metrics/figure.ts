import { add, divide, isZero, negate, round, subtract, trim } from '../model/money.ts'
import type { Cell, Unit } from '../model/query.ts'
import type { Figure, Metric, Part, Sums, Term } from './metric.ts'

/** From sums to figures, in exact decimals. */

/** Stands in the sums for a part that cannot be known here, as null stands for no rows. */
export const unknowable = 'unknowable'

/** The metric's figure as decimal text, or null where it is not known or not defined. */
export function figureOf(metric: Pick<Metric, 'figure' | 'unit'>, sums: Sums): string | null {
  const value = evaluate(metric.figure, sums, placesOf(metric.unit))
  return value === null ? null : written(metric.unit, value)
}

/** As the wire has it: counts are numbers, all else decimal text. */
export function cellOf(unit: Unit, value: string | null): Cell {
  return value !== null && unit === 'count' ? Number(value) : value
}

/** How `value` differs from `previous`: a ratio of it, for ratios the difference; null when undefined. */
export function changeOf(unit: Unit, value: string | null, previous: string | null): string | null {
  if (value === null || previous === null) return null
  const difference = subtract(value, previous)
  if (unit === 'ratio') return written('ratio', difference)
  const size = previous.startsWith('-') ? negate(previous) : previous
  const ratio = divide(difference, size, placesOf('ratio'))
  return ratio === null ? null : trim(ratio)
}

/** Every part that the figure is made of. */
export function partsOf(figure: Figure): Part[] {
  const terms = figure.kind === 'sum' ? figure.terms : [...figure.dividend, ...figure.divisor]
  return terms.map((term) => term.part)
}

function evaluate(figure: Figure, sums: Sums, places: number): string | null {
  if (figure.kind === 'sum') return addUp(figure.terms, sums)
  const dividend = addUp(figure.dividend, sums)
  const divisor = addUp(figure.divisor, sums)
  if (dividend === null || divisor === null || isZero(divisor)) return null
  return divide(dividend, divisor, places)
}

function addUp(terms: readonly Term[], sums: Sums): string | null {
  let result: string | null = null
  for (const { part, sign } of terms) {
    const value = sums[part.name] ?? part.whenEmpty
    if (value === null || value === unknowable) return null
    if (result === null) result = sign === 1 ? value : negate(value)
    else result = sign === 1 ? add(result, value) : subtract(result, value)
  }
  return result
}

/** Decimals that are kept at most: as stored for money and quantities, 0.0001 % for ratios. */
function placesOf(unit: Unit): number {
  return unit === 'money' ? 4 : unit === 'ratio' ? 6 : 3
}

/** No trailing zeros, but money keeps two decimals at least. */
function written(unit: Unit, value: string): string {
  const least = unit === 'money' ? 2 : 0
  const point = value.indexOf('.')
  if (point < 0) return least === 0 ? value : `${value}.${'0'.repeat(least)}`
  if (value.length - point - 1 > placesOf(unit)) return written(unit, round(value, placesOf(unit)))
  let end = value.length
  while (end > point + 1 + least && value[end - 1] === '0') end--
  return end === point + 1
    ? value.slice(0, point)
    : value.slice(0, end).padEnd(point + 1 + least, '0')
}
