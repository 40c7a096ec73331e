import type { MeasureName, Rollup } from '../model/rollups.ts'
import type { AppendedRows, Transaction } from './engine.ts'
import { insertedInPieces } from './rollup-rows.ts'

/** How orders are counted in rollups, and how sums of any size are appended. */

/** To look every line up among orders that stand for one line each costs more than its sums, and few shops have any. */
export async function withoutAnonymous(transaction: Transaction, where = 'true'): Promise<Instead> {
  const [row] = await transaction.query(
    `SELECT EXISTS (SELECT 1 FROM orders WHERE anonymous AND ${where}) AS anonymous`,
  )
  return row?.anonymous === true ? {} : noneAnonymous
}

export const noneAnonymous: Instead = { anonymous_lines: '0' }

export type Instead = Readonly<Partial<Record<MeasureName, string>>>

/** Counting distinct orders costs as much as all other sums together. */
export const firstLines = { order_count: 'count(*) filter (where f.line_number = 1)' }

/** An order has one place, one customer and one day, but it may have several hours. */
export function countedBy({ keys }: Rollup, { order_count: count, ...others }: Instead): Instead {
  return keys.includes('hour') || count === undefined ? others : { ...others, order_count: count }
}

export async function appendInPieces(transaction: Transaction, rows: AppendedRows): Promise<void> {
  for (const statement of insertedInPieces(rows)) await transaction.execute(statement)
}
