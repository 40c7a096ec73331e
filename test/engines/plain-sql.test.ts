import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listRuns, runReport } from '../../src/ingest/ingest.ts'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { Change } from '../../src/model/change.ts'
import { renewDirtyDays } from '../../src/warehouse/warehouse.ts'
import { csv, TemporaryShop } from '../ingest/temporary-shop.ts'
import { now } from '../warehouse/temporary-warehouse.ts'
import { expectFiguresOfFacts, figures, openMonths, openPlainShop } from './plain-shop.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

/**
 * The brief's own statements, as a person types them into any client: they run as they stand, and what they write is
 * as sound as an import.
 */

let server: PostgresServer | undefined
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

const fiveColumns = (values: string) =>
  `INSERT INTO SalesFact (CustomerID, ProductID, Quantity, OrderDate, RegionID) VALUES ${values}`

it('takes the brief’s members and its five columns, and fills in the rest', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  await sql(
    fiveColumns(
      "(1, 1, 3, '2023-03-05', 1), (2, 2, 2, '2024-02-29', 2), (1, 2, 1, '2022-12-31', 3)",
    ),
  )
  const { rows } = await sql(
    'SELECT OrderDate, Quantity, TotalPrice FROM SalesFact ORDER BY OrderDate',
  )
  expect(rows.map(({ quantity, totalprice }) => [quantity, totalprice])).toEqual([
    ['1.000', '7.5000'],
    ['3.000', '59.9700'],
    ['2.000', '15.0000'],
  ])
  expect(await warehouse.audit()).toEqual([])
  expect(
    await figures(warehouse, { metrics: ['revenue', 'orders', 'customers', 'units'] }),
  ).toEqual([expect.objectContaining({ revenue: '82.47', orders: 3, customers: 2, units: '6' })])
  const continents = await figures(warehouse, { metrics: ['revenue'], by: ['continent'] })
  expect(continents).toContainEqual(
    expect.objectContaining({ continent: 'Europe', revenue: '59.97' }),
  )
  const months = await sql(`SELECT Year, Month, SUM(TotalPrice) AS MonthlyRevenue FROM SalesFact
    JOIN Dates ON OrderDate = Date GROUP BY Year, Month ORDER BY Year, MonthlyRevenue`)
  expect(months.rows.map((row) => [row.year, row.month, row.monthlyrevenue])).toEqual([
    [2022, 'December', '7.5000'],
    [2023, 'March', '59.9700'],
    [2024, 'February', '15.0000'],
  ])
})

it('keeps a total that is stated, and takes a stated price before the product’s', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  await sql('SET search_path = takings')
  await sql(`INSERT INTO sales_fact (customer_id, product_id, quantity, unit_price, total_price, order_date, region_id) VALUES
    (1, 1, 2, NULL, 30, '2023-01-01', 1), (1, 1, 2, 15, NULL, '2023-01-02', 1), (1, 1, 2, 15, 25, '2023-01-03', 1)`)
  const { rows } = await sql('SELECT gross_price, total_price FROM sales_fact ORDER BY order_date')
  expect(rows.map((row) => [row.gross_price, row.total_price])).toEqual([
    ['30.0000', '30.0000'],
    ['30.0000', '30.0000'],
    ['30.0000', '25.0000'],
  ])
  expect(await warehouse.audit()).toEqual([])
  await sql('UPDATE products SET price = NULL WHERE product_id = 1')
  const unpriced = sql(
    "INSERT INTO sales_fact (customer_id, product_id, quantity, order_date, region_id) VALUES (1, 1, 2, '2023-01-01', 1)",
  )
  await expect(unpriced).rejects.toThrow('product 1 has no price: state total_price')
})

it('reprices by the product when that changes, and by the row when its quantity does', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  await sql('SET search_path = takings')
  await sql(`INSERT INTO sales_fact (order_id, customer_id, product_id, quantity, unit_price, total_price, order_date, region_id)
    VALUES (1, 1, 1, 2, 15, 25, '2023-01-03', 1)`)
  const total = async () =>
    (await sql('SELECT unit_price, gross_price, total_price FROM sales_fact')).rows[0]
  await sql('UPDATE sales_fact SET quantity = 4')
  expect(await total()).toEqual({
    unit_price: '15.0000',
    gross_price: '60.0000',
    total_price: '50.0000',
  })
  await sql('UPDATE sales_fact SET product_id = 2')
  expect(await total()).toEqual({
    unit_price: '7.5000',
    gross_price: '30.0000',
    total_price: '30.0000',
  })
  await sql('UPDATE sales_fact SET quantity = 1, total_price = 7, gross_price = 7.5')
  expect(await total()).toEqual({
    unit_price: '7.5000',
    gross_price: '7.5000',
    total_price: '7.0000',
  })
  expect(await warehouse.audit()).toEqual([])
})

it('lets orders and first orders follow lines that change or go', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  await sql(
    fiveColumns(
      "(1, 1, 3, '2023-03-05', 1), (1, 2, 1, '2023-04-01', 1), (2, 2, 1, '2023-05-01', 2)",
    ),
  )
  await sql("DELETE FROM SalesFact WHERE OrderDate = '2023-03-05'")
  await sql("UPDATE SalesFact SET OrderDate = '2023-02-01', CustomerID = 1 WHERE CustomerID = 2")
  expect(await warehouse.audit()).toEqual([])
  const [row] = await figures(warehouse, { metrics: ['revenue', 'orders', 'new_customers'] })
  expect(row).toMatchObject({ revenue: '15.00', orders: 2, new_customers: 1 })
})

it('makes each transaction one run of the ledger, which servers hear of when it commits', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  const heard: Change[] = []
  warehouse.onCommit((change) => {
    if (change.tables.includes('sales_fact')) heard.push(change)
  })
  await sql('BEGIN')
  await sql(fiveColumns("(1, 1, 3, '2023-03-05', 1)"))
  await sql(fiveColumns("(1, 2, 2, '2023-06-01', 1)"))
  await sql('COMMIT')
  await sql(fiveColumns("(2, 2, 1, '2024-01-01', 1)"))
  await sql('BEGIN')
  await sql(fiveColumns("(2, 2, 100, '2024-01-01', 1)"))
  await sql('ROLLBACK')
  const runs = await listRuns(warehouse)
  expect(
    runs.map(({ runId, source, rows, period, totals }) => ({
      runId,
      source,
      rows,
      period,
      totals,
    })),
  ).toMatchObject([
    {
      runId: 2,
      source: 'sql',
      rows: { in: 1, accepted: 1 },
      totals: { revenue: '7.5000', units: '1.000', orders: 1 },
    },
    {
      runId: 1,
      rows: { in: 2, accepted: 2 },
      period: { from: '2023-03-05', to: '2023-06-01' },
      totals: { revenue: '74.9700', net_sales: '74.9700', orders: 2 },
    },
  ])
  const { warnings } = await runReport(warehouse, 1)
  expect(warnings.map(({ code }) => code)).toEqual(['written_by_sql'])
  await expect.poll(() => heard.at(-1)?.days).toEqual({ from: '2024-01-01', to: '2024-01-01' })
  expect(new Set(heard.map(({ sequence }) => sequence))).toEqual(new Set([1, 2]))
  expect(await warehouse.audit()).toEqual([])
})

it('gives an order the id that the loader would give it', async () => {
  const { sql } = await openPlainShop(server)
  const { rows } = await sql("SELECT takings.order_id_of('shop', '1001') AS id")
  expect(rows).toEqual([{ id: '1718974236346012897' }])
})

it('answers days that plain SQL touched from the facts, until a load has made their sums anew', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  await sql(fiveColumns("(1, 1, 3, '2023-03-05', 1), (2, 2, 2, '2023-05-29', 2)"))
  await warehouse.rebuildRollups()
  const ask = async () => {
    const query = { metrics: ['revenue', 'units'], from: '2023-01-01', to: '2023-12-31' } as const
    const { data, meta } = await runQuery(warehouse, query, { now })
    return [data.rows[0]?.revenue, data.rows[0]?.units, meta.plan]
  }
  expect(await ask()).toEqual(['74.97', '5', 'from rollup_day'])
  await sql(fiveColumns("(1, 2, 1, '2023-05-29', 1)"))
  await expect.poll(ask).toEqual(['82.47', '6', 'from rollup_day (364 days) + the facts (1 day)'])
  await warehouse.transact(renewDirtyDays, { change: () => null, runToken: 'renewed' })
  expect(await ask()).toEqual(['82.47', '6', 'from rollup_day'])
  expect(await warehouse.auditRollups()).toEqual([])
})

it('completes returns, charges and counts of stock, whose figures follow at once', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  await sql('SET search_path = takings')
  await sql(`INSERT INTO sales_fact (order_id, customer_id, product_id, quantity, total_price, order_date, region_id, channel)
    VALUES (1, 1, 1, 3, 30, '2023-03-05', 1, 'web')`)
  await warehouse.rebuildRollups()
  await sql(
    "INSERT INTO returns_fact (order_id, product_id, quantity, amount, return_date) VALUES (1, 1, 1, 10, '2023-04-01')",
  )
  await sql("INSERT INTO order_charges_fact (order_id, kind, amount) VALUES (1, 'shipping', 4.9)")
  await sql(
    "INSERT INTO stock_fact (product_id, quantity, occurred_at) VALUES (1, 7, '2023-03-31T12:00:00Z')",
  )
  const asked = async () =>
    figures(warehouse, {
      metrics: ['net_sales', 'returns', 'charges', 'stock_on_hand'],
      by: ['month'],
    })
  await expect.poll(asked).toMatchObject([
    {
      month: '2023-03-01',
      net_sales: '30.00',
      returns: '0.00',
      charges: '4.90',
      stock_on_hand: '7',
    },
    {
      month: '2023-04-01',
      net_sales: '-10.00',
      returns: '10.00',
      charges: '0.00',
      stock_on_hand: '8',
    },
  ])
  const [returned] = await warehouse.query(
    'SELECT customer_id, region_id, channel, source FROM returns_fact',
  )
  expect(returned).toEqual({ customer_id: '1', region_id: '1', channel: 'web', source: 'sql' })
  await sql("UPDATE sales_fact SET order_date = '2023-02-01' WHERE order_id = 1")
  await expect.poll(asked).toMatchObject([{ month: '2023-02-01', charges: '4.90' }, {}, {}])
  await sql('DELETE FROM sales_fact WHERE order_id = 1')
  expect(await warehouse.query('SELECT * FROM order_charges_fact')).toEqual([])
  expect(await warehouse.audit()).toEqual([])
  expect(await warehouse.auditRollups()).toEqual([])
})

it('waits for a load that is making sums anew before it changes what they are keyed by', async () => {
  const { warehouse, sql } = await openPlainShop(server)
  await sql(fiveColumns("(1, 1, 3, '2023-03-05', 1)"))
  let changed: Promise<unknown> = Promise.resolve()
  let isChanged = false
  await warehouse.transact(
    async (transaction) => {
      await renewDirtyDays(transaction)
      changed = sql("UPDATE Products SET Category = 'Toys' WHERE ProductID = 1").then(() => {
        isChanged = true
      })
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(isChanged).toBe(false)
    },
    { change: () => null, runToken: 'renewed' },
  )
  await changed
  expect(await warehouse.query('SELECT day FROM dirty_days')).toEqual([{ day: '2023-03-05' }])
  await warehouse.transact(renewDirtyDays, { change: () => null, runToken: 'again' })
  expect(await warehouse.auditRollups()).toEqual([])
  const categories = await figures(warehouse, { metrics: ['revenue'], by: ['category'] })
  expect(categories).toEqual([expect.objectContaining({ category: 'Toys', revenue: '59.97' })])
})

const totals = { metrics: ['revenue', 'orders', 'new_customers', 'charges', 'returns'] } as const

it.each([
  ['all lines', 'TRUNCATE sales_fact', ['0.00', 0, 0, '0.00', '7.00'], 0],
  ['a month', 'TRUNCATE sales_fact_2023_05', ['190.00', 3, 2, '4.90', '7.00'], 3],
  ['other days', 'TRUNCATE sales_fact_other_days', ['150.00', 4, 2, '9.90', '7.00'], 4],
  ['several', 'TRUNCATE order_charges_fact, returns_fact', ['310.00', 5, 2, '0.00', '0.00'], 5],
  ['returns', 'TRUNCATE returns_fact', ['310.00', 5, 2, '9.90', '0.00'], 5],
  ['charges', 'TRUNCATE order_charges_fact', ['310.00', 5, 2, '0.00', '7.00'], 5],
  ['orders', 'TRUNCATE orders', ['0.00', 0, 0, '0.00', '7.00'], 0],
])('lets go of %s by TRUNCATE as by DELETE', async (_, statement, [revenue, ...rest], left) => {
  const { warehouse, sql } = await openMonths(server)
  await sql(statement)
  await expectFiguresOfFacts(warehouse)
  const [orders, new_customers, charges, returns] = rest
  const [row] = await figures(warehouse, totals)
  expect(row).toMatchObject({ revenue, orders, new_customers, charges, returns })
  const [known] = await warehouse.query('SELECT count(*)::INTEGER AS orders FROM orders')
  expect(known).toEqual({ orders: left })
  expect(await warehouse.audit()).toEqual([])
})

it('refuses TRUNCATE of members, and while others write, and says what to do', async () => {
  const { warehouse, sql } = await openMonths(server)
  for (const table of ['customers', 'products', 'regions', 'dates', 'customer_keys'])
    await expect(sql(`TRUNCATE ${table} CASCADE`), table).rejects.toMatchObject({
      message: expect.stringContaining('Unknown member'),
      hint: `Use DELETE FROM ${table} with a condition.`,
    })
  await warehouse.transact(
    async () => {
      await expect(sql('TRUNCATE sales_fact')).rejects.toMatchObject({
        message: 'TRUNCATE is refused while others write',
        hint: 'Try again, or use DELETE, which waits.',
      })
    },
    { change: () => null, runToken: 'a load' },
  )
  await expectFiguresOfFacts(warehouse)
  expect(await figures(warehouse, totals)).toMatchObject([{ revenue: '310.00', orders: 5 }])
})

it.each([
  [
    'INSERT',
    `INSERT INTO sales_fact_2023_05 (customer_id, product_id, quantity, total_price, order_date, region_id)
     VALUES (2, 1, 1, 320, '2023-05-02', 1)`,
    ['630.00', 6],
  ],
  [
    'INSERT into other days',
    `INSERT INTO sales_fact_other_days (customer_id, product_id, quantity, total_price, order_date, region_id)
     VALUES (2, 1, 1, 320, '2024-05-02', 1)`,
    ['630.00', 6],
  ],
  [
    'UPDATE',
    "UPDATE sales_fact_2023_05 SET total_price = 1, order_date = '2023-05-03'",
    ['192.00', 5],
  ],
  ['DELETE', 'DELETE FROM sales_fact_2023_05 WHERE order_id = 4', ['230.00', 4]],
  [
    'MERGE',
    `MERGE INTO sales_fact_2023_05 AS line USING (VALUES (3), (4)) AS wanted(id) ON line.order_id = wanted.id
     WHEN MATCHED AND id = 3 THEN DELETE WHEN MATCHED THEN UPDATE SET total_price = 2`,
    ['192.00', 4],
  ],
] as const)('follows %s that names a partition', async (_, statement, [revenue, orders]) => {
  const { warehouse, sql } = await openMonths(server)
  await sql(statement)
  await expectFiguresOfFacts(warehouse)
  expect(await figures(warehouse, totals)).toMatchObject([{ revenue, orders }])
  expect(await warehouse.audit()).toEqual([])
})

it.each([
  [
    'is cancelled',
    "UPDATE orders SET state = 'cancelled' WHERE order_id = 4",
    ['230.00', 4, 2, '4.90'],
    5,
  ],
  ['goes', 'DELETE FROM orders WHERE order_id IN (1, 4)', ['220.00', 3, 2, '0.00'], 3],
  [
    'moves',
    "UPDATE orders SET order_date = '2023-02-03' WHERE order_id = 4",
    ['310.00', 5, 2, '9.90'],
    5,
  ],
] as const)('lets lines follow when their order %s', async (_, statement, expected, left) => {
  const { warehouse, sql } = await openMonths(server)
  await sql(statement)
  await expectFiguresOfFacts(warehouse)
  const [revenue, orders, new_customers, charges] = expected
  expect(await figures(warehouse, totals)).toMatchObject([
    { revenue, orders, new_customers, charges },
  ])
  const [known] = await warehouse.query('SELECT count(*)::INTEGER AS orders FROM orders')
  expect(known).toEqual({ orders: left })
  expect(await warehouse.audit()).toEqual([])
})

it('refuses another id for an order, whose lines would be lost', async () => {
  const { warehouse, sql } = await openMonths(server)
  await expect(sql('UPDATE orders SET order_id = 44 WHERE order_id = 4')).rejects.toMatchObject({
    message: 'an order keeps its order_id, by which its lines know it',
  })
  await sql("UPDATE orders SET order_number = 'A4' WHERE order_id = 4")
  expect(await figures(warehouse, totals)).toMatchObject([{ revenue: '310.00', orders: 5 }])
})

it('says at once that orders are not known where plain SQL calls one anonymous', async () => {
  const { warehouse, sql } = await openMonths(server)
  const ask = () => figures(warehouse, { metrics: ['orders'], by: ['month'] })
  await sql('UPDATE orders SET anonymous = true WHERE order_id = 4')
  await expectFiguresOfFacts(warehouse)
  expect(await ask()).toMatchObject([
    { orders: 1 },
    { orders: 1 },
    { orders: null },
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    { orders: 1 },
  ])
  await sql('UPDATE orders SET anonymous = false')
  await expectFiguresOfFacts(warehouse)
  expect((await ask())[2]).toMatchObject({ orders: 2 })
})

it('asks anew what names members that plain SQL describes anew', async () => {
  const { warehouse, sql } = await openMonths(server)
  const ask = async (dimension: 'country' | 'customer' | 'product_kind') => {
    const rows = await figures(warehouse, { metrics: ['revenue'], by: [dimension] })
    return rows.map((row) => [row[dimension], row.revenue])
  }
  await Promise.all([ask('country'), ask('customer'), ask('product_kind')])
  await sql("UPDATE regions SET country = 'Japan' WHERE region_name = 'Asia'")
  await sql("UPDATE customers SET name = 'Bob' WHERE name = 'Bo'")
  await sql("UPDATE products SET kind = 'fee' WHERE product_name = 'Book'")
  await expect.poll(() => ask('country')).toContainEqual(['Japan', '100.00'])
  await expect.poll(() => ask('customer')).toContainEqual(['Bob', '100.00'])
  await expect.poll(() => ask('product_kind')).toContainEqual(['fee', '60.00'])
})

it.each([
  ['days', "order_date = '2023-05-02'"],
  ['places', 'region_id = 2'],
  ['customers', 'customer_id = 0'],
  ['channels', "channel = 'web'"],
])(
  'counts an order once that plain SQL spread over %s, once its sums are made anew too',
  async (_, other) => {
    const { warehouse, sql } = await openMonths(server)
    await sql(`INSERT INTO sales_fact (order_id, customer_id, product_id, quantity, total_price, order_date, region_id)
    VALUES (3, 1, 1, 1, 1, '2023-05-01', 1)`)
    await sql(`UPDATE sales_fact SET ${other} WHERE order_id = 3 AND line_number = 2`)
    for (const renew of [renewDirtyDays, null]) {
      if (renew) await warehouse.transact(renew, { change: () => null, runToken: 'renewed' })
      else await warehouse.rebuildRollups()
      await expectFiguresOfFacts(warehouse)
      expect(await figures(warehouse, totals)).toMatchObject([{ revenue: '311.00', orders: 5 }])
    }
    await sql('DELETE FROM sales_fact WHERE order_id = 3 AND line_number = 2')
    await warehouse.transact(renewDirtyDays, { change: () => null, runToken: 'whole again' })
    expect(await warehouse.query('SELECT day FROM dirty_days')).toEqual([])
    await expectFiguresOfFacts(warehouse)
  },
)

it('replaces an order whole whose lines plain SQL put on other days', async () => {
  const address = (await server?.newDatabase()) ?? null
  const shop = await TemporaryShop.open(address)
  const order = (quantity: number) =>
    csv(
      ['order', 'date', 'product', 'quantity', 'price'],
      ['1', '2024-03-01', 'Kiste', quantity, '9.99'],
    )
  await shop.importText('order.csv', order(2))
  const client = new pg.Client({ connectionString: address ?? '' })
  await client.connect()
  await client.query(`INSERT INTO takings.sales_fact (order_id, customer_id, product_id, quantity, total_price, order_date, region_id)
    SELECT order_id, 0, 1, 1, 5, '2024-05-01', 0 FROM takings.orders`)
  await client.end()
  await shop.importText('corrected.csv', order(3), { answers: { 'known-orders': 'same-shop' } })
  expect(await shop.query('SELECT order_date, total_price FROM sales_fact')).toEqual([
    { order_date: '2024-03-01', total_price: '29.9700' },
  ])
  expect(await shop.warehouse.audit()).toEqual([])
  await shop.close()
})
