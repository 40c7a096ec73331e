import type { Transaction } from '../warehouse/warehouse.ts'

/** What is known of the orders that an import brings once more. */
export interface KnownFigures {
  /** Decimal text. */
  readonly revenue: string
  readonly orders: number
}

/** Asked inside the transaction, while the import's orders stand beside the known ones. */
export async function knownFigures(transaction: Transaction): Promise<KnownFigures> {
  const [row] = await transaction.query(
    `SELECT coalesce(sum(total_price), 0)::VARCHAR AS revenue, count(DISTINCT order_id) AS orders
     FROM sales_fact WHERE order_id IN (SELECT order_id FROM incoming_orders WHERE state = 'counted')`,
  )
  return { revenue: String(row?.revenue ?? '0'), orders: Number(row?.orders ?? 0) }
}
