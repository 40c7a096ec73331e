import type { FileColumnType, ReportingColumn } from './reporting.ts'

/** The reporting tables as files: what `takings export` writes and the export API gives. */

export const exportFormats = ['parquet', 'csv'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Stands beside the files and is written last: a folder that has none holds no whole export. */
export const manifestName = 'export.json'

/** `export.json`: what a person who opens the files elsewhere needs to know of them. */
export interface ExportManifest {
  readonly about: string
  /** Of this document; rises when a field changes its meaning. */
  readonly version: 1
  /** The version of Takings that wrote it. */
  readonly takings: string
  readonly exportedAt: string
  readonly format: ExportFormat
  readonly shop: {
    readonly name: string
    /** Figures of the demo shop are made up. */
    readonly demo: boolean
    /** ISO 4217 code of all amounts; null when neither a source nor a person stated it. */
    readonly currency: string | null
    /** IANA name: days and hours of orders are those of this zone, instants are in UTC. */
    readonly timeZone: string
  }
  /** Up to where the data go: all tables are of this one moment. */
  readonly data: {
    /** The newest import; null before the first. `takings runs` lists them. */
    readonly lastRun: number | null
    readonly loadedAt: string | null
    readonly firstDay: string | null
    readonly lastDay: string | null
  }
  /** What these data leave open, to be said beside every figure that is made of them. */
  readonly warnings: readonly string[]
  /** What is easily taken wrongly in any export. */
  readonly notes: readonly string[]
  readonly tables: readonly ExportedTable[]
}

export interface ExportedTable {
  readonly name: string
  /** Name of the file beside this document. */
  readonly file: string
  /** Without the header. */
  readonly rows: number
  readonly bytes: number
  /** What one row is. */
  readonly meaning: string
  readonly columns: readonly ExportedColumn[]
}

export interface ExportedColumn {
  readonly name: string
  /** As SQL writes it, such as DECIMAL(18,4). */
  readonly type: string
  readonly nullable: boolean
  readonly meaning: string
}

/** How far an export is. */
export interface ExportProgress {
  /** The table that is being written. */
  readonly table: string
  /** 0 to 1 over all tables. */
  readonly done: number
  /** Rows of the tables that are written. */
  readonly rows: number
}

/** SQL's words for the types of columns in files, the same whichever engine wrote them. */
const typeTexts: Readonly<Record<FileColumnType, string>> = {
  bigint: 'BIGINT',
  integer: 'INTEGER',
  smallint: 'SMALLINT',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  instant: 'TIMESTAMP WITH TIME ZONE',
  money: 'DECIMAL(18,4)',
  quantity: 'DECIMAL(14,3)',
  rate: 'DECIMAL(18,8)',
  money_sum: 'DECIMAL(38,4)',
  quantity_sum: 'DECIMAL(38,3)',
}

export function exportedColumn(column: ReportingColumn): ExportedColumn {
  const { name, type, nullable, meaning } = column
  return { name, type: typeTexts[type], nullable: nullable ?? false, meaning }
}

/** The names in an `export.json`, its own among them; none when the text is something else. */
export function filesOfManifest(text: string): string[] {
  try {
    const { takings, tables } = JSON.parse(text) as Partial<ExportManifest>
    if (typeof takings !== 'string' || !Array.isArray(tables)) return []
    return [manifestName, ...tables.map(({ file }) => String(file))]
  } catch {
    return []
  }
}
