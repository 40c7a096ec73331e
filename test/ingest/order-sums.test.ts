import { expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Rows that sum up the lines of an order do not count beside them. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = [
  'Order Number',
  'Sale Date',
  'Item Number',
  'Item Title',
  'Quantity',
  'Sold For',
  'Total Price',
]
type Line = readonly (string | number)[]
const single: Line = ['A1', '31-May-25', '77', 'Card A', 1, 'AU $3,000.00', 'AU $3,013.00']
const sum: Line = ['A2', '26-May-25', '', '', 2, 'AU $165.00', 'AU $211.60']
const first: Line = ['A2', '26-May-25', '78', 'Card B', 1, 'AU $115.00', '']
const second: Line = ['A2', '26-May-25', '79', 'Card C', 1, 'AU $50.00', '']

it('are told by their numbers, and ignored with a word', async () => {
  const report = await shop.importText('orders.csv', csv(header, single, sum, first, second))
  expect(report).toMatchObject({
    state: 'committed',
    questions: [],
    rows: { in: 4, accepted: 3, ignored: 1 },
    ignoredBy: { total_row: 1 },
    totals: { revenue: '3165.00', units: '3', orders: 2 },
  })
})

it('are lines like others where their numbers say so', async () => {
  const fee: Line = ['A2', '26-May-25', '', '', 1, 'AU $4.00', '']
  const rows = [header, single, fee, first, second].map((line) => line.slice(0, 6))
  const report = await shop.importText('orders.csv', csv(...rows))
  expect(report.ignoredBy).toEqual({})
  expect(report.totals.revenue).toBe('3169.00')
})

it.each([
  [
    'a row alone beside a gift',
    ['A3', '26-May-25', '', '', 1, '30.00', ''],
    ['A3', '26-May-25', '80', 'Gift', 1, '0.00', ''],
  ],
  [
    'a row like the only other',
    ['A3', '26-May-25', '', '', 1, '10.00', ''],
    ['A3', '26-May-25', '81', 'Card', 1, '10.00', ''],
  ],
])('are not told by %s', async (_, ...rows) => {
  const all = [header, single, sum, first, second, ...rows].map((line) => line.slice(0, 6))
  const report = await shop.importText('orders.csv', csv(...all))
  expect(report.ignoredBy).toEqual({ total_row: 1 })
  expect(report.rows.accepted).toBe(5)
})

it('are the same in files that are read at their word', async () => {
  const plain = (line: Line) =>
    line.map((cell) =>
      String(cell)
        .replace(/AU \$|,/g, '')
        .replace('26-May-25', '2025-05-26'),
    )
  const rows = [single, sum, first, second].map(plain)
  const report = await shop.importText('orders.csv', csv(header, ...rows), { largeFrom: 0 })
  expect(report.totals.revenue).toBe('3165.00')
})
