import { layoutByHeaders } from './by-headers.ts'
import { firstOf, less } from './texts.ts'

/**
 * Etsy's exports "Sold Order Items" (one row per item) and "Sold Orders" (one per order). Prices are before coupons and
 * without the sales tax; days are month first, whatever the seller's country. Source: Etsy, Shop Manager, "Download data".
 */
export const etsy = layoutByHeaders({ name: 'etsy', source: 'etsy' }, [
  {
    what: "Etsy's sold order items",
    required: ['sale date', 'item name', 'order id', 'quantity', 'price', 'transaction id'],
    makes: {
      'Order Shipping, less its discount': ({ of }) =>
        less(of('order shipping'), of('shipping discount')),
    },
    roles: {
      'order id': 'order_number',
      'transaction id': 'line_id',
      'sale date': 'order_date',
      buyer: 'customer_key',
      'ship name': 'customer_name',
      'ship country': 'country',
      'ship state': 'subdivision',
      'item name': 'product_name',
      sku: 'sku',
      quantity: 'quantity',
      price: 'unit_price',
      'discount amount': 'discount',
      currency: 'currency',
      'order shipping less its discount': 'shipping',
      'order sales tax': 'tax',
    },
    discount: 'line_amount',
    dayOrder: 'mdy',
  },
  {
    what: "Etsy's sold orders",
    required: ['sale date', 'order id', 'number of items', 'order value', 'order total'],
    makes: {
      'Buyer, else User ID': ({ of }) => firstOf(of('buyer'), of('buyer user id')),
      'Shipping, less its discount': ({ of }) => less(of('shipping'), of('shipping discount')),
    },
    roles: {
      'order id': 'order_number',
      'sale date': 'order_date',
      status: 'status',
      'buyer else user id': 'customer_key',
      'full name': 'customer_name',
      'ship country': 'country',
      'ship state': 'subdivision',
      'number of items': 'quantity',
      'order value': 'line_total',
      'discount amount': 'discount',
      currency: 'currency',
      'shipping less its discount': { role: 'shipping', per: 'order' },
      'sales tax': { role: 'tax', per: 'order' },
      'order total': 'order_total',
    },
    price: 'total',
    discount: 'line_amount',
    dayOrder: 'mdy',
  },
])
