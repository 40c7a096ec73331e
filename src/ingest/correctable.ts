import { TakingsError } from '../model/errors.ts'
import type { FileReport } from '../model/import.ts'
import { columnReports, unreadFile } from './column-reports.ts'
import type { Claim } from './layout.ts'
import type { TableSample } from './sample.ts'
import { suggestedColumns } from './suggested-columns.ts'

/**
 * An import that cannot go on as its files were understood, and may once a person corrects what their
 * columns are: the files as far as they were understood come with the error.
 */
export class CorrectableImport extends TakingsError {
  readonly files: readonly FileReport[]

  constructor(error: TakingsError, files: readonly FileReport[]) {
    super(error.code, error.details, { cause: error })
    this.files = files
  }
}

/** The error with the tables beside it, where their columns may be at fault; as it came otherwise. */
export function correctable(
  error: unknown,
  tables: readonly { readonly sample: TableSample; readonly claim: Claim | null }[],
): unknown {
  const filled = tables.filter(({ sample }) => sample.rows.length > 0)
  if (!(error instanceof TakingsError) || error.code !== 'not_recognised' || filled.length === 0) {
    return error
  }
  const files = filled.map(({ sample, claim }) => {
    const file = unreadFile(sample, sample.table.statedRows ?? sample.rows.length)
    if (!claim)
      return { ...file, columns: columnReports(sample, { columns: suggestedColumns(sample) }) }
    const { layout, confidence } = claim
    return { ...file, layout, confidence, columns: columnReports(sample, claim) }
  })
  return new CorrectableImport(error, files)
}
