import type { RejectedRow } from '../model/import.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { keptRows, type RejectFilter, rejectedRow } from './ledger.ts'
import { isWhyHeader, whyHeader } from './mended.ts'

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
  const kept = await keptRows(warehouse, { ...filter, outcome: 'rejected', limit: mostExported })
  const seen = new Set<string>()
  for (const own of kept) {
    const row = { ...rejectedRow(own), source: String(own.source), origin: String(own.origin) }
    if (seen.has(row.origin)) continue
    seen.add(row.origin)
    const key = JSON.stringify([row.source, row.file, headersOf(row)])
    const rows = files.get(key) ?? []
    rows.push(row)
    files.set(key, rows)
  }
  const taken = new Set<string>()
  return [...files.values()].map((rows) => ({ fileName: nameOf(rows, taken), text: textOf(rows) }))
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
