import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { csvField } from '../csv-field.ts'
import type { MalformedRow } from '../format.ts'
import type { CsvDialect } from './csv-dialect.ts'
import { type CsvRecord, isBlank, readRecord } from './csv-records.ts'
import { ignoredLine } from './remarks.ts'

/**
 * Copies a delimited file that the engine stumbles over. One stray quote makes the engine take all that
 * follows for one field, and after a few megabytes it goes on without a word of what it left out. Here a
 * quote that closes nothing stands for itself, so that every line is a record of its own again.
 *
 * The copy is comma-separated with `"` around fields that need it, has no header, and starts each record
 * with its number in the original. Records that do not fit the columns are given back instead.
 */
export async function mendCsv(request: {
  readonly from: string
  readonly to: string
  readonly dialect: CsvDialect
}): Promise<MendedRows> {
  const mender = new Mender(request.dialect)
  await pipeline(
    createReadStream(request.from, { encoding: 'utf8', highWaterMark: 1 << 20 }),
    (source: AsyncIterable<string>) => mender.run(source),
    createWriteStream(request.to),
  )
  return { count: mender.count, malformed: mender.malformed }
}

export interface MendedRows {
  /** Records of the original, malformed ones too. */
  readonly count: number
  readonly malformed: readonly MalformedRow[]
}

/** A quoted field goes on for so many characters at most; longer ones come from a stray quote. */
const longestRecord = 1 << 20
/** What the engine reads; no longer line is held in memory. */
const longestLine = 8 << 20
const keptText = 10_000
const looksATurn = 16

class Mender {
  readonly malformed: MalformedRow[] = []
  readonly #dialect: CsvDialect
  #text = ''
  #at = 0
  #number = 0
  /** Lines above the header that are still to come. */
  #above: number
  /** Records with quotes in this turn. */
  #looks = 0
  /** In the middle of a line that is too long. */
  #skipping = false

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect
    // The header is a record too, but none that counts.
    this.#number = dialect.header ? -1 : 0
    this.#above = dialect.skip
  }

  /** Records met so far. */
  get count(): number {
    return Math.max(0, this.#number)
  }

  async *run(source: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const chunk of source) {
      this.#text = this.#text.slice(this.#at) + chunk
      this.#at = 0
      yield* this.#turns(false)
    }
    yield* this.#turns(true)
  }

  /** Quotes whose end is far away take long to look through: others have their turn between them. */
  async *#turns(last: boolean): AsyncGenerator<string> {
    do {
      this.#looks = 0
      yield this.#records(last)
      await setImmediate()
    } while (this.#looks >= looksATurn)
  }

  #records(last: boolean): string {
    let written = ''
    while (this.#at < this.#text.length && this.#looks < looksATurn) {
      const line = this.#line()
      if (this.#above > 0 && line !== null) {
        this.#above -= 1
        this.#at = line.end
        continue
      }
      const waiting = this.#text.length - this.#at
      if (line === null && !last && waiting < longestLine) break
      if (this.#skipping || (line === null && waiting >= longestLine)) this.#skip(line)
      else {
        const record = this.#record(line, last || waiting > longestRecord)
        if (record === null) break
        written += this.#write(record)
        this.#at = record.end
      }
    }
    return written
  }

  #skip(line: Line | null): void {
    if (!this.#skipping) this.#refuse(this.#at + keptText, 'line longer than 8 MB')
    this.#skipping = line === null
    this.#at = line?.end ?? this.#text.length
  }

  #record(line: Line | null, whole: boolean): CsvRecord | null {
    const { delimiter, quote, fields } = this.#dialect
    if (line !== null && !line.text.includes(quote)) {
      return { fields: line.text.split(delimiter), end: line.end }
    }
    this.#looks += 1
    const record = readRecord(this.#text, this.#at, { writing: this.#dialect, whole })
    if (line === null || record?.end === line.end) return record
    // Where the line alone has all its fields, the quote that leads on from it is a stray one.
    const alone = readRecord(line.text, 0, { writing: this.#dialect, whole: true })
    return alone?.fields.length === fields ? { fields: alone.fields, end: line.end } : record
  }

  /** The line at hand; null when its end is not there yet. */
  #line(): Line | null {
    const newline = /\r\n|\n|\r(?!$)/g
    newline.lastIndex = this.#at
    const found = newline.exec(this.#text)
    if (!found) return null
    return { text: this.#text.slice(this.#at, found.index), end: newline.lastIndex }
  }

  #write(record: CsvRecord): string {
    if (isBlank(record.fields)) return ''
    if (this.#number === -1) {
      this.#number = 0
      return ''
    }
    const wanted = this.#dialect.fields
    const fields = record.fields.slice(0, wanted)
    // Delimiters with nothing behind the last column lose nothing.
    const isWhole = record.fields.slice(wanted).every((field) => field.trim() === '')
    if (fields.length < wanted || !isWhole) {
      this.#refuse(record.end, fields.length < wanted ? 'missing columns' : 'too many columns')
      return ''
    }
    this.#number += 1
    return `${this.#number},${fields.map(csvField).join(',')}\n`
  }

  #refuse(end: number, problem: string): void {
    this.#number += 1
    const text = this.#text.slice(this.#at, end).trimEnd().slice(0, keptText)
    const ignored = ignoredLine(text, this.#dialect)
    this.malformed.push({ recordNumber: this.#number, text, problem, ...(ignored && { ignored }) })
  }
}

interface Line {
  readonly text: string
  readonly end: number
}
