import { setImmediate } from 'node:timers/promises'
import { type SplitRecord, splitRecords, type Writing } from './csv-records.ts'
import { findHeader, uniqueNames } from './header-row.ts'

/** How a delimited text is written, found from its head: never guessed by the reader of the whole file. */
export interface CsvDialect extends Writing {
  /** Lines before the header, or before the first record where there is none. */
  readonly skip: number
  /** How many of them hold something. */
  readonly titles: number
  readonly header: readonly string[] | null
  readonly fields: number
}

const delimiters = [',', ';', '\t', '|', '^', '~', '\u0001', ':'] as const
const sampledRecords = 300

/** A line for Excel that names the delimiter. */
const toldDelimiter = /^"?sep=(.)"?$/i

/** `head` may end in the middle of a record; `whole` says that it does not. */
export async function findDialect(head: string, whole: boolean): Promise<CsvDialect> {
  const lines = head.split(/\r\n|\n|\r/)
  const first = firstFilled(lines, 0)
  const [, told] = toldDelimiter.exec(lines[first]?.trim() ?? '') ?? []
  const skip = told === undefined ? first : firstFilled(lines, first + 1)
  const body = lines.slice(skip).join('\n')
  const quote = quoteOf(body)
  // Quotes inside quotes are doubled, or a few programs put a backslash before them.
  const escapes = body.includes(`\\${quote}`) ? [quote, '\\'] : [quote]
  let best: Judged | null = null
  for (const delimiter of told === undefined ? delimiters : [told]) {
    for (const escapedBy of escapes) {
      const judged = judge(body, { delimiter, quote, escapedBy }, whole)
      if (best === null || judged.score > best.score + 1e-9) best = judged
      // A head full of quotes takes long: others may have a turn.
      await setImmediate()
    }
  }
  const { writing, fields, records } =
    best ?? judge(body, { delimiter: ',', quote, escapedBy: quote }, whole)
  const rows = records.map((record) => record.fields)
  const { header, above } = findHeader(rows, fields)
  const names = header && fittedNames(header, { fields, rows: rows.slice(above + 1) })
  return {
    ...writing,
    skip: skip + (records[above]?.line ?? 0),
    titles: above + (told === undefined ? 0 : 1),
    header: names && uniqueNames(names),
    fields: names?.length ?? fields,
  }
}

function firstFilled(lines: readonly string[], from: number): number {
  const first = lines.findIndex((line, index) => index >= from && line.trim() !== '')
  return Math.max(from, first)
}

/**
 * The names of a header with as many as the rows have fields, where only blank ones differ: some programs end
 * every row with a delimiter but not the header, or the other way round.
 */
function fittedNames(
  header: readonly string[],
  { fields, rows }: { readonly fields: number; readonly rows: readonly (readonly string[])[] },
): readonly string[] {
  if (header.slice(fields).every((name) => name.trim() === '')) {
    const isBlankBehind = rows.every((row) =>
      row.slice(header.length).every((cell) => cell.trim() === ''),
    )
    if (header.length >= fields || isBlankBehind) {
      return Array.from({ length: fields }, (_, index) => header[index] ?? '')
    }
  }
  return header
}

/** Double quotes, unless fields stand in single ones throughout: an apostrophe alone is no quote. */
function quoteOf(body: string): string {
  // Most files hold none, and looking for whole fields takes long.
  if (!body.includes("'")) return '"'
  const wrapped = (quote: string) =>
    body.match(new RegExp(`(?<=^|[,;\\t|])${quote}[^${quote}\\n]*${quote}(?=$|[,;\\t|])`, 'gm'))
      ?.length ?? 0
  const lines = body.split('\n', sampledRecords).length
  const single = wrapped("'")
  return single >= lines / 2 && single > wrapped('"') ? "'" : '"'
}

interface Judged {
  readonly writing: Writing
  readonly fields: number
  readonly score: number
  readonly records: readonly SplitRecord[]
}

function judge(body: string, writing: Writing, whole: boolean): Judged {
  const all = splitRecords(body, writing, sampledRecords + 1)
  const records = (whole || all.length > sampledRecords ? all : all.slice(0, -1)).slice(
    0,
    sampledRecords,
  )
  const kept = records.length > 0 ? records : all
  const counts = new Map<number, number>()
  for (const { fields } of kept) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1)
  // A single column agrees with itself under any delimiter, and so do titles above a table: it counts for nothing.
  const scores = [...counts].map(([fields, agreeing]) => ({
    fields,
    score: fields > 1 ? (agreeing / kept.length) * (1 + Math.log2(fields) / 10) : 0,
  }))
  const { fields = 1, score = 0 } =
    scores.sort((a, b) => b.score - a.score || b.fields - a.fields)[0] ?? {}
  // Colons stand in times as well: where they are between columns they are in the header too.
  const inTimes = writing.delimiter === ':' && kept[0]?.fields.length !== fields
  return { writing, fields, score: inTimes ? 0 : score, records: kept }
}

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
  '^': 'caret',
  '~': 'tilde',
  ':': 'colon',
  '\u0001': 'control character 1',
}

export function delimiterName(delimiter: string): string {
  return delimiterNames[delimiter] ?? delimiter
}
