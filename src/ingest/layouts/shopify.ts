import type { Layout } from '../layout.ts'
import { claimByHeaders } from './by-headers.ts'

/**
 * Shopify's export of orders as CSV: one row per line item, what belongs to the order on its first row only.
 * Source: Shopify Help Center, "Exporting orders".
 */
export const shopify: Layout = {
  name: 'shopify',
  source: 'shopify',
  claim: claimByHeaders({
    layout: 'shopify',
    source: 'shopify',
    what: "Shopify's export of orders",
    required: ['name', 'financial status', 'lineitem quantity', 'lineitem name', 'lineitem price'],
    roles: {
      name: 'order_number',
      'created at': 'order_date',
      'cancelled at': 'cancelled_at',
      'financial status': 'status',
      currency: 'currency',
      email: 'customer_email',
      'billing name': 'customer_name',
      'shipping country': 'country',
      'shipping province': 'subdivision',
      'lineitem quantity': 'quantity',
      'lineitem name': 'product_name',
      'lineitem price': 'unit_price',
      'lineitem sku': 'sku',
      'lineitem discount': 'discount',
      subtotal: 'order_subtotal',
      'refunded amount': 'return_amount',
    },
    firstRow: true,
    discount: 'line_amount',
    // What is to be paid later is a sale, as in Shopify's own figures.
    states: new Map([
      ['pending', 'counted'],
      ['authorized', 'counted'],
      ['unpaid', 'counted'],
    ]),
  }),
}
