import { table } from '../../model/star.ts'
import { columnLines, type Dialect } from '../schema.ts'
import type { Migration } from './migration.ts'

/**
 * What is known of months that were set aside. A column that order lines, orders or charges get later must come here
 * too: a month comes back as it stands. Rules need not be held twice, the lines were looked at when they came.
 */
export const createSetAside: Migration = {
  version: 5,
  name: 'set aside',
  statements(dialect) {
    const { types } = dialect
    return [
      `CREATE TABLE set_aside_months (
  month ${types.date} NOT NULL,
  set_aside_at ${types.instant} NOT NULL,
  dropped_at ${types.instant},
  lines ${types.bigint} NOT NULL,
  orders ${types.bigint} NOT NULL,
  revenue DECIMAL(24,4) NOT NULL
)`,
      // Of customers whose first order is not among the facts any more.
      `CREATE TABLE earlier_orders (
  customer_id ${types.bigint} NOT NULL,
  first_day ${types.date} NOT NULL
)`,
      copyOf('sales_fact', 'set_aside_lines', dialect),
      copyOf('orders', 'set_aside_orders', dialect),
      copyOf('order_charges_fact', 'set_aside_charges', dialect),
    ]
  },
}

function copyOf(
  name: 'sales_fact' | 'orders' | 'order_charges_fact',
  copy: string,
  dialect: Dialect,
): string {
  const of = table(name)
  return `CREATE TABLE ${copy} (\n  ${columnLines(of, dialect).join(',\n  ')}\n)${dialect.storageOf(of)}`
}
