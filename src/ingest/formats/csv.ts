import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
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

/** Delimited text. It claims every text file: the formats before it in the list had their chance. */
export const csv: Format = {
  name: 'csv',
  claims: (file) => file.encoding !== 'binary',
  open,
}

async function open(request: OpenRequest): Promise<readonly StagedTable[]> {
  const { head } = request
  const file = await withOneNewline(request)
  const text = head.length < file.size ? head : readFileSync(file.path, 'utf8')
  const dialect = findDialect(text.replace(/^\uFEFF/, ''), head.length >= file.size)
  const names =
    dialect.header ?? Array.from({ length: dialect.fields }, (_, i) => `column ${i + 1}`)
  const columns = names.map((name, index) => ({ name, sql: `c${index + 1}` }))
  const base: Base = {
    file,
    format: 'csv',
    part: '',
    columns,
    headerStated: dialect.header !== null,
    notation: dialect.fields > 1 ? `${delimiterName(dialect.delimiter)} between columns` : '',
  }
  const rows = reader(base, dialect, `rejects_${file.number}`)
  return [
    {
      ...base,
      relation: `(SELECT row_number() OVER () AS record_number, * FROM ${rows})`,
      unnumbered: `(SELECT NULL::BIGINT AS record_number, * FROM ${rows})`,
      malformed: () => refused(request, `rejects_${file.number}`, dialect),
      mended: () => mended(request, base, dialect),
    },
  ]
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
  dialect: Pick<CsvDialect, 'skip' | 'header'>,
): Promise<MalformedRow[]> {
  const rows = await staging.rows(
    `SELECT line, any_value(csv_line) AS text, any_value(error_type::VARCHAR) AS problem
     FROM ${rejects} GROUP BY line ORDER BY line`,
  )
  return rows.map((row) => ({
    recordNumber: Math.max(1, Number(row.line) - dialect.skip - (dialect.header ? 1 : 0)),
    text: String(row.text ?? ''),
    problem: String(row.problem ?? '').toLowerCase(),
  }))
}

/** The same table from a copy in which every line is a record of its own; see `mendCsv`. */
async function mended(request: OpenRequest, base: Base, dialect: CsvDialect): Promise<StagedTable> {
  const path = join(request.folder, `${base.file.number}-${basename(base.file.path)}.mended`)
  const malformed = await mendCsv({ from: base.file.path, to: path, dialect })
  const copy = { delimiter: ',', quote: '"', escapedBy: '"', skip: 0, header: null }
  const columns = [{ name: 'record number', sql: 'record_number' }, ...base.columns]
  const rejects = `rejects_${base.file.number}_mended`
  const rows = reader({ file: { ...base.file, path }, columns }, copy, rejects)
  const relation = `(SELECT * REPLACE (record_number::BIGINT AS record_number) FROM ${rows})`
  return {
    ...base,
    relation,
    unnumbered: relation,
    malformed: async () => [...malformed, ...(await refused(request, rejects, copy))],
  }
}

/** The reader stops at line ends of several kinds in one file; such a file is copied with one kind. */
async function withOneNewline({ file, head, folder }: OpenRequest): Promise<InputFile> {
  const kinds = new Set([head, ...windowsOf(file)].flatMap(newlinesIn))
  if (kinds.size < 2) return file
  const path = join(folder, `${file.number}-${basename(file.path)}.lines`)
  let endsInReturn = false
  const normalise = new Transform({
    decodeStrings: false,
    transform(chunk: string, _encoding, done) {
      const joined = endsInReturn ? `\r${chunk}` : chunk
      endsInReturn = joined.endsWith('\r')
      done(null, (endsInReturn ? joined.slice(0, -1) : joined).replace(/\r\n?/g, '\n'))
    },
    flush(done) {
      done(null, endsInReturn ? '\n' : '')
    },
  })
  await pipeline(createReadStream(file.path, 'utf8'), normalise, createWriteStream(path))
  return { ...file, path }
}

const windows = 16
const windowLength = 65_536

/** Parts of a large file up to its end: two exports joined into one show there. */
function windowsOf(file: InputFile): string[] {
  const last = file.size - windowLength
  if (last <= 0) return []
  const handle = openSync(file.path, 'r')
  try {
    const buffer = Buffer.alloc(windowLength)
    return Array.from({ length: windows }, (_, index) => {
      const at = Math.floor((last * (index + 1)) / windows)
      return buffer.toString('latin1', 0, readSync(handle, buffer, 0, windowLength, at))
    })
  } finally {
    closeSync(handle)
  }
}

/** The kinds of line ends in a text, its first and last character left out: they may be half of one. */
function newlinesIn(text: string): string[] {
  const found = text.slice(0, -1).matchAll(/(?<=[^\r])(\r\n|\n)|\r(?=[^\n])/g)
  return [...new Set([...found].map(([newline]) => newline))]
}
