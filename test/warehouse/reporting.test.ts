import { expect, it } from 'vitest'
import { star } from '../../src/model/star.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { insert, insertDays } from './star-rows.ts'
import { temporaryWarehouse, write } from './temporary-warehouse.ts'

const noon = (day: string) => `TIMESTAMPTZ '${day} 12:00:00+00'`
const date = (day: string) => `DATE '${day}'`

async function columnsOf(warehouse: Warehouse, view: string): Promise<string[]> {
  const rows = await warehouse.query(
    `SELECT column_name FROM information_schema.columns
     WHERE table_schema = 'reporting' AND table_name = $1 ORDER BY ordinal_position`,
    [view],
  )
  return rows.map((row) => String(row.column_name))
}

it("bears the brief's names with the brief's columns, in its case and order", async () => {
  const warehouse = await temporaryWarehouse()
  // BRIEF B5, word for word.
  const brief = {
    SalesFact: [
      'OrderID',
      'CustomerID',
      'ProductID',
      'Quantity',
      'TotalPrice',
      'OrderDate',
      'RegionID',
    ],
    Customers: ['CustomerID', 'Name', 'Email', 'Age', 'RegionID'],
    Products: ['ProductID', 'ProductName', 'Category', 'Price', 'Stock'],
    Regions: ['RegionID', 'RegionName'],
    Dates: ['DateID', 'Date', 'Month', 'Year', 'Weekday'],
  }
  for (const [view, columns] of Object.entries(brief)) {
    expect(await columnsOf(warehouse, view)).toEqual(columns)
  }
  const named = star.filter((table) => table.brief)
  expect(named.map((table) => table.brief).sort()).toEqual(Object.keys(brief).sort())
})

it("runs the brief's two queries as they stand", async () => {
  const warehouse = await temporaryWarehouse()
  const line = (order: number, product: number, quantity: number, total: string, day: string) =>
    insert('sales_fact', {
      order_id: String(order),
      product_id: String(product),
      quantity: String(quantity),
      total_price: total,
      order_date: date(day),
    })
  await write(
    warehouse,
    insertDays('2023-01-01', '2023-02-28'),
    insert('products', { product_name: "'Lamp'" }),
    insert('products', { product_id: '2', product_key: "'y'", product_name: "'Chair'" }),
    line(1, 1, 3, '30.5', '2023-01-05'),
    line(1, 2, 1, '100', '2023-01-05'),
    line(2, 1, 2, '20.25', '2023-02-01'),
    line(3, 0, 1, '0.25', '2023-02-28'),
  )
  const topSelling = `SELECT p.ProductName, SUM(s.Quantity) AS TotalSold
FROM SalesFact s
JOIN Products p ON s.ProductID = p.ProductID
GROUP BY p.ProductName
ORDER BY TotalSold DESC, p.ProductName`
  expect(await warehouse.query(topSelling, [], { schema: 'reporting' })).toEqual([
    { ProductName: 'Lamp', TotalSold: '5.000' },
    { ProductName: 'Chair', TotalSold: '1.000' },
    { ProductName: 'Unknown', TotalSold: '1.000' },
  ])
  const monthlyRevenue = `SELECT d.Year, d.Month, SUM(s.TotalPrice) AS MonthlyRevenue
FROM SalesFact s
JOIN Dates d ON s.OrderDate = d.Date
GROUP BY d.Year, d.Month
ORDER BY d.Year, d.Month`
  expect(await warehouse.query(monthlyRevenue, [], { schema: 'reporting' })).toEqual([
    { Year: 2023, Month: 'February', MonthlyRevenue: '20.5000' },
    { Year: 2023, Month: 'January', MonthlyRevenue: '130.5000' },
  ])
})

it('derives stock on hand from the last count of each place and what moved since', async () => {
  const warehouse = await temporaryWarehouse()
  const count = (product: number, day: string, quantity: number, location = 'NULL') =>
    insert('stock_fact', {
      product_id: String(product),
      occurred_at: noon(day),
      occurred_on: date(day),
      quantity: String(quantity),
      location,
    })
  const moved = (kind: string, product: number, day: string, quantity: number, location = 'NULL') =>
    count(product, day, quantity, location).replace("'count'", `'${kind}'`)
  const sale = (product: number, day: string, quantity: number, time = 'NULL') =>
    insert('sales_fact', {
      product_id: String(product),
      order_date: date(day),
      ordered_at: time,
      quantity: String(quantity),
    })
  await write(
    warehouse,
    insert('products', { product_id: '1', product_key: "'lamp'", product_name: "'Lamp'" }),
    insert('products', { product_id: '2', product_key: "'chair'", product_name: "'Chair'" }),
    insert('products', {
      product_id: '3',
      product_key: "'never'",
      product_name: "'Never counted'",
    }),
    // Lamp: 40 on 1 March replaces 100. 5 sold later that day are after it, 4 that morning before it,
    // 3 without a time are in the count of that day, 7 the day after; 2 come back; 20 received, 1 broken.
    count(1, '2024-02-01', 100),
    count(1, '2024-03-01', 40),
    sale(1, '2024-02-15', 50),
    sale(1, '2024-03-01', 4, "TIMESTAMPTZ '2024-03-01 09:00:00+00'"),
    sale(1, '2024-03-01', 5, "TIMESTAMPTZ '2024-03-01 18:00:00+00'"),
    sale(1, '2024-03-01', 3),
    sale(1, '2024-03-02', 7),
    insert('returns_fact', { product_id: '1', return_date: date('2024-03-03'), quantity: '2' }),
    insert('returns_fact', { return_id: '2', return_date: date('2024-02-20'), quantity: '9' }),
    moved('receipt', 1, '2024-02-10', 60),
    moved('receipt', 1, '2024-03-04', 20),
    moved('adjustment', 1, '2024-03-05', -1),
    // Chair: two places, counted on different days; sold more than there is.
    count(2, '2024-03-01', 3, "'north'"),
    count(2, '2024-03-02', 4, "'south'"),
    moved('receipt', 2, '2024-03-02', 1, "'north'"),
    moved('receipt', 2, '2024-03-01', 5, "'south'"),
    sale(2, '2024-03-05', 10),
    sale(3, '2024-03-05', 10),
  )
  const rows = await warehouse.query(
    'SELECT product_name, counted, sold_since, returned_since, received_since, on_hand, oversold FROM reporting.stock_on_hand ORDER BY product_id',
  )
  expect(rows).toEqual([
    {
      product_name: 'Lamp',
      counted: '40.000',
      sold_since: '12.000',
      returned_since: '2.000',
      received_since: '19.000',
      on_hand: '49.000',
      oversold: '0.000',
    },
    {
      product_name: 'Chair',
      counted: '7.000',
      sold_since: '10.000',
      returned_since: '0.000',
      received_since: '1.000',
      on_hand: '0.000',
      oversold: '2.000',
    },
  ])
})

it('offers readable views that keep every row, Unknown members and fees included', async () => {
  const warehouse = await temporaryWarehouse()
  await write(
    warehouse,
    insert('runs'),
    insert('orders', { order_number: "'A-1'" }),
    insert('orders', { order_id: '2', order_number: "'A-2'", state: "'cancelled'" }),
    insert('products', { product_name: "'Postage'", kind: "'fee'" }),
    insert('sales_fact', {
      gross_price: '12',
      total_price: '10',
      customer_id: '0',
      region_id: '0',
    }),
    insert('sales_fact', { line_number: '2', product_id: '99' }),
    insert('returns_fact', { customer_id: '0' }),
    insert('order_charges_fact'),
  )
  expect(
    await warehouse.query(
      `SELECT order_number, customer_name, product_name, product_kind, region_name, discount
       FROM reporting.sales ORDER BY line_number`,
    ),
  ).toEqual([
    {
      order_number: 'A-1',
      customer_name: 'Unknown',
      product_name: 'Postage',
      product_kind: 'fee',
      region_name: 'Unknown',
      discount: '2.0000',
    },
    {
      order_number: 'A-1',
      customer_name: null,
      product_name: null,
      product_kind: null,
      region_name: null,
      discount: '0.0000',
    },
  ])
  expect(
    await warehouse.query(
      'SELECT order_number, state, lines::INTEGER AS lines, revenue FROM reporting.orders ORDER BY order_id',
    ),
  ).toEqual([
    { order_number: 'A-1', state: 'counted', lines: 2, revenue: '11.0000' },
    { order_number: 'A-2', state: 'cancelled', lines: 0, revenue: '0.0000' },
  ])
  for (const view of ['returns', 'charges', 'imports']) {
    expect(await warehouse.query(`SELECT * FROM reporting.${view}`)).toHaveLength(1)
  }
})
