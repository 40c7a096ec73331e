import { table } from '../../model/star.ts'
import { createTable, type Dialect } from '../schema.ts'
import type { Migration } from './migration.ts'

/** Names and keys of customers are sought a few at a time among millions, so they are kept where that is quick. */
export const keepSoughtTexts: Migration = {
  version: 6,
  name: 'sought texts',
  statements: (dialect) => [
    ...rewritten('customers', 'name', dialect),
    ...rewritten('customer_keys', 'customer_key', dialect),
  ],
}

function rewritten(
  name: 'customers' | 'customer_keys',
  column: string,
  dialect: Dialect,
): readonly string[] {
  const { soughtText, types } = dialect
  if (soughtText === null) return []
  const after = `${name}_rewritten`
  const create = createTable(table(name), dialect)
    .replace(`CREATE TABLE ${name} (`, `CREATE TABLE ${after} (`)
    .replace(`  ${column} ${types.text}`, `  ${column} ${soughtText}`)
  return [
    create,
    `INSERT INTO ${after} SELECT * FROM ${name} ORDER BY customer_id`,
    `DROP TABLE ${name}`,
    `ALTER TABLE ${after} RENAME TO ${name}`,
  ]
}
