import type { DayRange } from '../model/day.ts'
import type { SqlRow, Transaction } from '../warehouse/warehouse.ts'

/** The first and the last day of a row with `from_day` and `to_day`; empty where it names none. */
export function touchedDaysIn(row: SqlRow | undefined): string[] {
  return [row?.from_day, row?.to_day].filter((day) => typeof day === 'string')
}

/**
 * SQL condition on a column by which facts rest: what lies on other days is not even looked at, while ids tell no block
 * of a large table from another. Nothing is within no days.
 */
export function isWithin(column: string, days: DayRange | null): string {
  return days ? `${column} BETWEEN '${days.from}'::DATE AND '${days.to}'::DATE` : 'false'
}

/**
 * The days on which lines of orders may stand, given a SELECT of the orders' own days as `day`: plain SQL may have put
 * lines on another day than that of their order, and such days stay dirty.
 */
export async function daysOfOrders(
  transaction: Transaction,
  orders: string,
): Promise<DayRange | null> {
  const [row] = await transaction.query(
    `WITH known AS (${orders})
     SELECT min(day) AS from_day, max(day) AS to_day FROM (
       SELECT day FROM known UNION ALL SELECT day FROM dirty_days WHERE EXISTS (SELECT 1 FROM known)) AS days`,
  )
  return spanOf(touchedDaysIn(row))
}

/** From the first of some days to the last; null where there are none. */
export function spanOf(days: readonly string[]): DayRange | null {
  const inOrder = [...days].sort()
  const [from] = inOrder
  const to = inOrder.at(-1)
  return from && to ? { from, to } : null
}
