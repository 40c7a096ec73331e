import { type Cells, layoutByHeaders } from './by-headers.ts'
import { firstOf, negative, variantName } from './texts.ts'

/**
 * Square's exports of item sales (one row per item) and of transactions (one per payment). Refunds are rows of their own
 * with amounts below zero. Older exports call what goods cost gross sales; newer ones call it product sales, and what
 * was collected with tax gross sales. Source: Square Dashboard, Reports, "Item sales" and "Transactions".
 */

function isRefund({ of }: Cells): string {
  return `(lower(coalesce(${of('event type')}, '')) = 'refund')`
}

function goodsOf({ of }: Cells): string {
  return firstOf(of('product sales'), of('gross sales'))
}

/** Goods before discounts, of refunds after them: what was given back. */
function amountOf(cells: Cells): string {
  return `CASE WHEN ${isRefund(cells)} THEN ${cells.of('net sales')} ELSE ${goodsOf(cells)} END`
}

/** What stands beside the goods of a sale; of a refund it went back. */
function ofSale(cells: Cells, header: string): string {
  return `CASE WHEN NOT ${isRefund(cells)} THEN ${cells.of(header)} END`
}

export const square = layoutByHeaders({ name: 'square', source: 'square' }, [
  {
    what: "Square's item sales",
    required: ['date', 'item', 'qty', 'net sales', 'transaction id'],
    makes: {
      'Item and price point': ({ of }) => variantName(of('item'), of('price point name')),
      'Qty, below zero for refunds': (cells) =>
        `CASE WHEN ${isRefund(cells)} THEN ${negative(cells.of('qty'))} ELSE ${cells.of('qty')} END`,
      'Goods before discounts': amountOf,
      'Discounts of sales': (cells) => ofSale(cells, 'discounts'),
      'Tax on sales': (cells) => ofSale(cells, 'tax'),
    },
    roles: {
      'transaction id': 'order_number',
      date: 'order_date',
      time: 'order_time',
      'customer id': 'customer_key',
      'customer name': 'customer_name',
      'item and price point': 'product_name',
      sku: 'sku',
      category: 'category',
      'qty below zero for refunds': 'quantity',
      'goods before discounts': 'line_total',
      'discounts of sales': 'discount',
      channel: 'channel',
      'tax on sales': { role: 'tax', per: 'line' },
    },
    price: 'total',
    discount: 'line_amount',
    withoutTax: true,
  },
  {
    what: "Square's transactions",
    required: ['date', 'gross sales', 'net sales', 'total collected', 'transaction id'],
    without: ['item'],
    makes: {
      'One transaction, below zero for refunds': (cells) =>
        `CASE WHEN ${isRefund(cells)} THEN '-1' WHEN ${cells.of('transaction id')} IS NOT NULL THEN '1' END`,
      'Goods before discounts': amountOf,
      'Discounts of sales': (cells) => ofSale(cells, 'discounts'),
      'Tax on sales': (cells) => ofSale(cells, 'tax'),
      'Tip on sales': (cells) => ofSale(cells, 'tip'),
      'Service charges on sales': (cells) => ofSale(cells, 'service charges'),
    },
    roles: {
      'transaction id': 'order_number',
      date: 'order_date',
      time: 'order_time',
      'transaction status': 'status',
      'customer id': 'customer_key',
      'customer name': 'customer_name',
      'one transaction below zero for refunds': 'quantity',
      'goods before discounts': 'line_total',
      'discounts of sales': 'discount',
      channel: 'channel',
      'tax on sales': { role: 'tax', per: 'order' },
      'tip on sales': { role: 'tip', per: 'order' },
      'service charges on sales': { role: 'fee', per: 'order' },
    },
    price: 'total',
    discount: 'line_amount',
    withoutTax: true,
  },
])
