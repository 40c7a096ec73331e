import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import type { TemporaryShop } from './temporary-shop.ts'

/** What exports of platforms say of refunds, discounts and charges in ways of their own; figures counted by hand. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

interface Export {
  readonly name: string
  readonly file: string
  readonly text: string
  /** Revenue and returns of the import, units sold, and orders. */
  readonly figures: readonly [revenue: string, returns: string, units: string, orders: number]
  readonly charges?: Readonly<Record<string, string>>
  /** Day, product, quantity, amount, customer and order of what came back. */
  readonly returned?: readonly string[]
  /** Codes of all that is warned of beside a missing currency, customer or time zone. */
  readonly warnings?: readonly string[]
  readonly ignoredBy?: Readonly<Record<string, number>>
}

const charge = (id: string, amount: number, more: object = {}) => ({
  id,
  object: 'charge',
  amount,
  amount_refunded: 0,
  created: 1743156000,
  currency: 'usd',
  description: 'Mug',
  captured: true,
  status: 'succeeded',
  billing_details: { email: `${id}@x.com`, name: id, address: { country: 'US' } },
  ...more,
})

const invoice = (
  number: string,
  more: { readonly total: number; readonly [field: string]: unknown },
) => ({
  id: `in_${number}`,
  object: 'invoice',
  number,
  amount_due: more.total,
  amount_paid: more.total,
  created: 1743156000,
  currency: 'eur',
  customer_email: 'a@x.com',
  lines: {
    object: 'list',
    data: [
      {
        id: 'il_1',
        object: 'line_item',
        amount: 2000,
        currency: 'eur',
        description: 'Plan',
        quantity: 2,
      },
    ],
  },
  ...more,
})

const bigcommerce =
  'Order ID,Customer Name,Customer Email,Order Date,Order Status,Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (ex tax),Order Total (inc tax),Order Total (ex tax),Product Details,Coupon Details,Refund Amount'
const packed = (quantity: number, sku: string, total: string) =>
  `"Product ID: 1, Product Qty: ${quantity}, Product SKU: ${sku}, Product Name: ${sku}, Product Total Price: ${total}"`

const etsyOrders =
  'Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Delivery State,Delivery Country,Currency,Order Value,Discount Amount,Delivery Discount,Delivery,Sales tax,Order Total,Status,Adjusted Order Total'

const proposed = [
  'Order Number,Order Status,Order Date,Cart Discount Amount,Order Subtotal Amount,Order Refund Amount,Order Total Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost',
  '501,Completed,2025-03-01 10:00,0,50,0,58.40,MUG,1,Mug,2,20',
  '501,Completed,2025-03-01 10:00,0,50,0,58.40,CARD,2,Card,1,10',
  '502,Completed,2025-03-01 11:00,1,10,0,15.90,CARD,1,Card,1,9',
  '503,Completed,2025-03-02 11:00,0,70,5,76.90,CARD,1,Card,3,10',
  '503,Completed,2025-03-02 11:00,0,70,5,76.90,MUG,2,Mug,2,20',
  // The mug came back.
  '504,Completed,2025-03-02 12:00,0,30,20,36.90,CARD,1,Card,1,10',
  '504,Completed,2025-03-02 12:00,0,30,20,36.90,MUG,2,Mug,0,20',
]

const amazonOrders =
  'amazon-order-id purchase-date order-status sales-channel product-name sku item-status quantity currency item-price item-tax ship-country'
const amazonOrder = (...cells: readonly (string | number)[]) => cells.join('\t')
const allOrders = [
  amazonOrders.replaceAll(' ', '\t'),
  amazonOrder(
    '1',
    '2025-03-01T10:00:00+00:00',
    'Shipped',
    '',
    'Mug',
    'MUG',
    'Shipped',
    2,
    'USD',
    40,
    '',
    'US',
  ),
  amazonOrder(
    '2',
    '2025-03-01T10:00:00+00:00',
    'Shipped',
    '',
    'Mug',
    'MUG',
    'Cancelled',
    0,
    'USD',
    '',
    '',
    'US',
  ),
  amazonOrder(
    '2',
    '2025-03-01T10:00:00+00:00',
    'Shipped',
    '',
    'Pot',
    'POT',
    'Shipped',
    1,
    'USD',
    30,
    '',
    'US',
  ),
  amazonOrder(
    '3',
    '2025-03-02T10:00:00+00:00',
    'Pending',
    '',
    'Pot',
    'POT',
    'Unshipped',
    1,
    '',
    '',
    '',
    'US',
  ),
  amazonOrder(
    '4',
    '2025-03-03T10:00:00+00:00',
    'Pending',
    '',
    'Pot',
    'POT',
    'Unshipped',
    1,
    'USD',
    30,
    '',
    'US',
  ),
  amazonOrder(
    '5',
    '2025-03-03T10:00:00+00:00',
    'Shipped - Returned to Seller',
    '',
    'Pot',
    'POT',
    'Shipped',
    1,
    'USD',
    30,
    '',
    'US',
  ),
  amazonOrder(
    '6',
    '2025-03-03T10:00:00+00:00',
    'Cancelled',
    '',
    'Pot',
    'POT',
    'Cancelled',
    0,
    'USD',
    '',
    '',
    'US',
  ),
].join('\n')
const dateRange = [
  'date/time,type,order id,sku,description,quantity,product sales,shipping credits,promotional rebates,selling fees,total',
  '"Mar 1, 2025 10:00:00 AM PST",Order,1,MUG,Mug,2,"1,040.00",5.00,-2.00,-6.00,1037.00',
  '"Mar 2, 2025 10:00:00 AM PST",Order,7,POT,Pot,1,30.00,3.99,-3.99,-4.50,25.50',
  '"Mar 5, 2025 10:00:00 AM PST",Refund,1,MUG,Mug,1,-20.00,0,1.00,3.00,-16.00',
  '"Mar 6, 2025 10:00:00 AM PST",Refund,7,POT,Pot,1,0,-3.99,3.99,0,0',
  '"Mar 6, 2025 10:00:00 AM PST",Transfer,,,To your account,,0,0,0,0,-50.00',
].join('\n')

const ebay =
  'Sales Record Number,Order Number,Buyer Username,Buyer Name,Ship To Country,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,Seller Collected Tax,eBay Collected Tax,Total Price,Sale Date'

const magentoItem = (item_id: number, sku: string, row_total: number, more: object) => ({
  item_id,
  sku,
  name: sku,
  price: row_total,
  row_total,
  discount_amount: 0,
  ...more,
})
const magentoOrder = (increment_id: string, more: object) => ({
  increment_id,
  // The next day in Berlin.
  created_at: '2025-03-20 23:30:00',
  status: 'complete',
  order_currency_code: 'EUR',
  customer_email: `${increment_id}@x.com`,
  customer_firstname: 'Ann',
  customer_lastname: increment_id,
  shipping_amount: 5,
  billing_address: { country_id: 'DE' },
  ...more,
})
const magentoOrders = [
  magentoOrder('1', {
    tax_amount: 13.3,
    grand_total: 83.3,
    items: [
      magentoItem(1, 'SHIRT', 40, { qty_ordered: 2, discount_amount: 5 }),
      magentoItem(2, 'SHIRT', 0, { qty_ordered: 2, parent_item_id: 1 }),
      magentoItem(3, 'MUG', 30, { qty_ordered: 1 }),
    ],
  }),
  magentoOrder('2', {
    tax_amount: 11.4,
    grand_total: 76.4,
    total_refunded: 35.7,
    items: [magentoItem(4, 'MUG', 60, { qty_ordered: 2, qty_refunded: 1, amount_refunded: 30 })],
  }),
]

const exports: readonly Export[] = [
  {
    name: "Magento's API lists the parts of an item below it: they are none of their own",
    file: 'orders.json',
    text: JSON.stringify({ items: magentoOrders, total_count: 2 }),
    figures: ['125.00', '30.00', '5', 2],
    charges: { shipping: '10.00', tax: '24.70' },
    returned: ['2025-03-21 MUG 1 30.00 Ann 2 2'],
    ignoredBy: { no_sale: 1 },
  },
  {
    name: "WooCommerce Analytics' refunds are rows of their own, be it of money alone",
    file: 'orders.csv',
    text: [
      'Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue,Attribution',
      '"2025-03-01 10:00:00",501,€40.00,completed,"A B",new,"2× Mug",2,,40,Direct',
      '"2025-03-02 10:00:00",502,€30.00,completed,"C D",returning,"1× Pot",1,,30,Direct',
      '"2025-03-05 10:00:00",502,-€10.00,refunded,"C D",returning,"",0,,-10,Direct',
      '"2025-03-06 10:00:00",501,-€20.00,refunded,"A B",returning,"",-1,,-20,Direct',
    ].join('\n'),
    figures: ['70.00', '30.00', '3', 2],
    returned: ['2025-03-05 Unknown 0 10.00 C D 502', '2025-03-06 Unknown 1 20.00 A B 501'],
    warnings: ['missing_product'],
  },
  {
    name: "eBay's totals tell whether goods are sold for a price of one piece or of the line; the count below is a remark",
    file: 'orders.csv',
    text: [
      ebay,
      '1,16-1,one,One,United States,405,A,A,2,$20.00,$5.00,$0.00,$1.60,$25.00,Mar-28-25',
      '2,16-2,two,Two,United States,406,B,B,3,"$1,000.00",$3.00,$1.00,$2.00,"$3,006.00",Mar-29-25',
      '3,16-3,six,Six,United States,,,,3,$50.00,$3.00,,$2.00,$53.00,Mar-29-25',
      '3,16-3,six,Six,United States,407,C,C,2,$40.00,,,,,Mar-29-25',
      '3,16-3,six,Six,United States,408,D,D,1,$10.00,,,,,Mar-29-25',
      '4,16-4,six,Six,United States,,,,3,$50.00,$3.00,,$2.00,$93.00,Mar-29-25',
      '4,16-4,six,Six,United States,407,C,C,2,$40.00,,,,,Mar-29-25',
      '4,16-4,six,Six,United States,408,D,D,1,$10.00,,,,,Mar-29-25',
      // It fits neither.
      '5,16-5,ten,Ten,United States,408,D,D,2,$10.00,$1.00,,,$17.00,Mar-29-25',
      '',
      '5,record(s) downloaded,from ,Mar-28-25 00:00:00, to ,Mar-29-25 23:59:59',
    ].join('\n'),
    figures: ['3180.00', '0.00', '13', 5],
    charges: { shipping: '15.00', tax: '1.00' },
    warnings: ['order_total_differs'],
    ignoredBy: { remark_row: 1, total_row: 2 },
  },
  {
    name: "PayPal's refunds name the payment and the customer that they belong to, and payments their pieces",
    file: 'activity.csv',
    text: [
      'Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,Item Title,Shipping and Handling Amount,Reference Txn ID,Quantity',
      '01/03/2025,10:00:00,GMT,Ada,Express Checkout Payment,Completed,EUR,"1,060.00",-2.00,1058.00,ada@x.com,shop@x.com,T1,Mug,10.00,,3',
      '13/03/2025,10:00:00,GMT,Bob,Express Checkout Payment,Completed,EUR,20.00,-1.00,19.00,bob@x.com,shop@x.com,T2,Pot,,,',
      '15/03/2025,10:00:00,GMT,Ada,Payment Refund,Completed,EUR,"-1,060.00",0.50,-1059.50,shop@x.com,ada@x.com,T3,Mug,10.00,T1,3',
      '16/03/2025,10:00:00,GMT,Bob,Payment Refund,Completed,EUR,-5.00,0.50,-4.50,shop@x.com,bob@x.com,T4,Pot,,T2,',
    ].join('\n'),
    figures: ['1070.00', '1055.00', '4', 2],
    charges: { shipping: '10.00' },
    returned: ['2025-03-15 Mug 3 1050.00 Ada T1', '2025-03-16 Pot 1 5.00 Bob T2'],
    warnings: ['payments_counted'],
  },
  {
    name: 'A subtotal ex tax is of the goods, and shipping ex tax shipping',
    file: 'orders.csv',
    text: [
      'Order ID,Order Date,Product Name,Quantity,Price,Shipping Cost Ex Tax,Subtotal Ex Tax,Total Tax,Order Total Inc Tax',
      'A1,2025-03-21,Mug,2,20,5,70,7.50,82.50',
      'A1,2025-03-21,Pot,1,30,5,70,7.50,82.50',
      'A2,2025-03-22,Mug,3,20,5,60,6.50,71.50',
    ].join('\n'),
    figures: ['130.00', '0.00', '6', 2],
    charges: { shipping: '10.00', tax: '14.00' },
  },
  {
    name: "Amazon's orders: items are cancelled one by one, pending ones have no price yet, parcels come back",
    file: 'orders.txt',
    text: allOrders,
    figures: ['130.00', '30.00', '5', 4],
    returned: ['2025-03-03 POT 1 30.00 Unknown 5'],
    warnings: ['cancelled_orders'],
    ignoredBy: { order_cancelled: 2, order_not_counted: 1 },
  },
  {
    name: "Amazon's date range report: rebates are taken off goods or shipping, refunds are returns",
    file: 'transactions.csv',
    text: dateRange,
    figures: ['1068.00', '19.00', '3', 2],
    charges: { shipping: '5.00' },
    returned: ['2025-03-05 MUG 1 19.00 Unknown 1'],
    ignoredBy: { no_sale: 2 },
  },
  {
    name: "Stripe's API states amounts in cents, and what was authorised only was not paid",
    file: 'charges.json',
    text: JSON.stringify({
      object: 'list',
      data: [
        charge('ch_1', 2000),
        charge('ch_2', 3050, { amount_refunded: 1000 }),
        charge('ch_3', 9900, { captured: false }),
        charge('ch_4', 700, { status: 'failed' }),
      ],
    }),
    figures: ['50.50', '10.00', '2', 2],
    returned: ['2025-03-28 Mug 0.328 10.00 ch_2 ch_2'],
    warnings: ['payments_counted', 'quantity_assumed'],
    ignoredBy: { order_not_counted: 2 },
  },
  {
    name: "Stripe's API states the lines of invoices in cents too",
    file: 'invoices.json',
    text: JSON.stringify({
      object: 'list',
      data: [
        invoice('A-1', { status: 'paid', tax: 380, total: 2380 }),
        invoice('A-2', { status: 'open', tax: 0, total: 2000 }),
      ],
    }),
    figures: ['20.00', '0.00', '2', 1],
    charges: { tax: '3.80' },
    ignoredBy: { order_not_counted: 1 },
  },
  {
    name: "Stripe's export states when money went back",
    file: 'unified_payments.csv',
    text: [
      'id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Description,Status,Refunded date (UTC)',
      'ch_1,2025-01-30 10:00:00,40.00,0.00,eur,true,Mug,Paid,',
      // The next day in Berlin.
      'ch_2,2025-01-31 10:00:00,20.00,20.00,eur,true,Pot,Refunded,2025-02-10 23:30:00',
    ].join('\n'),
    figures: ['60.00', '20.00', '2', 2],
    returned: ['2025-02-11 Pot 1 20.00 Unknown ch_2'],
    warnings: ['payments_counted', 'quantity_assumed'],
  },
  {
    name: "Stripe's API states yen as they are, in copies as CSV too",
    file: 'charges.csv',
    text: 'id,object,amount,amount_refunded,created,currency,description,captured,status\nch_1,charge,2000,0,1743156000,jpy,Mug,true,succeeded\n',
    figures: ['2000.00', '0.00', '1', 1],
    warnings: ['payments_counted', 'quantity_assumed'],
  },
  {
    name: 'BigCommerce takes coupons and refunds off',
    file: 'orders.csv',
    text: [
      bigcommerce,
      `101,Ann,a@x.com,2025-03-21,Completed,54.00,50.00,3.60,5.00,53.60,50.00,${packed(2, 'MUG', '50.00')},"Coupon Code: TEN, Coupon Value: 10",0.00`,
      `102,Ben,b@x.com,2025-03-22,Partially Refunded,60.00,60.00,0.00,0.00,60.00,60.00,${packed(2, 'MUG', '60.00')},,30.00`,
      `103,Cat,c@x.com,2025-03-23,Completed,40.00,40.00,0.00,0.00,40.00,40.00,${packed(1, 'POT', '40.00')},,0.00`,
    ].join('\n'),
    figures: ['145.00', '30.00', '5', 3],
    charges: { shipping: '5.00', tax: '3.60' },
    returned: ['2025-03-22 MUG 1 30.00 Ben 102'],
    warnings: ['refunds_spread'],
  },
  {
    name: 'BigCommerce says that a part was refunded, and how much only where the column is exported',
    file: 'orders.csv',
    text: [
      bigcommerce.replace(',Refund Amount', ''),
      `102,Ben,b@x.com,2025-03-22,Partially Refunded,60.00,60.00,0.00,0.00,60.00,60.00,${packed(2, 'MUG', '60.00')},`,
    ].join('\n'),
    figures: ['60.00', '0.00', '2', 1],
    warnings: ['refunds_unknown'],
  },
  {
    name: "Etsy's orders call shipping delivery, and state the total again after a refund",
    file: 'EtsySoldOrders.csv',
    text: [
      etsyOrders,
      '09/03/25,9001,jane,Jane,3,,United Kingdom,GBP,30.00,0,0,0,0,30.00,Completed,20.00',
      '09/04/25,9002,joe,Joe,1,,United Kingdom,GBP,10.00,0,1.00,4.00,0,13.00,Completed,0',
    ].join('\n'),
    figures: ['40.00', '10.00', '4', 2],
    charges: { shipping: '3.00' },
    returned: ['2025-09-03 Unknown 1 10.00 Jane 9001'],
    warnings: ['missing_product', 'refunds_spread'],
  },
  {
    name: "Etsy's orders of which nothing is left were refunded where others state no other total",
    file: 'EtsySoldOrders.csv',
    text: [
      etsyOrders,
      '09/03/25,9001,jane,Jane,3,,Ireland,EUR,30.00,0,0,5.00,0,35.00,Completed,0',
      '09/04/25,9002,joe,Joe,1,,Ireland,EUR,10.00,0,0,4.00,0,14.00,Completed,',
    ].join('\n'),
    figures: ['40.00', '30.00', '4', 2],
    charges: { shipping: '9.00' },
    returned: ['2025-09-03 Unknown 3 30.00 Jane 9001'],
    warnings: ['missing_product', 'refunds_spread'],
  },
  {
    name: "WooCommerce's export states shipping and the tax on it beside its lines",
    file: 'orders.csv',
    text: [
      'Order Number,Order Status,Order Date,Email (Billing),SKU,Name,Quantity,Item Cost,Order Line (w/o tax),Order Line Tax,Order Shipping Amount,Order Total Amount,Order Total Tax Amount',
      '501,Completed,2025-03-01 10:00,a@x.com,MUG,Mug,2,20,40,7.6,4.2,52.60,8.4',
      '502,Completed,2025-03-01 11:00,b@x.com,CARD,Card,1,10,10,1.9,4.2,17.90,2.7',
    ].join('\n'),
    figures: ['50.00', '0.00', '3', 2],
    charges: { shipping: '8.40', tax: '11.10' },
    warnings: ['order_total_differs'],
  },
  {
    name: "WooCommerce's proposed columns state what is left of each line, and refunds of money",
    file: 'orders.csv',
    text: proposed.join('\n'),
    figures: ['139.00', '5.00', '10', 4],
    returned: ['2025-03-02 CARD 0.214 2.14 Unknown 503', '2025-03-02 MUG 0.143 2.86 Unknown 503'],
    warnings: ['order_sum_differs', 'refunds_spread'],
    ignoredBy: { no_sale: 1 },
  },
]

const setAside = ['currency_not_stated', 'missing_customer', 'time_zone_assumed']

it.each(exports)('$name', async ({ file, text, figures, charges, returned, ...more }) => {
  const report = await shop.importText(file, text, {
    answers: { payments: 'orders' },
    timeZone: 'Europe/Berlin',
  })
  const { revenue, returns, units, orders } = report.totals
  expect([revenue, returns, units, orders]).toEqual(figures)
  expect(report.questions).toEqual([])
  const codes = report.warnings.map(({ code }) => code).filter((code) => !setAside.includes(code))
  expect(codes.sort()).toEqual(more.warnings ?? [])
  expect(report.rows.rejected).toBe(0)
  expect(report.ignoredBy).toEqual(more.ignoredBy ?? {})
  expect(await stated()).toEqual(charges ?? {})
  expect(await cameBack()).toEqual(returned ?? [])
})

it("Amazon's date range report does not count beside the orders that it accounts for", async () => {
  const report = await shop.import([
    shop.file('orders.txt', allOrders),
    shop.file('transactions.csv', dateRange),
  ])
  expect(report.totals).toMatchObject({ revenue: '130.00', orders: 4 })
  expect(report.warnings.map(({ code }) => code)).toContain('amounts_beside_lines')
})

async function stated(): Promise<Readonly<Record<string, string>>> {
  const found = await shop.query(
    'SELECT kind, sum(amount)::DECIMAL(18,2)::VARCHAR AS amount FROM order_charges_fact GROUP BY kind HAVING sum(amount) <> 0 ORDER BY kind',
  )
  return Object.fromEntries(found.map(({ kind, amount }) => [String(kind), String(amount)]))
}

async function cameBack(): Promise<string[]> {
  const found = await shop.query(
    `SELECT concat_ws(' ', return_date, product_key, quantity::FLOAT, amount::DECIMAL(18,2), customers.name, order_number) AS line
     FROM returns_fact JOIN products ON products.product_id = returns_fact.product_id
     JOIN customers ON customers.customer_id = returns_fact.customer_id
     LEFT JOIN orders ON orders.order_id = returns_fact.order_id ORDER BY line`,
  )
  return found.map(({ line }) => String(line).replace(/\.0 /, ' '))
}
