import { closeSync, openSync, writeFileSync } from 'node:fs'
import { csvField } from '../csv-field.ts'
import type { MalformedRow } from '../malformed-row.ts'

/** A row of a sheet that holds something, with its number there. */
export interface SheetRow {
  readonly number: number
  readonly cells: readonly string[]
}

/** A sheet as text: each record starts with the number of its row. */
export interface SpooledSheet {
  readonly name: string
  readonly path: string
  /** Rows that hold something, malformed ones too. */
  readonly rows: number
  /** Columns, by the widest row. */
  readonly width: number
  readonly firstRows: readonly SheetRow[]
  readonly malformed: readonly MalformedRow[]
  /** Cells with a formula whose result is not in the file. */
  readonly uncomputed: number
  /** Days that stand there as mere numbers are counted from 1904. */
  readonly from1904: boolean
}

const longestRow = 8_000_000
const keptText = 10_000
const mostFirstRows = 300
const mostFirstCells = 200_000
const flushedFrom = 1 << 20

/**
 * Writes the rows of a sheet as comma-separated text, all of one width. How wide a sheet is shows only at
 * its end: it is taken from the first rows, and where later ones are wider the sheet is to be written again
 * with the `width` that was found.
 */
export class SheetSpool {
  readonly #file: number
  readonly #firstRows: SheetRow[] = []
  readonly #malformed: MalformedRow[] = []
  /** Of the rows as written; null while the first ones wait for it. */
  #written: number | null
  #width: number
  #cells = 0
  #rows = 0
  #text = ''

  constructor(path: string, width?: number) {
    this.#file = openSync(path, 'w')
    this.#written = width ?? null
    this.#width = width ?? 0
  }

  add(row: SheetRow): void {
    if (row.cells.every(isBlank)) return
    this.#rows += 1
    this.#width = Math.max(this.#width, row.cells.length)
    const isFirst =
      this.#firstRows.length < mostFirstRows && this.#cells + row.cells.length <= mostFirstCells
    if (isFirst && this.#firstRows.length + 1 === this.#rows) {
      this.#cells += row.cells.length
      this.#firstRows.push(row)
    } else this.#start()
    if (this.#written !== null) this.#write(row, this.#written)
  }

  /** What was written; where it does not fit, it must be written again with `width`. */
  end(): Pick<SpooledSheet, 'rows' | 'firstRows' | 'malformed' | 'width'> & {
    readonly fits: boolean
  } {
    this.#start()
    this.#flush()
    closeSync(this.#file)
    const firstRows = this.#firstRows.map(({ number, cells }) => ({
      number,
      cells: cells.map((text) => text.slice(0, keptText)),
    }))
    const fits = this.#width === this.#written
    return { rows: this.#rows, firstRows, malformed: this.#malformed, width: this.#width, fits }
  }

  /** The first rows are written once it is known how wide they are. */
  #start(): void {
    if (this.#written !== null) return
    this.#written = Math.max(0, ...this.#firstRows.map(({ cells }) => cells.length))
    for (const row of this.#firstRows) this.#write(row, this.#written)
  }

  #write({ number, cells }: SheetRow, width: number): void {
    let text = String(number)
    for (let column = 0; column < width; column += 1) text += `,${csvField(cells[column] ?? '')}`
    if (text.length > longestRow) {
      const problem = 'row longer than 8 MB'
      this.#malformed.push({ recordNumber: number, text: text.slice(0, keptText), problem })
      return
    }
    this.#text += `${text}\n`
    if (this.#text.length >= flushedFrom) this.#flush()
  }

  #flush(): void {
    writeFileSync(this.#file, this.#text)
    this.#text = ''
  }
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}
