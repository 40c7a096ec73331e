import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { rollups } from '../../src/model/rollups.ts'
import { star } from '../../src/model/star.ts'
import { duckdbDialect } from '../../src/warehouse/engines/duckdb/dialect.ts'
import { migrate } from '../../src/warehouse/migrate.ts'
import type { Migration } from '../../src/warehouse/migrations/migration.ts'
import { migrations } from '../../src/warehouse/migrations/migrations.ts'
import {
  migrationStatements,
  openWarehouse,
  readLock,
  type Warehouse,
} from '../../src/warehouse/warehouse.ts'
import { now, temporaryFolder, temporaryWarehouse, write } from './temporary-warehouse.ts'

async function tablesOf(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY 1",
  )
  return rows.map((row) => String(row.table_name))
}

const keptBeside = [
  'schema_migrations',
  'dirty_days',
  'rollup_deltas',
  'earlier_orders',
  'set_aside_months',
  'set_aside_lines',
  'set_aside_orders',
  'set_aside_charges',
  'restatements',
  'known_documents',
  'alert_incidents',
  'alert_deliveries',
  'failed_imports',
  'held_returns',
]

it('makes every table of the star with its columns in order, and the Unknown members', async () => {
  const warehouse = await temporaryWarehouse()
  expect(await tablesOf(warehouse)).toEqual(
    [...star.map(({ name }) => name), ...rollups.map(({ name }) => name), ...keptBeside].sort(),
  )
  for (const table of star) {
    const columns = await warehouse.query(
      `SELECT column_name, is_nullable FROM information_schema.columns
       WHERE table_schema = 'main' AND table_name = $1 ORDER BY ordinal_position`,
      [table.name],
    )
    expect(columns).toEqual(
      table.columns.map((column) => ({
        column_name: column.name,
        is_nullable: column.nullable ? 'YES' : 'NO',
      })),
    )
  }
  expect(await warehouse.query('SELECT product_id, product_name, price FROM products')).toEqual([
    { product_id: '0', product_name: 'Unknown', price: null },
  ])
  expect(await warehouse.query('SELECT customer_id, name, email FROM customers')).toEqual([
    { customer_id: '0', name: 'Unknown', email: null },
  ])
  expect(
    await warehouse.query('SELECT region_id, region_name, level, continent FROM regions'),
  ).toEqual([{ region_id: '0', region_name: 'Unknown', level: 'other', continent: 'Unknown' }])
})

it('leaves facts without keys and indexes, which the engine has corrupted under updates', async () => {
  const warehouse = await temporaryWarehouse()
  const constraints = await warehouse.query(
    "SELECT table_name FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')",
  )
  expect(constraints).toEqual([])
  expect(await warehouse.query('SELECT index_name FROM duckdb_indexes()')).toEqual([])
})

it('writes down what it applied and applies nothing twice', async () => {
  const folder = await temporaryFolder()
  const first = await openWarehouse({ folder, now })
  const applied = await first.query(
    'SELECT version, name, applied_at FROM schema_migrations ORDER BY 1',
  )
  expect(applied).toEqual(
    migrations.map(({ version, name }) => ({
      version,
      name,
      applied_at: '2024-06-30T12:00:00.000Z',
    })),
  )
  await first.close()

  const second = await openWarehouse({ folder, now: () => new Date('2025-01-01T00:00:00Z') })
  const again = await second.query(
    'SELECT version, name, applied_at FROM schema_migrations ORDER BY 1',
  )
  expect(again).toEqual(applied)
  await second.close()
})

it('numbers migrations without gaps, and shows all of their SQL', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  const statements = migrationStatements('takings-data')
  for (const table of star) {
    expect(statements.filter((sql) => sql.startsWith(`CREATE TABLE ${table.name} (`))).toHaveLength(
      1,
    )
  }
  expect(statements.some((sql) => sql.startsWith('CREATE VIEW reporting.SalesFact'))).toBe(true)
})

it('brings an older warehouse up to date, each step whole or not at all', async () => {
  const statements: string[] = []
  const done: string[] = []
  const session = {
    async query(sql: string) {
      statements.push(sql)
      if (sql.includes('information_schema')) return [{ table_name: 'schema_migrations' }]
      if (sql.startsWith('SELECT version')) return [{ version: 1, checksum: checksumOfFirst }]
      if (sql === 'broken') throw new Error('planned')
      return []
    },
    async transact(work: () => Promise<void>) {
      statements.push('BEGIN')
      try {
        await work()
        statements.push('COMMIT')
        done.push('step')
      } catch (error) {
        statements.push('ROLLBACK')
        throw error
      }
    },
  }
  const step = (version: number, sql: string): Migration => ({
    version,
    name: `step ${version}`,
    statements: () => [sql],
  })
  const first = step(1, 'first')
  // sha256 of the text "first"
  const checksumOfFirst = 'a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e'
  const options = { dialect: duckdbDialect, now, location: 'here' }

  const steps = [first, step(2, 'second'), step(3, 'third')]
  expect(await migrate(session, { ...options, migrations: steps })).toBe(2)
  expect(statements).not.toContain('first')
  expect(statements.indexOf('second')).toBeLessThan(statements.indexOf('COMMIT'))
  expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(2)

  statements.length = 0
  const failing = [first, step(2, 'broken'), step(3, 'third')]
  await expect(migrate(session, { ...options, migrations: failing })).rejects.toThrow('planned')
  expect(statements).toContain('ROLLBACK')
  expect(statements).not.toContain('COMMIT')
  expect(statements).not.toContain('third')
})

it('applies a migration that has no statements once, like any other', async () => {
  const folder = await temporaryFolder()
  const first = await openWarehouse({ folder, now })
  await write(first, "DELETE FROM schema_migrations WHERE name = 'triggers'")
  await first.close()
  const second = await openWarehouse({ folder, now })
  expect(migrations.find(({ name }) => name === 'triggers')?.statements(duckdbDialect)).toEqual([])
  expect(await second.query('SELECT count(*)::INTEGER AS steps FROM schema_migrations')).toEqual([
    { steps: migrations.length },
  ])
  expect(await second.audit()).toEqual([])
  await second.close()
})

it('refuses a warehouse that a newer Takings wrote', async () => {
  const folder = await temporaryFolder()
  const warehouse = await openWarehouse({ folder, now })
  await write(warehouse, "INSERT INTO schema_migrations VALUES (99, 'later', 'x', now())")
  await warehouse.close()
  await expect(openWarehouse({ folder, now })).rejects.toMatchObject({
    code: 'warehouse_newer',
    details: { found: 99, known: migrations.length },
  })
  expect(await readLock(folder)).toBeNull()
})

it('refuses a schema that no release had', async () => {
  const folder = await temporaryFolder()
  const warehouse = await openWarehouse({ folder, now })
  await write(warehouse, "UPDATE schema_migrations SET checksum = 'x' WHERE version = 1")
  await warehouse.close()
  await expect(openWarehouse({ folder, now })).rejects.toMatchObject({
    code: 'warehouse_unreachable',
    details: { problem: expect.stringContaining('unreleased') },
  })
})

it('refuses a database that it did not make', async () => {
  const folder = await temporaryFolder()
  const warehouse = await openWarehouse({ folder, now })
  await write(warehouse, 'DROP TABLE schema_migrations')
  await warehouse.close()
  await expect(openWarehouse({ folder, now })).rejects.toMatchObject({
    code: 'warehouse_unreachable',
    details: { problem: expect.stringContaining('did not make') },
  })
})

it.each([
  ['garbage', 'this is no database\n'.repeat(1000)],
  ['a few bytes', 'hi'],
  ['nothing', ''],
])('refuses a file of %s with a plain reason and leaves it as it is', async (_, content) => {
  const folder = await temporaryFolder()
  const file = join(folder, 'takings.duckdb')
  await writeFile(file, content)
  await expect(openWarehouse({ folder, now })).rejects.toMatchObject({
    code: 'warehouse_unreachable',
    details: { path: file, problem: 'the file is not a Takings warehouse, or it is damaged' },
  })
  expect(await readFile(file, 'utf8')).toBe(content)
  expect(await readLock(folder)).toBeNull()
})

it('refuses to begin anew beside the journal of a file that is missing', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'takings.duckdb.wal'), 'committed data')
  await expect(openWarehouse({ folder, now })).rejects.toMatchObject({
    code: 'warehouse_unreachable',
  })
  expect(await readFile(join(folder, 'takings.duckdb.wal'), 'utf8')).toBe('committed data')
})

it('begins anew where an earlier process died while making the warehouse', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'takings.duckdb.new'), 'half of a file')
  const warehouse = await openWarehouse({ folder, now })
  expect(await warehouse.audit()).toEqual([])
  await warehouse.close()
})

it('says so when the data folder cannot be one', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'file'), '')
  await expect(openWarehouse({ folder: join(folder, 'file'), now })).rejects.toMatchObject({
    code: 'warehouse_unreachable',
  })
})
