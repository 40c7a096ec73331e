import { createReadStream, createWriteStream } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import {
  type Format,
  type MalformedRow,
  type OpenRequest,
  quote,
  type StagedTable,
} from '../format.ts'
import type { InputFile } from '../input.ts'
import { type CsvDialect, delimiterName, findDialect } from './csv-dialect.ts'
import { mendCsv } from './csv-mend.ts'
import { withOneNewline } from './one-newline.ts'
import { ignoredLine } from './remarks.ts'

/** Delimited text. It claims every text file: the formats before it in the list had their chance. */
export const csv: Format = {
  name: 'csv',
  claims: (file) => file.encoding !== 'binary',
  open,
}

async function open(request: OpenRequest): Promise<readonly StagedTable[]> {
  const { head } = request
  const sameEnds = await withOneNewline(request)
  const whole = Buffer.byteLength(head) >= request.file.size
  const text = head.replace(/^\uFEFF/, '')
  const found = await findDialect(text, whole)
  const { file, dialect } = await withoutTitles(request, sameEnds, { text, dialect: found })
  const names =
    dialect.header ?? Array.from({ length: dialect.fields }, (_, i) => `column ${i + 1}`)
  const columns = names.map((name, index) => ({ name, sql: `c${index + 1}` }))
  const base: Base = {
    file,
    format: 'csv',
    part: '',
    columns,
    headerStated: dialect.header !== null,
    notation: notationOf(found),
  }
  const rows = reader(base, dialect, `rejects_${file.number}`)
  return [
    {
      ...base,
      relation: `(SELECT row_number() OVER () AS record_number, * FROM ${rows})`,
      unnumbered: `(SELECT NULL::BIGINT AS record_number, * FROM ${rows})`,
      statedRows: statedRows(file, dialect),
      malformed: () => refused(request, `rejects_${file.number}`, dialect),
      mended: () => mended(request, base, dialect),
    },
  ]
}

/** Quotes may hold line ends; the lines of a file were counted where it has no double ones. */
function statedRows(
  { lines }: InputFile,
  { quote: quotes, header, titles }: CsvDialect,
): number | null {
  if (lines === null || quotes !== '"') return null
  return lines - titles - (header ? 1 : 0)
}

function notationOf({ delimiter, fields, header, skip, titles }: CsvDialect): string {
  return [
    ...(fields > 1 ? [`${delimiterName(delimiter)} between columns`] : []),
    ...(header && titles > 0 ? [`header in line ${skip + 1}`] : []),
  ].join(', ')
}

type Base = Pick<StagedTable, 'file' | 'format' | 'part' | 'columns' | 'headerStated' | 'notation'>

/**
 * The reader is told everything and keeps what it cannot read. Every scan stores its rejects: with
 * errors merely ignored, the parallel reader was seen to lose good rows beside a bad one.
 */
function reader(
  { file, columns }: Pick<Base, 'file' | 'columns'>,
  dialect: Omit<CsvDialect, 'fields'>,
  rejects: string,
): string {
  const types = columns.map(({ sql }) => `'${sql}': 'VARCHAR'`).join(', ')
  return `read_csv(${quote(file.path)}, auto_detect = false, header = ${dialect.header !== null},
    skip = ${dialect.skip}, delim = ${quote(dialect.delimiter)}, quote = ${quote(dialect.quote)},
    escape = ${quote(dialect.escapedBy)}, nullstr = '', max_line_size = 8388608, buffer_size = 33554432,
    store_rejects = true, rejects_table = '${rejects}', rejects_scan = '${rejects}_scans',
    rejects_limit = 0, columns = {${types}})`
}

/** What the reader kept aside. It counts records as lines, blank ones and the header too. */
async function refused(
  { staging }: OpenRequest,
  rejects: string,
  dialect: Omit<CsvDialect, 'fields'>,
): Promise<MalformedRow[]> {
  const rows = await staging.rows(
    `SELECT line, any_value(csv_line) AS text, any_value(error_type::VARCHAR) AS problem
     FROM ${rejects} GROUP BY line ORDER BY line`,
  )
  const malformed: MalformedRow[] = []
  for (const row of rows) {
    const text = String(row.text ?? '')
    const ignored = ignoredLine(text, dialect)
    malformed.push({
      recordNumber: Math.max(1, Number(row.line) - dialect.skip - (dialect.header ? 1 : 0)),
      text,
      problem: String(row.problem ?? '').toLowerCase(),
      ...(ignored ? { ignored } : {}),
    })
    // A file may be nothing but such lines: others have their turn between them.
    if (malformed.length % linesATurn === 0) await setImmediate()
  }
  return malformed
}

const linesATurn = 1_000

/** The reader sees quotes everywhere: where titles hold some, the table is copied without them. */
async function withoutTitles(
  { folder }: OpenRequest,
  file: InputFile,
  { text, dialect }: { readonly text: string; readonly dialect: CsvDialect },
): Promise<{ readonly file: InputFile; readonly dialect: CsvDialect }> {
  const lineEnd = /\r\n|\n|\r/g
  for (let line = 0; line < dialect.skip; line += 1) lineEnd.exec(text)
  const written = text.slice(0, lineEnd.lastIndex)
  const above = file.mixedNewlines ? written.replaceAll(/\r\n?/g, '\n') : written
  if (!above.includes(dialect.quote)) return { file, dialect }
  const path = join(folder, `${file.number}-${basename(file.path)}.table`)
  await pipeline(
    createReadStream(file.path, { start: Buffer.byteLength(above) }),
    createWriteStream(path),
  )
  return { file: { ...file, path }, dialect: { ...dialect, skip: 0, titles: 0 } }
}

/** The same table from a copy in which every line is a record of its own; see `mendCsv`. */
async function mended(request: OpenRequest, base: Base, dialect: CsvDialect): Promise<StagedTable> {
  const path = join(request.folder, `${base.file.number}-${basename(base.file.path)}.mended`)
  const { count, malformed } = await mendCsv({ from: base.file.path, to: path, dialect })
  const copy = { delimiter: ',', quote: '"', escapedBy: '"', skip: 0, titles: 0, header: null }
  const columns = [{ name: 'record number', sql: 'record_number' }, ...base.columns]
  const rejects = `rejects_${base.file.number}_mended`
  const rows = reader({ file: { ...base.file, path }, columns }, copy, rejects)
  const relation = `(SELECT * REPLACE (record_number::BIGINT AS record_number) FROM ${rows})`
  return {
    ...base,
    relation,
    unnumbered: relation,
    statedRows: count,
    malformed: async () => [...malformed, ...(await refused(request, rejects, copy))],
  }
}
