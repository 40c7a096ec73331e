import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { duckdbDialect, migrations, postgresDialect } from './product.ts'

const require = createRequire(import.meta.url)

/** The last schema of the older Takings; those that came later only made tables. */
const olderVersion = 6
/** Plain SQL has changed a day since. */
const change = "INSERT INTO dirty_days VALUES (DATE '2025-03-02')"

/** An older Takings had none of the later tables, and rollups and triggers of its own. */
function statementsOf(dialect: typeof duckdbDialect): string[] {
  const later = migrations.filter(({ version }) => version > olderVersion)
  const made = later
    .flatMap((migration) => migration.statements(dialect))
    .map((statement) => /^CREATE TABLE (\w+)/.exec(statement)?.[1])
    .filter((name) => name !== undefined)
  const derived = migrations.filter(({ derived }) => derived).map(({ version }) => version)
  return [
    ...made.map((name) => `DROP TABLE IF EXISTS ${name}`),
    `DELETE FROM schema_migrations WHERE version > ${olderVersion}`,
    `UPDATE schema_migrations SET checksum = 'of an older Takings' WHERE version IN (${derived.join(', ')})`,
  ]
}

/** Leaves the warehouse as an older Takings that was killed would have left it. Nothing where there is none yet. */
export async function makeOlder(folder: string, address: string | null): Promise<void> {
  if (address) return makeOlderDatabase(address)
  const path = join(folder, 'takings.duckdb')
  if (!existsSync(path)) return
  const { DuckDBInstance } = require('@duckdb/node-api') as typeof import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statementsOf(duckdbDialect)) await connection.run(statement)
  await connection.run('CHECKPOINT')
  // The change stays in the log.
  await connection.run('PRAGMA disable_checkpoint_on_shutdown')
  await connection.run(change)
  connection.closeSync()
  instance.closeSync()
}

async function makeOlderDatabase(address: string): Promise<void> {
  const { Client } = require('pg') as typeof import('pg')
  const client = new Client({ connectionString: address })
  await client.connect()
  await client.query('SET search_path = takings')
  const { rows } = await client.query(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = 'takings' AND table_name = 'dirty_days'",
  )
  const statements = [...statementsOf(postgresDialect), change]
  if (rows.length > 0) for (const statement of statements) await client.query(statement)
  await client.end()
}
