import type { SheetRow } from './sheet-spool.ts'

/** A workbook of any kind, open for reading. */
export interface Workbook {
  readonly sheets: readonly Sheet[]
  /** Names of sheets that people do not see. */
  readonly hidden: readonly string[]
  /** Days are counted from 1904, as old Macs did. */
  readonly from1904: boolean
  close(): void
}

export interface Sheet {
  readonly name: string
  /** Reads all rows in their order; gives the number of cells with a formula and no result. */
  read(use: (row: SheetRow) => void): Promise<number>
}

export interface WorkbookFile {
  readonly path: string
  /** As the person knows it. */
  readonly name: string
}

/** Columns of a sheet, as all spreadsheet programs have them. */
export const mostColumns = 16_384
