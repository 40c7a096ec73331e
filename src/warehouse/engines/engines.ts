import type { Engine, EngineOptions } from '../engine.ts'
import type { Dialect } from '../schema.ts'
import { duckdbDialect } from './duckdb/dialect.ts'
import { openDuckdb } from './duckdb.ts'
import { postgresDialect } from './postgres/dialect.ts'

/** An engine as the entry file needs it. */
export interface EngineKind {
  /** Where such an engine keeps its facts: in the data folder, or wherever an address says. */
  isPlace(place: string): boolean
  readonly dialect: Dialect
  open(options: EngineOptions): Promise<Engine>
  /** Makes the roles that users of the database are granted, where the engine knows users. */
  makeRoles?(place: string): Promise<readonly string[]>
}

const duckdb: EngineKind = {
  isPlace: () => true,
  dialect: duckdbDialect,
  open: openDuckdb,
}

const postgres: EngineKind = {
  isPlace: (place) => /^postgres(ql)?:\/\//.test(place),
  dialect: postgresDialect,
  // Its client takes a tenth of a second to load.
  open: async (options) => (await import('./postgres.ts')).openPostgres(options),
  makeRoles: async (address) => (await import('./postgres.ts')).makeRoles(address),
}

/** The engine of a data folder comes last: every text that is no address is a path. */
const engines: readonly EngineKind[] = [postgres, duckdb]

/** The engine of a data folder or of a database's address. */
export function engineOf(place: string): EngineKind {
  return engines.find((engine) => engine.isPlace(place)) ?? duckdb
}
