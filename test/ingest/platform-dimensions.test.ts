import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Products, customers and stock as platforms export them, with the keys by which order lines find them. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

async function products(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' | ', product_key, product_name, coalesce(category, 'Unknown'), coalesce(price::DECIMAL(18,2)::VARCHAR, '-'),
       coalesce(unit_cost::DECIMAL(18,2)::VARCHAR, '-')) AS line
     FROM products WHERE product_id <> 0 ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

async function stock(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', product_key, stock_fact.quantity::DOUBLE, location) AS line FROM stock_fact
     JOIN products ON products.product_id = stock_fact.product_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

async function customers(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', name, email, country_code) AS line FROM customers
     LEFT JOIN regions ON regions.region_id = customers.region_id WHERE customer_id <> 0 ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

describe('Shopify', () => {
  const header = [
    'Handle',
    'Title',
    'Type',
    'Option1 Name',
    'Option1 Value',
    'Option2 Name',
    'Option2 Value',
    'Variant SKU',
    'Variant Inventory Tracker',
    'Variant Inventory Qty',
    'Variant Price',
    'Image Src',
    'Cost per item',
    'Status',
  ]

  it('exports products with what belongs to them on their first row, and rows of pictures', async () => {
    const report = await shop.importText(
      'products_export.csv',
      csv(
        header,
        [
          'mug',
          'Mug',
          'Kitchen',
          'Colour',
          'blue',
          'Size',
          'M',
          'MUG-B',
          'shopify',
          5,
          '10.00',
          'a.png',
          '4.00',
          'active',
        ],
        ['mug', '', '', '', 'red', '', 'M', '', 'shopify', -2, '11.00', 'b.png', '4.50', ''],
        ['mug', '', '', '', '', '', '', '', '', '', '', 'c.png', '', ''],
        ['mug', '', '', '', '', '', '', '', '', '', '', 'd.png', '', ''],
        [
          'gift',
          'Gift card',
          'Gifts',
          'Title',
          'Default Title',
          '',
          '',
          '',
          '',
          0,
          '25.00',
          '',
          '',
          'active',
        ],
      ),
    )
    expect(report).toMatchObject({
      source: 'shopify',
      rows: { in: 5, accepted: 3, ignored: 2 },
      ignoredBy: { detail_row: 2 },
    })
    expect(await products()).toEqual([
      'Gift card | Gift card | Gifts | 25.00 | -',
      'MUG-B | Mug - blue / M | Kitchen | 10.00 | 4.00',
      'Mug - red / M | Mug - red / M | Kitchen | 11.00 | 4.50',
    ])
    // What is not tracked has no count; what is oversold is not there.
    expect(await stock()).toEqual(['MUG-B 5.0', 'Mug - red / M 0.0'])
  })

  it('tells the variants of its products as JSON', async () => {
    const product = {
      id: 1,
      title: 'Mug',
      product_type: 'Kitchen',
      options: [{ name: 'Colour' }],
      images: [{ id: 5, src: 'a.png' }],
      variants: [
        {
          id: 11,
          title: 'blue',
          sku: 'MUG-B',
          price: '10.00',
          inventory_quantity: 5,
          inventory_management: 'shopify',
        },
        {
          id: 12,
          title: 'red',
          sku: '',
          price: '11.00',
          inventory_quantity: 0,
          inventory_management: null,
        },
      ],
    }
    const text = JSON.stringify({ products: [product] })
    const report = await shop.importText('products.json', text)
    expect(report.rows).toMatchObject({ in: 2, accepted: 2 })
    expect(await products()).toEqual([
      'MUG-B | Mug - blue | Kitchen | 10.00 | -',
      'Mug - red | Mug - red | Kitchen | 11.00 | -',
    ])
    expect(await stock()).toEqual(['MUG-B 5.0'])
  })

  it('exports what is on hand at each place', async () => {
    const report = await shop.importText(
      'inventory_export.csv',
      csv(
        [
          'Handle',
          'Title',
          'Option1 Name',
          'Option1 Value',
          'SKU',
          'HS Code',
          'COO',
          'Location',
          'Available (not editable)',
          'On hand (current)',
          'On hand (new)',
        ],
        ['mug', 'Mug', 'Colour', 'blue', 'MUG-B', '', '', 'Bern', 3, 5, ''],
        ['mug', 'Mug', 'Colour', 'blue', 'MUG-B', '', '', 'Basel', 2, 2, ''],
        ['mug', 'Mug', 'Colour', 'red', '', '', '', 'Bern', 'not stocked', 'not stocked', ''],
        ['mug', 'Mug', 'Colour', 'red', '', '', '', 'Basel', -1, 0, ''],
      ),
    )
    expect(report).toMatchObject({ source: 'shopify', rows: { in: 4, accepted: 4 } })
    expect(await stock()).toEqual(['MUG-B 2.0 Basel', 'MUG-B 5.0 Bern', 'Mug - red 0.0 Basel'])
  })

  it('exports customers who are those of its orders', async () => {
    await shop.importText(
      'customers_export.csv',
      csv(
        [
          'Customer ID',
          'First Name',
          'Last Name',
          'Email',
          'Accepts Email Marketing',
          'Default Address Country Code',
          'Total Spent',
          'Total Orders',
        ],
        ["'207119551", 'Ada', 'Byron', 'Ada@example.com', 'yes', 'GB', '0.00', 0],
        ["'207119552", 'Bob', '', '', 'no', '', '0.00', 0],
      ),
    )
    const customer = {
      id: 207_119_551,
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
      orders_count: 1,
      total_spent: '5.00',
      default_address: { country_code: 'GB' },
      addresses: [{ country: 'United Kingdom' }],
    }
    await shop.importText('customers.json', JSON.stringify({ customers: [customer] }))
    expect(await customers()).toEqual(['Ada Lovelace ada@example.com GB', 'Bob'])
  })
})

describe('WooCommerce', () => {
  it('exports products, whose variations are of the category of their product', async () => {
    const report = await shop.importText(
      'products.csv',
      csv(
        [
          'ID',
          'Type',
          'SKU',
          'Name',
          'Tax status',
          'Stock',
          'Sale price',
          'Regular price',
          'Categories',
          'Parent',
        ],
        [1, 'variable', 'TEE', 'T-Shirt', 'taxable', '', '', '', 'Clothing > Tshirts, Sale', ''],
        [2, 'variation', 'TEE-B', 'T-Shirt - Blue', 'taxable', 4, '18', '20', '', 'TEE'],
        [3, 'simple', '', 'Album', 'none', -1, '', '15', 'Music', ''],
        [4, 'variable', '', 'Hat', 'taxable', '', '', '', 'Clothing\\, warm', ''],
        [5, 'variation', 'HAT-R', 'Hat - Red', 'taxable', '', '', '9', '', 'id:4'],
      ),
    )
    expect(report).toMatchObject({ source: 'woocommerce', rows: { in: 5, accepted: 5 } })
    expect(await products()).toEqual([
      'Album | Album | Music | 15.00 | -',
      'HAT-R | Hat - Red | Clothing\\, warm | 9.00 | -',
      'Hat | Hat | Clothing\\, warm | - | -',
      'TEE | T-Shirt | Clothing > Tshirts | - | -',
      'TEE-B | T-Shirt - Blue | Clothing > Tshirts | 20.00 | -',
    ])
    expect(await stock()).toEqual(['Album 0.0', 'TEE-B 4.0'])
  })

  it('tells products and customers as JSON', async () => {
    const product = {
      id: 794,
      name: 'Shirt',
      sku: '',
      catalog_visibility: 'visible',
      price: '18.00',
      regular_price: '20.00',
      stock_quantity: null,
      categories: [
        { id: 9, name: 'Clothing' },
        { id: 14, name: 'Sale' },
      ],
      images: [{ id: 1, name: '' }],
    }
    const variable = {
      ...product,
      id: 795,
      name: 'Hat',
      sku: 'HAT',
      regular_price: '',
      stock_quantity: 3,
    }
    await shop.importText('products.json', JSON.stringify([product, variable]))
    expect(await products()).toEqual([
      'HAT | Hat | Clothing | 18.00 | -',
      'Shirt | Shirt | Clothing | 20.00 | -',
    ])
    expect(await stock()).toEqual(['HAT 3.0'])
    const customer = {
      id: 26,
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Byron',
      username: 'ada',
      billing: { first_name: 'A.', country: 'GB' },
    }
    await shop.importText('customers.json', JSON.stringify(customer))
    expect(await customers()).toEqual(['Ada Byron ada@example.com GB'])
  })
})
