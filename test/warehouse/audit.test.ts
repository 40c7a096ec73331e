import { expect, it } from 'vitest'
import { star } from '../../src/model/star.ts'
import { auditRules } from '../../src/warehouse/audit-rules.ts'
import { insert, insertDays } from './star-rows.ts'
import { temporaryWarehouse, write } from './temporary-warehouse.ts'

/** A small shop without a fault: one order with two lines, one return, one charge, one count. */
const shop = [
  insert('runs', {
    rows_in: '3',
    rows_accepted: '2',
    rows_rejected: '1',
    rows_duplicate: '0',
    rows_ignored: '0',
  }),
  insert('run_files'),
  insert('rejected_rows'),
  insertDays('2024-05-30', '2024-06-02'),
  insert('regions'),
  insert('customers', { email: "'a@example.com'", first_order_date: "DATE '2024-06-01'" }),
  insert('customers', { customer_id: '2', name: "'no e-mail, no order'" }),
  insert('customer_keys'),
  insert('products'),
  insert('orders'),
  insert('orders', { order_id: '2', state: "'cancelled'" }),
  insert('sales_fact', { unit_price: '0.3333', quantity: '3', gross_price: '0.9999' }),
  insert('sales_fact', { line_number: '2', product_id: '0' }),
  insert('returns_fact'),
  insert('order_charges_fact'),
  insert('stock_fact'),
  insert('settings'),
  insert('mended_rows'),
]

/** For each rule, what breaks it and in how many places. */
const plants: Readonly<Record<string, readonly [string, number]>> = {
  regions_key_unique: [insert('regions', { region_name: "'other'" }), 1],
  regions_region_name_unique: [insert('regions', { region_id: '2' }), 1],
  regions_unknown_member: ['DELETE FROM regions WHERE region_id = 0', 1],
  customers_key_unique: [insert('customers', { customer_id: '2' }), 1],
  customers_email_unique: [insert('customers', { customer_id: '3', email: "'a@example.com'" }), 1],
  customers_region_id_known: ['UPDATE customers SET region_id = 9', 3],
  customers_unknown_member: ['DELETE FROM customers WHERE customer_id = 0', 1],
  customer_keys_key_unique: [insert('customer_keys', { customer_id: '2' }), 1],
  customer_keys_customer_id_known: ['UPDATE customer_keys SET customer_id = 9', 1],
  products_key_unique: [insert('products', { product_key: "'other'" }), 1],
  products_product_key_unique: [insert('products', { product_id: '2' }), 1],
  products_unknown_member: ['DELETE FROM products WHERE product_id = 0', 1],
  dates_key_unique: ["UPDATE dates SET date_id = 20240531 WHERE date = DATE '2024-06-02'", 1],
  dates_date_unique: ["UPDATE dates SET date = DATE '2024-05-31' WHERE date_id = 20240530", 1],
  dates_without_gap: ["DELETE FROM dates WHERE date = DATE '2024-05-31'", 1],
  dates_described: ["UPDATE dates SET is_weekend = false WHERE date = DATE '2024-06-02'", 1],
  runs_key_unique: [insert('runs', { rows_in: '4' }), 1],
  runs_run_token_unique: [insert('runs', { run_id: '2', rows_in: '4' }), 1],
  run_rows_add_up: ['UPDATE runs SET rows_accepted = 3', 1],
  rejected_rows_kept: ['DELETE FROM rejected_rows', 1],
  run_files_key_unique: [insert('run_files'), 1],
  rejected_rows_key_unique: [insert('rejected_rows'), 1],
  mended_rows_key_unique: [insert('mended_rows'), 1],
  settings_key_unique: [insert('settings'), 1],
  orders_key_unique: [insert('orders'), 1],
  orders_have_lines: [insert('orders', { order_id: '3' }), 1],
  sales_fact_key_unique: [insert('sales_fact'), 1],
  sales_fact_customer_id_known: ['UPDATE sales_fact SET customer_id = 9', 2],
  sales_fact_product_id_known: ['UPDATE sales_fact SET product_id = 9', 2],
  sales_fact_region_id_known: ['UPDATE sales_fact SET region_id = 9', 2],
  sales_fact_order_date_known: ["UPDATE sales_fact SET order_date = DATE '2030-01-01'", 2],
  lines_have_orders: [insert('sales_fact', { order_id: '2' }), 1],
  lines_on_order_day: [
    "UPDATE sales_fact SET order_date = DATE '2024-06-02' WHERE line_number = 2",
    1,
  ],
  charges_of_counted_orders: ["UPDATE order_charges_fact SET order_date = DATE '2024-06-02'", 1],
  gross_price_adds_up: ['UPDATE sales_fact SET gross_price = 1.01 WHERE line_number = 1', 1],
  first_order_dates: [
    "UPDATE customers SET first_order_date = DATE '2024-05-31' WHERE customer_id = 2",
    1,
  ],
  returns_fact_key_unique: [insert('returns_fact'), 1],
  returns_fact_product_id_known: ['UPDATE returns_fact SET product_id = 9', 1],
  returns_fact_customer_id_known: ['UPDATE returns_fact SET customer_id = 9', 1],
  returns_fact_region_id_known: ['UPDATE returns_fact SET region_id = 9', 1],
  returns_fact_return_date_known: ["UPDATE returns_fact SET return_date = DATE '2030-01-01'", 1],
  order_charges_fact_key_unique: [insert('order_charges_fact'), 1],
  order_charges_fact_region_id_known: ['UPDATE order_charges_fact SET region_id = 9', 1],
  order_charges_fact_order_date_known: [
    "UPDATE order_charges_fact SET order_date = DATE '2030-01-01'",
    1,
  ],
  stock_fact_key_unique: [insert('stock_fact'), 1],
  stock_fact_product_id_known: ['UPDATE stock_fact SET product_id = 9', 1],
  stock_fact_occurred_on_known: ["UPDATE stock_fact SET occurred_on = DATE '2030-01-01'", 1],
  sales_fact_run_known: ['UPDATE sales_fact SET run_id = 9', 2],
  orders_run_known: ['UPDATE orders SET run_id = 9', 2],
  returns_fact_run_known: ['UPDATE returns_fact SET run_id = 9', 1],
  order_charges_fact_run_known: ['UPDATE order_charges_fact SET run_id = 9', 1],
  stock_fact_run_known: ['UPDATE stock_fact SET run_id = 9', 1],
  run_files_run_known: ['UPDATE run_files SET run_id = 9', 1],
  rejected_rows_run_known: [insert('rejected_rows', { run_id: '9' }), 1],
  mended_rows_run_known: ['UPDATE mended_rows SET run_id = 9', 1],
}

it('finds nothing in a sound shop, and in an empty one', async () => {
  const warehouse = await temporaryWarehouse()
  expect(await warehouse.audit()).toEqual([])
  await write(warehouse, ...shop)
  expect(await warehouse.audit()).toEqual([])
})

it('has a planted fault for every rule', () => {
  const rules = auditRules(star).map(({ rule }) => rule)
  expect(new Set(rules).size).toBe(rules.length)
  expect(Object.keys(plants).sort()).toEqual(rules.sort())
})

it('counts a breach of every rule', async () => {
  const warehouse = await temporaryWarehouse()
  await write(warehouse, ...shop)
  for (const { rule, broken } of auditRules(star)) {
    const [fault, rows] = plants[rule] ?? ['', 0]
    const undone = new Error('the next fault is planted in a sound shop again')
    const looking = warehouse.transact(
      async (transaction) => {
        expect(await transaction.query(broken), `${rule} before`).toEqual([])
        await transaction.execute(fault)
        expect(await transaction.query(broken), `${rule} after`).toHaveLength(rows)
        throw undone
      },
      { change: () => null, runToken: 'never written' },
    )
    await expect(looking).rejects.toBe(undone)
  }
})

it('tells what is broken, where and how often, in sentences', async () => {
  const warehouse = await temporaryWarehouse()
  await write(
    warehouse,
    ...shop,
    'UPDATE sales_fact SET product_id = 9',
    insert('customers', { customer_id: '3', email: "'a@example.com'" }),
  )
  expect(await warehouse.audit()).toEqual([
    {
      rule: 'customers_email_unique',
      table: 'customers',
      rows: 1,
      text: 'Rows of customers share one email.',
    },
    {
      rule: 'sales_fact_product_id_known',
      table: 'sales_fact',
      rows: 2,
      text: 'Rows of sales_fact point to no row of products (product_id).',
    },
  ])
  for (const { text, table } of auditRules(star)) {
    expect(text).toMatch(/^[A-Z].*\.$/)
    expect(star.map(({ name }) => name)).toContain(table)
  }
})
