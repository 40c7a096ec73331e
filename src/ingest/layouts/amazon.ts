import type { OrderState } from '../statuses.ts'
import { amazonPayments } from './amazon-payments.ts'
import type { KnownTable } from './by-headers.ts'
import { layoutByHeaders } from './by-headers.ts'
import { less, unsigned } from './texts.ts'

/** The state that stands for a pending order whose price Amazon does not tell yet. */
const unpriced = 'pending without a price'

/** What is pending is ordered, and counts in Amazon's own figures; most of it is shipped within a day. */
const states: ReadonlyMap<string, OrderState> = new Map([
  ['pending', 'counted'],
  [unpriced, 'not_counted'],
  ...['returned to seller', 'returning to seller', 'rejected by buyer', 'undeliverable'].map(
    (what) => [`shipped - ${what}`, 'refunded'] as const,
  ),
])

/**
 * Amazon's report of all orders, one row per item, tab-separated. Its "item-price" is the price of the whole
 * line before promotions. Source: Selling Partner API, reports "GET_FLAT_FILE_ALL_ORDERS_DATA_*".
 */
const allOrders: KnownTable = {
  what: "Amazon's report of all orders",
  required: ['amazon order id', 'purchase date', 'quantity', 'item price'],
  makes: {
    'shipping-price less its promotion': ({ of }) =>
      less(of('shipping price'), unsigned(of('ship promotion discount'))),
    // Items of an order are cancelled one by one: they stay in the report, with no pieces and no price.
    'status as it counts': ({ of }) =>
      `CASE WHEN lower(${of('item status')}) IN ('cancelled', 'canceled') THEN ${of('item status')}
        WHEN starts_with(lower(${of('order status')}), 'pending') AND ${of('item price')} IS NULL THEN '${unpriced}'
        ELSE ${of('order status')} END`,
  },
  roles: {
    'amazon order id': 'order_number',
    'purchase date': 'order_date',
    'last updated date': 'updated_at',
    'status as it counts': 'status',
    'sales channel': 'channel',
    'product name': 'product_name',
    sku: 'sku',
    quantity: 'quantity',
    currency: 'currency',
    'item price': 'line_total',
    'item promotion discount': 'discount',
    'ship state': 'subdivision',
    'ship country': 'country',
    'item tax': { role: 'tax', per: 'line' },
    'shipping tax': { role: 'tax', per: 'line' },
    'gift wrap tax': { role: 'tax', per: 'line' },
    'shipping price less its promotion': { role: 'shipping', per: 'line' },
    'gift wrap price': { role: 'fee', per: 'line' },
  },
  price: 'total',
  discount: 'line_amount',
  states,
}

export const amazon = layoutByHeaders({ name: 'amazon', source: 'amazon' }, [
  allOrders,
  amazonPayments,
])
