import type { Cells, KnownTable } from './by-headers.ts'
import { shopifyStates } from './shopify-export.ts'
import { besideFirst, firstOf, isTrue, less, times } from './texts.ts'

/**
 * Orders and refunds of Shopify as JSON: answers of the Admin API (REST), and the bodies of webhooks, which are the
 * same objects without their wrapper. Numbers, products and places are those of the export as CSV, so that an
 * order is the same whichever way it came. Source: Shopify, "REST Admin API reference", Order and Refund.
 */

const states = new Map([...shopifyStates, ['test order', 'not_counted'] as const])

/** Of an order that is refunded as a whole its refunds tell what came back, and when. */
function statusOf({ of }: Cells): string {
  const status = of('financial status')
  const told = `${of('refunds refund line items quantity sum')} IS NOT NULL`
  return `CASE WHEN ${isTrue(of('test'))} THEN 'test order'
    WHEN ${status} = 'refunded' AND ${told} THEN 'refunded, see its refunds' ELSE ${status} END`
}

const addresses: NonNullable<KnownTable['makes']> = {
  'shipping, else billing country': ({ of }) =>
    firstOf(of('shipping address country code'), of('billing address country code')),
  'shipping, else billing province': ({ of }) =>
    besideFirst(
      of('shipping address country code'),
      of('shipping address province code'),
      of('billing address province code'),
    ),
  // The export as CSV knows customers by e-mail only.
  'customer.id where there is no e-mail': ({ of }) =>
    `CASE WHEN ${firstOf(of('email'), of('contact email'))} IS NULL THEN ${of('customer id')} END`,
  'name of the buyer': ({ of }) =>
    firstOf(
      of('billing address name'),
      of('customer first name customer last name'),
      of('shipping address name'),
    ),
}

/** What stands in the order itself. */
const ofOrder: KnownTable['roles'] = {
  name: 'order_number',
  'updated at': 'updated_at',
  'cancelled at': 'cancelled_at',
  'status as it counts': 'status',
  currency: 'currency',
  'customer id where there is no e mail': 'customer_key',
  email: 'customer_email',
  'contact email': 'customer_email',
  'name of the buyer': 'customer_name',
  'shipping else billing country': 'country',
  'shipping else billing province': 'subdivision',
}

/** Where prices include tax, so does shipping; what is said of tax is whole either way. */
function shippingOf({ of }: Cells): string {
  const price = firstOf(of('shipping lines discounted price sum'), of('shipping lines price sum'))
  const tax = of('shipping lines tax lines price sum')
  return `CASE WHEN ${isTrue(of('taxes included'))} THEN ${less(price, tax)} ELSE ${price} END`
}

/** Goods after discounts; where prices include tax the order does not say how much of it is on them. */
function subtotalOf({ of }: Cells): string {
  return `CASE WHEN NOT ${isTrue(of('taxes included'))} THEN ${of('subtotal price')} END`
}

const charges: KnownTable['roles'] = {
  'shipping without tax': { role: 'shipping', per: 'order' },
  'total tax': { role: 'tax', per: 'order' },
  'total tip received': { role: 'tip', per: 'order' },
  'original total duties set shop money amount': { role: 'duty', per: 'order' },
  'original total additional fees set shop money amount': { role: 'fee', per: 'order' },
  'total price': 'order_total',
}

const orders: KnownTable = {
  what: "Shopify's orders as JSON",
  documents: true,
  required: ['name', 'created at', 'financial status', 'line items quantity', 'line items price'],
  makes: {
    ...addresses,
    'status as it counts': statusOf,
    'shipping without tax': shippingOf,
    'subtotal without tax': subtotalOf,
    // Where nothing is said of it they do not.
    'prices include tax': ({ of }) =>
      `CASE WHEN ${isTrue(of('taxes included'))} THEN 'true' ELSE 'false' END`,
    // A stream of webhooks may bring an order twice. Otherwise its lines are told by what they are, as in the export.
    'line_items[].id where it is repeated': ({ of, isRepeated }) =>
      `CASE WHEN ${isRepeated(of('name'), of('line items id'))} THEN ${of('line items id')} END`,
    // Where prices include tax none is stated without it: what the pieces cost together is less the tax of the line.
    'line_items[].price without tax': ({ of }) =>
      `CASE WHEN NOT ${isTrue(of('taxes included'))} THEN ${of('line items price')} END`,
    'line_items[].price x quantity': ({ of }) =>
      `CASE WHEN ${isTrue(of('taxes included'))} THEN ${times(of('line items price'), of('line items quantity'))} END`,
    // The allocations hold all discounts, also those of the whole order.
    'line_items[].discounts': ({ of }) =>
      firstOf(of('line items discount allocations amount sum'), of('line items total discount')),
  },
  roles: {
    ...ofOrder,
    'created at': 'order_date',
    'line items id where it is repeated': 'line_id',
    'line items quantity': 'quantity',
    'line items name': 'product_name',
    'line items title': 'product_name',
    'line items sku': 'sku',
    'line items price without tax': 'unit_price',
    'line items price x quantity': 'line_total',
    'line items discounts': 'discount',
    'line items tax lines price sum': 'included_tax',
    'prices include tax': 'taxes_included',
    'subtotal without tax': 'order_subtotal',
    ...charges,
  },
  discount: 'line_amount',
  states,
}

/** Orders of which only some fields were asked for: they count by what their goods cost, where that is without tax. */
const orderHeads: KnownTable = {
  what: "Shopify's orders as JSON, without their lines",
  documents: true,
  required: ['name', 'created at', 'financial status', 'subtotal price', 'total price'],
  without: ['line items price', 'refunds created at'],
  makes: {
    ...addresses,
    'status as it counts': statusOf,
    'shipping without tax': shippingOf,
    'subtotal without tax': subtotalOf,
  },
  roles: {
    ...ofOrder,
    'created at': 'order_date',
    'subtotal without tax': 'line_total',
    ...charges,
  },
  states,
}

/** A draft is no order yet; the order that is made of it comes by itself. */
const drafts: KnownTable = {
  what: "Shopify's draft orders as JSON",
  documents: true,
  required: ['name', 'created at', 'invoice sent at', 'line items quantity', 'line items price'],
  makes: {
    'status as it counts': ({ of }) => `CASE WHEN ${of('name')} IS NOT NULL THEN 'draft' END`,
  },
  roles: {
    name: 'order_number',
    'created at': 'order_date',
    'status as it counts': 'status',
    currency: 'currency',
    'line items quantity': 'quantity',
    'line items name': 'product_name',
    'line items sku': 'sku',
    'line items price': 'unit_price',
  },
}

/** A refund of no goods gives back money only: what its adjustments say, without tax. */
function refunded(cells: Cells, lists: { readonly lines: string; readonly refund: string }) {
  const of = (header: string) => cells.of(`${lists.lines} ${header}`)
  const ofRefund = (header: string) => cells.of(`${lists.refund}${header}`)
  const line = of('id')
  const subtotal = of('subtotal')
  const withoutTax = `CASE WHEN ${isTrue(cells.of('taxes included'))} THEN ${less(subtotal, of('total tax'))} ELSE ${subtotal} END`
  const adjusted = `regexp_replace(${ofRefund('order adjustments amount sum')}, '^-', '')`
  return {
    key: `CASE WHEN ${ofRefund('id')} IS NOT NULL THEN concat('refund ', ${ofRefund('id')}, coalesce(' line ' || ${line}, '')) END`,
    quantity: `CASE WHEN ${line} IS NULL AND ${ofRefund('id')} IS NOT NULL THEN '0' ELSE ${of('quantity')} END`,
    amount: `CASE WHEN ${line} IS NULL THEN ${adjusted} ELSE ${withoutTax} END`,
  }
}

function refundTable(lists: { readonly lines: string; readonly refund: string }) {
  return {
    // Shipping that was given back is no return of goods.
    sales: (of: Cells['of']) =>
      `NOT (${of(`${lists.lines} id`)} IS NULL AND coalesce(${of(`${lists.refund}order adjustments kind first`)}, '') = 'shipping_refund')`,
    makes: {
      'refund and its line': (cells: Cells) => refunded(cells, lists).key,
      'quantity given back': (cells: Cells) => refunded(cells, lists).quantity,
      'amount without tax': (cells: Cells) => refunded(cells, lists).amount,
    },
    roles: {
      'refund and its line': 'return_id',
      'quantity given back': 'quantity',
      'amount without tax': 'return_amount',
      [`${lists.refund}created at`]: 'order_date',
      [`${lists.lines} line item name`]: 'product_name',
      [`${lists.lines} line item title`]: 'product_name',
      [`${lists.lines} line item sku`]: 'sku',
    },
  } as const
}

const inOrders = refundTable({ refund: 'refunds ', lines: 'refunds refund line items' })
const refundsOfOrders: KnownTable = {
  what: "the refunds in Shopify's orders",
  documents: true,
  holds: 'returns',
  required: ['name', 'financial status', 'refunds id', 'refunds created at'],
  sales: inOrders.sales,
  makes: { ...addresses, 'status as it counts': statusOf, ...inOrders.makes },
  roles: { ...ofOrder, ...inOrders.roles },
  states,
}

const alone = refundTable({ refund: '', lines: 'refund line items' })
const refunds: KnownTable = {
  what: "Shopify's refunds as JSON",
  documents: true,
  holds: 'returns',
  required: ['id', 'order id', 'created at', 'refund line items quantity'],
  sales: alone.sales,
  makes: alone.makes,
  roles: { 'order id': 'order_number', ...alone.roles },
}

export const shopifyDocuments: readonly KnownTable[] = [
  refundsOfOrders,
  orders,
  orderHeads,
  drafts,
  refunds,
]
