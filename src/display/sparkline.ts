/**
 * Points of small lines without axes, one text of `x,y` pairs per unbroken run; missing values break the line.
 * The lowest value stands at the bottom, a line without movement in the middle.
 */
export function sparklineRuns(
  values: readonly (number | null)[],
  width: number,
  height: number,
): string[] {
  const known = values.filter((value): value is number => value !== null)
  const low = Math.min(...known)
  const span = Math.max(...known) - low
  const step = values.length > 1 ? width / (values.length - 1) : 0
  const runs: string[][] = [[]]
  values.forEach((value, index) => {
    if (value === null) {
      runs.push([])
      return
    }
    const y = span === 0 ? height / 2 : height - ((value - low) / span) * height
    runs.at(-1)?.push(`${round(index * step)},${round(y)}`)
  })
  return runs.filter((run) => run.length > 0).map((run) => run.join(' '))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
