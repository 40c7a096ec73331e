import { afterAll, beforeAll, expect, it } from 'vitest'
import { listRuns, runReport } from '../../src/ingest/ingest.ts'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { csv, TemporaryShop } from '../ingest/temporary-shop.ts'
import { now, temporaryFolder, write } from '../warehouse/temporary-warehouse.ts'
import { expectFiguresOfFacts, figures, openMonths, type PlainShop } from './plain-shop.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

/** What an owner does to the tables themselves, of which no trigger tells: it is found, and figures are those of the facts. */

let server: PostgresServer | undefined
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

const attachMay = `ALTER TABLE sales_fact ATTACH PARTITION sales_fact_2023_05 FOR VALUES FROM ('2023-05-01') TO ('2023-06-01')`
const totals = { metrics: ['revenue', 'orders', 'new_customers'] } as const

function expectTotals({ warehouse }: PlainShop, revenue: string, orders: number) {
  return expect
    .poll(() => figures(warehouse, totals), { timeout: 5_000 })
    .toMatchObject([{ revenue, orders, new_customers: 2 }])
}

it('a server notices within seconds that a month was taken off, put back and dropped', async () => {
  const shop = await openMonths(server)
  const { warehouse, sql } = shop
  await sql('ALTER TABLE sales_fact DETACH PARTITION sales_fact_2023_05')
  await expectTotals(shop, '190.00', 3)
  await expectFiguresOfFacts(warehouse)
  const [run] = await listRuns(warehouse)
  expect((await runReport(warehouse, run?.runId ?? 0)).warnings).toEqual([
    {
      code: 'partitions_changed',
      text: 'Plain SQL attached, detached or dropped partitions: sales_fact_2023_05. Their lines count as they are attached now.',
    },
  ])
  // What was not found to be broken before: the lines may come back.
  expect((await warehouse.audit()).map(({ rule }) => rule)).toEqual(['orders_have_lines'])
  await sql(attachMay)
  await expectTotals(shop, '310.00', 5)
  await expectFiguresOfFacts(warehouse)
  expect(await warehouse.audit()).toEqual([])
  await sql('UPDATE sales_fact_2023_05 SET total_price = 100 WHERE order_id = 4')
  await expectTotals(shop, '330.00', 5)
  await expectFiguresOfFacts(warehouse)
  await sql('DROP TABLE sales_fact_2023_05')
  await expectTotals(shop, '190.00', 3)
  await expectFiguresOfFacts(warehouse)
})

it('who bought first in a month that was taken off is new in no other, and again once it is back', async () => {
  const { warehouse, sql } = await openMonths(server)
  await sql('ALTER TABLE sales_fact DETACH PARTITION sales_fact_2023_03')
  await expectFiguresOfFacts(warehouse)
  expect(await figures(warehouse, totals)).toMatchObject([{ revenue: '300.00', new_customers: 1 }])
  await warehouse.rebuildRollups()
  await expectFiguresOfFacts(warehouse)
  expect(await figures(warehouse, totals)).toMatchObject([{ new_customers: 1 }])
  await sql(
    "ALTER TABLE sales_fact ATTACH PARTITION sales_fact_2023_03 FOR VALUES FROM ('2023-03-01') TO ('2023-04-01')",
  )
  await expectFiguresOfFacts(warehouse)
  expect(await figures(warehouse, totals)).toMatchObject([{ revenue: '310.00', new_customers: 2 }])
  expect(await warehouse.audit()).toEqual([])
})

it('a month that was changed while it was off is noticed when the warehouse is opened', async () => {
  const { warehouse, sql, address } = await openMonths(server)
  await warehouse.close()
  await sql('ALTER TABLE sales_fact DETACH PARTITION sales_fact_2023_05')
  const orders = await sql('SELECT * FROM orders ORDER BY order_id')
  await sql(
    "UPDATE sales_fact_2023_05 SET total_price = 81, order_date = '2023-05-21' WHERE order_id = 4",
  )
  // It has its triggers still, but holds no facts.
  expect((await sql('SELECT * FROM orders ORDER BY order_id')).rows).toEqual(orders.rows)
  expect((await sql('SELECT * FROM dirty_days')).rows).toEqual([])
  await sql(attachMay)
  const again = await openWarehouse({ folder: await temporaryFolder(), address, now })
  expect((await again.query('SELECT DISTINCT day FROM dirty_days ORDER BY day')).length).toBe(3)
  await expectFiguresOfFacts(again)
  expect(await figures(again, totals)).toMatchObject([{ revenue: '311.00' }])
  await again.close()
})

it('lines of a table that was filled apart get their orders, and their customers are known of', async () => {
  const shop = await openMonths(server)
  const { warehouse, sql } = shop
  await sql("INSERT INTO customers (name, region_id) VALUES ('Cleo', 1)")
  await sql('CREATE TABLE of_july (LIKE sales_fact INCLUDING ALL)')
  await sql(`INSERT INTO of_july SELECT 70, line_number, 3, product_id, region_id, quantity, unit_price, gross_price, total_price,
    unit_cost, '2023-07-04', order_hour, ordered_at, channel, source_currency, exchange_rate, source, loaded_at, run_id
    FROM sales_fact WHERE order_id = 4`)
  await sql(
    "ALTER TABLE sales_fact ATTACH PARTITION of_july FOR VALUES FROM ('2023-07-01') TO ('2023-08-01')",
  )
  await expect
    .poll(() => figures(warehouse, totals), { timeout: 5_000 })
    .toMatchObject([{ revenue: '390.00', orders: 6, new_customers: 3 }])
  await expectFiguresOfFacts(warehouse)
  expect(await warehouse.audit()).toEqual([])
  await sql('DELETE FROM of_july')
  await expectFiguresOfFacts(warehouse)
  expect(await figures(warehouse, totals)).toMatchObject([{ revenue: '310.00', orders: 5 }])
  expect(await warehouse.audit()).toEqual([])
})

it('an import makes no month where an owner made parts of other days, or left the table behind', async () => {
  const { sql, address } = await openMonths(server)
  await sql(
    "CREATE TABLE winter PARTITION OF sales_fact FOR VALUES FROM ('2023-10-01') TO ('2023-12-01')",
  )
  await sql('ALTER TABLE sales_fact DETACH PARTITION sales_fact_2023_05')
  const shop = await TemporaryShop.open(address)
  const report = await shop.importText(
    'sales.csv',
    csv(
      ['order', 'date', 'product', 'quantity', 'price'],
      ['x1', '2023-05-09', 'Lamp', 1, '5.00'],
      ['x2', '2023-11-09', 'Lamp', 1, '6.00'],
      ['x3', '2023-12-09', 'Lamp', 1, '7.00'],
    ),
  )
  expect(report.error).toBeNull()
  const lines = await shop.query(
    `SELECT tableoid::REGCLASS::TEXT AS part, total_price FROM sales_fact WHERE run_id = ${report.runId} ORDER BY order_date`,
  )
  expect(lines).toEqual([
    { part: 'sales_fact_other_days', total_price: '5.0000' },
    { part: 'winter', total_price: '6.0000' },
    { part: 'sales_fact_2023_12', total_price: '7.0000' },
  ])
  await expectFiguresOfFacts(shop.warehouse)
  await shop.close()
})

it.each([
  [
    'session_replication_role',
    ['SET session_replication_role = replica', 'RESET session_replication_role'],
  ],
  [
    'DISABLE TRIGGER',
    ['ALTER TABLE sales_fact DISABLE TRIGGER USER', 'ALTER TABLE sales_fact ENABLE TRIGGER USER'],
  ],
] as const)('doctor finds what was written under %s', async (_, [off, on]) => {
  const { warehouse, sql } = await openMonths(server)
  await sql(off)
  await sql('UPDATE sales_fact SET total_price = 81 WHERE order_id = 4')
  await sql(on)
  const found = await warehouse.auditRollups()
  expect(found.map(({ table }) => table)).toContain('rollup_day')
  await warehouse.rebuildRollups()
  await expectFiguresOfFacts(warehouse)
  expect(await figures(warehouse, totals)).toMatchObject([{ revenue: '311.00' }])
})

it.each([
  'UPDATE rollup_day SET revenue_sum = revenue_sum + 1',
  'TRUNCATE rollup_place_day',
  'DELETE FROM rollup_customer_month',
])('doctor finds that plain SQL wrote %s', async (statement) => {
  const { warehouse, sql } = await openMonths(server)
  await sql(statement)
  expect(await warehouse.auditRollups()).not.toEqual([])
  await warehouse.rebuildRollups()
  await expectFiguresOfFacts(warehouse)
})

it('doctor finds that days were called clean which are not', async () => {
  const { warehouse, sql } = await openMonths(server)
  await sql('UPDATE sales_fact SET total_price = 81 WHERE order_id = 4')
  await write(warehouse, 'DELETE FROM dirty_days')
  expect((await warehouse.auditRollups()).map(({ table }) => table)).toContain('rollup_day')
})
