import type { Cells, KnownTable } from './by-headers.ts'
import { firstOf, less } from './texts.ts'

/**
 * Orders as Magento's REST API gives them. Amounts of items are without tax, and times are in UTC. What a shop sells as
 * a configurable product or a bundle stands there as one item, with its parts as items below it. Source: Adobe Commerce
 * REST API, "salesOrderRepositoryV1".
 */

const shipping = 'extension attributes shipping assignments shipping address'

/** Where prices include tax a discount does too; that part of it is stated beside it. */
function discountOf({ of }: Cells): string {
  return less(of('items discount amount'), of('items discount tax compensation amount'))
}

/** What is left of an item where some came back. */
function keptOf({ of }: Cells): string {
  const [ordered, refunded] = [of('items qty ordered'), of('items qty refunded')]
  return `CASE WHEN regexp_matches(${refunded}, '[1-9]') THEN ${less(ordered, refunded)} END`
}

export const magentoDocuments: KnownTable = {
  what: "Magento's orders as JSON",
  documents: true,
  required: ['increment id', 'created at', 'grand total', 'items qty ordered', 'items row total'],
  sales: (of) => `${of('items parent item id')} IS NULL`,
  makes: {
    'created_at in UTC': ({ of }) => of('created at'),
    'updated_at in UTC': ({ of }) => of('updated at'),
    'name of the customer': ({ of }) =>
      `nullif(concat_ws(' ', ${of('customer firstname')}, ${of('customer lastname')}), '')`,
    'shipping, else billing country': ({ of }) =>
      firstOf(of(`${shipping} country id first`), of('billing address country id')),
    'items[].discount_amount without tax': discountOf,
    'items[].qty_ordered less qty_refunded': keptOf,
    'items[].amount_refunded less its discount': ({ of }) =>
      less(of('items amount refunded'), of('items discount refunded')),
    // Orders that come twice have the same items.
    'items[].item_id where it is repeated': ({ of, isRepeated }) =>
      `CASE WHEN ${isRepeated(of('increment id'), of('items item id'))} THEN ${of('items item id')} END`,
  },
  roles: {
    'increment id': 'order_number',
    'created at in utc': 'order_date',
    'updated at in utc': 'updated_at',
    status: 'status',
    'order currency code': 'currency',
    'customer id': 'customer_key',
    'customer email': 'customer_email',
    'name of the customer': 'customer_name',
    'shipping else billing country': 'country',
    'items item id where it is repeated': 'line_id',
    'items sku': 'sku',
    'items name': 'product_name',
    'items qty ordered': 'quantity',
    'items qty ordered less qty refunded': 'kept_quantity',
    'items row total': 'line_total',
    'items discount amount without tax': 'discount',
    'items amount refunded less its discount': 'line_refund',
    'shipping amount': { role: 'shipping', per: 'order' },
    'tax amount': { role: 'tax', per: 'order' },
    'grand total': 'order_total',
    'total refunded': 'return_amount',
  },
  price: 'total',
  discount: 'line_amount',
  withoutTax: true,
  states: new Map([
    ['closed', 'refunded'],
    ['holded', 'not_counted'],
    ['payment_review', 'not_counted'],
    ['fraud', 'not_counted'],
  ]),
}
