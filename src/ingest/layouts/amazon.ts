import { layoutByHeaders } from './by-headers.ts'
import { less, unsigned } from './texts.ts'

/**
 * Amazon's report of all orders, one row per item, tab-separated. Its "item-price" is the price of the whole
 * line before promotions. Source: Selling Partner API, reports "GET_FLAT_FILE_ALL_ORDERS_DATA_*".
 */
export const amazon = layoutByHeaders({ name: 'amazon', source: 'amazon' }, [
  {
    what: "Amazon's report of all orders",
    required: ['amazon order id', 'purchase date', 'quantity', 'item price'],
    makes: {
      'shipping-price less its promotion': ({ of }) =>
        less(of('shipping price'), unsigned(of('ship promotion discount'))),
    },
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
      'item tax': { role: 'tax', per: 'line' },
      'shipping tax': { role: 'tax', per: 'line' },
      'gift wrap tax': { role: 'tax', per: 'line' },
      'shipping price less its promotion': { role: 'shipping', per: 'line' },
      'gift wrap price': { role: 'fee', per: 'line' },
    },
    price: 'total',
    discount: 'line_amount',
    // What is pending is ordered, and counts in Amazon's own figures; most of it is shipped within a day.
    states: new Map([['pending', 'counted']]),
  },
])
