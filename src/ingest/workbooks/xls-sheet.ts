import { type BiffRecord, BiffTexts, recordsFrom, recordTypes } from './biff-records.ts'
import { numberText } from './cell-text.ts'
import { type NumberFormat, plain } from './number-format.ts'
import type { SheetRow } from './sheet-spool.ts'

/** What the cells of an old workbook refer to, and what their numbers mean. */
export interface XlsBook {
  readonly texts: readonly string[]
  /** By the format of a cell. */
  readonly formats: readonly NumberFormat[]
  readonly from1904: boolean
}

interface XlsSheetRequest {
  /** Where its records start. */
  readonly start: number
  readonly book: XlsBook
  readonly use: (row: SheetRow) => void
}

/**
 * Reads the rows of an old worksheet. Its cells may stand in any order, so they are collected: there are
 * 65,536 rows at most. Gives the number of formulas without a result, which this format always stores.
 */
export function readXlsSheet(bytes: Buffer, { start, book, use }: XlsSheetRequest): void {
  const cells = new CellReader(book)
  let depth = 0
  for (const record of recordsFrom(bytes, start)) {
    // Charts inside a sheet are sheets of their own.
    if (record.type === recordTypes.begin) depth += 1
    else if (record.type === recordTypes.end) depth -= 1
    else if (depth === 1) cells.read(record)
    if (depth === 0) break
  }
  for (const [row, texts] of [...cells.rows].sort(([a], [b]) => a - b)) {
    use({ number: row + 1, cells: Array.from(texts, (text) => text ?? '') })
  }
}

const errors: Readonly<Record<number, string>> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
}

class CellReader {
  readonly rows = new Map<number, string[]>()
  readonly #book: XlsBook
  /** The formula whose text follows in a record of its own. */
  #waiting: Buffer | null = null

  constructor(book: XlsBook) {
    this.#book = book
  }

  read(record: BiffRecord): void {
    const [data = Buffer.alloc(0)] = record.segments
    if (record.type === recordTypes.numbers) this.#setAll(data)
    else if (record.type === recordTypes.formula) this.#formula(data)
    else if (record.type === recordTypes.formulaText) {
      if (this.#waiting) this.#set(this.#waiting, new BiffTexts(record, 0).next())
      this.#waiting = null
    } else {
      const text = this.#textOf(record, data)
      if (text !== null) this.#set(data, text)
    }
  }

  /** What a cell that stands alone holds; null for records of other things. */
  #textOf(record: BiffRecord, data: Buffer): string | null {
    switch (record.type) {
      case recordTypes.sharedText:
        return sharedText(this.#book, data.readUInt32LE(6))
      case recordTypes.text:
      case recordTypes.richText:
        return new BiffTexts(record, 6).next()
      case recordTypes.number:
        return this.#number(data.readDoubleLE(6), data.readUInt16LE(4))
      case recordTypes.shortNumber:
        return this.#number(shortNumber(data, 6), data.readUInt16LE(4))
      case recordTypes.truthOrError:
        return truthOrError(data[6] ?? 0, data[7] === 1)
      default:
        return null
    }
  }

  #set(data: Buffer, text: string, column = data.readUInt16LE(2)): void {
    const row = data.readUInt16LE(0)
    const texts = this.rows.get(row) ?? []
    texts[column] = text
    this.rows.set(row, texts)
  }

  #setAll(data: Buffer): void {
    const first = data.readUInt16LE(2)
    const count = Math.floor((data.length - 6) / 6)
    for (let index = 0; index < count; index += 1) {
      const at = 4 + 6 * index
      this.#set(data, this.#number(shortNumber(data, at + 2), data.readUInt16LE(at)), first + index)
    }
  }

  #formula(data: Buffer): void {
    const isNumber = data.readUInt16LE(12) !== 0xffff
    if (isNumber) this.#set(data, this.#number(data.readDoubleLE(6), data.readUInt16LE(4)))
    const kind = isNumber ? null : data[6]
    if (kind === 0) this.#waiting = data
    if (kind === 1 || kind === 2) this.#set(data, truthOrError(data[8] ?? 0, kind === 2))
  }

  #number(value: number, style: number): string {
    const { formats, from1904 } = this.#book
    return numberText({ stored: String(value), format: formats[style] ?? plain, from1904 })
  }
}

function sharedText({ texts }: XlsBook, index: number): string {
  const text = texts[index]
  if (text === undefined) throw new RangeError(`text ${index}`)
  return text
}

function truthOrError(value: number, isError: boolean): string {
  if (isError) return errors[value] ?? '#N/A'
  return value === 0 ? 'FALSE' : 'TRUE'
}

/** A number in 30 bits: whole or the upper part of a float, and perhaps a hundred times too large. */
function shortNumber(data: Buffer, at: number): number {
  const bits = data.readInt32LE(at)
  const float = Buffer.alloc(8)
  float.writeInt32LE(bits & ~3, 4)
  const value = bits & 2 ? bits >> 2 : float.readDoubleLE(0)
  return bits & 1 ? value / 100 : value
}
