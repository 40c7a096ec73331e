import type { Dialect } from '../schema.ts'

/** One step from an older schema to a newer one. Once released it never changes. */
export interface Migration {
  /** 1, 2, 3, ... without gaps. */
  readonly version: number
  readonly name: string
  /** Statements in SQL that all engines share, but for what the dialect says. */
  statements(dialect: Dialect): readonly string[]
}
