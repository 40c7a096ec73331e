import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import type { TemporaryShop } from './temporary-shop.ts'

/** Amazon's report of all orders: tabs and no quotes, the price of the line, several currencies. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = [
  'amazon-order-id',
  'merchant-order-id',
  'purchase-date',
  'last-updated-date',
  'order-status',
  'sales-channel',
  'product-name',
  'sku',
  'asin',
  'item-status',
  'quantity',
  'currency',
  'item-price',
  'item-tax',
  'shipping-price',
  'item-promotion-discount',
  'ship-city',
  'ship-state',
  'ship-country',
]
const row = (...cells: readonly (string | number)[]) => cells.join('\t')
const report = (...rows: readonly string[]) => `${[header.join('\t'), ...rows].join('\n')}\n`

const two = row(
  '111-1',
  '',
  '2026-01-05T08:04:21+00:00',
  '2026-01-06T08:00:00+00:00',
  'Shipped',
  'Amazon.com',
  'Mug "Large", blue',
  'MUG',
  'B1',
  'Shipped',
  2,
  'USD',
  '35.98',
  '2.88',
  '',
  '',
  'SEATTLE',
  'WA',
  'US',
)
const less = row(
  '111-1',
  '',
  '2026-01-05T08:04:21+00:00',
  '2026-01-06T08:00:00+00:00',
  'Shipped',
  'Amazon.com',
  'Tea towel',
  'TOW',
  'B2',
  'Shipped',
  1,
  'USD',
  '12.00',
  '0.96',
  '',
  '2.00',
  'SEATTLE',
  'WA',
  'US',
)
const pending = row(
  '111-2',
  '',
  '2026-01-07T08:04:21+00:00',
  '2026-01-07T08:04:21+00:00',
  'Pending',
  'Amazon.com',
  'Tea towel',
  'TOW',
  'B2',
  'Unshipped',
  3,
  'USD',
  '36.00',
  '',
  '',
  '',
  'Austin',
  'TX',
  'US',
)
const cancelled = row(
  '111-3',
  '',
  '2026-01-09T05:00:00+00:00',
  '2026-01-09T05:00:00+00:00',
  'Cancelled',
  'Amazon.com',
  'Mug "Large", blue',
  'MUG',
  'B1',
  'Cancelled',
  0,
  '',
  '',
  '',
  '',
  '',
  'Austin',
  'TX',
  'US',
)
const euros = row(
  '305-4',
  '',
  '2026-01-10T23:30:00+00:00',
  '2026-01-10T23:30:00+00:00',
  'Shipped',
  'Amazon.de',
  'Tasse',
  'MUG',
  'B1',
  'Shipped',
  1,
  'EUR',
  '19.90',
  '3.18',
  '',
  '',
  'Berlin',
  '',
  'DE',
)

it('counts the price of each line less its promotion, and what is pending', async () => {
  const imported = await shop.importText('orders.txt', report(two, less, pending, cancelled))
  expect(imported).toMatchObject({
    state: 'committed',
    source: 'amazon',
    questions: [],
    rows: { in: 4, accepted: 3, ignored: 1 },
    totals: { revenue: '81.98', orders: 2, currency: 'USD' },
  })
  const lines = await shop.query(
    `SELECT concat_ws(' ', product_name, quantity::DOUBLE, gross_price::DECIMAL(18,2), total_price::DECIMAL(18,2)) AS line
     FROM sales_fact JOIN products ON products.product_id = sales_fact.product_id ORDER BY line`,
  )
  expect(lines.map(({ line }) => line)).toEqual([
    'Mug "Large", blue 2.0 35.98 35.98',
    'Tea towel 1.0 12.00 10.00',
    'Tea towel 3.0 36.00 36.00',
  ])
})

it('asks which of several currencies counts', async () => {
  const text = report(two, less, euros)
  const asked = await shop.importText('orders.txt', text)
  expect(asked.questions.map(({ key }) => key)).toEqual(['currency'])
  expect(asked.questions[0]?.choices.find(({ value }) => value === 'USD')?.effect).toContain(
    'revenue 45.98',
  )
  const answers = { currency: 'USD' }
  const imported = await shop.importText('orders.txt', text, { answers, maxRejects: 1 })
  expect(imported.totals).toMatchObject({ revenue: '45.98', orders: 1 })
})
