import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Shopify's export of orders: what belongs to an order stands on its first row only. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = [
  'Name',
  'Email',
  'Financial Status',
  'Paid at',
  'Fulfillment Status',
  'Currency',
  'Subtotal',
  'Shipping',
  'Taxes',
  'Total',
  'Discount Code',
  'Discount Amount',
  'Created at',
  'Lineitem quantity',
  'Lineitem name',
  'Lineitem price',
  'Lineitem sku',
  'Billing Name',
  'Shipping Country',
  'Cancelled at',
  'Refunded Amount',
  'Id',
  'Lineitem discount',
]
type Cells = Readonly<Record<string, string | number>>

function rows(...all: readonly Cells[]): string {
  return csv(header, ...all.map((cells) => header.map((name) => cells[name] ?? '')))
}

const order = (name: string, cells: Cells): Cells => ({
  Name: name,
  Email: `${name.slice(1)}@example.com`,
  'Financial Status': 'paid',
  Currency: 'EUR',
  'Created at': '2026-01-05 21:06:21 +0100',
  'Billing Name': `Buyer ${name}`,
  'Shipping Country': 'DE',
  Id: `90${name.slice(1)}`,
  'Refunded Amount': '0.00',
  'Lineitem discount': '0.00',
  ...cells,
})
const item = (quantity: number, product: string, price: string): Cells => ({
  'Lineitem quantity': quantity,
  'Lineitem name': product,
  'Lineitem price': price,
  'Lineitem discount': '0.00',
})
const more = (name: string, cells: Cells): Cells => ({
  Name: name,
  'Created at': '2026-01-05 21:06:21 +0100',
  ...cells,
})

async function lines(): Promise<string[]> {
  const found = await shop.query(
    `SELECT concat_ws(' ', order_number, product_name, quantity::DOUBLE, gross_price::DECIMAL(18,2), total_price, customers.name, country_code) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id
     JOIN customers ON customers.customer_id = sales_fact.customer_id
     JOIN regions ON regions.region_id = sales_fact.region_id ORDER BY line`,
  )
  return found.map(({ line }) => String(line))
}

describe('orders of Shopify', () => {
  it('get what stands on their first row on all of their lines, and their discounts spread', async () => {
    const text = rows(
      order('#1001', {
        Subtotal: '30.00',
        Total: '35.00',
        Shipping: '5.00',
        ...item(2, 'Mug', '10.00'),
      }),
      more('#1001', item(1, 'Cup', '10.00')),
      order('#1002', {
        Subtotal: '80.00',
        'Discount Amount': '20.00',
        Total: '80.00',
        ...item(1, 'Pot', '33.33'),
      }),
      more('#1002', item(2, 'Pan', '33.335')),
    )
    const report = await shop.importText('orders_export_1.csv', text)
    expect(report).toMatchObject({
      state: 'committed',
      source: 'shopify',
      questions: [],
      rows: { in: 4, accepted: 4 },
      totals: { revenue: '110.00', orders: 2, currency: 'EUR' },
    })
    expect(report.files[0]?.layout).toBe('shopify')
    expect(await lines()).toEqual([
      '#1001 Cup 1.0 10.00 10.0000 Buyer #1001 DE',
      '#1001 Mug 2.0 20.00 20.0000 Buyer #1001 DE',
      '#1002 Pan 2.0 66.67 53.3360 Buyer #1002 DE',
      '#1002 Pot 1.0 33.33 26.6640 Buyer #1002 DE',
    ])
    expect((await shop.importText('orders_export_1.csv', text)).state).toBe('unchanged')
  })

  it('count when they are to be paid, and not when they were cancelled', async () => {
    const report = await shop.importText(
      'orders.csv',
      rows(
        order('#1', {
          'Financial Status': 'pending',
          Subtotal: '10.00',
          ...item(1, 'Mug', '10.00'),
        }),
        order('#2', {
          'Financial Status': 'paid',
          'Cancelled at': '2026-01-06 10:00:00 +0100',
          Subtotal: '9.00',
          ...item(1, 'Mug', '9.00'),
        }),
        more('#2', item(1, 'Cup', '3.00')),
        order('#3', { 'Financial Status': 'voided', Subtotal: '8.00', ...item(1, 'Mug', '8.00') }),
        order('#4', {
          'Financial Status': 'refunded',
          Subtotal: '7.00',
          'Refunded Amount': '7.00',
          ...item(1, 'Mug', '7.00'),
        }),
      ),
      { maxRejects: 1 },
    )
    expect(report.totals).toMatchObject({ revenue: '17.00', returns: '7.00', orders: 2 })
    expect(report.ignoredBy).toEqual({ order_cancelled: 3 })
    expect(await shop.value("SELECT state FROM orders WHERE order_number = '#2'")).toBe('cancelled')
  })

  it('tell what was refunded in part, and what does not add up', async () => {
    const report = await shop.importText(
      'orders.csv',
      rows(
        order('#1', {
          'Financial Status': 'partially_refunded',
          'Refunded Amount': '4.00',
          Subtotal: '20.00',
          ...item(2, 'Mug', '10.00'),
        }),
        order('#2', { Subtotal: '25.00', ...item(2, 'Mug', '10.00') }),
      ),
    )
    expect(report.totals.revenue).toBe('40.00')
    const said = new Map(report.warnings.map(({ code, text }) => [code, text]))
    expect(report.totals).toMatchObject({ returns: '4.00', net_sales: '36.00' })
    expect(said.get('refunds_spread')).toMatch(/^Of 1 order a part was refunded/)
    expect(
      await shop.value(
        `SELECT concat(quantity::DECIMAL(18,1), ' ', amount::DECIMAL(18,2)) FROM returns_fact`,
      ),
    ).toBe('0.4 4.00')
    expect(said.get('order_sum_differs')).toMatch(/^1 order states/)
  })

  it('keep their prices where a row of theirs was rejected', async () => {
    const report = await shop.importText(
      'orders.csv',
      rows(
        order('#1', { Subtotal: '16.00', ...item(1, 'Mug', '10.00') }),
        more('#1', item(1, 'Cup', 'dear')),
        order('#2', { Subtotal: '5.00', ...item(1, 'Mug', '10.00') }),
      ),
      { maxRejects: 1 },
    )
    expect(report.rows).toMatchObject({ accepted: 2, rejected: 1 })
    expect(report.totals.revenue).toBe('15.00')
    expect(report.warnings.map(({ code }) => code)).toContain('order_sum_differs')
  })
})

it('fills what stands on the first row of a cancelled order far down in the file', async () => {
  const usual = Array.from({ length: 1_100 }, (_, index) => [
    order(`#${index}`, { Subtotal: '2.00', ...item(1, 'Mug', '1.00') }),
    more(`#${index}`, item(1, 'Cup', '1.00')),
  ]).flat()
  const cancelled = [
    order('#9001', { 'Cancelled at': '2026-01-06 10:00:00 +0100', ...item(1, 'Pot', '1000.00') }),
    more('#9001', item(1, 'Pan', '500.00')),
  ]
  const report = await shop.importText('orders.csv', rows(...usual, ...cancelled))
  expect(report.totals).toMatchObject({ revenue: '2200.00', orders: 1_100 })
})

it('keeps what one line of an order states for that line in exports that are not known', async () => {
  const text = csv(
    ['order id', 'date', 'product', 'quantity', 'unit price', 'status'],
    ['1', '2024-01-01', 'A', 2, '10', 'cancelled'],
    ['1', '2024-01-01', 'B', 1, '5', ''],
    ['2', '2024-01-01', 'A', 3, '10', ''],
    ['3', '2024-01-01', 'A', 3, '10', 'returned'],
    ['3', '2024-01-01', 'B', 1, '5', ''],
  )
  const report = await shop.importText('orders.csv', text)
  expect(report.totals).toMatchObject({ revenue: '70.00', returns: '30.00', orders: 3 })
})

describe('any export with the fields of an order on its first row', () => {
  it('gives them to all of its rows, and takes no total of the order for one of a line', async () => {
    const text = csv(
      [
        'Order Number',
        'Order Date',
        'Status',
        'Customer',
        'Product',
        'Quantity',
        'Unit Price',
        'Total',
      ],
      ['A1', '2024-01-15', 'paid', 'Ada', 'Mug', 2, '10.00', '27.00'],
      ['A1', '', '', '', 'Cup', 1, '4.00', ''],
      ['A2', '2024-01-16', 'cancelled', 'Alan', 'Mug', 1, '10.00', '15.00'],
      ['A2', '', '', '', 'Cup', 1, '4.00', ''],
    )
    const report = await shop.importText('orders.csv', text)
    expect(report.totals).toMatchObject({ revenue: '24.00', orders: 1 })
    expect(report.warnings.map(({ code }) => code)).toContain('order_total_unused')
    const customers = 'SELECT count(DISTINCT customer_id) FROM sales_fact'
    expect(await shop.value(customers)).toBe('1')
  })
})
