import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Lines that state no price, and the products table that knows it. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const most = { maxRejects: 1 }
const columns = ['OrderID', 'ProductID', 'CustomerID', 'Quantity', 'TotalPrice', 'OrderDate']
const products = csv(
  ['ProductID', 'ProductName', 'Category', 'Price'],
  [1, 'Mug', 'Kitchen', '9.50'],
  [2, 'Cup', 'Kitchen', '3.00'],
  [3, 'Cheese', 'Food', '19.99'],
  [4, 'Sample', 'Food', ''],
  [5, 'Gift', 'Food', '0'],
)

type Cell = string | number
function sales(header: readonly string[], ...rows: readonly (readonly Cell[])[]): string {
  return csv(header, ...rows)
}

/** All order lines: order, product, gross price, total price. */
async function lines(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', orders.order_number, product_key, coalesce(unit_price::VARCHAR, '-'), gross_price::VARCHAR, total_price::VARCHAR) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

function importBoth(content: string, list = products, answers = {}) {
  const paths = [shop.file('SalesFact.csv', content), shop.file('Products.csv', list)]
  return shop.import(paths, { ...most, answers })
}

describe('lines without a price', () => {
  it('count as quantity x the price of their product, exactly, and are named', async () => {
    const content = sales(
      columns,
      [1001, 1, 7, 2, '', '2024-01-15'],
      [1001, 2, 7, 3, '', '2024-01-15'],
      // 1.255 kg x 19.99 = 25.08745
      [1002, 3, 8, '1.255', '', '2024-01-16'],
      [1003, 1, 8, 2, '18.00', '2024-01-17'],
      [1004, 1, 8, 2, '0', '2024-01-17'],
    )
    const report = await importBoth(content)
    expect(report.rows).toMatchObject({ in: 10, accepted: 10, rejected: 0 })
    // 19.00 + 9.00 + 25.0875 + 18.00
    expect(report.totals).toMatchObject({ revenue: '71.09', orders: 4 })
    expect(report.warnings.find(({ code }) => code === 'priced_from_list')?.text).toMatch(
      /^3 lines state no price/,
    )
    expect(await lines()).toEqual([
      '1001 1 - 19.0000 19.0000',
      '1001 2 - 9.0000 9.0000',
      '1002 3 - 25.0875 25.0875',
      '1003 1 - 18.0000 18.0000',
      '1004 1 - 0.0000 0.0000',
    ])
    expect((await importBoth(content)).state).toBe('unchanged')
  })

  it('are rejected where no product of the import has a price', async () => {
    const content = sales(
      columns,
      [1001, 1, 7, 2, '', '2024-01-15'],
      [1002, 4, 7, 1, '', '2024-01-15'],
      [1003, 5, 7, 1, '', '2024-01-15'],
      [1004, 9, 7, 1, '', '2024-01-15'],
      [1005, '', 7, 1, '', '2024-01-15'],
    )
    const report = await importBoth(content)
    expect(report.rejectedBy).toEqual({ missing_price: 4 })
    expect(await lines()).toEqual(['1001 1 - 19.0000 19.0000'])
    // What the warehouse knows of the product is no price of these files.
    const alone = await shop.importText('alone.csv', content, most)
    expect(alone).toMatchObject({ rejectedBy: { missing_price: 5 }, rows: { accepted: 0 } })
    expect(alone.warnings.map(({ code }) => code)).not.toContain('priced_from_list')
  })

  it('may be all lines of a table that has no column of money', async () => {
    const content = sales(
      columns.filter((name) => name !== 'TotalPrice'),
      [1001, 1, 7, 2, '2024-01-15'],
      [1002, 2, 8, 1, '2024-01-16'],
      [1003, 1, 7, -1, '2024-01-17'],
      [1004, 9, 7, 1, '2024-01-17'],
    )
    const report = await importBoth(content)
    expect(report).toMatchObject({
      rejectedBy: { missing_price: 1 },
      ignoredBy: {},
      totals: { revenue: '22.00', returns: '9.50', net_sales: '12.50', orders: 2 },
    })
    expect(report.warnings.find(({ code }) => code === 'priced_from_list')?.text).toMatch(
      /^3 lines/,
    )
    const alone = await shop.failure(shop.file('alone.csv', content))
    expect(alone.code).toBe('too_many_rejects')
  })

  it('are refunded at that price where their order is', async () => {
    const content = sales(
      [...columns, 'Status'],
      [1001, 1, 7, 2, '', '2024-01-15', 'refunded'],
      [1002, 2, 7, 1, '', '2024-01-15', 'completed'],
      [1003, 2, 7, 1, '', '2024-01-15', 'cancelled'],
    )
    const report = await importBoth(content)
    expect(report.totals).toMatchObject({ revenue: '22.00', returns: '19.00', orders: 2 })
    expect(report.warnings.find(({ code }) => code === 'priced_from_list')?.text).toMatch(
      /^2 lines/,
    )
  })

  it('have their discount taken off, but none that other totals include already', async () => {
    const content = sales(
      ['OrderID', 'ProductID', 'Quantity', 'Discount', 'OrderDate'],
      [1001, 1, 2, '1.50 €', '2024-01-15'],
      [1002, 2, 1, '0 €', '2024-01-15'],
    )
    await importBoth(content)
    expect(await lines()).toEqual(['1001 1 - 19.0000 17.5000', '1002 2 - 3.0000 3.0000'])
    const included = sales(
      ['OrderID', 'ProductID', 'Quantity', 'UnitPrice', 'Discount', 'TotalPrice', 'OrderDate'],
      [2001, 1, 2, '9.50', '1.00', '18.00', '2024-02-15'],
      [2002, 1, 3, '9.50', '2.00', '26.50', '2024-02-15'],
      [2003, 1, 1, '', '2.00', '', '2024-02-15'],
      [2004, 1, 1, '', '', '', '2024-02-15'],
    )
    const report = await importBoth(included)
    expect(report.rejectedBy).toEqual({ missing_price: 1 })
    // 18.00 + 26.50 + 9.50
    expect(report.totals.revenue).toBe('54.00')
  })
})
