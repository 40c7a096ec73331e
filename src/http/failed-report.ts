import { type ImportReport, reportOfNothing } from '../model/import.ts'

/** The report of an import that ended in an error; what is known of its files, or was before, is kept. */
export function failedReport(
  error: { readonly code: string; readonly message: string; readonly hint: string },
  before: ImportReport | null,
  files: ImportReport['files'] | null = null,
): ImportReport {
  const nothing = reportOfNothing(before?.source ?? 'shop', 'failed')
  const { rows, ignoredBy, rejectedBy } = before ?? nothing
  const { code, message, hint } = error
  return {
    ...nothing,
    files: files ?? before?.files ?? [],
    rows,
    ignoredBy,
    rejectedBy,
    error: { code, message, hint },
  }
}
