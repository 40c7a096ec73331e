import type { DayRange } from '../model/day.ts'
import type { SqlRow } from '../warehouse/warehouse.ts'

/** The first and the last day of a row with `from_day` and `to_day`; empty where it names none. */
export function touchedDaysIn(row: SqlRow | undefined): string[] {
  return [row?.from_day, row?.to_day].filter((day) => typeof day === 'string')
}

/** From the first of some days to the last; null where there are none. */
export function spanOf(days: readonly string[]): DayRange | null {
  const inOrder = [...days].sort()
  const [from] = inOrder
  const to = inOrder.at(-1)
  return from && to ? { from, to } : null
}
