export interface TimedValue {
  /** Milliseconds. */
  readonly at: number
  readonly value: number
}

const hour = 3_600_000

/** By how much a value rises in an hour: the line with the least squares through all of them. Throws below two of them. */
export function slopePerHour(values: readonly TimedValue[]): number {
  if (values.length < 2) throw new Error('there is no slope of a single value: measure for longer')
  const mean = (numbers: readonly number[]) =>
    numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  const middle = {
    at: mean(values.map(({ at }) => at)),
    value: mean(values.map(({ value }) => value)),
  }
  const apart = values.map(({ at, value }) => [at - middle.at, value - middle.value] as const)
  const together = apart.reduce((sum, [at, value]) => sum + at * value, 0)
  const squares = apart.reduce((sum, [at]) => sum + at * at, 0)
  return (together / squares) * hour
}
