/** What a column can be. Layouts give columns their roles; cleaning reads roles only. */
export const roles = {
  order_number: 'order number',
  line_id: 'line number',
  order_date: 'order date',
  order_time: 'time of day',
  updated_at: 'last changed',
  cancelled_at: 'cancelled at',
  status: 'order status',
  movement: 'sale or return',
  channel: 'channel',
  customer_key: 'customer id',
  customer_name: 'customer name',
  customer_email: 'customer e-mail',
  customer_age: 'customer age',
  country: 'country',
  subdivision: 'state or province',
  region: 'region',
  region_key: 'region id',
  region_level: 'kind of region',
  product_key: 'product id',
  sku: 'SKU',
  product_name: 'product name',
  category: 'category',
  quantity: 'quantity',
  kept_quantity: 'quantity less what came back',
  returned_quantity: 'quantity that came back',
  unit_price: 'unit price',
  line_total: 'line total',
  order_subtotal: 'goods of the whole order, after discounts',
  order_discount: 'taken off the whole order',
  order_total: 'total of the whole order',
  shipping: 'shipping',
  tax: 'tax',
  tip: 'tip',
  duty: 'duty',
  fee: 'fee',
  taxes_included: 'prices include tax',
  included_tax: 'tax within the price of the line',
  discount: 'discount',
  unit_cost: 'unit cost',
  currency: 'currency',
  exchange_rate: 'exchange rate',
  returned_at: 'came back',
  returned_on: 'day of the refund',
  return_id: 'return id',
  return_amount: 'refunded amount',
  line_refund: 'refunded of the line',
  stock: 'stock on hand',
  counted_at: 'counted at',
  stock_kind: 'kind of stock entry',
  location: 'location',
  list_price: 'list price',
} as const
export type Role = keyof typeof roles

/** What orders carry beside their goods. Several columns may hold one kind: they add up. */
export const chargeRoles = [
  'shipping',
  'tax',
  'tip',
  'duty',
  'fee',
] as const satisfies readonly Role[]
export type ChargeRole = (typeof chargeRoles)[number]

/** How a role's text is read. */
export type Reading = 'identifier' | 'text' | 'number' | 'moment'

const numberRoles: readonly Role[] = [
  'quantity',
  'kept_quantity',
  'returned_quantity',
  'unit_price',
  'line_total',
  'order_subtotal',
  'order_discount',
  'order_total',
  ...chargeRoles,
  'included_tax',
  'discount',
  'unit_cost',
  'exchange_rate',
  'return_amount',
  'line_refund',
  'stock',
  'list_price',
  'customer_age',
]
const momentRoles: readonly Role[] = ['order_date', 'updated_at', 'returned_on', 'counted_at']
const identifierRoles: readonly Role[] = [
  'order_number',
  'line_id',
  'customer_key',
  'product_key',
  'sku',
  'region_key',
  'return_id',
]

export function readingOf(role: Role): Reading {
  if (numberRoles.includes(role)) return 'number'
  if (momentRoles.includes(role)) return 'moment'
  return identifierRoles.includes(role) ? 'identifier' : 'text'
}
