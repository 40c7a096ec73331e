import type { Layout } from '../layout.ts'
import { claimByHeaders } from './by-headers.ts'

/**
 * The export of the plugin "Advanced Order Export For WooCommerce", one row per line: amounts without tax, and
 * what came back in columns of its own.
 */
export const woocommerce: Layout = {
  name: 'woocommerce',
  source: 'woocommerce',
  claim: claimByHeaders({
    layout: 'woocommerce',
    source: 'woocommerce',
    what: "WooCommerce's Advanced Order Export",
    required: ['order number', 'order status', 'item cost', 'order line w o tax', 'quantity'],
    roles: {
      'order number': 'order_number',
      'order status': 'status',
      'order date': 'order_date',
      'email billing': 'customer_email',
      'first name billing last name billing': 'customer_name',
      'country code billing': 'country',
      'state code billing': 'subdivision',
      item: 'line_id',
      sku: 'sku',
      name: 'product_name',
      quantity: 'quantity',
      'quantity refund': 'kept_quantity',
      'item cost': 'unit_price',
      'order line w o tax': 'line_total',
    },
    // What waits for its payment is a sale, as in WooCommerce's own figures.
    states: new Map([
      ['on hold', 'counted'],
      ['on-hold', 'counted'],
    ]),
  }),
}
