import type { ImportReport } from '../model/import.ts'

/** The report of an import that ended in an error; what is known of its files, or was before, is kept. */
export function failedReport(
  error: { readonly code: string; readonly message: string; readonly hint: string },
  before: ImportReport | null,
  files: ImportReport['files'] | null = null,
): ImportReport {
  const { code, message, hint } = error
  return {
    runId: null,
    state: 'failed',
    source: before?.source ?? 'shop',
    files: files ?? before?.files ?? [],
    rows: before?.rows ?? { in: 0, accepted: 0, rejected: 0, duplicate: 0, ignored: 0 },
    ignoredBy: before?.ignoredBy ?? {},
    rejectedBy: before?.rejectedBy ?? {},
    orders: { new: 0, replaced: 0, unchanged: 0 },
    period: null,
    totals: {
      revenue: '0.00',
      returns: '0.00',
      net_sales: '0.00',
      orders: 0,
      units: '0',
      currency: null,
    },
    questions: [],
    remembered: [],
    repairs: [],
    warnings: [],
    error: { code, message, hint },
  }
}
