import type { Cells, KnownTable } from './by-headers.ts'
import { firstOf, less, negative, unsigned } from './texts.ts'

/**
 * Amazon's date range report of transactions, in English: orders and refunds among fees and transfers, which its column
 * "type" tells apart. Amounts of refunds stand below zero, their quantities do not. Source: Seller Central, "Date
 * Range Reports Repository".
 */

/** SQL condition, never null: goods went back, or the money for them. */
function wentBack(of: Cells['of']): string {
  return `coalesce(regexp_full_match(lower(${of('type')}), '(chargeback |a-to-z guarantee )?(refund|claim)'), false)`
}

/** An amount whose thousands stand apart, as a number. */
function plain(text: string): string {
  return `replace(${text}, ',', '')`
}

function amount(text: string): string {
  return `coalesce(TRY_CAST(${plain(text)} AS DECIMAL(19,4)), 0)`
}

/** What was taken off; what offsets the shipping exactly is free shipping, all else is of the goods. */
function isOfShipping(of: Cells['of']): string {
  const [rebate, shipping] = [amount(of('promotional rebates')), amount(of('shipping credits'))]
  return `(${rebate} <> 0 AND ${rebate} = -${shipping})`
}

function rebate(of: Cells['of'], part: 'goods' | 'shipping'): string {
  const own = part === 'shipping' ? isOfShipping(of) : `NOT ${isOfShipping(of)}`
  return `CASE WHEN ${own} THEN ${unsigned(plain(of('promotional rebates')))} END`
}

/** What stands beside the goods of a sale; of a refund it went back. */
function ofSale(of: Cells['of'], text: string): string {
  return `CASE WHEN NOT ${wentBack(of)} THEN ${text} END`
}

/** Goods before promotions, of refunds after them: what was given back. */
function goodsOf({ of }: Cells): string {
  const goods = plain(of('product sales'))
  const back = less(unsigned(goods), rebate(of, 'goods'))
  return `CASE WHEN ${wentBack(of)} THEN ${negative(`(${back})`)} ELSE ${goods} END`
}

export const amazonPayments: KnownTable = {
  what: "Amazon's date range report",
  required: ['date time', 'type', 'order id', 'sku', 'quantity', 'product sales', 'total'],
  // Shipping alone that is given back is no return of goods.
  sales: (of) =>
    `lower(${of('type')}) = 'order' OR (${wentBack(of)} AND ${amount(of('product sales'))} <> 0)`,
  makes: {
    'quantity, below zero for refunds': ({ of }) =>
      `CASE WHEN ${wentBack(of)} THEN ${negative(of('quantity'))} ELSE ${of('quantity')} END`,
    'product sales, of refunds less their rebates': goodsOf,
    'promotional rebates of goods': ({ of }) => ofSale(of, rebate(of, 'goods')),
    'shipping credits less their rebates': ({ of }) =>
      ofSale(of, less(plain(of('shipping credits')), rebate(of, 'shipping'))),
    'gift wrap credits of sales': ({ of }) =>
      ofSale(of, plain(firstOf(of('gift wrap credits'), of('giftwrap credits')))),
    // Each refund by itself: another of the same order may come in the report of the next month.
    'refund and its time': ({ of }) =>
      `CASE WHEN ${wentBack(of)} THEN concat('refund ', ${of('order id')}, ' ', ${of('date time')}) END`,
    'refunded of goods': (cells) =>
      `CASE WHEN ${wentBack(cells.of)} THEN ${unsigned(`(${goodsOf(cells)})`)} END`,
  },
  roles: {
    'order id': 'order_number',
    'date time': 'order_date',
    'refund and its time': 'return_id',
    'refunded of goods': 'return_amount',
    sku: 'sku',
    description: 'product_name',
    'quantity below zero for refunds': 'quantity',
    'product sales of refunds less their rebates': 'line_total',
    'promotional rebates of goods': 'discount',
    marketplace: 'channel',
    'order state': 'subdivision',
    'shipping credits less their rebates': { role: 'shipping', per: 'line' },
    'gift wrap credits of sales': { role: 'fee', per: 'line' },
    'product sales tax': { role: 'tax', per: 'line' },
    'shipping credits tax': { role: 'tax', per: 'line' },
    'gift wrap credits tax': { role: 'tax', per: 'line' },
    'giftwrap credits tax': { role: 'tax', per: 'line' },
    'promotional rebates tax': { role: 'tax', per: 'line' },
    // What Amazon pays to the tax office itself stands here below zero, and is none of the seller's.
    'marketplace withheld tax': { role: 'tax', per: 'line' },
  },
  price: 'total',
  discount: 'line_amount',
  account: true,
  withoutTax: true,
}
