/** What tells the fields of a delimited text apart. */
export interface Writing {
  readonly delimiter: string
  readonly quote: string
  /** Before a quote inside a quoted field: the quote again, or a backslash. */
  readonly escapedBy: string
}

export interface CsvRecord {
  readonly fields: readonly string[]
  /** Where the next record starts. */
  readonly end: number
}

interface ReadOptions {
  readonly writing: Writing
  readonly whole: boolean
  /** Characters that may still be looked at for the ends of quoted fields; all where it is left out. */
  readonly budget?: Budget | undefined
}

interface Budget {
  left: number
}

/**
 * Reads the record that starts at an index. Quoted fields may hold delimiters, quotes and newlines; a quote
 * that is not closed before a delimiter or a line end stands for itself. Null when the text ends before that
 * is sure and `whole` says that more follows.
 */
export function readRecord(
  text: string,
  start: number,
  { writing, whole, budget }: ReadOptions,
): CsvRecord | null {
  const fields: string[] = []
  let at = start
  for (;;) {
    const quoted = text[at] === writing.quote ? quotedField(text, at, { writing, budget }) : null
    if (quoted === 'open' && !whole) return null
    const field = quoted && quoted !== 'open' ? quoted : plainField(text, at, writing.delimiter)
    fields.push(field.value)
    at = field.end
    if (at < text.length && text[at] === writing.delimiter) {
      at += 1
      continue
    }
    // A carriage return at the very end may be the first half of a line end.
    if (at >= text.length - 1 && !whole && text[at] !== '\n') return null
    return { fields, end: afterNewline(text, at) }
  }
}

export interface SplitRecord {
  readonly fields: readonly string[]
  /** The line on which it starts, from 0. */
  readonly line: number
}

/** Characters that may be looked at in vain: fields that start with a quote, and whose end is far or nowhere. */
const patience = 2_000_000

/** The first records of a text whose lines end in a line feed, blank lines left out. */
export function splitRecords(text: string, writing: Writing, limit: number): SplitRecord[] {
  const records: SplitRecord[] = []
  const budget = { left: patience }
  let at = 0
  let line = 0
  while (at < text.length && records.length < limit) {
    const record = readRecord(text, at, { writing, whole: true, budget })
    if (record === null) break
    if (!isBlank(record.fields)) records.push({ fields: record.fields, line })
    for (let end = text.indexOf('\n', at); end >= 0 && end < record.end; line += 1) {
      end = text.indexOf('\n', end + 1)
    }
    at = record.end
  }
  return records
}

export function isBlank(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0]?.trim() === ''
}

interface Field {
  readonly value: string
  readonly end: number
}

function plainField(text: string, start: number, delimiter: string): Field {
  let end = start
  while (end < text.length && text[end] !== delimiter && !isNewline(text[end])) end += 1
  return { value: text.slice(start, end), end }
}

/** Null when the quote is none, `open` when the text ends before that is known. */
function quotedField(
  text: string,
  start: number,
  { writing, budget }: Pick<ReadOptions, 'writing' | 'budget'>,
): Field | 'open' | null {
  const { delimiter, quote } = writing
  const limit = budget ? Math.min(text.length, start + budget.left) : text.length
  let value = ''
  let from = start + 1
  let at = text.indexOf(quote, from)
  for (; at >= 0 && at < limit; at = text.indexOf(quote, from)) {
    const escaped = escapedFrom(text, { at, from, writing })
    value += text.slice(from, escaped ?? at)
    if (escaped === null) break
    value += quote
    from = Math.max(at, escaped + 1) + 1
  }
  const ends = at >= 0 && at < limit
  if (budget) budget.left -= (ends ? at : limit) - start
  if (!ends) return 'open'
  let behind = at + 1
  while (text[behind] === ' ') behind += 1
  const closes = behind >= text.length || text[behind] === delimiter || isNewline(text[behind])
  return closes ? { value, end: behind } : null
}

/** Where the two characters start that stand for the quote; null where it is one that may close the field. */
function escapedFrom(
  text: string,
  {
    at,
    from,
    writing: { quote, escapedBy },
  }: { readonly at: number; readonly from: number; readonly writing: Writing },
): number | null {
  if (escapedBy === quote) return text[at + 1] === quote ? at : null
  return at > from && text[at - 1] === escapedBy ? at - 1 : null
}

function isNewline(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}

function afterNewline(text: string, at: number): number {
  return text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1
}
