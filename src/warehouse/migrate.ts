import { createHash } from 'node:crypto'
import { TakingsError } from '../model/errors.ts'
import type { SqlRow, SqlValue } from './engine.ts'
import type { Migration } from './migrations/migration.ts'
import { migrations as allMigrations } from './migrations/migrations.ts'
import type { Dialect } from './schema.ts'

/** What an engine offers while its schema is brought up to date and nobody else uses it. */
export interface MigrationSession {
  query(sql: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>
  transact(work: () => Promise<void>): Promise<void>
}

export interface MigrateOptions {
  readonly dialect: Dialect
  readonly now: () => Date
  /** For people: the warehouse in question. */
  readonly location: string
  /** Others than all, for tests. */
  readonly migrations?: readonly Migration[]
}

/**
 * Applies what is missing, and what is derived and has changed, each migration in a transaction of its own; gives how
 * many it applied.
 * Throws `warehouse_newer` when a newer Takings was here, `warehouse_unreachable` when the database is
 * not one of ours.
 */
export async function migrate(session: MigrationSession, options: MigrateOptions): Promise<number> {
  const { dialect, migrations = allMigrations } = options
  const applied = await appliedMigrations(session, options)
  const known = migrations.length
  const found = Math.max(0, ...applied.keys())
  if (found > known)
    throw new TakingsError('warehouse_newer', { path: options.location, found, known })
  let count = 0
  for (const migration of migrations) {
    const checksum = checksumOf(migration, dialect)
    const before = applied.get(migration.version)
    if (before === checksum) continue
    if (before === undefined || migration.derived) {
      count += 1
      await session.transact(() => apply(session, migration, { ...options, checksum }))
    } else {
      throw new TakingsError('warehouse_unreachable', {
        path: options.location,
        problem: `its schema ${migration.version} (${migration.name}) is that of an unreleased Takings`,
      })
    }
  }
  return count
}

/** All statements that make an empty warehouse, in order. */
export function allStatements(dialect: Dialect): string[] {
  return [
    ...dialect.preparation,
    createLedger(dialect),
    ...allMigrations.flatMap((migration) => migration.statements(dialect)),
  ]
}

/** Version to checksum. */
async function appliedMigrations(
  session: MigrationSession,
  options: MigrateOptions,
): Promise<Map<number, string>> {
  const tables = await session.query(
    'SELECT table_name FROM information_schema.tables WHERE table_schema = $1',
    [options.dialect.mainSchema],
  )
  if (tables.length === 0) return new Map()
  if (!tables.some((row) => row.table_name === 'schema_migrations')) {
    throw new TakingsError('warehouse_unreachable', {
      path: options.location,
      problem: 'it is a database that Takings did not make',
    })
  }
  const rows = await session.query('SELECT version, checksum FROM schema_migrations')
  return new Map(rows.map((row) => [Number(row.version), String(row.checksum)]))
}

async function apply(
  session: MigrationSession,
  migration: Migration,
  options: MigrateOptions & { readonly checksum: string },
): Promise<void> {
  const { dialect, now, checksum } = options
  if (migration.version === 1) {
    for (const statement of dialect.preparation) await session.query(statement)
    await session.query(createLedger(dialect))
  }
  for (const statement of migration.statements(dialect)) await session.query(statement)
  if (migration.derived) {
    await session.query('DELETE FROM schema_migrations WHERE version = $1', [migration.version])
  }
  await session.query(
    'INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)',
    [migration.version, migration.name, checksum, now().toISOString()],
  )
}

function createLedger({ types }: Dialect): string {
  return `CREATE TABLE schema_migrations (
  version ${types.integer} NOT NULL,
  name ${types.text} NOT NULL,
  checksum ${types.text} NOT NULL,
  applied_at ${types.instant} NOT NULL
)`
}

function checksumOf(migration: Migration, dialect: Dialect): string {
  return createHash('sha256').update(migration.statements(dialect).join(';\n')).digest('hex')
}
