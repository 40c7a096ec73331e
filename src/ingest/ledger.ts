import { TakingsError } from '../model/errors.ts'
import type { ImportReport, RejectedRow, RejectGroup, RunSummary } from '../model/import.ts'
import { liveRunPrefix } from '../model/live.ts'
import { duplicateReasons, ignoreReasons, rejectReasons } from '../model/reasons.ts'
import type { SqlRow, SqlValue, Warehouse } from '../warehouse/warehouse.ts'

/** What was imported and what was not: the ledger's runs and the rows set aside. */

type Outcome = RejectedRow['outcome']

const texts: Readonly<Record<string, string>> = {
  ...rejectReasons,
  ...ignoreReasons,
  ...duplicateReasons,
}

export interface RunFilter {
  readonly limit?: number
  /** Batches of live records too. */
  readonly live?: boolean
}

/** Imports, newest first. */
export async function listRuns(
  warehouse: Warehouse,
  { limit = 100, live = false }: RunFilter = {},
): Promise<RunSummary[]> {
  const rows = await warehouse.query(
    `SELECT run_id, source, state, started_at, finished_at, report, ${shopCurrency}
     FROM runs ${live ? '' : `WHERE run_token NOT LIKE '${liveRunPrefix}%'`} ORDER BY run_id DESC LIMIT $1::INTEGER`,
    [limit],
    { brief: true },
  )
  return rows.map((row) => {
    const report = keptReport(row)
    return {
      runId: Number(row.run_id),
      source: String(row.source),
      state: row.state === 'unchanged' ? 'unchanged' : 'committed',
      startedAt: String(row.started_at),
      finishedAt: String(row.finished_at),
      rows: report.rows,
      period: report.period,
      files: report.files.map(({ path }) => path),
      totals: report.totals,
    }
  })
}

/** The import document of one run. Throws `run_not_found`. */
export async function runReport(warehouse: Warehouse, runId: number): Promise<ImportReport> {
  const sql = `SELECT report, ${shopCurrency} FROM runs WHERE run_id = $1::BIGINT`
  const [row] = await warehouse.query(sql, [runId], { brief: true })
  if (!row) throw new TakingsError('run_not_found', { run: runId })
  return keptReport(row)
}

const shopCurrency = "(SELECT value FROM settings WHERE key = 'currency') AS currency"

/** As it was kept, but in the shop's currency of now: a person may have stated or corrected it since. */
function keptReport(row: SqlRow): ImportReport {
  // Warehouses of before have reports without these lists.
  const lists = { remembered: [], repairs: [] }
  const kept: ImportReport = { ...lists, ...JSON.parse(String(row.report)) }
  if (typeof row.currency !== 'string') return kept
  return {
    ...kept,
    totals: { ...kept.totals, currency: row.currency },
    warnings: kept.warnings.filter(({ code }) => code !== 'currency_not_stated'),
  }
}

export interface RejectFilter {
  readonly runId?: number
  readonly reason?: string
  readonly outcome?: Outcome
  /** Where rows stood first. */
  readonly origins?: readonly string[]
}

/** Rows set aside that were not mended since. */
const leftAside = `rejected_rows LEFT JOIN mended_rows ON mended_rows.origin = rejected_rows.origin`
const isLeft = 'mended_rows.origin IS NULL'
/** A row that a later import rejected once more is listed there, unless one import was asked for. */
const isLast = `NOT EXISTS (SELECT 1 FROM rejected_rows AS later
  WHERE later.origin = rejected_rows.origin AND later.run_id > rejected_rows.run_id)`

/** SQL condition on `rejected_rows`, with its parameters. */
function rejectCondition(
  filter: RejectFilter,
  always: readonly string[] = [],
): { sql: string; parameters: SqlValue[] } {
  const parts = [...always, ...(filter.runId === undefined ? [isLast] : [])]
  const parameters: SqlValue[] = []
  const add = (column: string, type: string, value: SqlValue | undefined) => {
    if (value === undefined) return
    parameters.push(value)
    parts.push(`${column} = $${parameters.length}::${type}`)
  }
  add('rejected_rows.run_id', 'BIGINT', filter.runId)
  add('rejected_rows.reason', 'VARCHAR', filter.reason)
  add('rejected_rows.outcome', 'VARCHAR', filter.outcome)
  if (filter.origins) {
    const first = parameters.length + 1
    parameters.push(...filter.origins)
    const listed = filter.origins.map((_, index) => `$${first + index}::VARCHAR`)
    parts.push(`rejected_rows.origin IN (${listed.join(', ')})`)
  }
  return { sql: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', parameters }
}

/**
 * Rows set aside, counted by run and reason; newest run first, most frequent reason first. Those that were
 * mended and loaded since are counted apart, and groups of nothing else left out.
 */
export async function rejectGroups(
  warehouse: Warehouse,
  filter: RejectFilter = {},
): Promise<RejectGroup[]> {
  const { sql, parameters } = rejectCondition(filter)
  const rows = await warehouse.query(
    `SELECT rejected_rows.run_id, outcome, reason, count(*) - count(mended_rows.origin) AS rows,
       count(mended_rows.origin) AS mended
     FROM ${leftAside} ${sql} GROUP BY rejected_rows.run_id, outcome, reason
     HAVING count(*) > count(mended_rows.origin) ORDER BY rejected_rows.run_id DESC, rows DESC, reason`,
    parameters,
  )
  return rows.map((row) => ({
    runId: Number(row.run_id),
    outcome: row.outcome as Outcome,
    reason: String(row.reason),
    text: texts[String(row.reason)] ?? String(row.reason),
    rows: Number(row.rows),
    mended: Number(row.mended),
  }))
}

/** Rows set aside and not mended since, newest run first. */
export async function rejectedRows(
  warehouse: Warehouse,
  options: RejectFilter & { readonly limit?: number; readonly offset?: number },
): Promise<RejectedRow[]> {
  const rows = await keptRows(warehouse, options)
  return rows.map(rejectedRow)
}

/** The same as they are kept, with `path` and `source`. */
export async function keptRows(
  warehouse: Warehouse,
  options: RejectFilter & { readonly limit?: number; readonly offset?: number },
): Promise<SqlRow[]> {
  const { sql, parameters } = rejectCondition(options, [isLeft])
  return warehouse.query(
    `SELECT rejected_rows.*, run_files.path AS path, runs.source AS source FROM ${leftAside}
     JOIN runs ON runs.run_id = rejected_rows.run_id
     LEFT JOIN run_files ON run_files.run_id = rejected_rows.run_id AND run_files.file_number = rejected_rows.file_number
     ${sql} ORDER BY rejected_rows.run_id DESC, rejected_rows.file_number, record_number
     LIMIT $${parameters.length + 1}::INTEGER OFFSET $${parameters.length + 2}::INTEGER`,
    [...parameters, options.limit ?? 100, options.offset ?? 0],
  )
}

export function rejectedRow(row: SqlRow): RejectedRow {
  return {
    runId: Number(row.run_id),
    file: String(row.path ?? ''),
    recordNumber: Number(row.record_number),
    outcome: row.outcome as Outcome,
    reason: String(row.reason),
    text: texts[String(row.reason)] ?? String(row.reason),
    column: row.column_name === null ? null : String(row.column_name),
    value: row.value === null ? null : String(row.value),
    row: JSON.parse(String(row.row)) as RejectedRow['row'],
    origin: row.origin === null ? null : String(row.origin),
  }
}
