import type { Staging } from '../staging/staging.ts'
import type { InputFile } from './input.ts'
import type { MalformedRow } from './malformed-row.ts'

export type { MalformedRow }

/** The contract of a format: how bytes become rows of text, with their record numbers. */
export interface Format {
  readonly name: 'csv' | 'json' | 'ndjson' | 'parquet' | 'workbook'
  /** True when the head of the file (text, or empty for binary files) is in this format. */
  claims(file: InputFile, head: string): boolean
  open(request: OpenRequest): Promise<readonly StagedTable[]>
}

export interface OpenRequest {
  readonly file: InputFile
  readonly head: string
  readonly staging: Staging
  /** For spooled copies. */
  readonly folder: string
}

/** One table of text, not yet understood. A file holds one; a document may hold several. */
export interface StagedTable {
  readonly file: InputFile
  /** As people call it. */
  readonly format: 'csv' | 'json' | 'ndjson' | 'parquet' | 'xlsx' | 'xls'
  /** Name of the table inside a document that holds several; empty otherwise. */
  readonly part: string
  readonly columns: readonly SourceColumn[]
  /** Relation with `record_number BIGINT` and one VARCHAR per column, named by `sql`. */
  readonly relation: string
  /** The same with `record_number` null where numbering the rows would keep cores waiting. */
  readonly unnumbered: string
  /**
   * Its number of rows, malformed ones too, as told by the bytes of the file, not by the reader; null where
   * they do not tell.
   */
  readonly statedRows: number | null
  /** False for a table without a header: columns are then known by position only. */
  readonly headerStated: boolean
  /** How it is written, for people: "; between columns". Empty when there is nothing to say. */
  readonly notation: string
  /** Lines that are no records. Read after `relation` was scanned whole. */
  readonly malformed: () => Promise<readonly MalformedRow[]>
  /**
   * Where lines were malformed: the same table read again with more patience, so that a bad line costs
   * no other and records are numbered as in the file. Undefined where nothing can be mended.
   */
  readonly mended?: () => Promise<StagedTable>
  /** The relation tells rows that sum up others, see `withOrderSums`. */
  readonly sumsUp?: true
  /** Its rows stand in a list of what came back: whatever their columns look like, they are no sales. */
  readonly ofReturns?: true
  /** Nothing but its name says of which kind it is. */
  readonly markedByName?: true
  /** Its rows are orders that were cancelled, whatever their columns look like. */
  readonly ofCancelled?: true
  /** Its rows are what the shop bought itself. */
  readonly ofPurchases?: true
}

/** The table changed in what is said of it, and in the same way once it is mended. */
export function changedTable(
  table: StagedTable,
  change: (table: StagedTable) => Partial<StagedTable>,
): StagedTable {
  const { mended } = table
  return {
    ...table,
    ...change(table),
    ...(mended ? { mended: async () => changedTable(await mended(), change) } : {}),
  }
}

/** The same where both of its relations change alike. */
export function withRelation(
  table: StagedTable,
  relation: (from: string) => string,
  said: Partial<StagedTable> = {},
): StagedTable {
  return changedTable(table, (own) => ({
    ...said,
    relation: relation(own.relation),
    unnumbered: relation(own.unnumbered),
  }))
}

export interface SourceColumn {
  /** The header, or the path inside a document. */
  readonly name: string
  /** Name in `relation`: c1, c2, ... */
  readonly sql: string
  /**
   * Made of others: of a list inside a document (sum or first), or by a layout. Only a layout that knows the table
   * takes such a column for something; one that a layout made is made anew when rows come back mended.
   */
  readonly made?: 'of_list' | 'by_layout'
  /** Read from a table of orders, or of what a document says beside its items: it is of the whole order on each of its lines. */
  readonly ofOrder?: true
}

/** A text literal of SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
