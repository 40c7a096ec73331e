import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** WooCommerce's Advanced Order Export: amounts without tax, refunds in columns of their own. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = [
  'Order Number',
  'Order Status',
  'Order Date',
  'First Name (Billing)',
  'Last Name (Billing)',
  'Country Code (Billing)',
  'Email (Billing)',
  'Item #',
  'SKU',
  'Name',
  'Quantity',
  'Quantity (- Refund)',
  'Item Cost',
  'Order Line (w/o tax)',
  'Order Line Tax',
  'Order Line Total',
  'Order Line Total Refunded',
  'Order Line Total (- Refund)',
  'Discount Amount',
]
const line = (order: number, status: string, ...rest: readonly (string | number)[]) => [
  order,
  status,
  '2026-01-05 08:04',
  'Anna',
  'Test',
  'FR',
  'anna@example.com',
  ...rest,
  0,
]
const text = (...rows: readonly (readonly (string | number)[])[]) => csv(header, ...rows)

async function returned(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', document_number, product_name, quantity::DOUBLE, amount::DECIMAL(18,2)) AS line
     FROM returns_fact JOIN products ON products.product_id = returns_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line: one }) => String(one))
}

it('counts lines without tax, and what came back of them as returns', async () => {
  const first = text(
    line(1001, 'Completed', 1, 'MUG', 'Mug', 2, 2, 10, 20, 4, 24, 0, 24),
    line(
      1001,
      'Completed',
      2,
      'TOW',
      'Towel, blue',
      3,
      1,
      '5.5',
      '16.5',
      '3.3',
      '19.8',
      '13.2',
      '6.6',
    ),
    line(1002, 'Cancelled', 1, 'MUG', 'Mug', 1, 1, 10, 10, 2, 12, 0, 12),
    line(1003, 'Refunded', 1, 'MUG', 'Mug', 1, 0, 10, 10, 2, 12, 12, 0),
    line(1004, 'On hold', 1, 'MUG', 'Mug', 1, 1, 10, 10, 2, 12, 0, 12),
  )
  const report = await shop.importText('orders.csv', first)
  expect(report).toMatchObject({
    state: 'committed',
    source: 'woocommerce',
    questions: [],
    rows: { in: 5, accepted: 4, ignored: 1 },
    totals: { revenue: '56.50', returns: '21.00', net_sales: '35.50', orders: 3 },
  })
  expect(report.files[0]?.layout).toBe('woocommerce')
  expect(await returned()).toEqual([
    'refund of 1001 Towel, blue 2.0 11.00',
    'refund of 1003 Mug 1.0 10.00',
  ])
  const customer = 'SELECT name FROM customers WHERE customer_id <> 0'
  expect(await shop.value(customer)).toBe('Anna Test')
  // Another piece came back since.
  const later = first.replace(',3,1,5.5,16.5', ',3,0,5.5,16.5')
  await shop.importText('orders.csv', later)
  expect(await returned()).toEqual([
    'refund of 1001 Towel, blue 3.0 16.50',
    'refund of 1003 Mug 1.0 10.00',
  ])
  expect((await shop.importText('orders.csv', later)).state).toBe('unchanged')
})

it('counts the same where the file is read at its word', async () => {
  const content = text(
    line(1001, 'Completed', 1, 'MUG', 'Mug', 2, 2, 10, 20, 4, 24, 0, 24),
    line(1001, 'Completed', 2, 'TOW', 'Towel', 1, 0, '5.5', '5.5', '1.1', '6.6', '6.6', 0),
  )
  const report = await shop.importText('orders.csv', content, { largeFrom: 0 })
  expect(report.totals).toMatchObject({ revenue: '25.50', returns: '5.50' })
  expect(await returned()).toEqual(['refund of 1001 Towel 1.0 5.50'])
})
