import { type Cells, layoutByHeaders } from './by-headers.ts'
import { firstOf, less } from './texts.ts'

/**
 * Etsy's exports "Sold Order Items" (one row per item) and "Sold Orders" (one per order). Prices are before coupons and
 * without the sales tax; days are month first, whatever the seller's country. Source: Etsy, Shop Manager, "Download data".
 */
/** What buyers in the United Kingdom and some other countries pay for "delivery" is called shipping elsewhere. */
function shippingOf({ of }: Cells, prefix: '' | 'order '): string {
  const charge = firstOf(of(`${prefix}shipping`), of(`${prefix}delivery`))
  return less(charge, firstOf(of('shipping discount'), of('delivery discount')))
}

const places: Readonly<Record<string, (cells: Cells) => string>> = {
  'Ship, else Delivery Country': ({ of }) => firstOf(of('ship country'), of('delivery country')),
  'Ship, else Delivery State': ({ of }) => firstOf(of('ship state'), of('delivery state')),
}

/**
 * What was given back of an order: its total is stated once more as it became. Zero stands for orders that were not
 * adjusted where all orders state something, and for such of which nothing is left where others leave it blank.
 */
function refundOf({ of }: Cells): string {
  const [order, total, adjusted] = [of('order id'), of('order total'), of('adjusted order total')]
  const some = `bool_or(${adjusted} IS NULL AND ${order} IS NOT NULL) OVER ()`
  return `CASE WHEN regexp_matches(${adjusted}, '[1-9]') THEN ${less(total, adjusted)} WHEN ${adjusted} IS NOT NULL AND ${some} THEN ${total} END`
}

export const etsy = layoutByHeaders({ name: 'etsy', source: 'etsy' }, [
  {
    what: "Etsy's sold order items",
    required: ['sale date', 'item name', 'order id', 'quantity', 'price', 'transaction id'],
    makes: {
      'Order Shipping, less its discount': (cells) => shippingOf(cells, 'order '),
      'Ship, else Delivery Name': ({ of }) => firstOf(of('ship name'), of('delivery name')),
      ...places,
    },
    roles: {
      'order id': 'order_number',
      'transaction id': 'line_id',
      'sale date': 'order_date',
      buyer: 'customer_key',
      'ship else delivery name': 'customer_name',
      'ship else delivery country': 'country',
      'ship else delivery state': 'subdivision',
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
    withoutTax: true,
    dayOrder: 'mdy',
  },
  {
    what: "Etsy's sold orders",
    required: ['sale date', 'order id', 'number of items', 'order value', 'order total'],
    makes: {
      'Buyer, else User ID': ({ of }) => firstOf(of('buyer'), of('buyer user id')),
      'Shipping, less its discount': (cells) => shippingOf(cells, ''),
      'Order Total, less Adjusted Order Total': refundOf,
      ...places,
    },
    roles: {
      'order id': 'order_number',
      'sale date': 'order_date',
      status: 'status',
      'buyer else user id': 'customer_key',
      'full name': 'customer_name',
      'ship else delivery country': 'country',
      'ship else delivery state': 'subdivision',
      'number of items': 'quantity',
      'order value': 'line_total',
      'discount amount': 'discount',
      currency: 'currency',
      'shipping less its discount': { role: 'shipping', per: 'order' },
      'sales tax': { role: 'tax', per: 'order' },
      'order total': 'order_total',
      'order total less adjusted order total': 'return_amount',
    },
    price: 'total',
    discount: 'line_amount',
    withoutTax: true,
    dayOrder: 'mdy',
  },
])
