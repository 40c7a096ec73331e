import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Exports of orders under the real headers of platforms, with figures counted by hand. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Cells = Readonly<Record<string, string | number>>

function rows(header: readonly string[], ...all: readonly Cells[]): string {
  return csv(header, ...all.map((cells) => header.map((name) => cells[name] ?? '')))
}

async function lines(): Promise<string[]> {
  const found = await shop.query(
    `SELECT concat_ws(' ', order_number, sales_fact.order_date, product_key, quantity::DOUBLE, gross_price::DECIMAL(18,2), total_price::DECIMAL(18,2)) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id ORDER BY line`,
  )
  return found.map(({ line }) => String(line))
}

async function returned(): Promise<string[]> {
  const found = await shop.query(
    `SELECT concat_ws(' ', return_date, product_key, quantity::DOUBLE, amount::DECIMAL(18,2)) AS line
     FROM returns_fact JOIN products ON products.product_id = returns_fact.product_id ORDER BY line`,
  )
  return found.map(({ line }) => String(line))
}

async function charges(): Promise<Readonly<Record<string, string>>> {
  const found = await shop.query(
    'SELECT kind, sum(amount)::DECIMAL(18,2)::VARCHAR AS amount FROM order_charges_fact GROUP BY kind ORDER BY kind',
  )
  return Object.fromEntries(found.map(({ kind, amount }) => [String(kind), String(amount)]))
}

describe('Etsy', () => {
  const items = [
    'Sale Date',
    'Item Name',
    'Buyer',
    'Quantity',
    'Price',
    'Coupon Code',
    'Coupon Details',
    'Discount Amount',
    'Shipping Discount',
    'Order Shipping',
    'Order Sales Tax',
    'Item Total',
    'Currency',
    'Transaction ID',
    'Listing ID',
    'Date Paid',
    'Date Shipped',
    'Ship Name',
    'Ship Address1',
    'Ship City',
    'Ship State',
    'Ship Zipcode',
    'Ship Country',
    'Order ID',
    'Variations',
    'Order Type',
    'Listings Type',
    'Payment Type',
    'InPerson Discount',
    'InPerson Location',
    'VAT Paid by Buyer',
    'SKU',
  ]
  const item = (order: number, cells: Cells): Cells => ({
    'Sale Date': '09/03/25',
    Buyer: 'janedoe',
    Currency: 'CAD',
    'Order ID': order,
    'Ship Name': 'Jane Doe',
    'Ship Country': 'Canada',
    'Discount Amount': 0,
    'Shipping Discount': 0,
    'Order Sales Tax': 0,
    ...cells,
  })
  const sold = rows(
    items,
    item(9001, {
      'Item Name': 'Mug',
      SKU: 'MUG',
      Quantity: 2,
      Price: '34.00',
      'Discount Amount': '6.80',
      'Order Shipping': '8.00',
      'Order Sales Tax': '3.10',
      'Item Total': '68.00',
      'Transaction ID': '28150783250',
    }),
    item(9001, {
      'Item Name': 'Soap',
      Quantity: 3,
      Price: '9.00',
      'Order Shipping': '8.00',
      'Order Sales Tax': '3.10',
      'Item Total': '27.00',
      'Transaction ID': '28150783251',
    }),
    item(9002, {
      'Sale Date': '09/12/25',
      'Item Name': 'Soap',
      Quantity: 1,
      Price: '9.00',
      'Shipping Discount': '2.00',
      'Order Shipping': '6.00',
      'Item Total': '9.00',
      'Transaction ID': '28150783252',
    }),
  )
  const orders = [
    'Sale Date',
    'Order ID',
    'Buyer User ID',
    'Full Name',
    'First Name',
    'Last Name',
    'Number of Items',
    'Payment Method',
    'Date Shipped',
    'Street 1',
    'Ship City',
    'Ship State',
    'Ship Zipcode',
    'Ship Country',
    'Currency',
    'Order Value',
    'Coupon Code',
    'Coupon Details',
    'Discount Amount',
    'Shipping Discount',
    'Shipping',
    'Sales Tax',
    'Order Total',
    'Status',
    'Card Processing Fees',
    'Order Net',
    'Adjusted Order Total',
    'Buyer',
    'Order Type',
    'Payment Type',
    'SKU',
  ]
  const heads = rows(
    orders,
    {
      'Sale Date': '09/03/25',
      'Order ID': 9001,
      'Full Name': 'Jane Doe',
      'Number of Items': 5,
      Currency: 'CAD',
      'Order Value': '95.00',
      'Discount Amount': '6.80',
      'Shipping Discount': 0,
      Shipping: '8.00',
      'Sales Tax': '3.10',
      'Order Total': '99.30',
      Status: 'Completed',
      'Card Processing Fees': '3.50',
      Buyer: 'janedoe',
      SKU: 'MUG',
    },
    {
      'Sale Date': '09/12/25',
      'Order ID': 9002,
      'Full Name': 'Jane Doe',
      'Number of Items': 1,
      Currency: 'CAD',
      'Order Value': '9.00',
      'Discount Amount': 0,
      'Shipping Discount': '2.00',
      Shipping: '6.00',
      'Sales Tax': 0,
      'Order Total': '13.00',
      Status: 'Completed',
      'Card Processing Fees': '0.60',
      Buyer: 'janedoe',
    },
  )

  it('counts items less their coupons, month first, and an order’s shipping and tax once', async () => {
    const report = await shop.importText('EtsySoldOrderItems2025-9.csv', sold)
    expect(report).toMatchObject({
      source: 'etsy',
      questions: [],
      rows: { in: 3, accepted: 3 },
      totals: { revenue: '97.20', orders: 2, units: '6', currency: 'CAD' },
    })
    expect(await lines()).toEqual([
      '9001 2025-09-03 MUG 2.0 68.00 61.20',
      '9001 2025-09-03 Soap 3.0 27.00 27.00',
      '9002 2025-09-12 Soap 1.0 9.00 9.00',
    ])
    expect(await charges()).toEqual({ shipping: '12.00', tax: '3.10' })
  })

  it('counts orders alone by what their goods cost, and not beside their items', async () => {
    const report = await shop.importText('EtsySoldOrders2025-9.csv', heads)
    expect(report).toMatchObject({
      questions: [],
      totals: { revenue: '97.20', orders: 2, units: '6' },
    })
    expect(report.warnings.map(({ code }) => code)).toEqual(['missing_product'])
    expect(await charges()).toEqual({ shipping: '12.00', tax: '3.10' })
    const both = await shop.import([
      shop.file('EtsySoldOrders2025-9.csv', heads),
      shop.file('EtsySoldOrderItems2025-9.csv', sold),
    ])
    expect(both.totals).toMatchObject({ revenue: '97.20', orders: 2 })
    expect(both.warnings.map(({ code }) => code)).toContain('amounts_beside_lines')
  })
})

describe('Square', () => {
  const items = [
    'Date',
    'Time',
    'Time Zone',
    'Category',
    'Item',
    'Qty',
    'Price Point Name',
    'SKU',
    'Modifiers Applied',
    'Gross Sales',
    'Discounts',
    'Net Sales',
    'Tax',
    'Transaction ID',
    'Payment ID',
    'Device Name',
    'Notes',
    'Details',
    'Event Type',
    'Location',
    'Dining Option',
    'Customer ID',
    'Customer Name',
    'Customer Reference ID',
    'Unit',
    'Count',
    'Itemization Type',
    'Commission',
    'Employee',
  ]
  const item = (transaction: string, cells: Cells): Cells => ({
    Date: '2025-10-05',
    Time: '10:15:00',
    'Time Zone': 'Eastern Time (US & Canada)',
    'Transaction ID': transaction,
    'Event Type': 'Payment',
    Discounts: '$0.00',
    ...cells,
  })
  const sale = [
    item('T1', {
      Category: 'Drinks',
      Item: 'Tea',
      'Price Point Name': 'Large',
      Qty: '2.0',
      'Gross Sales': '$9.00',
      Discounts: '-$1.00',
      'Net Sales': '$8.00',
      Tax: '$0.64',
    }),
    item('T1', {
      Category: 'Food',
      Item: 'Scone',
      'Price Point Name': 'Regular',
      SKU: 'SC',
      Qty: '1.0',
      'Gross Sales': '$3.50',
      'Net Sales': '$3.50',
      Tax: '$0.00',
    }),
  ]
  const refund = {
    Date: '2025-10-07',
    Category: 'Drinks',
    Item: 'Tea',
    'Price Point Name': 'Large',
    Qty: '1.0',
    'Gross Sales': '-$4.50',
    Discounts: '$0.50',
    'Net Sales': '-$4.00',
    Tax: '-$0.32',
    'Event Type': 'Refund',
  }

  it('counts items after discounts, refunds as returns, and tax on sales', async () => {
    const text = rows(items, ...sale, item('T2', refund))
    const report = await shop.importText('items-2025-10.csv', text)
    expect(report).toMatchObject({
      source: 'square',
      questions: [],
      rows: { in: 3, accepted: 3 },
      totals: { revenue: '11.50', returns: '4.00', orders: 1, units: '3' },
    })
    expect(await lines()).toEqual([
      'T1 2025-10-05 SC 1.0 3.50 3.50',
      'T1 2025-10-05 Tea - Large 2.0 9.00 8.00',
    ])
    expect(await returned()).toEqual(['2025-10-07 Tea - Large 1.0 4.00'])
    expect(await charges()).toEqual({ tax: '0.64' })
    expect((await shop.importText('items-2025-10.csv', text)).state).toBe('unchanged')
  })

  it('takes product sales for the goods where gross sales hold the tax', async () => {
    const newer = items.map((name) => (name === 'Gross Sales' ? 'Product Sales' : name))
    const named = sale.map(({ 'Gross Sales': goods, ...cells }) => ({
      ...cells,
      'Product Sales': goods ?? '',
      'Gross Sales': '$99.00',
    }))
    const report = await shop.importText('items.csv', rows([...newer, 'Gross Sales'], ...named))
    expect(report.totals.revenue).toBe('11.50')
  })

  it('counts transactions alone by their goods, with tax, tips and service charges beside them', async () => {
    const header = [
      'Date',
      'Time',
      'Time Zone',
      'Gross Sales',
      'Discounts',
      'Service Charges',
      'Net Sales',
      'Gift Card Sales',
      'Tax',
      'Tip',
      'Partial Refunds',
      'Total Collected',
      'Source',
      'Card',
      'Card Entry Methods',
      'Cash',
      'Fees',
      'Net Total',
      'Transaction ID',
      'Payment ID',
      'Details',
      'Description',
      'Event Type',
      'Location',
      'Customer ID',
      'Customer Name',
      'Transaction Status',
    ]
    const payment = (transaction: string, cells: Cells): Cells => ({
      Date: '2025-10-05',
      Time: '10:15:00',
      'Transaction ID': transaction,
      'Event Type': 'Payment',
      'Gift Card Sales': '$0.00',
      'Partial Refunds': '$0.00',
      'Transaction Status': 'Complete',
      ...cells,
    })
    const text = rows(
      header,
      payment('T1', {
        'Gross Sales': '$1,030.00',
        Discounts: '-$3.00',
        'Service Charges': '$1.00',
        'Net Sales': '$1,028.00',
        Tax: '$2.16',
        Tip: '$2.00',
        'Total Collected': '$1,032.16',
        Fees: '-$0.93',
      }),
      payment('T2', {
        Date: '2025-10-06',
        'Gross Sales': '-$10.00',
        Discounts: '$1.00',
        'Service Charges': '$0.00',
        'Net Sales': '-$9.00',
        Tax: '-$0.72',
        Tip: '$0.00',
        'Total Collected': '-$9.72',
        'Event Type': 'Refund',
      }),
    )
    const report = await shop.importText('transactions.csv', text)
    expect(report).toMatchObject({
      questions: [],
      totals: { revenue: '1027.00', returns: '9.00', orders: 1 },
    })
    expect(report.warnings.map(({ code }) => code)).toContain('missing_product')
    expect(await charges()).toEqual({ fee: '1.00', tax: '2.16', tip: '2.00' })
    const both = await shop.import([
      shop.file('transactions.csv', text),
      shop.file('items.csv', rows(items, ...sale)),
    ])
    expect(both.totals.revenue).toBe('11.50')
  })
})

it('eBay: postage stands on the row that sums an order up, and counts once', async () => {
  const header = [
    'Sales Record Number',
    'Order Number',
    'Buyer Username',
    'Buyer Name',
    'Buyer Country',
    'Ship To Country',
    'Item Number',
    'Item Title',
    'Custom Label',
    'Quantity',
    'Sold For',
    'Shipping And Handling',
    'Seller Collected Tax',
    'eBay Collected Tax',
    'Total Price',
    'Sale Date',
  ]
  const report = await shop.importText(
    'ebay.csv',
    rows(
      header,
      {
        'Sales Record Number': 1,
        'Order Number': '16-1',
        'Buyer Username': 'one',
        'Item Number': '405',
        'Item Title': 'Card A',
        Quantity: 1,
        'Sold For': 'AU $3,000.00',
        'Shipping And Handling': 'AU $13.00',
        'Total Price': 'AU $3,013.00',
        'Sale Date': '26-May-25',
      },
      {
        'Sales Record Number': 2,
        'Order Number': '01-2',
        'Buyer Username': 'two',
        Quantity: 2,
        'Sold For': 'AU $165.00',
        'Shipping And Handling': 'AU $46.60',
        'Total Price': 'AU $211.60',
        'Sale Date': '26-May-25',
      },
      {
        'Sales Record Number': 2,
        'Order Number': '01-2',
        'Buyer Username': 'two',
        'Item Number': '406',
        'Item Title': 'Card B',
        Quantity: 1,
        'Sold For': 'AU $115.00',
        'Sale Date': '26-May-25',
      },
      {
        'Sales Record Number': 2,
        'Order Number': '01-2',
        'Buyer Username': 'two',
        'Item Number': '407',
        'Item Title': 'Card C',
        'Custom Label': 'C-1',
        Quantity: 1,
        'Sold For': 'AU $50.00',
        'Sale Date': '26-May-25',
      },
    ),
  )
  expect(report).toMatchObject({
    source: 'ebay',
    questions: [],
    rows: { in: 4, accepted: 3, ignored: 1 },
    totals: { revenue: '3165.00', orders: 2 },
  })
  expect(await charges()).toEqual({ shipping: '59.60' })
})

it("Amazon: a line's charges stand beside it, less what was taken off its shipping", async () => {
  const header = [
    'amazon-order-id',
    'purchase-date',
    'order-status',
    'product-name',
    'sku',
    'quantity',
    'currency',
    'item-price',
    'item-tax',
    'shipping-price',
    'shipping-tax',
    'gift-wrap-price',
    'gift-wrap-tax',
    'item-promotion-discount',
    'ship-promotion-discount',
  ]
  const line = {
    'amazon-order-id': '111-1',
    'purchase-date': '2025-10-05T08:04:21+00:00',
    'order-status': 'Shipped',
    currency: 'USD',
  }
  const text = rows(
    header,
    {
      ...line,
      'product-name': 'Mug',
      sku: 'MUG',
      quantity: 2,
      'item-price': '35.98',
      'item-tax': '2.88',
      'shipping-price': '5.00',
      'shipping-tax': '0.40',
      'gift-wrap-price': '3.00',
      'gift-wrap-tax': '0.24',
      'ship-promotion-discount': '5.00',
    },
    {
      ...line,
      'product-name': 'Towel',
      sku: 'TOW',
      quantity: 1,
      'item-price': '12.00',
      'item-tax': '0.96',
      'shipping-price': '2.50',
      'item-promotion-discount': '2.00',
    },
  ).replaceAll(',', '\t')
  const report = await shop.importText('orders.txt', text)
  expect(report.totals).toMatchObject({ revenue: '45.98', orders: 1 })
  expect(await charges()).toEqual({ fee: '3.00', shipping: '2.50', tax: '4.48' })
})

it('Magento: the grid of orders counts by its subtotals', async () => {
  const header = [
    'ID',
    'Purchase Point',
    'Purchase Date',
    'Bill-to Name',
    'Ship-to Name',
    'Grand Total (Base)',
    'Grand Total (Purchased)',
    'Status',
    'Customer Email',
    'Customer Group',
    'Subtotal',
    'Shipping and Handling',
    'Customer Name',
    'Payment Method',
    'Total Refunded',
  ]
  const order = (id: string, cells: Cells): Cells => ({
    ID: id,
    'Purchase Date': '2025-10-05 02:55:09',
    'Bill-to Name': 'Sarah',
    'Customer Email': `${id}@example.com`,
    Status: 'complete',
    'Total Refunded': '',
    ...cells,
  })
  const report = await shop.importText(
    'export.csv',
    rows(
      header,
      order('000000299', {
        Subtotal: '200.00',
        'Shipping and Handling': '10.00',
        'Grand Total (Purchased)': '210.00',
      }),
      order('000000300', {
        Subtotal: '50.00',
        'Shipping and Handling': '5.00',
        'Grand Total (Purchased)': '45.00',
        'Total Refunded': '12.00',
      }),
      order('000000301', {
        Subtotal: '30.00',
        'Shipping and Handling': '5.00',
        'Grand Total (Purchased)': '35.00',
        'Total Refunded': '35.00',
        Status: 'closed',
      }),
      order('000000302', {
        Subtotal: '40.00',
        'Shipping and Handling': '5.00',
        'Grand Total (Purchased)': '45.00',
        Status: 'canceled',
      }),
    ),
    { maxRejects: 1 },
  )
  expect(report).toMatchObject({
    source: 'magento',
    questions: [],
    totals: { revenue: '280.00', returns: '40.91', orders: 3 },
  })
  expect(await charges()).toEqual({ shipping: '20.00' })
  // A discount of 10.00 shows by the total only. The refund of 12.00 names no goods: of 55.00 with shipping, 10.91 is of them.
  expect(report.warnings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['order_total_differs', 'refunds_spread', 'missing_product']),
  )
})

it('BigCommerce: the products packed into an order become its lines', async () => {
  const header = [
    'Order ID',
    'Customer ID',
    'Customer Name',
    'Customer Email',
    'Order Date',
    'Order Status',
    'Subtotal (inc tax)',
    'Subtotal (ex tax)',
    'Tax Total',
    'Shipping Cost (inc tax)',
    'Shipping Cost (ex tax)',
    'Handling Cost (inc tax)',
    'Handling Cost (ex tax)',
    'Order Total (inc tax)',
    'Order Total (ex tax)',
    'Total Quantity',
    'Order Currency Code',
    'Billing Country',
    'Shipping Country',
    'Product Details',
  ]
  const product = (id: number, cells: Cells) =>
    `Product ID: ${id}, ${Object.entries(cells)
      .map(([name, value]) => `Product ${name}: ${value}`)
      .join(', ')}`
  const order = (id: number, cells: Cells): Cells => ({
    'Order ID': id,
    'Customer ID': 7,
    'Customer Name': 'Dawn',
    'Customer Email': 'dawn@example.com',
    'Order Date': '29/04/2025',
    'Order Status': 'Completed',
    'Order Currency Code': 'USD',
    'Billing Country': 'United States',
    'Handling Cost (ex tax)': '0.00',
    ...cells,
  })
  const legging = product(100, {
    Qty: 2,
    SKU: 'L-S',
    Name: 'Legging, striped | blue',
    Weight: '0.8000',
    'Variation Details': 'Size: S (4)',
    'Unit Price': '60.00',
    'Total Price': '120.00',
  })
  const capri = product(115, {
    Qty: 1,
    SKU: '',
    Name: 'Capri',
    Weight: '0.5',
    'Variation Details': '',
    'Unit Price': '12.00',
    'Total Price': '12.00',
  })
  const text = rows(
    header,
    // Prices with 20 % of tax: goods without it are 110.00.
    order(101, {
      'Subtotal (inc tax)': '132.00',
      'Subtotal (ex tax)': '110.00',
      'Tax Total': '22.00',
      'Shipping Cost (ex tax)': '5.00',
      'Order Total (inc tax)': '137.00',
      'Product Details': `${legging}|${capri}`,
    }),
    order(102, {
      'Order Status': 'Cancelled',
      'Subtotal (ex tax)': '12.00',
      'Product Details': capri,
    }),
    order(103, {
      'Order Date': '30/04/2025',
      'Order Status': 'Refunded',
      'Subtotal (ex tax)': '12.00',
      'Tax Total': '0.00',
      'Shipping Cost (ex tax)': '0.00',
      'Order Total (inc tax)': '12.00',
      'Product Details': capri,
    }),
  )
  const report = await shop.importText('orders.csv', text)
  expect(report).toMatchObject({
    source: 'bigcommerce',
    questions: [],
    rows: { in: 4, accepted: 3, ignored: 1 },
    totals: { revenue: '122.00', returns: '12.00', orders: 2, units: '4' },
  })
  expect(await lines()).toEqual([
    '101 2025-04-29 Capri 1.0 12.00 10.00',
    '101 2025-04-29 L-S 2.0 120.00 100.00',
    '103 2025-04-30 Capri 1.0 12.00 12.00',
  ])
  expect(await charges()).toEqual({ shipping: '5.00', tax: '22.00' })
  expect((await shop.importText('orders.csv', text)).state).toBe('unchanged')
})
