import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Exports of several years, each with its own table of regions. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const sales = (order: number, day: string) =>
  csv(
    [
      'order_id',
      'customer_id',
      'product_id',
      'region_id',
      'quantity',
      'unit_price',
      'total_price',
      'order_date',
    ],
    [order, order, 1, 1, 1, '10.00', '10.00', day],
  )
const returns = csv(
  [
    'return_id',
    'order_id',
    'customer_id',
    'product_id',
    'region_id',
    'quantity',
    'amount',
    'return_date',
  ],
  ['r1', 1, 1, 1, 1, 1, '4.00', '2024-03-01'],
)
const customers = csv(
  ['customer_id', 'name', 'email', 'age', 'region_id'],
  [1, 'Ann', 'ann@example.com', 30, 1],
  [2, 'Bo', 'bo@example.com', 31, 1],
)

function importYears(first: string, second: string) {
  return shop.import([
    shop.file('2023/sales_fact.csv', sales(1, '2023-01-01')),
    shop.file(
      '2023/regions.csv',
      csv(['region_id', 'region_name', 'country'], [1, ...first.split('/')]),
    ),
    shop.file('2023/customers.csv', customers),
    shop.file('2024/sales_fact.csv', sales(2, '2024-01-01')),
    shop.file('2024/returns.csv', returns),
    shop.file(
      '2024/regions.csv',
      csv(['region_id', 'region_name', 'country'], [1, ...second.split('/')]),
    ),
  ])
}

describe('a region that two tables describe', () => {
  it.each([
    ['alike', 'Bavaria/Germany', 'Bavaria/Germany', 0, 'Germany'],
    ['with its country as a name and as a code', 'Bavaria/Germany', 'Bavaria/DE', 0, 'Germany'],
    ['under two names', 'Bavaria/Germany', 'Sweden/Sweden', 1, 'Sweden'],
  ])('%s counts every sale, return and customer once', async (_, first, second, warned, name) => {
    const report = await importYears(first, second)
    expect(report.totals).toMatchObject({ revenue: '20.00', returns: '4.00', orders: 2 })
    expect(report.warnings.filter(({ code }) => code === 'regions_differ')).toHaveLength(warned)
    const [facts] = await shop.query(
      `SELECT (SELECT sum(total_price) FROM sales_fact)::VARCHAR AS revenue, (SELECT sum(amount) FROM returns_fact)::VARCHAR AS returns,
         (SELECT count(*) FROM customers WHERE customer_id <> 0) AS customers`,
    )
    expect(facts).toEqual({ revenue: '20.0000', returns: '4.0000', customers: '2' })
    const [region] = await shop.query(
      'SELECT DISTINCT region_name FROM sales_fact JOIN regions USING (region_id)',
    )
    expect(region?.region_name).toBe(name)
  })
})
