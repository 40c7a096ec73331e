import type { OrderState } from '../statuses.ts'
import type { Cells, KnownTable } from './by-headers.ts'
import { besideFirst, firstOf, less } from './texts.ts'

/** What waits for its payment is a sale, as in WooCommerce's own figures. */
export const woocommerceStates: ReadonlyMap<string, OrderState> = new Map([
  ['on hold', 'counted'],
  ['on-hold', 'counted'],
])

/** The address of the buyer, as the plugin "Advanced Order Export For WooCommerce" names its columns. */
const places: KnownTable['makes'] = {
  'Country Code (Shipping, else Billing)': ({ of }) =>
    firstOf(of('country code shipping'), of('country code billing')),
  'State Code (Shipping, else Billing)': ({ of }) =>
    besideFirst(of('country code shipping'), of('state code shipping'), of('state code billing')),
}

const roles: KnownTable['roles'] = {
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
  'item name': 'product_name',
  'item cost': 'unit_price',
  'order shipping amount': { role: 'shipping', per: 'order' },
  // That of the lines, and that of shipping.
  'order total tax amount': { role: 'tax', per: 'order' },
  'order line tax': { role: 'tax', per: 'line' },
}

const totals = ['order shipping amount', 'order total amount', 'order total tax amount']

/** One row per line: amounts without tax, and what came back in columns of its own. */
const lines: KnownTable = {
  what: "WooCommerce's Advanced Order Export",
  required: ['order number', 'order status', 'item cost', 'order line w o tax', 'quantity'],
  makes: places,
  roles: {
    ...roles,
    quantity: 'quantity',
    'quantity refund': 'kept_quantity',
    'order line w o tax': 'line_total',
  },
  withoutTax: true,
  states: woocommerceStates,
}

/** Goods of the order, as its lines cost after discounts. */
function goodsOf({ of }: Cells): string {
  return less(of('order subtotal amount'), of('cart discount amount'))
}

/** The quantities alone are less what came back: money that was given back beside them is what the lines do not lack. */
function moneyAlone(cells: Cells): string {
  const { of } = cells
  const amount = (text: string) => `TRY_CAST(${text} AS DECIMAL(19,4))`
  const kept = `sum(${amount(of('quantity refund'))} * ${amount(of('item cost'))}) OVER (PARTITION BY ${of('order number')})`
  const goods = cells.first(goodsOf(cells), of('order number'))
  return `CASE WHEN abs(${kept} - ${amount(goods)}) < 0.05 THEN ${of('order refund amount')} END`
}

/** The columns that the plugin proposes: of lines only what is left of them, at the price of one piece. */
const proposed: KnownTable = {
  what: "WooCommerce's Advanced Order Export, as proposed",
  required: ['order number', 'order date', 'item name', 'quantity refund', 'item cost'],
  without: ['quantity', 'order line w o tax'],
  // A line of which nothing is left is neither sold nor returned.
  sales: (of) => `NOT coalesce(regexp_full_match(${of('quantity refund')}, '0+([.,]0+)?'), false)`,
  makes: {
    ...places,
    'Order Subtotal Amount, less Cart Discount Amount': goodsOf,
    'Order Refund Amount, where no piece came back': moneyAlone,
  },
  roles: {
    ...roles,
    'quantity refund': 'quantity',
    'order subtotal amount less cart discount amount': 'order_subtotal',
    'order refund amount where no piece came back': 'return_amount',
  },
  price: 'unit',
  withoutTax: true,
  states: woocommerceStates,
}

/** Where all that a total holds is stated, what it differs by is worth a word. */
function withTotal(table: KnownTable): KnownTable {
  return {
    ...table,
    required: [...table.required, ...totals],
    roles: { ...table.roles, 'order total amount': 'order_total' },
  }
}

/**
 * Exports of the plugin "Advanced Order Export For WooCommerce", whose columns everybody chooses. Source: its screen
 * "Export now", "Set up fields to export".
 */
export const woocommerceExports: readonly KnownTable[] = [
  withTotal(lines),
  lines,
  withTotal(proposed),
  proposed,
]
