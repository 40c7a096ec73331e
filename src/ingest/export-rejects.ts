import { TakingsError } from '../model/errors.ts'
import type { MendedRow, RejectedRow } from '../model/import.ts'
import { whyHeader } from '../model/reasons.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { csvField } from './csv-field.ts'
import { keptRows, type RejectFilter, rejectedRow } from './ledger.ts'
import { isWhyHeader } from './mended.ts'

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
): Promise<RowFile[]> {
  return filesOf(await rowsToMend(warehouse, filter))
}

/**
 * The same of single rows as a person mended them, each under its origin. Throws `invalid_request` where one
 * is not among the rejected rows, or was mended and loaded since.
 */
export async function mendedFiles(
  warehouse: Warehouse,
  mended: readonly MendedRow[],
): Promise<RowFile[]> {
  const wanted = new Map(mended.map(({ origin, row }) => [origin, row]))
  const rows = await rowsToMend(warehouse, { origins: [...wanted.keys()] })
  const found = new Set(rows.map(({ origin }) => origin))
  const gone = [...wanted.keys()].filter((origin) => !found.has(origin))
  if (gone.length > 0) {
    throw new TakingsError('invalid_request', {
      problem: `no rejected rows, or mended since: ${gone.slice(0, 5).join(', ')}`,
    })
  }
  return filesOf(
    rows.map((row) => ({ ...row, row: withMended(row.row, wanted.get(row.origin) ?? {}) })),
  )
}

export interface RowFile {
  readonly fileName: string
  readonly text: string
}

/** Only columns that the row has: others would make it a row of another file. */
function withMended(row: RejectedRow['row'], mended: RejectedRow['row']): RejectedRow['row'] {
  const own = Object.entries(row).map(([header, value]) => {
    const said = Object.hasOwn(mended, header) ? mended[header] : undefined
    return [header, said === undefined ? value : said]
  })
  return Object.fromEntries(own)
}

async function rowsToMend(warehouse: Warehouse, filter: RejectFilter): Promise<RowToMend[]> {
  const kept = await keptRows(warehouse, { ...filter, outcome: 'rejected', limit: mostExported })
  const rows = new Map<string, RowToMend>()
  for (const own of kept) {
    const origin = String(own.origin)
    if (rows.has(origin)) continue
    rows.set(origin, { ...rejectedRow(own), source: String(own.source), origin })
  }
  return [...rows.values()]
}

function filesOf(rows: readonly RowToMend[]): RowFile[] {
  const files = new Map<string, RowToMend[]>()
  for (const row of rows) {
    const key = JSON.stringify([row.source, row.file, headersOf(row)])
    const own = files.get(key) ?? []
    own.push(row)
    files.set(key, own)
  }
  const taken = new Set<string>()
  return [...files.values()].map((own) => ({ fileName: nameOf(own, taken), text: textOf(own) }))
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
