import type { Transaction } from '../warehouse/warehouse.ts'
import { isSale } from './handover.ts'
import { isAnonymous, isStale } from './load-returns.ts'

/**
 * Rejected rows that were mended and loaded in an earlier import, and come again: an old export still holds
 * them. Loaded once more they would count twice.
 */

/** SQL condition: the row was loaded by an earlier import. */
export const wasMended = 'origin IN (SELECT origin FROM mended_rows)'

/** Where the files of an import that holds mended rows are attached, before those loaded earlier are left out. */
export const withMended = {
  lines: 'coming_lines',
  orders: 'coming_orders',
  returns: 'coming_returns',
  stock: 'coming_stock',
} as const

/**
 * Leaves the views `incoming_lines`, `incoming_orders`, `incoming_returns` and `incoming_stock` without rows
 * that were loaded before into another order or return, or as stock; those of the same order are told apart
 * line by line (see `findParts`). Gives how many rows are left out.
 */
export async function leaveOutMended(transaction: Transaction): Promise<number> {
  // What is known changes while the import is loaded, so it is asked once.
  await leaveOut(
    transaction,
    'lines',
    `SELECT coming.origin, coming.order_id AS id FROM ${withMended.lines} AS coming
     JOIN mended_rows ON mended_rows.origin = coming.origin
     WHERE ${isSale} AND mended_rows.order_id IS DISTINCT FROM coming.order_id`,
  )
  // A row that stands alone is replaced by what it is mended to now.
  await leaveOut(
    transaction,
    'returns',
    `SELECT coming.origin, coming.return_id AS id FROM ${withMended.returns} AS coming
     JOIN mended_rows ON mended_rows.origin = coming.origin
     LEFT JOIN returns_fact AS known ON known.return_id = mended_rows.return_id
       AND known.document_number = coming.document_number AND known.${isAnonymous}
     WHERE mended_rows.return_id IS DISTINCT FROM coming.return_id AND known.return_id IS NULL`,
  )
  await leaveOut(
    transaction,
    'stock',
    `SELECT origin, NULL AS id FROM ${withMended.stock} WHERE ${wasMended}`,
  )
  await transaction.execute(
    `CREATE TEMP VIEW incoming_lines AS SELECT * FROM ${withMended.lines} AS coming
     WHERE origin IS NULL OR NOT ${isSale} OR NOT EXISTS
       (SELECT 1 FROM left_out_lines AS left_out WHERE left_out.origin = coming.origin AND left_out.id = coming.order_id)`,
  )
  await transaction.execute(
    `CREATE TEMP VIEW incoming_returns AS SELECT * FROM ${withMended.returns} AS coming
     WHERE origin IS NULL OR NOT EXISTS
       (SELECT 1 FROM left_out_returns AS left_out WHERE left_out.origin = coming.origin AND left_out.id = coming.return_id)`,
  )
  await transaction.execute(
    `CREATE TEMP VIEW incoming_stock AS SELECT * FROM ${withMended.stock}
     WHERE origin IS NULL OR origin NOT IN (SELECT origin FROM left_out_stock)`,
  )
  await transaction.execute(
    `CREATE TEMP VIEW incoming_orders AS SELECT * FROM ${withMended.orders}
     WHERE state <> 'counted' OR order_id IN (SELECT order_id FROM incoming_lines WHERE ${isSale})`,
  )
  const [row] = await transaction.query(
    `SELECT count(DISTINCT origin) AS rows FROM (SELECT origin FROM left_out_lines
       UNION ALL SELECT origin FROM left_out_returns UNION ALL SELECT origin FROM left_out_stock) AS left_out`,
  )
  return Number(row?.rows ?? 0)
}

async function leaveOut(transaction: Transaction, kind: string, select: string): Promise<void> {
  await transaction.execute(`CREATE TEMP TABLE left_out_${kind} AS ${select}`)
}

export interface MendedOfLoad {
  /** The import holds mended rows. */
  readonly mended: boolean
  /** Earlier ones did. */
  readonly wereSome: boolean
}

/**
 * Once the import is compared with what is known: leaves the temporary tables `loaded_mended` (mended rows
 * that count, or are known already, and what they belong to; only of an import that holds some) and
 * `taken_mended` (rows mended earlier whose order or return the import replaces).
 */
export async function followMended(
  transaction: Transaction,
  { mended, wereSome }: MendedOfLoad,
): Promise<void> {
  if (!mended && !wereSome) return
  await transaction.execute(
    `CREATE TEMP TABLE taken_mended AS SELECT origin FROM mended_rows
     WHERE order_id IN (SELECT order_id FROM order_changes WHERE outcome IN ('replaced', 'gone'))
       OR return_id IN (SELECT return_id FROM gone_returns)`,
  )
  if (!mended) return
  await transaction.execute(
    `CREATE TEMP TABLE loaded_mended AS
     SELECT origin, max(order_id) AS order_id, max(return_id) AS return_id FROM (
       SELECT origin, order_id, NULL::BIGINT AS return_id FROM incoming_lines
         WHERE ${isSale} AND order_id NOT IN (SELECT order_id FROM order_changes WHERE outcome = 'stale')
       UNION ALL SELECT origin, NULL, return_id FROM incoming_returns
         WHERE NOT ${isStale('incoming_returns')}
       UNION ALL SELECT origin, NULL, NULL FROM incoming_stock
       UNION ALL SELECT origin, NULL, NULL FROM incoming_mended) AS loaded
     WHERE origin IS NOT NULL GROUP BY origin`,
  )
}

/**
 * Keeps which rejected rows were loaded, and into what, so that no export offers them again. A row is free
 * again once its line is taken out by an import that rejects the row once more. `followMended` went before,
 * and the rejected rows of the run are kept.
 */
export async function keepMended(
  transaction: Transaction,
  { runId, mended, wereSome }: MendedOfLoad & { readonly runId: number },
): Promise<void> {
  if (!mended && !wereSome) return
  await transaction.execute(
    `DELETE FROM mended_rows WHERE origin IN (SELECT origin FROM taken_mended)
       AND origin IN (SELECT origin FROM rejected_rows WHERE run_id = $1::BIGINT)`,
    [runId],
  )
  if (!mended) return
  await transaction.execute(
    `DELETE FROM mended_rows WHERE origin IN (SELECT loaded.origin FROM loaded_mended AS loaded
       JOIN mended_rows AS known ON known.origin = loaded.origin
       WHERE known.order_id IS DISTINCT FROM loaded.order_id OR known.return_id IS DISTINCT FROM loaded.return_id)`,
  )
  await transaction.execute(
    `INSERT INTO mended_rows (origin, order_id, return_id, run_id)
     SELECT origin, order_id, return_id, $1::BIGINT FROM loaded_mended WHERE NOT ${wasMended}`,
    [runId],
  )
}
