import { TakingsError } from '../../model/errors.ts'
import {
  type Format,
  type MalformedRow,
  type OpenRequest,
  quote,
  type StagedTable,
} from '../format.ts'
import { isObject } from './document.ts'
import { documentTables, sampledDocuments, wholeShape } from './document-table.ts'
import { withOneNewline } from './one-newline.ts'

const isDocument = "json_valid(line) AND starts_with(ltrim(line), '{')"

/** One JSON document a line. */
export const ndjson: Format = {
  name: 'ndjson',
  claims: (file, head) => {
    if (file.encoding === 'binary' || !/^\s*\{/.test(head)) return false
    // A document alone, on one line, is JSON as a whole: it may wrap lists.
    const [first = '', second = ''] = head.trimStart().split(/[\r\n]+/, 2)
    return parsed(first) !== null && isStart(second)
  },
  open,
}

async function open(request: OpenRequest): Promise<readonly StagedTable[]> {
  const { staging } = request
  const file = await withOneNewline(request)
  const lines = `read_csv(${quote(file.path)}, auto_detect = false, header = false, delim = '\u0001',
    quote = '', escape = '', max_line_size = 16777216, buffer_size = 33554432, columns = {'line': 'VARCHAR'})`
  const numbered = `(SELECT row_number() OVER () AS record_number, line FROM ${lines})`
  const sample = await staging.rows(
    `SELECT line FROM ${numbered} WHERE ${isDocument} LIMIT ${sampledDocuments}`,
  )
  const documents = sample.flatMap((row) => parsed(String(row.line)) ?? [])
  if (documents.length === 0) {
    throw new TakingsError('damaged_file', {
      path: file.name,
      problem: 'no line of it is a JSON object',
    })
  }
  const all = `(SELECT record_number, line::JSON AS document FROM ${numbered} WHERE ${isDocument})`
  return documentTables({
    request,
    format: 'ndjson',
    part: '',
    shape: await wholeShape(staging, all, documents),
    documents: all,
    malformed: async () => {
      const rows = await staging.rows(
        `SELECT record_number, line FROM ${numbered} WHERE NOT (${isDocument}) AND trim(line) <> ''`,
      )
      return rows.map(
        (row): MalformedRow => ({
          recordNumber: Number(row.record_number),
          text: String(row.line),
          problem: 'not valid JSON',
        }),
      )
    },
  })
}

/** The object that a text is; null where it is none. The engine reads more than JSON is: NaN, a comma too many. */
function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function isStart(text: string): boolean {
  return text.trimStart().startsWith('{')
}
