import { TakingsError } from '../model/errors.ts'
import type { Remark } from './input.ts'

/** What programs for files put beside those of people: hidden files, thumbnails, the locks of open workbooks. */
const clutter = /(^|[\\/])(__MACOSX([\\/]|$)|\.|~\$|Thumbs\.db$|desktop\.ini$)/i

export function isClutter(path: string): boolean {
  return clutter.test(path)
}

/** What should hold data by its name: that it cannot be read must stop the import. */
const ofData = /\.(csv|tsv|tab|txt|json|ndjson|jsonl|xls|xlsx|xlsm|xlsb|ods|parquet|gz)$/i

/** A picture, a document or the like that stands beside data; null where the error is one that must be told. */
export function besideData(error: unknown, name: string): Remark | null {
  if (!(error instanceof TakingsError)) return null
  const { code, message, details } = error
  // What an archive holds may be what cannot be read.
  if ([name, String(details.path)].some((path) => ofData.test(path))) return null
  const ignorable = /\.zip$/i.test(name) ? archiveCodes : codes
  return ignorable.includes(code) ? { code: 'ignored_file', text: `Left out: ${message}` } : null
}

const archiveCodes: readonly string[] = ['unreadable_format', 'empty_file']
const codes: readonly string[] = [...archiveCodes, 'damaged_file']
