import type { RejectedRow } from '../model/import.ts'
import type { SqlRow, Warehouse } from '../warehouse/warehouse.ts'
import { type RejectFilter, rejectCondition, rejectedRow } from './ledger.ts'
import { isWhyHeader, originOf, originText, whyHeader } from './mended.ts'

const mostExported = 1_000_000

interface RowToMend extends RejectedRow {
  /** Whose row it is and where it stood first. */
  readonly origin: string
  readonly source: string
}

/**
 * Rejected rows under their own headers, one CSV per source, file and set of headers, so that they can be
 * mended and imported again. The column beside says where they stood and why they were rejected. A row that
 * was rejected in several imports comes once, as it was last, and one that was mended and loaded comes no more.
 */
export async function exportRejects(
  warehouse: Warehouse,
  filter: Pick<RejectFilter, 'runId' | 'reason'>,
): Promise<{ fileName: string; text: string }[]> {
  const files = new Map<string, RowToMend[]>()
  const mended = await warehouse.query('SELECT origin FROM mended_rows')
  const seen = new Set(mended.map(({ origin }) => String(origin)))
  for (const row of await rowsToMend(warehouse, filter)) {
    if (seen.has(row.origin)) continue
    seen.add(row.origin)
    const key = JSON.stringify([row.source, row.file, headersOf(row)])
    files.set(key, [...(files.get(key) ?? []), row])
  }
  const taken = new Set<string>()
  return [...files.values()].map((rows) => ({ fileName: nameOf(rows, taken), text: textOf(rows) }))
}

async function rowsToMend(
  warehouse: Warehouse,
  filter: Pick<RejectFilter, 'runId' | 'reason'>,
): Promise<RowToMend[]> {
  const { sql, parameters } = rejectCondition({ ...filter, outcome: 'rejected' })
  // The same file imported again rejects the same rows again: they are known by their first run.
  const rows = await warehouse.query(
    `SELECT * FROM (SELECT rejected_rows.*, run_files.path AS path, runs.source AS source,
         first_value(rejected_rows.run_id) OVER same AS first_run, first_value(rejected_rows.file_number) OVER same AS first_file
       FROM rejected_rows JOIN runs ON runs.run_id = rejected_rows.run_id
       LEFT JOIN run_files ON run_files.run_id = rejected_rows.run_id AND run_files.file_number = rejected_rows.file_number
       WINDOW same AS (PARTITION BY runs.source, run_files.path, rejected_rows.record_number, rejected_rows.row
         ORDER BY rejected_rows.run_id, rejected_rows.file_number)) AS rejected_rows
     ${sql} ORDER BY run_id DESC, file_number, record_number LIMIT $${parameters.length + 1}::INTEGER`,
    [...parameters, mostExported],
  )
  return rows.map(rowToMend)
}

function rowToMend(row: SqlRow): RowToMend {
  const kept = rejectedRow(row)
  const why = Object.keys(kept.row).find(isWhyHeader)
  const place = [row.first_run, row.first_file, row.record_number].map(Number)
  const first = why === undefined ? null : originOf(kept.row[why] ?? '')
  return {
    ...kept,
    source: String(row.source),
    origin: first?.text ?? originText(String(row.source), place),
  }
}

function headersOf({ row }: RejectedRow): string[] {
  return Object.keys(row).filter((header) => !isWhyHeader(header))
}

function textOf(rows: readonly RowToMend[]): string {
  const headers = rows[0] ? headersOf(rows[0]) : []
  const records = rows.map(({ row, origin, text }) => [
    ...headers.map((header) => row[header] ?? ''),
    `${origin}: ${text}`,
  ])
  const lines = [[...headers, whyHeader], ...records].map((record) =>
    record.map(csvField).join(','),
  )
  return `${lines.join('\r\n')}\r\n`
}

/** Two folders may hold a file of the same name. */
function nameOf(rows: readonly RowToMend[], taken: Set<string>): string {
  const base = rows[0]?.file.split(/[\\/]/).at(-1) ?? 'rows'
  const stem = `rejected-${base.replace(/\.[^.]*$/, '')}`
  let name = stem
  for (let copy = 2; taken.has(name); copy += 1) name = `${stem}-${copy}`
  taken.add(name)
  return `${name}.csv`
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
