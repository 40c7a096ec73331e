/**
 * Months whose order lines were set aside. Their orders and charges rest with them, in tables that no figure is read
 * from; who bought first in one of them is no new customer later on.
 */

/** SQL condition: the customer has no order before the day among lines that are no longer among the facts. */
export function noEarlierOrder(customer: string, day: string): string {
  return `NOT EXISTS (SELECT 1 FROM earlier_orders
  WHERE earlier_orders.customer_id = ${customer} AND earlier_orders.first_day < ${day})`
}
