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

/**
 * Reads the record that starts at an index. Quoted fields may hold delimiters, quotes and newlines; a quote
 * that is not closed before a delimiter or a line end stands for itself. Null when the text ends before that
 * is sure and `whole` says that more follows.
 */
export function readRecord(
  text: string,
  start: number,
  { writing, whole }: { readonly writing: Writing; readonly whole: boolean },
): CsvRecord | null {
  const fields: string[] = []
  let at = start
  for (;;) {
    const quoted = text[at] === writing.quote ? quotedField(text, at, writing) : null
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

/** The first records of a text, blank lines left out. */
export function splitRecords(text: string, writing: Writing, limit: number): string[][] {
  const records: string[][] = []
  let at = 0
  while (at < text.length && records.length < limit) {
    const record = readRecord(text, at, { writing, whole: true })
    if (record === null) break
    if (!isBlank(record.fields)) records.push([...record.fields])
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
function quotedField(text: string, start: number, writing: Writing): Field | 'open' | null {
  const { delimiter, quote, escapedBy } = writing
  let value = ''
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === escapedBy && text[at + 1] === quote) {
      value += quote
      at += 1
    } else if (text[at] === quote) {
      let end = at + 1
      while (text[end] === ' ') end += 1
      const closes = end >= text.length || text[end] === delimiter || isNewline(text[end])
      return closes ? { value, end } : null
    } else value += text[at]
  }
  return 'open'
}

function isNewline(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}

function afterNewline(text: string, at: number): number {
  return text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1
}
