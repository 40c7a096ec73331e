import type { SqlRow } from '../warehouse/warehouse.ts'

/** The first and the last day of a row with `from_day` and `to_day`; empty where it names none. */
export function touchedDaysIn(row: SqlRow | undefined): string[] {
  return [row?.from_day, row?.to_day].filter((day) => typeof day === 'string')
}
