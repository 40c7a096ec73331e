import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { openWarehouse } from '../src/warehouse/warehouse.ts'

/**
 * `multiply-shop.ts FROM INTO TIMES`: fills a data folder with so many times the orders, customers, returns and charges of
 * another, in the order of days as a shop of that size would have had them; products and stock stay. No file is read and nothing is
 * cleaned, so a hundred million lines take minutes.
 */

/** Nobody is known under the id 0 in all copies. */
const customerId =
  'CASE WHEN customer_id = 0 THEN 0 ELSE customer_id + copy * (SELECT max(customer_id) FROM single.customers) END'

const [from = '', into = '', times = ''] = process.argv.slice(2)
const file = join(into, 'takings.duckdb')

const empty = await openWarehouse({ folder: into, now: () => new Date() })
await empty.close()
await fill()
const warehouse = await openWarehouse({ folder: into, now: () => new Date() })
await warehouse.rebuildRollups()
await warehouse.close()

/** The file is the process's alone meanwhile: no warehouse is open. */
async function fill(): Promise<void> {
  const instance = await DuckDBInstance.create(file, { preserve_insertion_order: 'true' })
  const connection = await instance.connect()
  const run = (sql: string) => connection.run(sql)
  await run(`ATTACH '${join(from, 'takings.duckdb')}' AS single (READ_ONLY)`)
  await run(`CREATE TEMP TABLE copies AS SELECT range AS copy FROM range(${Number(times)})`)
  for (const table of [
    'dates',
    'regions',
    'products',
    'stock_fact',
    'settings',
    'runs',
    'run_files',
  ])
    await run(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM single.${table}`)
  await run(`DELETE FROM customers; INSERT INTO customers SELECT * EXCLUDE (copy) REPLACE (${customerId} AS customer_id,
    CASE WHEN copy = 0 THEN email ELSE concat(copy, '.', email) END AS email)
    FROM single.customers, copies WHERE customer_id <> 0 OR copy = 0 ORDER BY copy, customer_id`)
  await run(`INSERT INTO customer_keys SELECT * EXCLUDE (copy) REPLACE (${customerId} AS customer_id, ${named('customer_key')})
    FROM single.customer_keys, copies ORDER BY copy, customer_id`)
  const months = await connection.runAndReadAll(
    "SELECT DISTINCT date_trunc('month', order_date)::DATE::VARCHAR FROM single.orders ORDER BY 1",
  )
  for (const [month] of months.getRows()) {
    const within = `WHERE order_date >= '${month}' AND order_date < DATE '${month}' + INTERVAL 1 MONTH ORDER BY order_date`
    await run(`INSERT INTO orders SELECT * EXCLUDE (copy) REPLACE (${shifted('order_id')}, ${named('order_number')})
      FROM single.orders, copies ${within}`)
    await run(`INSERT INTO sales_fact SELECT * EXCLUDE (copy) REPLACE (${shifted('order_id')}, ${customerId} AS customer_id)
      FROM single.sales_fact, copies ${within}`)
    await run(`INSERT INTO order_charges_fact SELECT * EXCLUDE (copy) REPLACE (${shifted('order_id')})
      FROM single.order_charges_fact, copies ${within}`)
  }
  await run(`INSERT INTO returns_fact SELECT * EXCLUDE (copy) REPLACE (${shifted('return_id')}, ${shifted('order_id')},
    ${named('document_number')}, ${customerId} AS customer_id) FROM single.returns_fact, copies ORDER BY return_date`)
  await run('CHECKPOINT')
  connection.closeSync()
  instance.closeSync()
}

/** Ids are spread over 63 bits: those of another copy fall between them. */
function shifted(id: string): string {
  return `((${id}::HUGEINT + copy * 576460752303423619) % 9223372036854775808)::BIGINT AS ${id}`
}

function named(key: string): string {
  return `CASE WHEN copy = 0 THEN ${key} ELSE concat(copy, '.', ${key}) END AS ${key}`
}
