import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { now } from '../ingest/still-clock.ts'
import { fileOf, linesOfOrder, orderNumber, ordersOfFile, revenueOfOrder } from './child-orders.ts'

export interface Place {
  readonly folder: string
  readonly address: string | null
}

/**
 * What is wrong with a warehouse that took orders in: each that was accepted must be there once and whole, nothing that
 * nobody sent, files whole or not at all, and rules and rollups must hold. Empty where all is well.
 */
export async function wrongIn(place: Place, accepted: ReadonlySet<string>): Promise<string[]> {
  const warehouse = await openWarehouse({ ...place, now })
  try {
    const found = await warehouse.query(
      `SELECT order_number, count(*)::INTEGER AS lines, sum(total_price)::DECIMAL(18,2) AS revenue
       FROM orders JOIN sales_fact ON sales_fact.order_id = orders.order_id GROUP BY order_number`,
    )
    const numbers = found.map(({ order_number }) => String(order_number))
    const there = new Set(numbers)
    const files = new Map<string, number>()
    for (const file of numbers.map(fileOf)) if (file) files.set(file, (files.get(file) ?? 0) + 1)
    const notWhole = found.filter(
      ({ lines, revenue }) => lines !== linesOfOrder || revenue !== revenueOfOrder,
    )
    const findings = [...(await warehouse.audit()), ...(await warehouse.auditRollups())]
    return [
      ...[...accepted].filter((one) => !there.has(one)).map((one) => `${one} is lost`),
      ...notWhole.map((row) => `not once and whole: ${JSON.stringify(row)}`),
      // What was written down and never acknowledged may be there too.
      ...numbers.filter((one) => !orderNumber.test(one)).map((one) => `${one} was never sent`),
      ...[...files]
        .filter(([, orders]) => orders !== ordersOfFile)
        .map(([file, orders]) => `${orders} orders of file ${file}`),
      ...findings.map(({ rule, table, rows }) => `${rule} is broken by ${rows} rows of ${table}`),
    ]
  } finally {
    await warehouse.close()
  }
}
