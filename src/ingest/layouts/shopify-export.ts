import type { OrderState } from '../statuses.ts'
import type { KnownTable } from './by-headers.ts'
import { besideFirst, firstOf } from './texts.ts'

/** What is to be paid later is a sale, as in Shopify's own figures. */
export const shopifyStates: ReadonlyMap<string, OrderState> = new Map([
  ['pending', 'counted'],
  ['authorized', 'counted'],
  ['unpaid', 'counted'],
])

/**
 * Shopify's export of orders as CSV: one row per line item, what belongs to the order on its first row only.
 * Source: Shopify Help Center, "Exporting orders".
 */
export const shopifyExport: KnownTable = {
  what: "Shopify's export of orders",
  required: ['name', 'financial status', 'lineitem quantity', 'lineitem name', 'lineitem price'],
  makes: {
    'Shipping, else Billing Country': ({ of }) =>
      firstOf(of('shipping country'), of('billing country')),
    'Shipping, else Billing Province': ({ of }) =>
      besideFirst(of('shipping country'), of('shipping province'), of('billing province')),
  },
  roles: {
    name: 'order_number',
    'created at': 'order_date',
    'cancelled at': 'cancelled_at',
    'financial status': 'status',
    currency: 'currency',
    email: 'customer_email',
    'billing name': 'customer_name',
    'shipping else billing country': 'country',
    'shipping else billing province': 'subdivision',
    'lineitem quantity': 'quantity',
    'lineitem name': 'product_name',
    'lineitem price': 'unit_price',
    'lineitem sku': 'sku',
    'lineitem discount': 'discount',
    subtotal: 'order_subtotal',
    'refunded amount': 'return_amount',
    shipping: { role: 'shipping', per: 'order' },
    taxes: { role: 'tax', per: 'order' },
    duties: { role: 'duty', per: 'order' },
    tip: { role: 'tip', per: 'order' },
    'discount amount': 'order_discount',
    total: 'order_total',
  },
  firstRow: true,
  discount: 'line_amount',
  states: shopifyStates,
}
