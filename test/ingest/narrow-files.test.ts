import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Files with little to tell how they are written. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

it('are split at their commas, whatever colons their times have', async () => {
  const hours = Array.from({ length: 40 }, (_, index) => String(index % 24).padStart(2, '0'))
  const rows = hours.map((hour, index) => [
    `${index + 1}`,
    `2025-01-10T${hour}:05:10+02:00`,
    '9.50',
  ])
  const report = await shop.importText(
    'orders.csv',
    csv(['order_id', 'created_at', 'total'], ...rows),
  )
  expect(report.totals).toMatchObject({ revenue: '380.00', orders: 40 })
})

it('are split at their colons where these stand in the header too', async () => {
  const text =
    'order number:order date:product:quantity:unit price\n1:2025-01-10:Cup, red:2:5.00\n2:2025-01-11:Pot:1:7.00\n'
  const report = await shop.importText('orders.txt', text)
  expect(report.totals).toMatchObject({ revenue: '17.00', orders: 2 })
})

it('keep the names of products that end in numbers', async () => {
  await shop.importText(
    'orders.csv',
    csv(
      ['order number', 'order date', 'sku', 'product name', 'quantity', 'unit price'],
      ['1', '2025-01-10', 'A-1', 'Mug 1', 2, '5.00'],
      ['2', '2025-01-11', 'A-2', 'Mug 2', 1, '7.00'],
    ),
  )
  const names = await shop.query(
    'SELECT product_name FROM products WHERE product_id <> 0 ORDER BY product_name',
  )
  expect(names.map(({ product_name: name }) => name)).toEqual(['Mug 1', 'Mug 2'])
})

it('lose no document to one that is nearly JSON', async () => {
  const order = (number: number, price: string) =>
    `{"order_number": "${number}", "created_at": "2025-01-10T10:00:00", "items": [{"name": "Cup", "quantity": 1, "price": ${price}}]}`
  const text = [
    order(1, '"5.00"'),
    order(2, 'NaN'),
    `${order(3, '"6.00"').slice(0, -1)},}`,
    order(4, '"7.00"'),
  ]
  const report = await shop.importText('orders.ndjson', `${text.join('\n')}\n`, { maxRejects: 1 })
  expect(report.rows).toMatchObject({ in: 4, rejected: 1 })
  expect(report.totals.revenue).toBe('18.00')
})
