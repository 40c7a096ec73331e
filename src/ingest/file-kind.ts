import { TakingsError } from '../model/errors.ts'

/** What the first bytes of a file say it is; everything else may be text. */
export type FileKind = 'gzip' | 'zip' | 'parquet' | 'old-office' | 'text'

/** Throws `unreadable_format` for what is known and not read. */
export function kindOf(head: Buffer, name: string): FileKind {
  const start = head.subarray(0, 512).toString('latin1')
  if (start.startsWith('\u001f\u008b')) return 'gzip'
  if (start.startsWith('PK\u0003\u0004') || start.startsWith('PK\u0005\u0006')) return 'zip'
  if (start.startsWith('PAR1')) return 'parquet'
  if (start.startsWith('\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1')) return 'old-office'
  const [, binary] = knownBinary.find(([magic]) => start.startsWith(magic)) ?? []
  const problem = binary ?? markup(start, name)
  if (problem) throw new TakingsError('unreadable_format', { path: name, problem })
  return 'text'
}

const knownBinary: readonly (readonly [string, string])[] = [
  ['%PDF', 'it is a PDF'],
  ['\u0089PNG', 'it is a picture'],
  ['\u00ff\u00d8\u00ff', 'it is a picture'],
  ['GIF8', 'it is a picture'],
  ['SQLite format 3', 'it is an SQLite database'],
  ['BZh', 'it is bzip2-compressed'],
  ['(\u00b5/\u00fd', 'it is zstd-compressed'],
  ['\u00fd7zXZ', 'it is xz-compressed'],
  ['7z\u00bc\u00af', 'it is a 7z archive'],
  ['Rar!', 'it is a RAR archive'],
]

const webPage = /^(\u00ef\u00bb\u00bf)?\s*<(!doctype html|html|head|body|table|meta|style)\b/i
const xml = /^(\u00ef\u00bb\u00bf)?\s*<\?xml\b/
const workbookName = /\.xls[xmb]?$/i

/** Web pages and XML, which some shops also hand out as Excel files. */
function markup(start: string, name: string): string | undefined {
  const asWorkbook = workbookName.test(name)
  const advice = ' named like an Excel file; open it in Excel and save it as .xlsx'
  if (webPage.test(start)) {
    return asWorkbook
      ? `it is a web page${advice}`
      : 'it is a web page, perhaps one that asks to log in'
  }
  if (xml.test(start)) {
    return asWorkbook || start.includes('office:spreadsheet') ? `it is XML${advice}` : 'it is XML'
  }
  return /^mime-version:/i.test(start) ? 'it is a saved web page' : undefined
}
