import { TakingsError } from '../model/errors.ts'
import { monthText } from '../model/sentence.ts'
import type { Transaction } from '../warehouse/warehouse.ts'

/**
 * Orders of a month that was set aside would stand beside their own lines once it is put back, and look new until
 * then. Throws `month_set_aside`.
 */
export async function refuseSetAside(transaction: Transaction): Promise<void> {
  const [found] = await transaction.query(
    `SELECT min(known.month) AS month FROM (
       SELECT date_trunc('month', order_date)::DATE AS month FROM incoming_orders
       UNION ALL SELECT date_trunc('month', aside.order_date)::DATE FROM set_aside_orders AS aside
         JOIN incoming_orders ON incoming_orders.order_id = aside.order_id) AS known
     JOIN set_aside_months ON set_aside_months.month = known.month AND set_aside_months.dropped_at IS NULL`,
  )
  const month = found?.month
  if (typeof month !== 'string') return
  throw new TakingsError('month_set_aside', { month: monthText(month), key: month.slice(0, 7) })
}
