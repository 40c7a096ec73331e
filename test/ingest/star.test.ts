import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { csv, now, TemporaryShop } from './temporary-shop.ts'

/** The five tables of the data model, with what real ones have: guests, Unknown references, no order twice. */
type Cell = string | number | null
type Rows = readonly (readonly Cell[])[]
const tables: Readonly<
  Record<string, { readonly columns: readonly string[]; readonly rows: Rows }>
> = {
  SalesFact: {
    columns: [
      'OrderID',
      'ProductID',
      'CustomerID',
      'RegionID',
      'Quantity',
      'TotalPrice',
      'OrderDate',
    ],
    rows: [
      [1001, 1, 7, 1, 2, '19.00', '2024-01-15'],
      [1001, 2, 7, 1, 1, '3.00', '2024-01-15'],
      [1002, 3, 8, 2, 1, '20.00', '2024-01-16'],
      [1003, 1, 0, 1, 1, '9.50', '2024-01-17'],
      [1004, 2, null, 3, 3, '9.00', '2024-02-01'],
      [1005, 9, 7, 9, 1, '5.00', '2024-02-02'],
    ],
  },
  Customers: {
    columns: ['CustomerID', 'Name', 'Email', 'Age', 'RegionID'],
    rows: [
      [7, 'Ann Lee', 'ANN@example.com', 34, 1],
      [8, 'Bo Ek', null, 0, 2],
    ],
  },
  Products: {
    columns: ['ProductID', 'ProductName', 'Category', 'Price', 'Stock'],
    rows: [
      [1, 'Mug', 'Kitchen', '9.50', 12],
      [2, 'Cup', 'Kitchen', '3.00', 0],
      [3, 'Pot', null, '20.00', null],
      [4, 'Pan', 'Kitchen', '30.00', 5],
    ],
  },
  Regions: {
    columns: ['RegionID', 'RegionName'],
    rows: [
      [1, 'Germany'],
      [2, 'Sweden'],
      [3, 'Europe'],
    ],
  },
  Dates: {
    columns: ['DateID', 'Date', 'Month', 'Year', 'Weekday'],
    rows: [
      [20240115, '2024-01-15', 'January', 2024, 'Monday'],
      [20240116, '2024-01-16', 'January', 2024, 'Tuesday'],
    ],
  },
}

function objects({ columns, rows }: { columns: readonly string[]; rows: Rows }) {
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])))
}

const writings: Record<string, (shop: TemporaryShop) => string[]> = {
  'CSV files': (shop) =>
    Object.entries(tables).map(([name, { columns, rows }]) =>
      shop.file(`star-csv/${name}.csv`, csv(columns, ...rows)),
    ),
  'CSV files with their columns in another order': (shop) =>
    Object.entries(tables).map(([name, { columns, rows }]) =>
      shop.file(
        `star-turned/${name}.csv`,
        csv([...columns].reverse(), ...rows.map((row) => [...row].reverse())),
      ),
    ),
  'JSON files': (shop) =>
    Object.entries(tables).map(([name, table]) =>
      shop.file(`star-json/${name}.json`, JSON.stringify(objects(table))),
    ),
  'lines of JSON': (shop) =>
    Object.entries(tables).map(([name, table]) =>
      shop.file(
        `star-ndjson/${name}.ndjson`,
        objects(table)
          .map((row) => JSON.stringify(row))
          .join('\n'),
      ),
    ),
  'one JSON document': (shop) => [
    shop.file(
      'star.json',
      JSON.stringify(
        Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, objects(table)])),
        null,
        2,
      ),
    ),
  ],
}

describe.each(Object.entries(writings))('the five tables as %s', (_, write) => {
  let shop: TemporaryShop
  let paths: string[]
  let report: ImportReport
  beforeAll(async () => {
    shop = await TemporaryShop.open()
    paths = write(shop)
    report = await shop.import(paths)
  })
  afterAll(() => shop.close())

  it('are recognised, and every row is accounted for', () => {
    expect(report).toMatchObject({ state: 'committed', source: 'shop', questions: [] })
    const holds = report.files.map(({ holds }) => holds).sort()
    expect(holds).toEqual(['customers', null, 'order lines', 'products', 'regions'])
    expect(report.rows).toEqual({ in: 17, accepted: 15, rejected: 0, duplicate: 0, ignored: 2 })
    expect(report.ignoredBy).toEqual({ calendar_row: 2 })
    expect(report.totals).toMatchObject({ revenue: '65.50', orders: 5, units: '9' })
    expect(report.period).toEqual({ from: '2024-01-15', to: '2024-02-02' })
  })

  it('find each other by their keys; what is missing is Unknown', async () => {
    const found = await shop.query(
      `SELECT orders.order_number, product_name, category, customers.name AS customer, region_name AS region,
         total_price::DECIMAL(18,2)::VARCHAR AS total
       FROM sales_fact JOIN orders USING (order_id) JOIN products USING (product_id)
       JOIN customers USING (customer_id) JOIN regions ON regions.region_id = sales_fact.region_id
       ORDER BY order_number, product_name DESC`,
    )
    expect(found.map((row) => Object.values(row).join(' | '))).toEqual([
      '1001 | Mug | Kitchen | Ann Lee | Germany | 19.00',
      '1001 | Cup | Kitchen | Ann Lee | Germany | 3.00',
      '1002 | Pot | Unknown | Bo Ek | Sweden | 20.00',
      '1003 | Mug | Kitchen | Unknown | Germany | 9.50',
      '1004 | Cup | Kitchen | Unknown | Europe | 9.00',
      expect.stringMatching(/^1005 \| 9 \| Unknown \| Ann Lee \| .+ \| 5\.00$/),
    ])
  })

  it('fill the dimensions', async () => {
    const customers = await shop.query(
      `SELECT name, email, age, first_order_date::VARCHAR AS first, region_name AS region FROM customers
       JOIN regions USING (region_id) WHERE customer_id > 0 ORDER BY name`,
    )
    expect(customers).toEqual([
      {
        name: 'Ann Lee',
        email: 'ann@example.com',
        age: 34,
        first: '2024-01-15',
        region: 'Germany',
      },
      { name: 'Bo Ek', email: null, age: null, first: '2024-01-16', region: 'Sweden' },
    ])
    const products = await shop.query(
      `SELECT product_name, price::DOUBLE AS price, stock::DOUBLE AS stock FROM products
       WHERE product_key IN ('1', '2', '3', '4') ORDER BY product_id`,
    )
    expect(products.map((row) => Object.values(row))).toEqual([
      ['Mug', 9.5, 12],
      ['Cup', 3, 0],
      ['Pot', 20, null],
      ['Pan', 30, 5],
    ])
    const regions = await shop.query(
      `SELECT region_name, level, country_code, continent FROM regions
       WHERE region_name IN ('Germany', 'Sweden', 'Europe') ORDER BY region_name`,
    )
    expect(regions.map((row) => Object.values(row))).toEqual([
      ['Europe', 'continent', null, 'Europe'],
      ['Germany', 'country', 'DE', 'Europe'],
      ['Sweden', 'country', 'SE', 'Europe'],
    ])
    expect(await shop.value('SELECT count(*) FROM dates WHERE year = 2024')).toBe('366')
  })

  it('answer through the metrics, and hold every rule of the star', async () => {
    const answer = await runQuery(
      shop.warehouse,
      { metrics: ['revenue', 'customers'], by: ['month'] },
      { now },
    )
    const rows = answer.data.rows.map(({ month, revenue, customers }) => [
      String(month).slice(0, 7),
      Number(revenue),
      customers,
    ])
    expect(rows).toEqual([
      ['2024-01', 51.5, 2],
      ['2024-02', 14, 1],
    ])
    expect(await shop.warehouse.audit()).toEqual([])
  })

  it('change nothing when they come again', async () => {
    const again = await shop.import(paths)
    expect(again).toMatchObject({
      state: 'unchanged',
      orders: { new: 0, replaced: 0, unchanged: 5 },
    })
  })
})

describe('customers', () => {
  let shop: TemporaryShop
  beforeAll(async () => {
    shop = await TemporaryShop.open()
  })
  afterAll(() => shop.close())

  const header = ['order', 'date', 'sku', 'quantity', 'unit price', 'customer id', 'customer email']
  const web = csv(
    header,
    ['W1', '2024-01-10', 'A', 1, '2.00', 'w-7', 'Ann@Example.com'],
    ['W2', '2024-01-11', 'A', 1, '2.00', 'w-8', 'bo@example.com'],
    ['W3', '2024-01-12', 'A', 1, '2.00', '', 'cy@example.com'],
    ['W4', '2024-01-13', 'A', 1, '2.00', '0', ''],
    ['W5', '2024-01-14', 'A', 1, '2.00', '', ''],
    ['W6', '2024-01-15', 'A', 1, '2.00', 'guest', ''],
  )
  const store = csv(
    header,
    ['S1', '2024-01-05', 'A', 1, '3.00', '41', 'ann@example.com '],
    ['S2', '2024-02-02', 'A', 1, '3.00', '42', 'dee@example.com'],
  )

  async function known(): Promise<string[]> {
    const rows = await shop.query(
      `SELECT concat_ws(' ', email, first_order_date, string_agg(concat(source, ':', customer_key), ' ' ORDER BY source, customer_key)) AS line
       FROM customers JOIN customer_keys USING (customer_id) GROUP BY customer_id, email, first_order_date ORDER BY email`,
    )
    return rows.map(({ line }) => String(line))
  }

  it('are found by the id of their source, then by e-mail; guests are nobody', async () => {
    const report = await shop.importText('web.csv', web, { source: 'web' })
    expect(report.warnings.find(({ code }) => code === 'missing_customer')?.text).toMatch(
      /^3 lines/,
    )
    await shop.importText('store.csv', store, { source: 'store' })
    expect(await known()).toEqual([
      'ann@example.com 2024-01-05 store:41 web:w-7',
      'bo@example.com 2024-01-11 web:w-8',
      'cy@example.com 2024-01-12 web:cy@example.com',
      'dee@example.com 2024-02-02 store:42',
    ])
    const answer = await runQuery(shop.warehouse, { metrics: ['customers', 'orders'] }, { now })
    expect(answer.data.rows).toMatchObject([{ customers: 4, orders: 8 }])
    expect(await shop.warehouse.audit()).toEqual([])
  })

  it('stay who they are in whatever order the sources come', async () => {
    const other = await TemporaryShop.open()
    try {
      await other.importText('store.csv', store, { source: 'store' })
      await other.importText('web.csv', web, { source: 'web' })
      const rows = await other.query(
        `SELECT string_agg(concat(source, ':', customer_key), ' ' ORDER BY source) AS keys
         FROM customers JOIN customer_keys USING (customer_id) WHERE email = 'ann@example.com'`,
      )
      expect(rows).toEqual([{ keys: 'store:41 web:w-7' }])
    } finally {
      await other.close()
    }
  })
})

describe('fees', () => {
  it('are told from goods by their names, in several languages', async () => {
    const shop = await TemporaryShop.open()
    const fees = [
      'Shipping',
      'DOTCOM POSTAGE',
      'Next Day Carriage',
      'Express shipping to Norway',
      'Delivery (UK)',
      'Versandkosten DHL',
      'Frais de port',
      'Gift card 50',
      'Birthday gift voucher - €20',
      'PayPal fee',
      'Discount',
      'Discount 10%',
      'Bank Charges',
      'CRUK Commission',
    ]
    const goods = [
      'Postage stamp album',
      'Shipping labels, 100 pieces',
      'Porto Tawny 10 Jahre',
      'Gift card holder',
      'Gift wrap',
      'Sample Box XL',
      'Ship in a bottle',
      'Tip Top Tea',
      'Delivery van, wooden',
    ]
    const lines = [...fees, ...goods].map((name, i) => [i, '2024-01-15', `P${i}`, name, 1, '2.00'])
    await shop.importText(
      'fees.csv',
      csv(['order', 'date', 'sku', 'product name', 'quantity', 'unit price'], ...lines),
    )
    const named = async (kind: string) =>
      (
        await shop.query(
          `SELECT product_name FROM products WHERE kind = '${kind}' AND product_id > 0`,
        )
      )
        .map((row) => String(row.product_name))
        .sort()
    expect(await named('fee')).toEqual([...fees].sort())
    expect(await named('goods')).toEqual([...goods].sort())
    await shop.close()
  })
})
