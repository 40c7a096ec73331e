import type { TableName } from './star.ts'

/** What a commit announces, so that caches and viewers know what to ask again. */
export interface Change {
  /** The run's id: rises with every commit. */
  readonly sequence: number
  readonly tables: readonly TableName[]
  /**
   * First and last shop day (yyyy-mm-dd) whose figures may differ now; null when none did. Where known members were
   * changed these are all days, see `anyDay`. Stock differs on all days after them too.
   */
  readonly days: { readonly from: string; readonly to: string } | null
}

/** Before the first and after the last day of all. */
export const anyDay = { from: '0001-01-01', to: '9999-12-31' } as const
