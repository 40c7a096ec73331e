import type { Cells, KnownTable } from './by-headers.ts'
import { besideFirst, firstOf, greatestOf, less, unsigned } from './texts.ts'
import { woocommerceStates } from './woocommerce-export.ts'

/**
 * Orders and refunds of WooCommerce as JSON: answers of the REST API, version 3, and the bodies of webhooks. All
 * totals of lines are without tax, whatever the shop's prices include, and days are those of the site's clock.
 * Source: WooCommerce REST API documentation, "Orders" and "Order refunds".
 */

/** Before coupons; a line may also have been made dearer by hand, and that is no discount below zero. */
function goodsOf({ of }: Cells): string {
  return greatestOf(of('line items subtotal'), of('line items total'))
}

const orders: KnownTable = {
  what: "WooCommerce's orders as JSON",
  documents: true,
  required: [
    'number',
    'date created',
    'line items quantity',
    'line items total',
    'prices include tax',
  ],
  makes: {
    'shipping, else billing country': ({ of }) =>
      firstOf(of('shipping country'), of('billing country')),
    'shipping, else billing state': ({ of }) =>
      besideFirst(of('shipping country'), of('shipping state'), of('billing state')),
    'line_items[].total before discounts': goodsOf,
    'line_items[].discount': (cells) => less(goodsOf(cells), cells.of('line items total')),
    // Its refunds come by themselves, and would count again beside an order that is refunded as a whole.
    'status as it counts': ({ of }) =>
      `CASE WHEN ${of('status')} = 'refunded' AND ${of('refunds total sum')} IS NOT NULL THEN 'refunded, see its refunds' ELSE ${of('status')} END`,
    // A stream of webhooks may bring an order twice. Otherwise its lines are told by what they are, as in exports.
    'line_items[].id where it is repeated': ({ of, isRepeated }) =>
      `CASE WHEN ${isRepeated(of('number'), of('line items id'))} THEN ${of('line items id')} END`,
  },
  roles: {
    number: 'order_number',
    'date created': 'order_date',
    // The clock of the site goes back an hour once a year.
    'date modified gmt': 'updated_at',
    'date modified': 'updated_at',
    'status as it counts': 'status',
    currency: 'currency',
    'customer id': 'customer_key',
    'billing email': 'customer_email',
    'billing first name billing last name': 'customer_name',
    'shipping else billing country': 'country',
    'shipping else billing state': 'subdivision',
    'line items id where it is repeated': 'line_id',
    'line items quantity': 'quantity',
    'line items name': 'product_name',
    'line items sku': 'sku',
    'line items total before discounts': 'line_total',
    'line items discount': 'discount',
    'refunds total sum': 'return_amount',
    'shipping total': { role: 'shipping', per: 'order' },
    'total tax': { role: 'tax', per: 'order' },
    'fee lines total sum': { role: 'fee', per: 'order' },
    total: 'order_total',
  },
  price: 'total',
  discount: 'line_amount',
  states: woocommerceStates,
  refundsApart: true,
  withoutTax: true,
}

/**
 * Amounts stand there below zero. A refund of no goods says only what was given back as a whole. The order it belongs
 * to stands in a link alone.
 */
const refunds: KnownTable = {
  what: "WooCommerce's refunds as JSON",
  documents: true,
  holds: 'returns',
  required: ['id', 'date created', 'amount', 'refunded by'],
  makes: {
    'refund and its line': ({ of }) =>
      `CASE WHEN ${of('id')} IS NOT NULL THEN concat('refund ', ${of('id')}, coalesce(' line ' || ${of('line items id')}, '')) END`,
    'order in its link': ({ of }) =>
      `nullif(regexp_extract(${of('links up href first')}, '/orders/([0-9]+)$', 1), '')`,
    'quantity given back': ({ of }) =>
      `CASE WHEN ${of('line items id')} IS NULL AND ${of('id')} IS NOT NULL THEN '0' ELSE ${unsigned(of('line items quantity'))} END`,
    'amount without tax': ({ of }) =>
      `CASE WHEN ${of('line items id')} IS NULL THEN ${of('amount')} ELSE ${unsigned(of('line items total'))} END`,
  },
  roles: {
    'refund and its line': 'return_id',
    'order in its link': 'order_number',
    'date created': 'order_date',
    'quantity given back': 'quantity',
    'amount without tax': 'return_amount',
    'line items name': 'product_name',
    'line items sku': 'sku',
  },
}

export const woocommerceDocuments: readonly KnownTable[] = [orders, refunds]
