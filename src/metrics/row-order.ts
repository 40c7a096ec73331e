import { compare as compareDecimals } from '../model/money.ts'
import type { Cell, Dimension, Row } from '../model/query.ts'
import type { CheckedQuery } from './check.ts'
import { dimensions, isAxis } from './dimensions.ts'

/** What decides where a row stands. */
export interface Ordered {
  readonly row: Row
  /** One per dimension; those of axes of time are not looked at, their cells are. */
  readonly keys: readonly Cell[]
  /** Stands for all the rest of a top list. */
  readonly other: boolean
}

type Comparison<T> = (a: T, b: T) => number

/**
 * As asked; Other last within its bucket of time; ties by key, so that the same question gives the same
 * order every time. What is not known stands last in either direction.
 */
export function rowOrder({ by, orderBy }: CheckedQuery): Comparison<Ordered> {
  const firstOther = orderBy.findIndex(({ column }) => !isAxis(column))
  const split = firstOther < 0 ? orderBy.length : firstOther
  const asked = orderBy.map(({ column, direction }) => columnOrder(column, direction))
  const comparisons = [
    ...asked.slice(0, split),
    (a: Ordered, b: Ordered) => Number(a.other) - Number(b.other),
    ...asked.slice(split),
    ...by.map((dimension, index) => keyOrder(dimension, index)),
  ]
  return (a, b) => {
    for (const comparison of comparisons) {
      const order = comparison(a, b)
      if (order !== 0) return order
    }
    return 0
  }
}

/** Falling or rising, what is not known last. */
export function compareFigures(
  a: string | null,
  b: string | null,
  direction: 'asc' | 'desc',
): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const rough = Number(a) - Number(b)
  // Two decimals may share one binary number, but never come in the wrong order.
  const order = rough === 0 && a !== b ? compareDecimals(a, b) : rough
  return direction === 'asc' ? order : -order
}

/** Ids by number, all else by code point as the engines do, null last. */
export function compareKeys(a: Cell, b: Cell, dimension: Dimension): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (dimensions[dimension].keyType === 'bigint') return compareFigures(String(a), String(b), 'asc')
  return a < b ? -1 : a > b ? 1 : 0
}

function columnOrder(column: string, direction: 'asc' | 'desc'): Comparison<Ordered> {
  if (column in dimensions) {
    return (a, b) => compareCells(a.row[column] ?? null, b.row[column] ?? null, direction)
  }
  const figure = ({ row }: Ordered) => {
    const cell = row[column] ?? null
    return cell === null ? null : String(cell)
  }
  return (a, b) => compareFigures(figure(a), figure(b), direction)
}

function compareCells(a: Cell, b: Cell, direction: 'asc' | 'desc'): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = a < b ? -1 : a > b ? 1 : 0
  return direction === 'asc' ? order : -order
}

function keyOrder(dimension: Dimension, index: number): Comparison<Ordered> {
  const key = isAxis(dimension)
    ? ({ row }: Ordered) => row[dimension] ?? null
    : ({ keys }: Ordered) => keys[index] ?? null
  return (a, b) => compareKeys(key(a), key(b), dimension)
}
