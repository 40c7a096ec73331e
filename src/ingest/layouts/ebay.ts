import { type Cells, layoutByHeaders } from './by-headers.ts'
import { besideFirst, firstOf } from './texts.ts'

/**
 * eBay's orders report: an order of several items has a row that sums them up, which alone states its postage. What
 * eBay collects and pays to the tax office itself is none of the seller's. Source: Seller Hub, "Orders report".
 */

const commaDecimals = ',[0-9]{2}\\D*$'

/** An amount as a decimal, whatever sign of a currency stands beside it: "AU $3,000.00", "EUR 20,00". */
function amount(text: string): string {
  const digits = `CASE WHEN regexp_matches(${text}, '${commaDecimals}')
    THEN replace(regexp_replace(${text}, '[^0-9,-]', '', 'g'), ',', '.') ELSE regexp_replace(${text}, '[^0-9.-]', '', 'g') END`
  return `TRY_CAST(${digits} AS DECIMAL(18,4))`
}

/** A decimal written as the text beside it is. */
function writtenAs(text: string, decimal: string): string {
  const written = `(${decimal})::DECIMAL(18,2)::VARCHAR`
  return `concat(regexp_extract(${text}, '^[^0-9-]*'),
    CASE WHEN regexp_matches(${text}, '${commaDecimals}') THEN replace(${written}, '.', ',') ELSE ${written} END)`
}

function postage({ of }: Cells): string {
  return firstOf(of('postage and handling'), of('shipping and handling'))
}

/** What an order states, as SQL decimals over its rows; its total is null where its rows state several. */
function orderOf(cells: Cells) {
  const { of } = cells
  const over = (sql: string) => `${sql} OVER (PARTITION BY ${of('order number')})`
  const isItem = `${of('item number')} IS NOT NULL`
  const [sold, quantity] = [amount(of('sold for')), `TRY_CAST(${of('quantity')} AS DECIMAL(9,0))`]
  const most = (text: string) => `coalesce(${over(`max(${amount(text)})`)}, 0)`
  const total = over(`max(${amount(of('total price'))})`)
  const collected = `(${most(of('e bay collected tax'))} + ${most(of('e bay collected charges'))})`
  const beside = `(${most(postage(cells))} + ${most(of('seller collected tax'))})`
  const comesTo = (whole: string, goods: string) =>
    `coalesce(abs(${whole} - ${beside} - ${goods}) <= 0.01, false)`
  return {
    isItem,
    total: `CASE WHEN ${over(`count(${of('total price')})`)} = 1 THEN ${total} END`,
    collected,
    comesTo,
    /** The same where each row states what its pieces cost together, and where it states the price of one. */
    lines: over(`sum(${sold}) FILTER (${isItem})`),
    pieces: over(`sum(${sold} * ${quantity}) FILTER (${isItem})`),
    /** Of this row. */
    each: `${sold} * ${quantity}`,
  }
}

/**
 * What the goods of a row cost. Some reports state the price of one piece, others that of the line: the order's total,
 * with or without what eBay collects, tells. Where it fits neither it is said that it differs.
 */
function goodsOf(cells: Cells): string {
  const { isItem, total, collected, comesTo, lines, pieces, each } = orderOf(cells)
  const sold = cells.of('sold for')
  const areLines = [total, `(${total} - ${collected})`].map((whole) => comesTo(whole, lines))
  return `CASE WHEN ${lines} = ${pieces} OR ${areLines.join(' OR ')} OR ${pieces} IS NULL THEN ${sold}
    WHEN ${isItem} THEN ${writtenAs(sold, each)} ELSE ${writtenAs(sold, pieces)} END`
}

/** The total of the order, without what eBay collects where it is in it. */
function totalOf(cells: Cells): string {
  const { total, collected, comesTo, lines, pieces } = orderOf(cells)
  const without = `(${total} - ${collected})`
  const fits = [lines, pieces].map((goods) => comesTo(without, goods)).join(' OR ')
  return `(CASE WHEN ${fits} THEN ${without} ELSE ${total} END)::DECIMAL(18,2)::VARCHAR`
}

export const ebay = layoutByHeaders({ name: 'ebay', source: 'ebay' }, [
  {
    what: "eBay's orders report",
    required: ['sales record number', 'order number', 'item number', 'item title', 'sold for'],
    makes: {
      'Goods of the row': goodsOf,
      'Total of the order': totalOf,
      'Postage of the order': (cells) => cells.first(postage(cells), cells.of('order number')),
      'Seller collected tax of the order': ({ of, first }) =>
        first(of('seller collected tax'), of('order number')),
      'Ship To, else Buyer Country': ({ of }) =>
        firstOf(of('ship to country'), of('buyer country')),
      'Ship To, else Buyer State': ({ of }) =>
        besideFirst(of('ship to country'), of('ship to state'), of('buyer state')),
    },
    roles: {
      'order number': 'order_number',
      'transaction id': 'line_id',
      'sale date': 'order_date',
      'buyer username': 'customer_key',
      'buyer name': 'customer_name',
      'buyer email': 'customer_email',
      'ship to else buyer country': 'country',
      'ship to else buyer state': 'subdivision',
      'item title': 'product_name',
      'custom label': 'sku',
      quantity: 'quantity',
      'goods of the row': 'line_total',
      'total of the order': 'order_total',
      'postage of the order': { role: 'shipping', per: 'order' },
      'seller collected tax of the order': { role: 'tax', per: 'order' },
    },
    price: 'total',
    withoutTax: true,
    // "26-May-26": a year never stands first.
    dayOrder: 'dmy',
  },
])
