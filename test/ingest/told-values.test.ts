import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Quantity x price = total: where one of them is missing or not readable, the two others tell it. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = ['order', 'date', 'product', 'quantity', 'unit price', 'total']
type Line = readonly (string | number)[]
const good: Line[] = Array.from({ length: 12 }, (_, index) => [
  `A${index}`,
  '2024-01-15',
  'MUG',
  2,
  '4.50',
  '9.00',
])

async function lines(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', order_number, quantity::DOUBLE, unit_price::DECIMAL(18,2), total_price::DECIMAL(18,2)) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id WHERE order_number LIKE 'B%' ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

describe('what two of three tell', () => {
  const day = '2024-01-16'
  const told: Line[] = [
    ['B1', day, 'MUG', '', '4.50', '13.50'],
    ['B2', day, 'MUG', 'ERROR', '4.50', '2.25'],
    ['B3', day, 'MUG', 3, '4.50', 'UNKNOWN'],
    ['B4', day, 'MUG', 3, 'UNKNOWN', '15.00'],
  ]
  const lost: Line[] = [
    // A third of a cent is no price that came out even.
    ['B5', day, 'MUG', '', '3.00', '10.00'],
    ['B6', day, 'MUG', 'ERROR', '', '10.00'],
    ['B7', day, 'MUG', '', '0', '10.00'],
    ['B8', day, 'MUG', '', '2.00', '0'],
    ['B9', day, 'MUG', '', '2.00', '-4.00'],
    ['B10', day, 'MUG', '123456789012345678', '2.00', '4.00'],
    ['B11', day, 'MUG', 2, 'ERROR', 'ERROR'],
  ]

  it('counts, and is said', async () => {
    const report = await shop.importText('sales.csv', csv(header, ...good, ...told, ...lost), {
      maxRejects: 1,
    })
    expect(await lines()).toEqual([
      'B1 3.0 4.50 13.50',
      'B2 0.5 4.50 2.25',
      'B3 3.0 4.50 13.50',
      'B4 3.0 15.00',
    ])
    expect(report.rows).toMatchObject({ accepted: 16, rejected: 7 })
    expect(report.rejectedBy).toEqual({
      missing_quantity: 4,
      unreadable_quantity: 1,
      number_too_large: 1,
      unreadable_price: 1,
    })
    const said = report.warnings.map(({ text }) => text)
    expect(said).toContain('2 lines state no readable quantity: it was told by total / price.')
    expect(said).toContain('1 line states no readable total: quantity x price counts.')
  })

  it('is nothing where a discount stands between them', async () => {
    const text = csv([...header, 'discount'], ...good.map((line) => [...line, '']), [
      'B1',
      day,
      'MUG',
      '',
      '4.50',
      '13.50',
      '1.00',
    ])
    const report = await shop.importText('sales.csv', text, { maxRejects: 1 })
    expect(report.questions).toEqual([])
    expect(report.rejectedBy).toEqual({ missing_quantity: 1 })
  })

  it('is the same in files that are read at their word', async () => {
    const report = await shop.importText('sales.csv', csv(header, ...good, ...told, ...lost), {
      maxRejects: 1,
      largeFrom: 0,
    })
    expect(report.rows).toMatchObject({ accepted: 16, rejected: 7 })
    expect(await lines()).toHaveLength(4)
  })
})
