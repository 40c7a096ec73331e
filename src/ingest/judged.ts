import { records } from '../model/record.ts'
import type { ColumnType } from '../model/star.ts'
import { cleanSelect } from './clean.ts'
import { cleanTable } from './clean-tables.ts'
import type { MalformedRow } from './format.ts'
import type { RecognisedTable } from './layout.ts'
import type { TableNotation } from './notation.ts'
import { reading, type Workbench } from './workbench.ts'

/** The judged rows of an import, as Parquet, by what their tables hold. */
export interface Judged {
  /** Rows of order lines and returns, all in one schema. */
  readonly lines: readonly string[]
  readonly customers: readonly string[]
  readonly products: readonly string[]
  readonly regions: readonly string[]
  readonly stock: readonly string[]
}

export interface JudgeRequest {
  readonly recognised: RecognisedTable
  readonly notation: TableNotation
  readonly source: string
  readonly timeZone: string
  readonly latest: string
  readonly numbered: boolean
}

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
  if (holds === 'order_lines' || holds === 'returns') {
    return bench.write(name, cleanSelect(request), onProgress)
  }
  const cleaning = cleanTable(request)
  if (cleaning === null) throw new Error(`there is no cleaning for tables of ${holds}`)
  return bench.write(name, cleaning, onProgress)
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

/** The rejected, ignored and malformed rows as the loader takes them. */
export async function writeRejected(
  bench: Workbench,
  options: {
    readonly files: readonly string[]
    readonly malformed: readonly {
      readonly fileNumber: number
      readonly rows: readonly MalformedRow[]
    }[]
    readonly duplicates: string | null
  },
): Promise<string> {
  const parts = options.files.map(
    (file) => `SELECT file_number, record_number, outcome, reason, column_name, value, row
      FROM ${reading([file])} WHERE outcome IN ('rejected', 'ignored', 'duplicate')`,
  )
  if (options.duplicates) parts.push(`SELECT * FROM ${reading([options.duplicates])}`)
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
  for (const { fileNumber, rows } of options.malformed) {
    for (const row of rows) {
      const reason = row.problem === 'not valid JSON' ? 'malformed_json' : 'malformed_row'
      const whole = literal(JSON.stringify({ line: row.text }))
      parts.push(
        `SELECT ${fileNumber}, ${row.recordNumber}, 'rejected', '${reason}', NULL, ${literal(row.problem)}, ${whole}`,
      )
    }
  }
  const empty = records.rejected.map(({ name, type }) => `NULL::${sqlType(type)} AS ${name}`)
  return bench.write(
    'rejected',
    `${parts.join(' UNION ALL ') || `SELECT ${empty.join(', ')} WHERE false`}`,
  )
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
