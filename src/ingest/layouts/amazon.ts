import type { Layout } from '../layout.ts'
import { claimByHeaders } from './by-headers.ts'

/**
 * Amazon's report of all orders, one row per item, tab-separated. Its "item-price" is the price of the whole
 * line before promotions. Source: Selling Partner API, reports "GET_FLAT_FILE_ALL_ORDERS_DATA_*".
 */
export const amazon: Layout = {
  name: 'amazon',
  source: 'amazon',
  claim: claimByHeaders({
    layout: 'amazon',
    source: 'amazon',
    what: "Amazon's report of all orders",
    required: ['amazon order id', 'purchase date', 'quantity', 'item price'],
    roles: {
      'amazon order id': 'order_number',
      'purchase date': 'order_date',
      'last updated date': 'updated_at',
      'order status': 'status',
      'sales channel': 'channel',
      'product name': 'product_name',
      sku: 'sku',
      quantity: 'quantity',
      currency: 'currency',
      'item price': 'line_total',
      'item promotion discount': 'discount',
      'ship state': 'subdivision',
      'ship country': 'country',
    },
    price: 'total',
    discount: 'line_amount',
    // What is pending is ordered, and counts in Amazon's own figures; most of it is shipped within a day.
    states: new Map([['pending', 'counted']]),
  }),
}
