/** The product as processes of tests use it: from source it would compile all files first, so what was just built is taken. */

const [folder, extension] = process.env.TAKINGS_BUILT === '1' ? ['dist', 'js'] : ['src', 'ts']
const load = (path: string) =>
  import(new URL(`../../${folder}/${path}.${extension}`, import.meta.url).href)

export const { importFiles, openIntake, restoreRuns } = (await load(
  'ingest/ingest',
)) as typeof import('../../src/ingest/ingest.ts')
export const { openJournal } = (await load(
  'journal/journal',
)) as typeof import('../../src/journal/journal.ts')
export const { compactRollups, openWarehouse } = (await load(
  'warehouse/warehouse',
)) as typeof import('../../src/warehouse/warehouse.ts')
export const { migrations } = (await load(
  'warehouse/migrations/migrations',
)) as typeof import('../../src/warehouse/migrations/migrations.ts')
export const { duckdbDialect } = (await load(
  'warehouse/engines/duckdb/dialect',
)) as typeof import('../../src/warehouse/engines/duckdb/dialect.ts')
export const { postgresDialect } = (await load(
  'warehouse/engines/postgres/dialect',
)) as typeof import('../../src/warehouse/engines/postgres/dialect.ts')
