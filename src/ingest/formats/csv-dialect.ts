import { splitRecords, type Writing } from './csv-records.ts'

/** How a delimited text is written, found from its head: never guessed by the reader of the whole file. */
export interface CsvDialect extends Writing {
  /** Blank lines before the first record. */
  readonly skip: number
  readonly header: readonly string[] | null
  readonly fields: number
}

const delimiters = [',', ';', '\t', '|', '^', '~', '\u0001', ':'] as const
const sampledRecords = 300

/** `head` may end in the middle of a record; `whole` says that it does not. */
export function findDialect(head: string, whole: boolean): CsvDialect {
  const skip = countBlankLines(head)
  const body = head
    .split(/\r\n|\n|\r/)
    .slice(skip)
    .join('\n')
  const quote = quoteOf(body)
  // Quotes inside quotes are doubled, or a few programs put a backslash before them.
  const escapes = body.includes(`\\${quote}`) ? [quote, '\\'] : [quote]
  const candidates = delimiters.flatMap((delimiter) =>
    escapes.map((escapedBy) => judge(body, { delimiter, quote, escapedBy }, whole)),
  )
  const best = candidates.reduce((a, b) => (b.score > a.score + 1e-9 ? b : a))
  const [first = [], ...rest] = best.records
  const header = isHeader(first, rest) ? uniqueNames(first) : null
  return { ...best.writing, skip, header, fields: best.fields }
}

/** Double quotes, unless fields stand in single ones throughout: an apostrophe alone is no quote. */
function quoteOf(body: string): string {
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
  readonly records: readonly (readonly string[])[]
}

function judge(body: string, writing: Writing, whole: boolean): Judged {
  const all = splitRecords(body, writing, sampledRecords + 1)
  const records = (whole || all.length > sampledRecords ? all : all.slice(0, -1)).slice(
    0,
    sampledRecords,
  )
  const kept = records.length > 0 ? records : all
  const counts = new Map<number, number>()
  for (const record of kept) counts.set(record.length, (counts.get(record.length) ?? 0) + 1)
  const [fields = 1, agreeing = 0] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? []
  const agreement = kept.length === 0 ? 0 : agreeing / kept.length
  // A single column agrees with itself under any delimiter: it counts for nothing.
  const columns = fields > 1 ? 1 + Math.log2(fields) / 10 : 0
  return { writing, fields, score: agreement * columns, records: kept }
}

function countBlankLines(head: string): number {
  const lines = head.split(/\r\n|\n|\r/)
  const first = lines.findIndex((line) => line.trim() !== '')
  return Math.max(0, first)
}

const numberOrDate = /^[\s£$€¥]*[+-]?[\d.,'\s]*\d[\d.,'\s%]*$|^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/

/** A header names its columns: no numbers or dates, few blanks, and no name twice as data would have. */
function isHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const names = first.map((name) => name.trim())
  if (names.every((name) => name === '')) return false
  if (names.some((name) => numberOrDate.test(name))) return false
  if (rest.length === 0) return true
  const blank = names.filter((name) => name === '').length
  if (blank > names.length / 2) return false
  return names.some((name, column) => !rest.every((record) => record[column]?.trim() === name))
}

/** Names for columns: blank ones by position, repeated ones numbered. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((raw, index) => {
    const name = raw.trim() || `column ${index + 1}`
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
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
