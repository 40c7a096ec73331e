import type { Cells } from './by-headers.ts'
import { layoutByHeaders } from './by-headers.ts'
import { besideFirst, firstOf, less } from './texts.ts'

/**
 * BigCommerce's export of orders: one row per order, with its products packed into one cell as
 * "Product ID: 1, Product Qty: 2, Product SKU: MUG, Product Name: ..., Product Total Price: 20.00|Product ID: ...".
 * Source: BigCommerce Help Center, "Exporting orders".
 */

const products = 'product details'

/** What stands after a name and before the next one, whatever their order. */
function fieldOf({ of }: Cells, name: string): string {
  return `nullif(regexp_extract(${of(products)}, '(?s)(?:^|, )Product ${name}:\\s*(.*?)\\s*(?:, Product (?:ID|Qty|SKU|Name|Weight|Variation Details|Unit Price|Total Price):|$)', 1), '')`
}

/**
 * Goods without tax, which BigCommerce states before coupons. What these took off stands in no column of its own, and
 * the value of a coupon may be a share: what the total leaves for the goods tells it.
 */
function goodsOf({ of }: Cells): string {
  const subtotal = of('subtotal ex tax')
  const beside = [
    'tax total',
    'shipping cost ex tax',
    'handling cost ex tax',
    'wrapping cost ex tax',
  ]
  const left = beside.reduce((rest, header) => less(rest, of(header)), of('order total inc tax'))
  const amount = (text: string) => `TRY_CAST(${text} AS DECIMAL(19,4))`
  return `CASE WHEN ${of('coupon details')} IS NOT NULL AND ${amount(left)} BETWEEN 0 AND ${amount(subtotal)} THEN ${left} ELSE ${subtotal} END`
}

export const bigcommerce = layoutByHeaders({ name: 'bigcommerce', source: 'bigcommerce' }, [
  {
    what: "BigCommerce's export of orders",
    required: ['order id', 'order date', 'order status', 'order total inc tax', products],
    // No product's name holds the words with which the next product begins.
    unpacks: { header: products, starts: 'Product ID:', between: '|' },
    makes: {
      'Product Qty': (cells) => fieldOf(cells, 'Qty'),
      'Product SKU': (cells) => fieldOf(cells, 'SKU'),
      'Product Name': (cells) => fieldOf(cells, 'Name'),
      'Product Unit Price': (cells) => fieldOf(cells, 'Unit Price'),
      'Product Total Price': (cells) => fieldOf(cells, 'Total Price'),
      'Subtotal (ex tax), less coupons': goodsOf,
      'Shipping, else Billing Country': ({ of }) =>
        firstOf(of('shipping country'), of('billing country')),
      'Shipping, else Billing State': ({ of }) =>
        besideFirst(of('shipping country'), of('shipping state'), of('billing state')),
    },
    roles: {
      'order id': 'order_number',
      'order date': 'order_date',
      'order time': 'order_time',
      'order status': 'status',
      'order currency code': 'currency',
      'customer id': 'customer_key',
      'customer name': 'customer_name',
      'customer email': 'customer_email',
      'shipping else billing country': 'country',
      'shipping else billing state': 'subdivision',
      'order source': 'channel',
      'product qty': 'quantity',
      'product sku': 'sku',
      'product name': 'product_name',
      'product unit price': 'unit_price',
      'product total price': 'line_total',
      'subtotal ex tax less coupons': 'order_subtotal',
      'shipping cost ex tax': { role: 'shipping', per: 'order' },
      'handling cost ex tax': { role: 'fee', per: 'order' },
      'wrapping cost ex tax': { role: 'fee', per: 'order' },
      'tax total': { role: 'tax', per: 'order' },
      'order total inc tax': 'order_total',
      'refund amount': 'return_amount',
      'refunded amount': 'return_amount',
    },
    withoutTax: true,
    refundsInColumn: true,
    // An order that was begun and never placed.
    states: new Map([['incomplete', 'not_counted']]),
  },
])
