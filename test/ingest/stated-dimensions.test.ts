import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { csv, TemporaryShop } from './temporary-shop.ts'

/** Products and customers that a table of their own described, and order lines that call them something else. */

let shop: TemporaryShop
beforeEach(async () => {
  shop = await TemporaryShop.open()
})
afterEach(async () => {
  expect(await shop.warehouse.audit()).toEqual([])
  await shop.close()
})

const products = csv(
  ['product_id', 'product_name', 'category', 'price'],
  ['A1', 'Oak Chair', 'Furniture', '50.00'],
  ['A2', 'Pine Table', '', '90.00'],
  ['A3', '', 'Furniture', ''],
)
const customers = csv(
  ['customer_id', 'name', 'email', 'age', 'region_id'],
  ['7', 'Ann Lee', 'ann@example.com', 34, 'Germany'],
  ['8', 'Bo Ek', '', '', ''],
)
const orders = csv(
  [
    'Order',
    'Date',
    'Product ID',
    'Product Name',
    'Category',
    'Quantity',
    'Price',
    'Customer ID',
    'Customer Name',
    'Email',
    'Country',
  ],
  [
    '1',
    '2024-01-01',
    'A1',
    'oak chair (sale)',
    'Sale',
    1,
    '40.00',
    '7',
    'A. LEE',
    'ann@example.com',
    'France',
  ],
  [
    '2',
    '2024-01-02',
    'A2',
    'Shipping',
    'Misc',
    1,
    '80.00',
    '8',
    'B. EK',
    'bo@example.com',
    'Sweden',
  ],
  ['3', '2024-01-03', 'A3', 'Sofa', 'Misc', 1, '300.00', '9', 'Cy Orr', 'cy@example.com', 'Norway'],
)

async function shown() {
  const products = await shop.query(
    `SELECT concat_ws(' | ', product_key, product_name, category, coalesce(price::VARCHAR, '-'), kind) AS row
     FROM products WHERE product_id <> 0 ORDER BY product_key`,
  )
  const customers = await shop.query(
    `SELECT concat_ws(' | ', name, coalesce(email, '-'), coalesce(age::VARCHAR, '-'), region_name) AS row
     FROM customers JOIN regions USING (region_id) WHERE customer_id <> 0 ORDER BY row`,
  )
  return [...products, ...customers].map(({ row }) => row)
}

const described = [
  'A1 | Oak Chair | Furniture | 50.0000 | goods',
  'A2 | Pine Table | Misc | 90.0000 | goods',
  'A3 | Sofa | Furniture | 300.0000 | goods',
  'Ann Lee | ann@example.com | 34 | Germany',
  'Bo Ek | bo@example.com | - | Sweden',
  'Cy Orr | cy@example.com | - | Norway',
]

describe('what a table of products or customers says', () => {
  it('stands, and order lines fill only what it leaves open, whichever comes first', async () => {
    const tables = [shop.file('products.csv', products), shop.file('customers.csv', customers)]
    const lines = shop.file('orders.csv', orders)
    await shop.import(tables)
    await shop.import(lines)
    expect(await shown()).toEqual(described)
    expect((await shop.import(lines)).state).toBe('unchanged')
    await shop.close()
    shop = await TemporaryShop.open()
    const again = [shop.file('products.csv', products), shop.file('customers.csv', customers)]
    await shop.import(shop.file('orders.csv', orders))
    await shop.import(again)
    expect(await shown()).toEqual(described)
    expect((await shop.import(again)).state).toBe('unchanged')
  })

  it('is replaced by a later table', async () => {
    await shop.import(shop.file('1/products.csv', products))
    const later = csv(
      ['product_id', 'product_name', 'category', 'price'],
      ['A1', 'Oak Armchair', 'Seats', '55.00'],
    )
    await shop.import(shop.file('2/products.csv', later))
    expect((await shown())[0]).toBe('A1 | Oak Armchair | Seats | 55.0000 | goods')
  })

  it('is the latest word of the order lines where no table ever described them', async () => {
    const header = ['Order', 'Date', 'SKU', 'Product Name', 'Quantity', 'Price']
    await shop.import(shop.file('1.csv', csv(header, ['1', '2024-01-01', 'B1', 'Mug', 1, '4.00'])))
    await shop.import(
      shop.file('2.csv', csv(header, ['2', '2024-02-01', 'B1', 'Big Mug', 1, '5.00'])),
    )
    expect(await shown()).toEqual(['B1 | Big Mug | Unknown | 5.0000 | goods'])
  })
})
