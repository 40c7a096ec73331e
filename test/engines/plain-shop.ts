import pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { Query } from '../../src/model/query.ts'
import { openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'
import { now, temporaryFolder, write } from '../warehouse/temporary-warehouse.ts'
import type { PostgresServer } from './postgres-server.ts'

/** A shop of a database whose rows are all written by plain SQL, as a person types it into any client. */
export interface PlainShop {
  readonly warehouse: Warehouse
  readonly address: string
  /** Runs plain SQL over the brief's tables. */
  sql(text: string): Promise<pg.QueryResult>
}

const members = `INSERT INTO Regions (RegionName) VALUES ('Europe'), ('Asia'), ('Atlantis');
  INSERT INTO Products (ProductName, Category, Price, Stock) VALUES ('Lamp', 'Furniture', 19.99, 10), ('Book', 'Books', 7.5, 500);
  INSERT INTO Customers (Name, Email, Age, RegionID) VALUES ('Ada', 'ada@example.org', 36, 1), ('Bo', 'bo@example.org', 18, 2)`

export async function openPlainShop(server: PostgresServer | undefined): Promise<PlainShop> {
  const address = await server?.newDatabase()
  if (!address) throw new Error('the server did not start')
  const warehouse = await openWarehouse({ folder: await temporaryFolder(), address, now })
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  onTestFinished(async () => {
    await client.end()
    await warehouse.close()
  })
  await client.query('SET search_path = reporting')
  await client.query(members)
  return { warehouse, address, sql: (text) => client.query(text) }
}

export async function figures(warehouse: Warehouse, query: Omit<Query, 'from' | 'to'>) {
  return (await runQuery(warehouse, query, { now })).data.rows
}

const asked: readonly Query[] = [
  { metrics: ['revenue', 'units', 'orders', 'customers', 'new_customers'] },
  { metrics: ['revenue', 'returns', 'net_sales', 'charges', 'new_customers'], by: ['month'] },
  { metrics: ['revenue', 'margin'], by: ['category'] },
  { metrics: ['revenue', 'orders'], by: ['continent'] },
  { metrics: ['revenue'], by: ['customer'] },
]

async function answers(warehouse: Warehouse) {
  const rows: unknown[] = []
  for (const query of asked) rows.push(await figures(warehouse, query))
  return rows
}

/** All answers as they are given, from rollups too, against the same from the facts alone; no rule may be broken. */
export async function expectFiguresOfFacts(warehouse: Warehouse): Promise<void> {
  // Days that a server makes dirty meanwhile would be taken for those of the comparison.
  await warehouse.months?.notice()
  const keeping = { change: () => null, runToken: 'every day dirty' }
  await expect
    .poll(
      async () => {
        const given = await answers(warehouse)
        const dirty = await warehouse.query('SELECT DISTINCT day FROM dirty_days ORDER BY day')
        await write(warehouse, 'INSERT INTO dirty_days SELECT date FROM dates')
        const counted = await answers(warehouse)
        await warehouse.transact(async (transaction) => {
          await transaction.execute('DELETE FROM dirty_days')
          for (const { day } of dirty)
            await transaction.execute(`INSERT INTO dirty_days VALUES ('${day}')`)
        }, keeping)
        return { given, counted, same: JSON.stringify(given) === JSON.stringify(counted) }
      },
      { timeout: 6_000, interval: 300 },
    )
    .toMatchObject({ same: true })
  expect(await warehouse.auditRollups()).toEqual([])
}

/** Three months of five orders whose sums are known to the rollups, each month in a partition of its own. */
export async function openMonths(server: PostgresServer | undefined): Promise<PlainShop> {
  const shop = await openPlainShop(server)
  await shop.sql('SET search_path = takings')
  for (const month of ['03', '04', '05'])
    await shop.sql(
      `CREATE TABLE sales_fact_2023_${month} PARTITION OF sales_fact
       FOR VALUES FROM ('2023-${month}-01') TO ('${month === '05' ? '2023-06-01' : `2023-0${Number(month) + 1}-01`}')`,
    )
  await shop.warehouse.audit()
  await shop.sql(`INSERT INTO sales_fact (order_id, customer_id, product_id, quantity, total_price, order_date, region_id) VALUES
    (1, 1, 1, 1, 10, '2023-03-05', 1), (2, 2, 2, 2, 20, '2023-04-10', 2), (3, 1, 2, 1, 40, '2023-05-01', 1),
    (4, 2, 1, 1, 80, '2023-05-20', 2), (5, 0, 1, 1, 160, '2024-01-01', 0)`)
  await shop.sql(
    "INSERT INTO order_charges_fact (order_id, kind, amount) VALUES (1, 'shipping', 4.9), (4, 'shipping', 5)",
  )
  await shop.sql(
    "INSERT INTO returns_fact (order_id, product_id, quantity, amount, return_date) VALUES (3, 2, 1, 7, '2023-06-02')",
  )
  await shop.warehouse.rebuildRollups()
  await expectFiguresOfFacts(shop.warehouse)
  return shop
}
