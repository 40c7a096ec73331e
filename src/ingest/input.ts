import type { WarningCode } from '../model/reasons.ts'
import type { WorkbookKind } from './workbooks/message.ts'
import type { SpooledSheet } from './workbooks/sheet-spool.ts'

/**
 * A file on its way in, before anyone knows what it holds. Each member of an archive and each sheet of a workbook
 * is one.
 */
export interface InputFile {
  /** Position in the import, from 1. */
  readonly number: number
  /** As the person gave it; behind it the path inside an archive and the sheet, where there are several. */
  readonly name: string
  /** Where its bytes can be read as UTF-8 text or as Parquet: the file itself, or its spooled copy. */
  readonly path: string
  readonly size: number
  /** The file itself and its size in bytes, before anything of it was read. */
  readonly original: { readonly path: string; readonly size: number }
  /** ISO instant, of the file itself; an undated stock count is taken at this time. */
  readonly modifiedAt: string
  readonly encoding: Encoding
  readonly compression: 'gzip' | 'zip' | 'none'
  /** A sheet of a workbook, spooled to `path`; null for any other file. */
  readonly sheet: InputSheet | null
  /**
   * Its lines that are not blank, counted byte by byte; null where a line need not be a record: in a file
   * with double quotes or carriage returns that stand alone, and in binary ones.
   */
  readonly lines: number | null
  /** Its lines end in more than one way, or lines within its quotes do. */
  readonly mixedNewlines: boolean
  /** What was left out or changed before anything was understood. */
  readonly remarks: readonly Remark[]
}

export interface InputSheet extends SpooledSheet {
  readonly kind: WorkbookKind
}

export interface Remark {
  readonly code: WarningCode
  readonly text: string
}

/** Its name without folder and endings. */
export function fileStem({ name }: Pick<InputFile, 'name'>): string {
  return name.split(/[\\/]/).at(-1)?.replace(/\..*$/, '') ?? ''
}

export type Encoding = 'UTF-8' | 'UTF-8 with BOM' | 'UTF-16' | 'Latin-1' | 'Windows-1252' | 'binary'
