import { describe, expect, it } from 'vitest'
import { exportRejects } from '../../src/ingest/ingest.ts'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Files that belong together are joined by their keys, whatever their names. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Line = readonly (string | number)[]
const itemsHeader = ['order_id', 'product_id', 'quantity', 'unit_price']
const items: Line[] = [
  [1, 'p1', 2, '3.00'],
  [1, 'p2', 1, '10.00'],
  [2, 'p1', 4, '3.00'],
  [3, 'p2', 1, '9.00'],
]
const ordersHeader = ['order_id', 'customer_id', 'order_date', 'required_date']
const orders: Line[] = [
  [1, 'c1', '2024-01-15', '2024-01-20'],
  [2, 'c2', '2024-01-16', '2024-01-21'],
  [3, 'c1', '2024-02-01', '2024-02-05'],
]

function files(replaced: Readonly<Record<string, string>> = {}): string[] {
  const all: Record<string, string> = {
    'b.csv': csv(ordersHeader, ...orders),
    'a.csv': csv(itemsHeader, ...items),
    ...replaced,
  }
  return Object.entries(all).map(([name, text]) => shop.file(name, text))
}

async function lines(): Promise<string[]> {
  const rows = await shop.query(
    `SELECT concat_ws(' ', order_number, sales_fact.order_date, product_key, quantity::DOUBLE, total_price::DECIMAL(18,2), customers.name) AS line
     FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
     JOIN products ON products.product_id = sales_fact.product_id
     JOIN customers ON customers.customer_id = sales_fact.customer_id ORDER BY line`,
  )
  return rows.map(({ line }) => String(line))
}

const whole = [
  '1 2024-01-15 p1 2.0 6.00 c1',
  '1 2024-01-15 p2 1.0 10.00 c1',
  '2 2024-01-16 p1 4.0 12.00 c2',
  '3 2024-02-01 p2 1.0 9.00 c1',
]

describe('order lines and their orders', () => {
  it('are read as one', async () => {
    const report = await shop.import(files())
    expect(await lines()).toEqual(whole)
    expect(report).toMatchObject({
      questions: [],
      rows: { in: 7, accepted: 7, rejected: 0, ignored: 0 },
      totals: { revenue: '37.00', orders: 3 },
    })
    const [head, body] = report.files
    expect(head).toMatchObject({ holds: expect.stringMatching(/^read with .*a\.csv$/), rows: 3 })
    expect(body).toMatchObject({ holds: 'order lines', rows: 4 })
    expect((await shop.import(files())).state).toBe('unchanged')
  })

  it('may be several files of lines for one of orders, and the other way', async () => {
    const two = {
      'a.csv': csv(itemsHeader, ...items.slice(0, 2)),
      'a2.csv': csv(itemsHeader, ...items.slice(2)),
    }
    const report = await shop.import(files(two))
    expect(await lines()).toEqual(whole)
    expect(report.rows).toMatchObject({ in: 7, accepted: 7 })
    expect(report.files[0]?.holds).toMatch(/^read with .*a\.csv and .*a2\.csv$/)
  })

  it('take no state from what stands beside the orders', async () => {
    const shipments = csv(
      ['order_id', 'customer_id', 'status', 'shipped_at'],
      [1, 'c1', 'pending', '2024-01-16'],
      [2, 'c2', 'cancelled', ''],
      [3, 'c1', 'delivered', '2024-02-03'],
    )
    await shop.import(files({ 'shipments.csv': shipments }))
    expect(await lines()).toEqual(whole)
  })

  it('count persons, where an order has a customer id of its own', async () => {
    const persons = csv(
      ['customer_id', 'customer_unique_id', 'customer_state'],
      ['o1', 'ada', 'SP'],
      ['o2', 'alan', 'RJ'],
      ['o3', 'ada', 'SP'],
    )
    const ownIds = csv(
      ordersHeader,
      [1, 'o1', '2024-01-15', ''],
      [2, 'o2', '2024-01-16', ''],
      [3, 'o3', '2024-02-01', ''],
    )
    const report = await shop.import(files({ 'b.csv': ownIds, 'persons.csv': persons }))
    expect((await lines()).map((line) => line.split(' ').at(-1))).toEqual([
      'ada',
      'ada',
      'alan',
      'ada',
    ])
    expect(report.rows).toEqual({ in: 10, accepted: 10, rejected: 0, duplicate: 0, ignored: 0 })
  })

  it('are not multiplied by what stands several times for an order', async () => {
    const payments = csv(
      ['order_id', 'payment_type', 'payment_value', 'paid_at'],
      [1, 'card', '10.00', '2024-01-15'],
      [1, 'voucher', '6.00', '2024-01-15'],
      [2, 'card', '12.00', '2024-01-16'],
    )
    await shop.import(files({ 'payments.csv': payments }))
    expect(await lines()).toEqual(whole)
  })

  it('are read as one where their orders come in a file for each year', async () => {
    const [first = [], second = [], third = []] = orders
    const report = await shop.import(
      files({ 'b.csv': csv(ordersHeader, first, second), 'c.csv': csv(ordersHeader, third) }),
    )
    expect(await lines()).toEqual(whole)
    expect(report.rows).toEqual({ in: 7, accepted: 7, rejected: 0, duplicate: 0, ignored: 0 })
    expect(report.files.map(({ holds }) => holds?.startsWith('read with')).sort()).toEqual([
      false,
      true,
      true,
    ])
  })

  it('count by what the lines state, whatever the orders sum up', async () => {
    const summed = csv(
      ['order_id', 'order_date', 'customer_id', 'total', 'total_discounts'],
      [1, '2024-01-15', 'c1', '19.90', '0'],
      [2, '2024-01-16', 'c2', '12.00', '4.00'],
      [3, '2024-02-01', 'c1', '12.90', ''],
    )
    const report = await shop.import(files({ 'b.csv': summed }))
    expect(await lines()).toEqual(whole)
    expect(report.warnings.map(({ code }) => code)).toContain('order_total_differs')
    expect(report.totals.revenue).toBe('37.00')
  })

  it('do not count when their order is cancelled, though they have a day of their own', async () => {
    const dated = csv(
      [...itemsHeader, 'created_at'],
      ...items.map((item) => [...item, '2024-01-31']),
    )
    const stated = csv(
      ['order_id', 'status', 'customer_id'],
      [1, 'completed', 'c1'],
      [2, 'cancelled', 'c2'],
      [3, 'completed', 'c1'],
    )
    await shop.import([shop.file('a.csv', dated), shop.file('orders.csv', stated)])
    expect(await lines()).toEqual(
      [whole[0], whole[1], whole[3]].map((line) => line?.replace(/2024-\d\d-\d\d/, '2024-01-31')),
    )
  })

  it('are not joined where an order stands twice', async () => {
    const twice = csv(ordersHeader, ...orders, [1, 'c9', '2024-03-01', ''])
    expect((await shop.failure(files({ 'b.csv': twice }))).code).toBe('not_recognised')
  })

  it('are not joined where the orders are those of other lines', async () => {
    const others = csv(ordersHeader, ...orders.map(([id, ...rest]) => [Number(id) + 100, ...rest]))
    expect((await shop.failure(files({ 'b.csv': others }))).code).toBe('not_recognised')
  })

  it('lack a day where their order is missing, and can be mended', async () => {
    const many = Array.from({ length: 40 }, (_, index): Line => [index + 10, 'p1', 1, '3.00'])
    const heads = many.map(([id]): Line => [id ?? 0, 'c3', '2024-01-17', ''])
    const report = await shop.import(
      files({
        'a.csv': csv(itemsHeader, ...items, ...many, [99, 'p1', 1, '3.00']),
        'b.csv': csv(ordersHeader, ...orders, ...heads),
      }),
    )
    expect(report.rejectedBy).toEqual({ missing_date: 1 })
    const [rejected] = await exportRejects(shop.warehouse, {})
    const mended = (rejected?.text ?? '').replace(
      '\r\n99,p1,1,3.00,,,',
      '\r\n99,p1,1,3.00,c4,2024-01-18,',
    )
    const added = await shop.importText('mended.csv', mended)
    expect(added).toMatchObject({ orders: { new: 1 }, rows: { accepted: 1 } })
    expect(await lines()).toContain('99 2024-01-18 p1 1.0 3.00 c4')
  })

  it('account for every row, those that are no records too', async () => {
    const [head = '', ...rest] = csv(ordersHeader, ...orders).split('\n')
    const broken = [head, '9,c9,2024-01-15,2024-01-20,too,many', ...rest].join('\n')
    const report = await shop.import(files({ 'b.csv': broken }), { maxRejects: 1 })
    expect(report.rows).toMatchObject({ in: 8, accepted: 7, rejected: 1 })
    expect(report.rejectedBy).toEqual({ malformed_row: 1 })
    expect(await lines()).toEqual(whole)
  })

  it('are the same when they are read at their word', async () => {
    await shop.import(files(), { largeFrom: 0 })
    expect(await lines()).toEqual(whole)
  })
})

describe('what is not the orders of the lines', () => {
  it('does not move lines that have a day of their own', async () => {
    const sales = csv(
      ['order_id', 'purchased on', 'product', 'quantity', 'price'],
      [1, '2024-01-01', 'A', 2, '10.00'],
      [2, '2024-01-02', 'A', 3, '10.00'],
    )
    const movements = csv(
      ['order_id', 'date', 'status', 'customer_id'],
      [1, '2024-02-03', 'pending', 'x'],
      [2, '2024-02-04', 'cancelled', 'x'],
    )
    await shop.import([shop.file('sales.csv', sales), shop.file('movements.csv', movements)])
    const days = 'SELECT min(order_date)::VARCHAR || max(order_date)::VARCHAR FROM sales_fact'
    expect(await shop.value(days)).toBe('2024-01-012024-01-02')
  })

  it('is found behind the table that is called orders', async () => {
    const feedback = csv(
      ['order_id', 'created_at', 'customer_email', 'rating'],
      [1, '2024-02-15', 'a@example.com', 5],
      [2, '2024-02-16', 'b@example.com', 4],
      [3, '2024-02-16', 'a@example.com', 4],
    )
    const paths = [
      shop.file('answers.csv', feedback),
      shop.file('items.csv', csv(itemsHeader, ...items)),
      shop.file('orders.csv', csv(ordersHeader, ...orders)),
    ]
    const report = await shop.import(paths)
    expect(report.totals.revenue).toBe('37.00')
    expect(await lines()).toEqual(whole)
  })

  it('is said where orders have no lines', async () => {
    const more = csv(
      ordersHeader,
      ...orders,
      [4, 'c4', '2024-02-02', ''],
      [5, 'c5', '2024-02-02', ''],
    )
    const report = await shop.import(files({ 'b.csv': more }))
    expect(await lines()).toEqual(whole)
    expect(report.warnings.find(({ code }) => code === 'orders_without_lines')?.text).toMatch(
      /^2 orders of .*b\.csv have no lines/,
    )
  })

  it('leaves prices that are called otherwise than in the data model', async () => {
    const priced = csv(['order_id', 'product_id', 'quantity', 'price'], ...items)
    const list = csv(
      ['product_id', 'product_name', 'category', 'price'],
      ['p1', 'Mug', 'x', '99.00'],
    )
    const report = await shop.import(files({ 'a.csv': priced, 'products.csv': list }))
    expect(report.totals.revenue).toBe('37.00')
    expect(report.warnings.map(({ code }) => code)).not.toContain('priced_from_list')
  })

  it('is a list of products, with days on which they were added', async () => {
    const list = csv(
      ['Product ID', 'Product Name', 'Category', 'Price', 'Quantity', 'Date added'],
      ['p1', 'Mug', 'Kitchen', '3.00', 50, '2023-01-01'],
      ['p2', 'Pot', 'Kitchen', '10.00', 40, '2023-01-02'],
    )
    const report = await shop.import(files({ 'products.csv': list }))
    expect(report.totals.revenue).toBe('37.00')
  })

  it('is a list of products under their SKUs, oversold ones too', async () => {
    const sold = csv(
      ['order number', 'date', 'sku', 'quantity', 'unit price'],
      ['1', '2024-01-15', 'S1', 1, '5.00'],
    )
    const list = csv(['sku', 'name', 'category', 'stock'], ['S1', 'Mug', 'Kitchen', -3])
    const report = await shop.import([shop.file('s.csv', sold), shop.file('products.csv', list)])
    expect(report.rows).toMatchObject({ accepted: 2, rejected: 0 })
    const product = 'SELECT product_name FROM products WHERE product_id <> 0'
    expect(await shop.value(product)).toBe('Mug')
  })

  it('takes what came back from its own file where an order only says that it was returned', async () => {
    const sold = csv(
      ['order id', 'date', 'product', 'quantity', 'unit price', 'status'],
      ['1', '2024-01-15', 'A', 2, '10.00', 'paid'],
      ['2', '2024-01-16', 'A', 3, '10.00', 'returned'],
    )
    const back = csv(
      ['return date', 'order id', 'product', 'return quantity', 'refund amount'],
      ['2024-01-19', '2', 'A', 3, '30.00'],
    )
    const report = await shop.import([shop.file('s.csv', sold), shop.file('returns.csv', back)])
    expect(report.totals).toMatchObject({ revenue: '50.00', returns: '30.00' })
    const codes = report.warnings.map(({ code }) => code)
    expect(codes).toContain('refunds_beside_orders')
    expect(codes).not.toContain('returns_twice')
  })

  it('warns of returns that stand in two files', async () => {
    const back = (day: string) =>
      csv(
        ['return date', 'order id', 'product', 'return quantity', 'refund amount'],
        [day, '2', 'A', 3, '30.00'],
      )
    const report = await shop.import([
      shop.file('returns.csv', back('2024-01-19')),
      shop.file('refunds.csv', back('2024-01-20')),
    ])
    expect(report.totals.returns).toBe('60.00')
    expect(report.warnings.map(({ code }) => code)).toContain('returns_twice')
  })
})

describe('tables of a database', () => {
  it('are joined by keys that are called id where they are theirs', async () => {
    const tables = {
      orders: csv(
        ['id', 'created_at', 'user_id', 'status', 'total'],
        [1, '2025-01-05 10:00:00', 7, 'paid', '25.00'],
        [2, '2025-01-06 11:00:00', 8, 'paid', '10.00'],
        [3, '2025-01-27 12:00:00', 7, 'paid', '20.00'],
      ),
      order_items: csv(
        ['id', 'order_id', 'product_id', 'quantity', 'price'],
        [11, 1, 1, 2, '10.00'],
        [12, 1, 2, 1, '5.00'],
        [13, 2, 1, 1, '10.00'],
        [14, 3, 2, 4, '5.00'],
      ),
      users: csv(
        ['id', 'name', 'email'],
        [7, 'Ann', 'ann@example.com'],
        [8, 'Bob', 'b@example.com'],
      ),
      products: csv(['id', 'name', 'price'], [1, 'Mug', '10.00'], [2, 'Plate', '5.00']),
    }
    const paths = Object.entries(tables).map(([name, text]) => shop.file(`${name}.csv`, text))
    const report = await shop.import(paths, { source: 'database' })
    expect(report.totals).toMatchObject({ revenue: '55.00', orders: 3, units: '8' })
    const sold = await shop.query(
      `SELECT concat(product_name, ' ', customers.name, ' ', total_price::DECIMAL(18,2)) AS line
       FROM sales_fact JOIN products USING (product_id) JOIN customers USING (customer_id)
       WHERE sales_fact.source = 'database' ORDER BY line`,
    )
    expect(sold.map(({ line }) => line)).toEqual([
      'Mug Ann 20.00',
      'Mug Bob 10.00',
      'Plate Ann 20.00',
      'Plate Ann 5.00',
    ])
  })
})

describe('amounts beside order lines', () => {
  const payments = csv(
    ['order_id', 'paid_at', 'amount', 'user_id'],
    [1, '2024-01-15', '16.00', 'c1'],
    [2, '2024-01-16', '12.00', 'c2'],
  )

  it('do not count beside the lines of the same orders', async () => {
    const report = await shop.import(files({ 'z.csv': payments }))
    expect(report.totals.revenue).toBe('37.00')
    expect(report.warnings.find(({ code }) => code === 'amounts_beside_lines')?.text).toMatch(
      /z\.csv holds other amounts of orders that stand in .*a\.csv/,
    )
  })

  it('count where they stand alone, and are left out with a word beside lines of other orders', async () => {
    const own = payments.replace('\n1,', '\n11,').replace('\n2,', '\n12,')
    const report = await shop.import(files({ 'z.csv': own }))
    expect(report.totals.revenue).toBe('37.00')
    expect(report.warnings.find(({ code }) => code === 'amounts_beside_lines')?.text).toMatch(
      /import it by itself/,
    )
    expect((await shop.importText('z.csv', own)).totals.revenue).toBe('28.00')
  })

  it('count once where there are orders and payments and no lines', async () => {
    const sums = csv(
      ['order_id', 'order_date', 'customer_id', 'total', 'status'],
      [1, '2024-01-15', 'c1', '16.00', 'paid'],
      [2, '2024-01-16', 'c2', '12.00', 'paid'],
    )
    const paths = [shop.file('payments.csv', payments), shop.file('orders.csv', sums)]
    const report = await shop.import(paths)
    expect(report.totals).toMatchObject({ revenue: '28.00', orders: 2 })
    expect(report.warnings.map(({ text }) => text).join()).toMatch(/payments\.csv holds other/)
  })
})

describe('tables beside order lines', () => {
  const sales = csv(
    [
      'OrderDate',
      'OrderNumber',
      'ProductKey',
      'CustomerKey',
      'TerritoryKey',
      'OrderQuantity',
      'UnitPrice',
    ],
    ['2024-01-15', 'S1', 7, 11, 2, 2, '5.00'],
    ['2024-01-16', 'S2', 8, 12, 1, 1, '4.00'],
  )

  it('tell names, categories, costs, people and places', async () => {
    const report = await shop.import(
      files({
        'a.csv': sales,
        'b.csv': csv(
          [
            'ProductKey',
            'ProductSubcategoryKey',
            'ProductSKU',
            'ProductName',
            'ProductCost',
            'ProductPrice',
          ],
          [7, 1, 'HL-7', 'Helmet', '2.00', '5.00'],
          [8, 2, 'CP-8', 'Cap', '1.50', '4.00'],
        ),
        'c.csv': csv(
          ['ProductSubcategoryKey', 'SubcategoryName', 'ProductCategoryKey'],
          [1, 'Helmets', 3],
          [2, 'Caps', 4],
        ),
        'd.csv': csv(['ProductCategoryKey', 'CategoryName'], [3, 'Safety'], [4, 'Clothing']),
        'e.csv': csv(
          ['CustomerKey', 'Prefix', 'FirstName', 'LastName', 'EmailAddress'],
          [11, 'Ms', 'Ada', 'Lovelace', 'ada@example.com'],
          [12, 'Mr', 'Alan', 'Turing', 'alan@example.com'],
        ),
        'f.csv': csv(
          ['SalesTerritoryKey', 'Region', 'Country'],
          [1, 'Northwest', 'United States'],
          [2, 'Bavaria', 'Germany'],
        ),
      }),
    )
    expect(report.rows).toMatchObject({ in: 12, accepted: 12, ignored: 0 })
    const rows = await shop.query(
      `SELECT concat_ws(' ', product_name, category, products.unit_cost::DOUBLE, sku, customers.name, country_code) AS line
       FROM sales_fact JOIN products ON products.product_id = sales_fact.product_id
       JOIN customers ON customers.customer_id = sales_fact.customer_id
       JOIN regions ON regions.region_id = sales_fact.region_id ORDER BY line`,
    )
    expect(rows.map(({ line }) => line)).toEqual([
      'Cap Clothing 1.5 CP-8 Alan Turing US',
      'Helmet Safety 2.0 HL-7 Ada Lovelace DE',
    ])
  })

  it('are found by a plain id where the file says whose', async () => {
    await shop.import(
      files({
        'a.csv': sales,
        'b.csv': csv(ordersHeader),
        'products.csv': csv(
          ['id', 'category_id', 'name', 'price'],
          [7, 3, 'Helmet', '5.00'],
          [8, 4, 'Cap', '4.00'],
        ),
        'categories.csv': csv(['id', 'category_name'], [3, 'Safety'], [4, 'Clothing']),
        'customers.csv': csv(['id', 'name'], [11, 'Ada'], [12, 'Alan']),
      }),
    )
    const rows = await shop.query(
      `SELECT product_name || ' ' || category || ' ' || name AS line FROM sales_fact
       JOIN products ON products.product_id = sales_fact.product_id
       JOIN customers ON customers.customer_id = sales_fact.customer_id ORDER BY 1`,
    )
    expect(rows.map(({ line }) => line)).toEqual(['Cap Clothing Alan', 'Helmet Safety Ada'])
  })

  it('hold returns, found again without a number of their own', async () => {
    const returns = csv(
      ['ReturnDate', 'TerritoryKey', 'ProductKey', 'ReturnQuantity'],
      ['2024-01-20', 2, 7, 1],
      ['2024-01-20', 2, 7, 1],
      ['2024-01-21', 1, 8, 2],
    )
    const report = await shop.import(files({ 'a.csv': sales, 'b.csv': returns }))
    expect(report.warnings.map(({ code }) => code)).toContain('returns_without_amount')
    const units = 'SELECT sum(quantity)::DOUBLE FROM returns_fact'
    expect(await shop.value(units)).toBe(4)
    expect((await shop.import(files({ 'a.csv': sales, 'b.csv': returns }))).state).toBe('unchanged')
    expect(await shop.value(units)).toBe(4)
  })

  it('hold returns at the price of their orders, in the report too', async () => {
    const returns = csv(
      ['Return Date', 'Order Number', 'Product Key', 'Return Quantity'],
      ['2024-01-20', 'S1', 7, 1],
    )
    const report = await shop.import(files({ 'a.csv': sales, 'b.csv': returns }))
    expect(report.totals.returns).toBe('5.00')
    expect(report.warnings.map(({ code }) => code)).not.toContain('returns_without_amount')
    expect(await shop.value('SELECT sum(amount)::DOUBLE FROM returns_fact')).toBe(5)
  })

  it('hold returns with their amounts', async () => {
    const returns = csv(
      ['Return Date', 'Order Number', 'Product Key', 'Return Quantity', 'Return Amount'],
      ['2024-01-20', 'S1', 7, 1, '4.50'],
    )
    await shop.import(files({ 'a.csv': sales, 'b.csv': returns }))
    const rows = await shop.query(
      'SELECT quantity::DOUBLE AS quantity, amount::DOUBLE AS amount, order_id IS NOT NULL AS ordered FROM returns_fact',
    )
    expect(rows).toEqual([{ quantity: 1, amount: 4.5, ordered: true }])
  })
})
