import { TakingsError } from '../../model/errors.ts'
import type { ArchiveMember } from '../containers/archive.ts'
import { numberText } from './cell-text.ts'
import { type NumberFormat, plain } from './number-format.ts'
import { RichText, unescaped } from './rich-text.ts'
import type { SheetRow } from './sheet-spool.ts'
import type { TextStore } from './text-store.ts'
import { mostColumns } from './workbook.ts'
import { readXml } from './xml.ts'

/** What cells refer to, and what their numbers mean. */
export interface XlsxBook {
  readonly name: string
  readonly texts: TextStore
  /** By the style of a cell. */
  readonly formats: readonly NumberFormat[]
  readonly from1904: boolean
}

/** Reads the rows of a worksheet; gives the number of cells with a formula and no stored result. */
export async function readSheet(
  part: ArchiveMember,
  book: XlsxBook,
  use: (row: SheetRow) => void,
): Promise<number> {
  const rows = new SheetReader(book, use)
  await readXml(part, {
    open: (tag, attributes) => rows.open(tag, attributes),
    text: (text) => rows.text(text),
    close: (tag) => rows.close(tag),
  })
  return rows.uncomputed
}

type Attributes = Readonly<Record<string, string>>

/** Only what stands inside `sheetData` is looked at; places that are not stated follow the one before. */
class SheetReader {
  uncomputed = 0
  readonly #book: XlsxBook
  readonly #use: (row: SheetRow) => void
  readonly #rich = new RichText()
  #inData = false
  #number = 0
  #cells: string[] = []
  #column = -1
  #type = 'n'
  #format: NumberFormat = plain
  /** Parts of the stored value; null while none is being read. */
  #value: string[] | null = null
  #stored = ''
  #isFormula = false

  constructor(book: XlsxBook, use: (row: SheetRow) => void) {
    this.#book = book
    this.#use = use
  }

  open(tag: string, attributes: Attributes): void {
    if (tag === 'sheetData') this.#inData = true
    if (!this.#inData) return
    if (tag === 'row') this.#startRow(attributes)
    else if (tag === 'c') this.#startCell(attributes)
    else if (tag === 'v') this.#value = []
    else if (tag === 'f') this.#isFormula = true
    else this.#rich.open(tag)
  }

  text(text: string): void {
    if (this.#value) this.#value.push(text)
    else this.#rich.add(text)
  }

  close(tag: string): void {
    if (tag === 'sheetData') this.#inData = false
    else if (!this.#inData) return
    else if (tag === 'row') this.#use({ number: this.#number, cells: this.#cells })
    else if (tag === 'c') this.#endCell()
    else if (tag === 'v') {
      this.#stored = this.#value?.join('') ?? ''
      this.#value = null
    } else this.#rich.close(tag)
  }

  #startRow({ r }: Attributes): void {
    const number = r === undefined ? this.#number + 1 : Number(r)
    if (!Number.isSafeInteger(number) || number <= this.#number) {
      this.#refuse(`its row ${r} stands behind row ${this.#number}`)
    }
    this.#number = number
    this.#cells = []
    this.#column = -1
  }

  #startCell({ r, s, t }: Attributes): void {
    const column = r === undefined ? this.#column + 1 : columnOf(r)
    if (column <= this.#column || column >= mostColumns) {
      this.#refuse(`its cell ${r ?? column + 1} in row ${this.#number} is out of place`)
    }
    this.#column = column
    this.#type = t ?? 'n'
    this.#format = this.#book.formats[Number(s ?? 0)] ?? plain
    this.#stored = ''
    this.#isFormula = false
    this.#rich.start()
  }

  #endCell(): void {
    const text = this.#cellText()
    if (text === '') {
      if (this.#isFormula && this.#stored === '' && this.#type !== 'str') this.uncomputed += 1
      return
    }
    while (this.#cells.length < this.#column) this.#cells.push('')
    this.#cells.push(text)
  }

  #cellText(): string {
    const stored = this.#stored
    switch (this.#type) {
      case 's': {
        if (stored === '') return ''
        const text = this.#book.texts.get(Number(stored))
        return text ?? this.#refuse(`its text ${stored} is missing`)
      }
      case 'inlineStr':
        return this.#rich.end()
      case 'b':
        return stored === '' ? '' : stored === '1' ? 'TRUE' : 'FALSE'
      case 'str':
        return unescaped(stored)
      case 'n':
        return stored === ''
          ? ''
          : numberText({ stored, format: this.#format, from1904: this.#book.from1904 })
      // Days as ISO text, and errors such as #N/A.
      default:
        return stored
    }
  }

  #refuse(problem: string): never {
    throw new TakingsError('damaged_file', { path: this.#book.name, problem })
  }
}

/** `AB12` is column 27, counted from 0. */
function columnOf(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) & ~0x20
    if (letter < 0x41 || letter > 0x5a) break
    column = column * 26 + letter - 0x40
  }
  return column - 1
}
