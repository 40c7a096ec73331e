import { expect, it } from 'vitest'
import { star } from '../../src/model/star.ts'
import { insert } from './star-rows.ts'
import { temporaryWarehouse, write } from './temporary-warehouse.ts'

/** A value of each checked column that its check forbids. */
const forbidden: Readonly<Record<string, string>> = {
  'sales_fact.quantity': '0',
  'sales_fact.order_hour': '24',
  'orders.state': "'paid'",
  'returns_fact.quantity': '-1',
  'order_charges_fact.kind': "'postage'",
  'stock_fact.kind': "'guess'",
  'customers.age': '0',
  'products.price': '0',
  'products.unit_cost': '-0.01',
  'products.kind': "'service'",
  'products.stock': '-1',
  'regions.level': "'city'",
  'runs.state': "'failed'",
  'rejected_rows.outcome': "'accepted'",
}

it('accepts a valid row in every table', async () => {
  const warehouse = await temporaryWarehouse()
  await write(warehouse, ...star.map(({ name }) => insert(name)))
})

it('refuses a missing value in every column that must hold one', async () => {
  const warehouse = await temporaryWarehouse()
  for (const { name, columns } of star) {
    for (const column of columns.filter((candidate) => !candidate.nullable)) {
      const attempt = write(warehouse, insert(name, { [column.name]: 'NULL' }))
      await expect(attempt, `${name}.${column.name}`).rejects.toThrow(/NOT NULL/)
    }
  }
})

it('refuses what each check forbids', async () => {
  const warehouse = await temporaryWarehouse()
  const checked = star.flatMap(({ name, columns }) =>
    columns.filter((column) => column.check).map((column) => ({ name, column: column.name })),
  )
  expect(checked.map(({ name, column }) => `${name}.${column}`).sort()).toEqual(
    Object.keys(forbidden).sort(),
  )
  for (const { name, column } of checked) {
    const value = forbidden[`${name}.${column}`] ?? ''
    const attempt = write(warehouse, insert(name, { [column]: value }))
    await expect(attempt, `${name}.${column}`).rejects.toThrow(/CHECK/)
  }
})

it('exempts only member 0 from the checks', async () => {
  const warehouse = await temporaryWarehouse()
  await write(warehouse, insert('products', { product_id: '0', price: '0' }))
  await expect(
    write(warehouse, insert('products', { product_id: '7', price: '0' })),
  ).rejects.toThrow(/CHECK/)
})
