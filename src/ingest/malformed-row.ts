import type { IgnoreReason } from '../model/reasons.ts'

/** A line that is no record of its table. */
export interface MalformedRow {
  readonly recordNumber: number
  readonly text: string
  readonly problem: string
  /** Set where the line is no row at all: a remark, or a total of others. */
  readonly ignored?: IgnoreReason
}
