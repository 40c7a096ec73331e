import type { TableName } from './star.ts'

/** What a commit announces, so that caches and viewers know what to ask again. */
export interface Change {
  /** The run's id: rises with every commit. */
  readonly sequence: number
  readonly tables: readonly TableName[]
  /** First and last shop day (yyyy-mm-dd) whose figures may differ now; null when none did. */
  readonly days: { readonly from: string; readonly to: string } | null
}
