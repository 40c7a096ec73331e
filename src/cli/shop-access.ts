import type { ImportRequest, RunFilter } from '../ingest/ingest.ts'
import type { AlertDelivery, AlertIncident, AlertsState, ImportedFile } from '../model/alert.ts'
import type { ExportFormat, ExportManifest, ExportProgress } from '../model/export.ts'
import type {
  ImportProgress,
  ImportReport,
  RejectedRow,
  RejectGroup,
  RememberedAnswers,
  RunSummary,
} from '../model/import.ts'
import type { Query, Result } from '../model/query.ts'
import type { Restatement, RestatementFilter } from '../model/restatement.ts'
import type { SettingsChange, Shop, ShopSettings } from '../model/wire.ts'
import type { AuditFinding, Months } from '../warehouse/warehouse.ts'

/** What commands need of a shop, whether this process opens it or a server owns it. */
export interface ShopAccess {
  query(query: Query): Promise<Result>
  shop(): Promise<Shop>
  runs(options: RunFilter): Promise<readonly RunSummary[]>
  run(runId: number): Promise<ImportReport>
  /** What later loads changed of days that had been told before. */
  restatements(filter: RestatementFilter): Promise<readonly Restatement[]>
  rejectGroups(options: RejectFilter): Promise<readonly RejectGroup[]>
  rejectedRows(options: RejectFilter & RowWindow): Promise<readonly RejectedRow[]>
  /** One CSV per source file with its own header. */
  exportRejects(options: RejectFilter): Promise<readonly RejectExport[]>
  /** Every rule of the star that the data break; none when all is well. */
  audit(): Promise<readonly AuditFinding[]>
  /** Rollups that differ from a recount of the facts. */
  auditRollups(): Promise<readonly AuditFinding[]>
  rebuildRollups(): Promise<void>
  /** Parts of the order lines by month; null where the warehouse keeps them whole. */
  readonly months: Months | null
  settings(): Promise<ShopSettings>
  /** Throws `currency_stated` or `invalid_option`. */
  changeSettings(change: SettingsChange): Promise<ShopSettings>
  /** Loads files into the real shop, never the demo. */
  importFiles(order: ImportOrder): Promise<ImportReport>
  /** Writes the reporting tables, all of one moment. Throws what `writeExport` throws. */
  exportTables(order: ExportOrder): Promise<ExportManifest>
  /** What was answered and corrected of files, and holds for later ones of their kind. */
  rememberedAnswers(): Promise<readonly RememberedAnswers[]>
  /** Throws `answers_not_found`. */
  forgetAnswers(id: string): Promise<void>
  readonly alerts: AlertAccess
  close(): Promise<void>
}

/** Alerts of the shop that is shown. */
export interface AlertAccess {
  state(): Promise<AlertsState>
  history(limit: number): Promise<readonly AlertIncident[]>
  /** Looks at all of them now, tells, and gives what is so then. */
  check(): Promise<AlertsState>
  /** Throws `alert_not_found`. */
  test(webhookId: string): Promise<AlertDelivery>
  /** Of a rule or an incident; null ends it. Throws `alert_not_found`, `invalid_option`. */
  snooze(what: 'rule' | 'incident', id: string, until: string | null): Promise<void>
  /** Puts a failed import aside for good. Throws `alert_not_found`, `invalid_option`. */
  dismiss(incidentId: string): Promise<void>
  /** True where whoever loads files tells alerts by itself of those that it loaded. */
  readonly hearsImports: boolean
  /**
   * Said of an import, with the problem that kept its files from being loaded; null: it went well. The files are only asked
   * for where anybody wants to know.
   */
  importEnded(problem: string | null, files: () => Promise<readonly ImportedFile[]>): Promise<void>
}

export interface RejectFilter {
  readonly runId?: number
  readonly reason?: string
  readonly outcome?: 'rejected' | 'ignored' | 'duplicate'
}

export interface RowWindow {
  readonly limit?: number
  readonly offset?: number
}

export interface RejectExport {
  readonly fileName: string
  readonly text: string
}

/** What a person asked to import. */
export interface ImportOrder {
  readonly paths: readonly string[]
  readonly source?: string
  readonly dryRun: boolean
  readonly answers: Readonly<Record<string, string>>
  readonly mapFile?: string
  /** Headers to roles; null for a column that is not used. */
  readonly columns?: NonNullable<ImportRequest['columns']>
  /** Leaves aside what is remembered of such files. */
  readonly askAgain?: boolean
  /** Share of the rows of a file, 0 to 1. */
  readonly maxRejects?: number
  readonly onProgress: (progress: ImportProgress) => void
  readonly signal: AbortSignal
}

/** What a person asked to export. */
export interface ExportOrder {
  /** Absolute, there and empty. */
  readonly folder: string
  readonly format: ExportFormat
  readonly onProgress: (progress: ExportProgress) => void
  readonly signal: AbortSignal
}
