import type { ErrorCode, ErrorDetails } from '../../model/errors.ts'
import type { SpooledSheet } from './sheet-spool.ts'

/** What travels between an import and the process that reads workbooks. */
export interface SpoolRequest {
  readonly path: string
  /** As the person knows it. */
  readonly name: string
  readonly kind: WorkbookKind
  /** Path that the names of the spooled sheets start with. */
  readonly target: string
}

export type WorkbookKind = 'xlsx' | 'xls'

export interface SpooledWorkbook {
  readonly sheets: readonly SpooledSheet[]
  /** Names of sheets that people do not see, and that were not read. */
  readonly hidden: readonly string[]
}

export type SpoolReply =
  | { readonly kind: 'done'; readonly workbook: SpooledWorkbook }
  /** A person's mistake or a broken file; `code` is null for a bug. */
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode | null
      readonly details: ErrorDetails
      readonly message: string
    }
