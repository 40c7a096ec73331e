import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** What stands beside the amounts of a line: a value that cannot be right costs no sale and no import. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

describe('costs', () => {
  const header = ['Order', 'Date', 'SKU', 'Quantity', 'Price', 'Unit Cost']
  const rows = [
    [1, '2024-01-01', 'a', 1, '40.00', '10.00'],
    [2, '2024-01-02', 'b', 1, '90.00', '-5.00'],
    [3, '2024-01-03', 'c', 1, '20.00', 'unknown'],
    [4, '2024-01-04', 'd', 1, '30.00', ''],
    [5, '2024-01-05', 'e', 1, '25.00', '0'],
  ] as const

  it.each([
    ['small', Number.POSITIVE_INFINITY],
    ['large', 0],
  ])(
    'of lines that are negative or no number are not used, and said so (%s files)',
    async (_, largeFrom) => {
      // Enough plain rows that the odd ones come after those that a promise is made of.
      const plain = Array.from({ length: 2_500 }, (_, index) => [
        `P${index}`,
        '2024-02-01',
        'a',
        1,
        '1.00',
        '0.50',
      ])
      const report = await shop.import(shop.file('orders.csv', csv(header, ...plain, ...rows)), {
        largeFrom,
      })
      expect(report.rows).toMatchObject({ accepted: 2_505, rejected: 0 })
      expect(report.totals.revenue).toBe('2705.00')
      expect(report.warnings.find(({ code }) => code === 'costs_not_used')?.text).toMatch(
        /^2 lines/,
      )
      const costs = await shop.query(
        `SELECT product_key, sales_fact.unit_cost::VARCHAR AS cost, products.unit_cost::VARCHAR AS product_cost
       FROM sales_fact JOIN products USING (product_id) WHERE order_date < DATE '2024-02-01' ORDER BY product_key`,
      )
      expect(
        costs.map(({ product_key, cost, product_cost }) => [product_key, cost, product_cost]),
      ).toEqual([
        ['a', '10.0000', '0.5000'],
        ['b', null, null],
        ['c', null, null],
        ['d', null, null],
        ['e', '0.0000', '0.0000'],
      ])
    },
  )

  it('of a products table are rejected where they are negative', async () => {
    const products = csv(
      ['product_id', 'product_name', 'category', 'price', 'unit_cost'],
      ['a', 'A', 'c', '1', '-1'],
      ['b', 'B', 'c', '2', '1'],
    )
    const report = await shop.import(shop.file('products.csv', products), { maxRejects: 1 })
    expect(report.rejectedBy).toEqual({ negative_cost: 1 })
    expect(report.rows).toMatchObject({ accepted: 1, rejected: 1 })
  })
})

describe('hours', () => {
  it('are not known of the days of a column that holds times, too', async () => {
    const orders = csv(
      ['Order', 'Date', 'SKU', 'Quantity', 'Price'],
      [1, '2024-01-01', 'a', 1, '40.00'],
      [2, '2024-01-02 00:00', 'b', 1, '90.00'],
      [3, '2024-01-03 15:05:10', 'b', 1, '90.00'],
      [4, '2024-01-04', 'b', 1, '90.00'],
    )
    await shop.import(shop.file('orders.csv', orders))
    const hours = await shop.query('SELECT order_hour FROM sales_fact ORDER BY order_date')
    expect(hours.map(({ order_hour }) => order_hour)).toEqual([null, 0, 15, null])
  })

  it('that no day has are not known', async () => {
    const orders = csv(
      ['Order', 'Date', 'Time', 'SKU', 'Quantity', 'Price'],
      [1, '2024-01-01', '23:59', 'a', 1, '40.00'],
      [2, '2024-01-02', '24:00', 'b', 1, '90.00'],
      [3, '2024-01-03', '25:10', 'b', 1, '90.00'],
      [4, '2024-01-04', '0:05', 'b', 1, '90.00'],
      [5, '2024-01-05', 'noon', 'b', 1, '90.00'],
    )
    const report = await shop.import(shop.file('orders.csv', orders))
    expect(report.rows).toMatchObject({ accepted: 5, rejected: 0 })
    const hours = await shop.query('SELECT order_hour FROM sales_fact ORDER BY order_date')
    expect(hours.map(({ order_hour }) => order_hour)).toEqual([23, null, null, 0, null])
  })
})
