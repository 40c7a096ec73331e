import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Refunds that are known by themselves, and orders that only say that they were refunded. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const orders = (status: string) =>
  csv(
    ['order number', 'order date', 'product', 'quantity', 'unit price', 'status'],
    ['1', '2025-01-01', 'Cup', 2, '5.00', status],
    ['2', '2025-01-01', 'Pot', 1, '7.00', 'paid'],
  )
const refunds = csv(
  ['return_id', 'order_id', 'product_id', 'quantity', 'amount', 'return_date'],
  ['R1', '1', 'Cup', 1, '5.00', '2025-01-05'],
)

async function returned(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat(document_number, ' ', amount::DECIMAL(18,2)) AS line FROM returns_fact ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

it('do not count a second time when their order says that it was refunded', async () => {
  await shop.importText('orders.csv', orders('paid'))
  await shop.importText('returns.csv', refunds)
  expect(await returned()).toEqual(['R1 5.00'])
  await shop.importText('orders.csv', orders('refunded'))
  expect(await returned()).toEqual(['R1 5.00'])
})

it('take the place of what the order alone said', async () => {
  await shop.importText('orders.csv', orders('refunded'))
  expect(await returned()).toEqual(['refund of 1 10.00'])
  await shop.importText('returns.csv', refunds)
  expect(await returned()).toEqual(['R1 5.00'])
})

it('count once where a document with refunds comes twice in one stream', async () => {
  const order = JSON.stringify({
    id: 1,
    name: '#1',
    created_at: '2025-01-01T10:00:00+01:00',
    updated_at: '2025-01-03T10:00:00+01:00',
    financial_status: 'partially_refunded',
    currency: 'EUR',
    taxes_included: false,
    total_price: '10.00',
    line_items: [{ id: 11, title: 'Cup', sku: 'CUP', quantity: 2, price: '5.00' }],
    refunds: [
      {
        id: 7,
        created_at: '2025-01-03T10:00:00+01:00',
        refund_line_items: [
          {
            id: 8,
            line_item_id: 11,
            quantity: 1,
            subtotal: '5.00',
            line_item: { id: 11, title: 'Cup', sku: 'CUP' },
          },
        ],
      },
    ],
  })
  const report = await shop.importText('orders.ndjson', `${order}\n${order}\n`)
  expect(report.totals).toMatchObject({ revenue: '10.00', returns: '5.00' })
  expect(await returned()).toHaveLength(1)
})

it('leave no days out between orders that lie years apart', async () => {
  const old = orders('paid').replaceAll('2025-', '2019-').replaceAll('\n1,', '\n91,')
  await shop.importText('old.csv', old.replaceAll('\n2,', '\n92,'))
  await shop.importText('orders.csv', orders('paid'))
  expect(await shop.value('SELECT max(date) - min(date) + 1 - count(*) FROM dates')).toBe('0')
})
