export interface QuantileClass {
  /** Smallest value in the class. */
  readonly from: number
  /** Largest value in the class. */
  readonly to: number
}

/**
 * Splits values into classes of nearly the same number of members, so that one giant does not bleach
 * the rest of a map. Equal values never part; fewer distinct values give fewer classes. Bounds are
 * values that occur, so that a legend states nothing that is not there.
 */
export function quantileClasses(values: readonly number[], count = 5): QuantileClass[] {
  const sorted = [...values].sort((a, b) => a - b)
  const classes: { from: number; to: number }[] = []
  let taken = 0
  for (let index = 1; index <= count && taken < sorted.length; index += 1) {
    let end = Math.max(taken + 1, Math.round((sorted.length * index) / count))
    while (end < sorted.length && sorted[end] === sorted[end - 1]) end += 1
    const from = sorted[taken]
    const to = sorted[end - 1]
    if (from === undefined || to === undefined) break
    classes.push({ from, to })
    taken = end
  }
  return classes
}
