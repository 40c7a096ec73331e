import type { Engine, EngineOptions } from '../engine.ts'
import type { Dialect } from '../schema.ts'
import { duckdbDialect } from './duckdb/dialect.ts'
import { openDuckdb } from './duckdb.ts'

/** An engine as the entry file needs it. */
export interface EngineKind {
  readonly dialect: Dialect
  open(options: EngineOptions): Promise<Engine>
}

/** The engine of a data folder. */
export const embeddedEngine: EngineKind = { dialect: duckdbDialect, open: openDuckdb }
