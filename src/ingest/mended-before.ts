import type { Transaction } from '../warehouse/warehouse.ts'
import { isSale } from './handover.ts'
import { isAnonymous } from './load-returns.ts'

/**
 * Rejected rows that were mended and loaded in an earlier import, and come again with other content: an old
 * export still holds them. Loaded once more they would count twice.
 */

/** SQL condition: the row was loaded by an earlier import. */
export const wasMended = 'origin IN (SELECT origin FROM mended_rows)'

/** Where the files of an import that holds mended rows are attached, before those loaded earlier are left out. */
export const withMended = {
  lines: 'coming_lines',
  orders: 'coming_orders',
  returns: 'coming_returns',
} as const

/**
 * Leaves the views `incoming_lines`, `incoming_orders` and `incoming_returns` without rows that were loaded
 * before under another order, day or document; those of known orders are told apart line by line (see
 * `findParts`). Gives how many rows are left out.
 */
export async function leaveOutMended(transaction: Transaction): Promise<number> {
  // What is known changes while the import is loaded, so it is asked once.
  await transaction.execute(
    `CREATE TEMP TABLE left_out_lines AS SELECT origin FROM ${withMended.lines}
     WHERE ${wasMended} AND order_id NOT IN (SELECT order_id FROM orders)`,
  )
  await transaction.execute(
    `CREATE TEMP TABLE left_out_returns AS SELECT origin FROM ${withMended.returns}
     WHERE ${wasMended} AND return_id NOT IN (SELECT return_id FROM returns_fact) AND document_number NOT IN
       (SELECT document_number FROM returns_fact WHERE ${isAnonymous})`,
  )
  for (const kind of ['lines', 'returns'] as const) {
    await transaction.execute(
      `CREATE TEMP VIEW incoming_${kind} AS SELECT * FROM ${withMended[kind]}
       WHERE origin IS NULL OR origin NOT IN (SELECT origin FROM left_out_${kind})`,
    )
  }
  await transaction.execute(
    `CREATE TEMP VIEW incoming_orders AS SELECT * FROM ${withMended.orders}
     WHERE state <> 'counted' OR order_id IN (SELECT order_id FROM incoming_lines WHERE ${isSale})`,
  )
  const [row] = await transaction.query(
    'SELECT (SELECT count(*) FROM left_out_lines) + (SELECT count(*) FROM left_out_returns) AS rows',
  )
  return Number(row?.rows ?? 0)
}

/** Keeps which rejected rows were loaded, so that no export offers them again. */
export async function keepMended(transaction: Transaction, runId: number): Promise<void> {
  await transaction.execute(
    `INSERT INTO mended_rows (origin, run_id)
     SELECT DISTINCT origin, $1::BIGINT FROM incoming_lines
     WHERE outcome IN ('line', 'return', 'refunded') AND origin IS NOT NULL AND NOT ${wasMended}`,
    [runId],
  )
}
