import type { OrderState } from '../statuses.ts'
import type { KnownTable } from './by-headers.ts'
import { besideFirst, firstOf } from './texts.ts'

/** What waits for its payment is a sale, as in WooCommerce's own figures. */
export const woocommerceStates: ReadonlyMap<string, OrderState> = new Map([
  ['on hold', 'counted'],
  ['on-hold', 'counted'],
])

/**
 * The export of the plugin "Advanced Order Export For WooCommerce", one row per line: amounts without tax, and
 * what came back in columns of its own.
 */
export const woocommerceExport: KnownTable = {
  what: "WooCommerce's Advanced Order Export",
  required: ['order number', 'order status', 'item cost', 'order line w o tax', 'quantity'],
  makes: {
    'Country Code (Shipping, else Billing)': ({ of }) =>
      firstOf(of('country code shipping'), of('country code billing')),
    'State Code (Shipping, else Billing)': ({ of }) =>
      besideFirst(of('country code shipping'), of('state code shipping'), of('state code billing')),
  },
  roles: {
    'order number': 'order_number',
    'order status': 'status',
    'order date': 'order_date',
    'email billing': 'customer_email',
    'first name billing last name billing': 'customer_name',
    'country code shipping else billing': 'country',
    'state code shipping else billing': 'subdivision',
    item: 'line_id',
    sku: 'sku',
    name: 'product_name',
    quantity: 'quantity',
    'quantity refund': 'kept_quantity',
    'item cost': 'unit_price',
    'order line w o tax': 'line_total',
    'order line tax': { role: 'tax', per: 'line' },
  },
  states: woocommerceStates,
}
