import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { ColumnType } from '../model/star.ts'
import { type CleanRequest, cleanSelect, emptyJudged } from './clean.ts'
import { cleanTable, type TableCleanRequest } from './clean-tables.ts'
import { type MalformedRow, quote } from './format.ts'
import { isOfLines } from './layout.ts'
import { reading, type Workbench } from './workbench.ts'

/** The judged rows of an import, as Parquet, by what their tables hold. */
export interface Judged {
  /** Rows of order lines and returns, all in one schema. */
  readonly lines: readonly string[]
  readonly customers: readonly string[]
  readonly products: readonly string[]
  readonly regions: readonly string[]
  readonly stock: readonly string[]
  readonly rates: readonly string[]
}

/** Where columns were declared, tables like this one come again and again, into the same folder. */
export type JudgeRequest = CleanRequest & TableCleanRequest

/** Cleans one table into a Parquet file and gives its path. */
export async function judgeTable(
  bench: Workbench,
  request: JudgeRequest,
  onProgress?: (share: number) => void,
): Promise<string> {
  const { recognised, numbered } = request
  const { holds } = recognised.claim
  const { file, part } = recognised.table
  const name = [holds, file.number, part.replace(/\W/g, ''), numbered ? 'numbered' : ''].join('-')
  const cleaning = isOfLines(recognised.claim) ? cleanSelect(request) : cleanTable(request)
  if (cleaning === null) throw new Error(`there is no cleaning for tables of ${holds}`)
  if (request.declared) return bench.writeAgain(name, cleaning)
  return bench.write(name, cleaning, onProgress)
}

/** Files of lines leave out columns that their table does not fill; this one has them all, and no rows. */
export function writeForm(bench: Workbench): Promise<string> {
  return bench.write('order_lines-form', emptyJudged())
}

/** Counts of judged rows, by file. */
export interface Tally {
  readonly fileNumber: number
  readonly outcome: string
  readonly reason: string | null
  readonly rows: number
}

export async function tally(bench: Workbench, files: readonly string[]): Promise<Tally[]> {
  if (files.length === 0) return []
  const rows = await bench.rows(
    `SELECT file_number, outcome, reason, count(*)::BIGINT AS rows FROM ${reading(files)}
     GROUP BY ALL ORDER BY ALL`,
  )
  return rows.map((row) => ({
    fileNumber: Number(row.file_number),
    outcome: String(row.outcome),
    reason: row.reason === null ? null : String(row.reason),
    rows: Number(row.rows),
  }))
}

/** The rejected, ignored and malformed rows as the loader takes them; null where there are none. */
export async function writeRejected(
  bench: Workbench,
  options: {
    /** Each group in one schema. */
    readonly groups: readonly (readonly string[])[]
    readonly malformed: readonly MalformedRows[]
    readonly duplicates: string | null
    readonly tallies: readonly Tally[]
  },
): Promise<string | null> {
  const isSetAside = options.tallies.some(({ outcome }) => setAside.includes(outcome))
  const groups = isSetAside ? options.groups.filter((files) => files.length > 0) : []
  const parts = groups.map(
    (files) => `SELECT file_number, record_number, outcome, reason, column_name, value, row, origin
      FROM ${reading(files)} WHERE outcome IN (${setAside.map(quote).join(', ')})`,
  )
  if (options.duplicates) parts.push(`SELECT * FROM ${reading([options.duplicates])}`)
  const malformed = options.malformed.filter(({ rows }) => rows.length > 0)
  if (malformed.length > 0) parts.push(await malformedRows(bench, malformed))
  return parts.length > 0 ? bench.write('rejected', parts.join(' UNION ALL ')) : null
}

const setAside = ['rejected', 'ignored', 'duplicate']

export interface MalformedRows {
  readonly fileNumber: number
  readonly rows: readonly MalformedRow[]
}

async function* malformedLines(malformed: readonly MalformedRows[]): AsyncGenerator<string> {
  for (const { fileNumber, rows } of malformed) {
    for (const [index, { recordNumber, text, problem, ignored }] of rows.entries()) {
      const reason = problem === 'not valid JSON' ? 'malformed_json' : 'malformed_row'
      yield `${JSON.stringify({
        file_number: fileNumber,
        record_number: recordNumber,
        outcome: ignored ? 'ignored' : 'rejected',
        reason: ignored ?? reason,
        value: problem,
        row: JSON.stringify({ line: text }),
      })}\n`
      // There may be a hundred thousand of them: others have their turn between them.
      if (index % linesATurn === linesATurn - 1) await setImmediate()
    }
  }
}

const linesATurn = 1_000

/** SELECT of the lines that are no records. They travel in a file: a statement cannot hold thousands. */
async function malformedRows(
  bench: Workbench,
  malformed: readonly MalformedRows[],
): Promise<string> {
  const path = join(bench.folder, 'malformed.ndjson')
  await pipeline(Readable.from(malformedLines(malformed)), createWriteStream(path))
  return `SELECT file_number, record_number, outcome, reason, NULL::VARCHAR AS column_name, value, row,
      NULL::VARCHAR AS origin FROM read_json(${quote(path)}, format = 'newline_delimited', maximum_object_size = 67108864, columns =
      {file_number: 'INTEGER', record_number: 'BIGINT', outcome: 'VARCHAR', reason: 'VARCHAR', value: 'VARCHAR', row: 'VARCHAR'})`
}

/** Types of staged columns. */
export function sqlType(type: ColumnType): string {
  const types: Readonly<Record<ColumnType, string>> = {
    bigint: 'BIGINT',
    integer: 'INTEGER',
    smallint: 'SMALLINT',
    text: 'VARCHAR',
    boolean: 'BOOLEAN',
    date: 'DATE',
    instant: 'TIMESTAMPTZ',
    money: 'DECIMAL(18,4)',
    quantity: 'DECIMAL(14,3)',
    rate: 'DECIMAL(18,8)',
  }
  return types[type]
}
