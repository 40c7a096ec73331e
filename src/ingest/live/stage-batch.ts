import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type LiveKind,
  type LiveRecord,
  liveKinds,
  type MisfitRecord,
  type PlatformDocument,
} from '../../model/live.ts'
import { type MalformedRow, quote } from '../format.ts'
import type { Workbench } from '../workbench.ts'
import { type DeclaredTable, declare, type StagedColumn } from './declared.ts'
import { type LiveRow, liveTables, rowsOf } from './live-tables.ts'

/** A record and its sequences in the journal: several where it came again and said the same. */
export type SequencedRecord = LiveRecord & { readonly sequences: readonly number[] }

/** The records of one source that are applied together, or the documents of one. */
export interface LiveBatch {
  readonly source: string
  readonly records: readonly SequencedRecord[]
  readonly documents: readonly ReceivedDocument[]
  readonly misfits: readonly MisfitRecord[]
  /** Rows of records that said the same as one of these again. */
  readonly repeatedRows: number
  /** Sequences in the journal. */
  readonly first: number
  readonly last: number
}

export interface ReceivedDocument extends PlatformDocument {
  /** ISO instant. */
  readonly receivedAt: string
}

export interface StageOptions {
  /** The shop's currency; null where it is not known. */
  readonly currency: string | null
  /** ISO instant. */
  readonly at: string
  /** Of the first of its tables; 1 unless other tables come before them. */
  readonly firstNumber?: number
  /** Where nothing is to be staged, an empty table of orders. */
  readonly atLeastOne?: boolean
}

/** What is staged of one kind. */
interface StagedKind {
  readonly kind: LiveKind
  /** Of its table. */
  readonly number: number
  readonly records: readonly SequencedRecord[]
  readonly malformed: readonly MalformedRow[]
}

/** The kinds that a batch holds, in the order of their tables. */
function kindsIn(
  { records, misfits }: Pick<LiveBatch, 'records' | 'misfits'>,
  { firstNumber = 1, atLeastOne = false }: Pick<StageOptions, 'firstNumber' | 'atLeastOne'>,
): StagedKind[] {
  const kinds: StagedKind[] = []
  const isEmpty = records.length + misfits.length === 0
  for (const kind of liveKinds) {
    const own = records.filter((one) => one.kind === kind)
    const malformed = misfits.filter((one) => one.kind === kind).map(malformedRow)
    const isWanted = atLeastOne && isEmpty && kind === 'orders'
    if (own.length + malformed.length === 0 && !isWanted) continue
    kinds.push({ kind, number: firstNumber + kinds.length, records: own, malformed })
  }
  return kinds
}

/** Stages the rows of a batch as texts, one table for each kind that it holds. */
export async function stageBatch(
  bench: Workbench,
  batch: Pick<LiveBatch, 'records' | 'misfits'>,
  { currency, at, ...options }: StageOptions,
): Promise<readonly DeclaredTable[]> {
  const tables: DeclaredTable[] = []
  for (const { kind, number, records, malformed } of kindsIn(batch, options)) {
    const rows = records.flatMap(rowsOf)
    const columns = filledColumns(kind, rows)
    // Batches with the same columns meet the same table, and the plan that cleans it.
    const relation = ['live', kind, ...columns.map(({ sql }) => sql)].join('_')
    await stageRows(bench, { relation, columns, rows })
    tables.push(
      declare({ kind, number, columns, relation, rows: rows.length, malformed, currency, at }),
    )
  }
  return tables
}

/** Where a staged row came from. */
export interface RowOrigin {
  readonly record: SequencedRecord
  /** Of the row among those of the record, from 0. */
  readonly index: number
  /** Rows of the record. */
  readonly rows: number
}

/** Tells the record of a row by the number of its table and its own, of a batch without documents. */
export function originsIn(
  batch: Pick<LiveBatch, 'records' | 'misfits'>,
): (table: number, row: number) => RowOrigin | undefined {
  const origins = new Map<number, RowOrigin[]>()
  for (const { number, records } of kindsIn(batch, {}))
    origins.set(
      number,
      records.flatMap((record) =>
        rowsOf(record).map((_, index, all) => ({ record, index, rows: all.length })),
      ),
    )
  return (table, row) => origins.get(table)?.[row - 1]
}

function malformedRow({ text, path, problem }: MisfitRecord, index: number): MalformedRow {
  return { recordNumber: index + 1, text, problem: path === null ? problem : `${path}: ${problem}` }
}

/** Columns that no row fills would only make the statements longer; what finds a record again is always there. */
const alwaysThere = ['order_number', 'order_date', 'product_key', 'quantity', 'customer_key']

function filledColumns(kind: LiveKind, rows: readonly LiveRow[]): StagedColumn[] {
  return liveTables[kind].columns.flatMap((column, index) => {
    const isFilled = rows.some((row) => row[index] !== null)
    return isFilled || alwaysThere.includes(column.role)
      ? [{ ...column, sql: `c${index + 1}` }]
      : []
  })
}

async function stageRows(
  bench: Workbench,
  {
    relation,
    columns,
    rows,
  }: {
    readonly relation: string
    readonly columns: readonly StagedColumn[]
    readonly rows: readonly LiveRow[]
  },
): Promise<void> {
  // The engine keeps what it read of a file by its path, so each kind has one of its own.
  const path = join(bench.folder, `${relation}.ndjson`)
  const places = columns.map(({ sql }) => Number(sql.slice(1)) - 1)
  const line = (row: LiveRow, index: number) =>
    `${JSON.stringify([String(index + 1), ...places.map((place) => row[place])])}\n`
  await pipeline(Readable.from(chunksOf(rows, line)), createWriteStream(path))
  const names = columns.map(({ sql }) => sql)
  await bench.staging.fill({
    table: relation,
    columns: ['record_number BIGINT', ...names.map((sql) => `${sql} VARCHAR`)].join(', '),
    select: `SELECT ${['line[1]::BIGINT', ...names.map((_, index) => `line[${index + 2}]`)].join(', ')}
     FROM read_json(${quote(path)}, format = 'newline_delimited', records = false, maximum_object_size = 16777216,
       columns = {line: 'VARCHAR[]'})`,
  })
}

const rowsAChunk = 250

function* chunksOf(
  rows: readonly LiveRow[],
  line: (row: LiveRow, index: number) => string,
): Generator<string> {
  for (let first = 0; first < rows.length; first += rowsAChunk)
    yield rows
      .slice(first, first + rowsAChunk)
      .map((row, index) => line(row, first + index))
      .join('')
}
