import type { Dialect } from '../schema.ts'

/** One step from an older schema to a newer one. Once released it never changes, unless it is derived. */
export interface Migration {
  /** 1, 2, 3, ... without gaps. */
  readonly version: number
  readonly name: string
  /** Makes only what follows from the facts or is code, and drops what is there of it: it runs again whenever it has changed. */
  readonly derived?: true
  /** Statements in SQL that all engines share, but for what the dialect says. */
  statements(dialect: Dialect): readonly string[]
}
