import { type Table, table, unknownId } from '../model/star.ts'
import { unknownKey } from './schema.ts'
import { noEarlierOrder } from './set-aside.ts'

/** A rule of the star as a query for what breaks it, in SQL that all engines share. */
export interface AuditRule {
  readonly rule: string
  readonly table: string
  /** Gives one row per breach. */
  readonly broken: string
  /** What is wrong when there are any, as a sentence. */
  readonly text: string
}

/** Every rule the star states about more than one row, and those that tie its tables together. */
export function auditRules(tables: readonly Table[]): AuditRule[] {
  return [...tables.flatMap(rulesOf), ...rulesAcross]
}

function rulesOf(owner: Table): AuditRule[] {
  return [
    ...keyRules(owner),
    ...uniqueRules(owner),
    ...referenceRules(owner),
    ...memberRules(owner),
  ]
}

function keyRules({ name, key }: Table): AuditRule[] {
  const columns = key.join(', ')
  return [
    {
      rule: `${name}_key_unique`,
      table: name,
      broken: `SELECT ${columns} FROM ${name} GROUP BY ${columns} HAVING count(*) > 1`,
      text: `Rows of ${name} share one key (${columns}).`,
    },
  ]
}

function uniqueRules({ name, columns }: Table): AuditRule[] {
  return columns
    .filter((column) => column.unique)
    .map((column) => ({
      rule: `${name}_${column.name}_unique`,
      table: name,
      broken: `SELECT ${column.name} FROM ${name} WHERE ${column.name} IS NOT NULL
GROUP BY ${column.name} HAVING count(*) > 1`,
      text: `Rows of ${name} share one ${column.name}.`,
    }))
}

function referenceRules({ name, columns }: Table): AuditRule[] {
  return columns.flatMap((column) => {
    if (!column.references) return []
    const target = table(column.references)
    const key = column.references === 'dates' ? 'date' : target.key[0]
    return {
      rule: `${name}_${column.name}_known`,
      table: name,
      broken: `SELECT f.${column.name} FROM ${name} f
WHERE f.${column.name} IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ${target.name} d WHERE d.${key} = f.${column.name})`,
      text: `Rows of ${name} point to no row of ${target.name} (${column.name}).`,
    }
  })
}

function memberRules(owner: Table): AuditRule[] {
  const key = unknownKey(owner)
  if (key === null) return []
  return [
    {
      rule: `${owner.name}_unknown_member`,
      table: owner.name,
      broken: `SELECT 1 AS missing WHERE NOT EXISTS (SELECT 1 FROM ${owner.name} WHERE ${key} = ${unknownId})`,
      text: `The Unknown member (${key} ${unknownId}) of ${owner.name} is missing.`,
    },
  ]
}

const rulesAcross: readonly AuditRule[] = [
  {
    rule: 'products_product_key_unique',
    table: 'products',
    broken: `SELECT source, product_key FROM products GROUP BY source, product_key HAVING count(*) > 1`,
    text: 'Rows of products share one key of their source.',
  },
  {
    rule: 'runs_run_token_unique',
    table: 'runs',
    broken: 'SELECT run_token FROM runs GROUP BY run_token HAVING count(*) > 1',
    text: 'Runs share one token.',
  },
  {
    rule: 'lines_have_orders',
    table: 'sales_fact',
    broken: `SELECT s.order_id FROM sales_fact s
WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = s.order_id AND o.state = 'counted')`,
    text: 'Order lines belong to no counted order.',
  },
  {
    rule: 'orders_have_lines',
    table: 'orders',
    broken: `SELECT o.order_id FROM orders o
WHERE o.state = 'counted'
  AND NOT EXISTS (SELECT 1 FROM sales_fact s WHERE s.order_id = o.order_id)`,
    text: 'Counted orders have no order lines.',
  },
  {
    rule: 'lines_on_order_day',
    table: 'sales_fact',
    broken: `SELECT s.order_id FROM sales_fact s
JOIN orders o ON o.order_id = s.order_id
WHERE o.order_date <> s.order_date`,
    text: 'Order lines stand on another day than their order.',
  },
  {
    rule: 'charges_of_counted_orders',
    table: 'order_charges_fact',
    broken: `SELECT c.order_id FROM order_charges_fact c
WHERE NOT EXISTS (
  SELECT 1 FROM orders o
  WHERE o.order_id = c.order_id AND o.state = 'counted' AND o.order_date = c.order_date
)`,
    text: 'Charges stand without a counted order, or on another day than it.',
  },
  {
    rule: 'gross_price_adds_up',
    table: 'sales_fact',
    // Quantities and prices may be stated in more decimals than are stored; the product is made of the stated ones.
    broken: `SELECT order_id FROM sales_fact
WHERE unit_price IS NOT NULL
  AND abs(gross_price - CAST(quantity AS DECIMAL(38,3)) * CAST(unit_price AS DECIMAL(18,4)))
    > 0.0001 + CAST(quantity AS DECIMAL(38,3)) * 0.00005 + CAST(unit_price AS DECIMAL(28,4)) * 0.0005`,
    text: 'The gross price of order lines is not quantity x unit price.',
  },
  ...[
    'sales_fact',
    'orders',
    'returns_fact',
    'order_charges_fact',
    'stock_fact',
    'run_files',
    'rejected_rows',
    'mended_rows',
  ].map((name) => ({
    rule: `${name}_run_known`,
    table: name,
    broken: `SELECT f.run_id FROM ${name} f
WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = f.run_id)`,
    text: `Rows of ${name} were written by no run of the ledger.`,
  })),
  {
    rule: 'run_rows_add_up',
    table: 'runs',
    broken: `SELECT run_id FROM runs
WHERE rows_in <> rows_accepted + rows_rejected + rows_duplicate + rows_ignored`,
    text: 'Runs account for more or fewer rows than they read.',
  },
  {
    rule: 'rejected_rows_kept',
    table: 'rejected_rows',
    broken: `SELECT r.run_id FROM runs r
WHERE r.rows_rejected > (
  SELECT count(*) FROM rejected_rows k WHERE k.run_id = r.run_id AND k.outcome = 'rejected'
)`,
    text: 'Runs rejected rows that were not kept.',
  },
  {
    rule: 'dates_without_gap',
    table: 'dates',
    broken: `SELECT 1 AS gap FROM (
  SELECT count(*) AS days, max(date) - min(date) + 1 AS span FROM dates
) AS calendar WHERE days <> span`,
    text: 'Days are missing between the first and the last of dates.',
  },
  {
    rule: 'dates_described',
    table: 'dates',
    broken: `SELECT date_id FROM dates
WHERE date_id <> year * 10000 + month_number * 100 + extract(day FROM date)
  OR year <> extract(year FROM date) OR month_number <> extract(month FROM date)
  OR quarter <> extract(quarter FROM date) OR iso_week <> extract(week FROM date)
  OR is_weekend <> (extract(isodow FROM date) >= 6)`,
    text: 'Days are described wrongly (date_id, year, month, quarter, week or weekend).',
  },
  {
    rule: 'first_order_dates',
    table: 'customers',
    broken: `SELECT c.customer_id FROM customers c
LEFT JOIN (
  SELECT customer_id, min(order_date) AS first_day FROM sales_fact GROUP BY customer_id
) s ON s.customer_id = c.customer_id
WHERE c.customer_id <> ${unknownId} AND c.first_order_date IS DISTINCT FROM
  CASE WHEN ${noEarlierOrder('s.customer_id', 's.first_day')} THEN s.first_day END`,
    text: 'The first order day of customers is not that of their first order line.',
  },
]
