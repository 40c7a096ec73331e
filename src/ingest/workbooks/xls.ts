import { TakingsError } from '../../model/errors.ts'
import { type BiffRecord, BiffTexts, recordsFrom, recordTypes } from './biff-records.ts'
import { type CompoundFile, openCompoundFile } from './compound-file.ts'
import { builtInFormat, formatOf, type NumberFormat } from './number-format.ts'
import type { Workbook, WorkbookFile } from './workbook.ts'
import { readXlsSheet, type XlsBook } from './xls-sheet.ts'

/** Opens a workbook of Excel 97 to 2003 (.xls). Throws `damaged_file` and `unreadable_format`. */
export function openXls(file: WorkbookFile): Workbook {
  const compound = openCompoundFile(file)
  try {
    const bytes = compound.stream('Workbook')
    if (bytes === null) refuse(file, whatElse(compound))
    const { listed, book } = readGlobals(file, bytes)
    return {
      sheets: listed
        .filter(({ visible }) => visible)
        .map(({ name, start }) => ({
          name,
          read: async (use) => {
            orDamaged(file, () => readXlsSheet(bytes, { start, book, use }))
            return 0
          },
        })),
      hidden: listed.filter(({ visible }) => !visible).map(({ name }) => name),
      from1904: book.from1904,
      close: () => undefined,
    }
  } catch (error) {
    throw asDamaged(file, error)
  }
}

function orDamaged<T>(file: WorkbookFile, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw asDamaged(file, error)
  }
}

/** Bytes that end too early are a damaged file, whatever was being read. */
function asDamaged({ name }: WorkbookFile, error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  const problem = 'it ends early, or a part of it is missing'
  return new TakingsError('damaged_file', { path: name, problem }, { cause: error })
}

function refuse({ name }: WorkbookFile, problem: string): never {
  throw new TakingsError('unreadable_format', { path: name, problem })
}

const password = 'it is protected with a password; save it without one'
const excel95 = 'it is a workbook of Excel 95 or older; save it as .xlsx'

function whatElse(compound: CompoundFile): string {
  if (compound.stream('EncryptedPackage')) return password
  if (compound.stream('Book')) return excel95
  if (compound.stream('WordDocument')) return 'it is a Word document'
  return 'it is an old Office file, and no workbook'
}

interface ListedSheet {
  readonly name: string
  readonly start: number
  readonly visible: boolean
}

const version8 = 0x0600
const worksheet = 0

function readGlobals(
  file: WorkbookFile,
  bytes: Buffer,
): { readonly listed: readonly ListedSheet[]; readonly book: XlsBook } {
  const listed: ListedSheet[] = []
  const texts: string[] = []
  const own = new Map<number, NumberFormat>()
  const formatIds: number[] = []
  let from1904 = false
  for (const record of recordsFrom(bytes, 0)) {
    const [data = Buffer.alloc(0)] = record.segments
    if (record.type === recordTypes.begin && data.readUInt16LE(0) !== version8) {
      refuse(file, excel95)
    }
    if (record.type === recordTypes.password) refuse(file, password)
    if (record.type === recordTypes.end) break
    if (record.type === recordTypes.from1904) from1904 = data.readUInt16LE(0) === 1
    if (record.type === recordTypes.sharedTexts) {
      for (const text of sharedTexts(record, data)) texts.push(text)
    }
    if (record.type === recordTypes.cellFormat) formatIds.push(data.readUInt16LE(2))
    if (record.type === recordTypes.numberFormat) {
      own.set(data.readUInt16LE(0), formatOf(new BiffTexts(record, 2).next()))
    }
    if (record.type === recordTypes.sheet && data[5] === worksheet) {
      const name = new BiffTexts(record, 6).next(1)
      listed.push({ name, start: data.readUInt32LE(0), visible: ((data[4] ?? 0) & 3) === 0 })
    }
  }
  const formats = formatIds.map((id) => own.get(id) ?? builtInFormat(id))
  return { listed, book: { texts, formats, from1904 } }
}

function* sharedTexts(record: BiffRecord, data: Buffer): Generator<string> {
  const reader = new BiffTexts(record, 8)
  const count = data.readUInt32LE(4)
  for (let read = 0; read < count; read += 1) yield reader.next()
}
