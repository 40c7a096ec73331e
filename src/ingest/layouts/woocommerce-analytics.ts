import type { Cells, KnownTable } from './by-headers.ts'
import { negative, unsigned } from './texts.ts'
import { woocommerceStates } from './woocommerce-export.ts'

/**
 * The table of orders of WooCommerce Analytics, downloaded as CSV: one row per order, and one per refund under the
 * number of its order. Net revenue is of the goods, after coupons and without tax and shipping. Source: WooCommerce
 * documentation, "Orders report".
 */

/** SQL condition, never null: the row is a refund. */
function isRefund({ of }: Cells): string {
  return `starts_with(coalesce(${of('n revenue')}, ''), '-')`
}

export const woocommerceAnalytics: KnownTable = {
  what: "WooCommerce Analytics' report of orders",
  required: ['date', 'order', 'status', 'customer type', 'product s', 'items sold', 'n revenue'],
  makes: {
    'Items sold, below zero for refunds': (cells) => {
      const items = cells.of('items sold')
      return `CASE WHEN ${isRefund(cells)} AND regexp_matches(${items}, '[1-9]') THEN ${negative(items)} ELSE ${items} END`
    },
    'Refund and its time': (cells) =>
      `CASE WHEN ${isRefund(cells)} THEN concat('refund ', ${cells.of('order')}, ' ', ${cells.of('date')}) END`,
    Refunded: (cells) => `CASE WHEN ${isRefund(cells)} THEN ${unsigned(cells.of('n revenue'))} END`,
  },
  roles: {
    order: 'order_number',
    date: 'order_date',
    status: 'status',
    customer: 'customer_key',
    'items sold below zero for refunds': 'quantity',
    'n revenue': 'line_total',
    'refund and its time': 'return_id',
    refunded: 'return_amount',
    attribution: 'channel',
  },
  price: 'total',
  withoutTax: true,
  states: woocommerceStates,
}
