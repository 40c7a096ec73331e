import { dirname } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { TakingsError } from '../../../model/errors.ts'
import type { FileColumnType } from '../../../model/reporting.ts'
import type { Snapshot, SqlRow, SqlValue, WrittenRows } from '../../engine.ts'
import { duckdbDialect } from './dialect.ts'
import { firstLine, isDiskFull } from './failures.ts'
import type { Session } from './session.ts'

/** What the columns of Parquet files are of. */
export const fileTypes: Readonly<Record<FileColumnType, string>> = {
  ...duckdbDialect.types,
  money_sum: 'DECIMAL(38,4)',
  quantity_sum: 'DECIMAL(38,3)',
}

/** Of Parquet files: some tools split their work by these, and what is written is buffered by them. */
export const parquetOptions = 'FORMAT parquet, COMPRESSION zstd'

/** How often a running statement is asked how far it is, ms. */
const progressMs = 200

/** One of the readers of a session, in a transaction of its own. */
export interface SnapshotPlace {
  readonly session: Session
  readonly reader: number
  readonly signal?: AbortSignal | undefined
}

/** BEGIN, work, and ROLLBACK, because there is nothing to commit. */
export async function runSnapshot<T>(
  place: SnapshotPlace,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const { session, reader } = place
  const connection = session.readers[reader]
  if (!connection) throw new Error(`there is no reader ${reader}`)
  // Without both of them a statement does not say how far it is; with the second it says so to us only.
  await session.execute(connection, { sql: 'SET enable_progress_bar = true' })
  await session.execute(connection, { sql: 'SET enable_progress_bar_print = false' })
  await session.execute(connection, { sql: 'BEGIN TRANSACTION READ ONLY' })
  try {
    return await work(new ReaderSnapshot(place, connection))
  } finally {
    // A reader that cannot even do that would answer everybody after us from this one moment.
    await session.execute(connection, { sql: 'ROLLBACK' }).catch(() => {
      session.broken = true
    })
  }
}

class ReaderSnapshot implements Snapshot {
  readonly #place: SnapshotPlace
  readonly #connection: DuckDBConnection

  constructor(place: SnapshotPlace, connection: DuckDBConnection) {
    this.#place = place
    this.#connection = connection
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    const { session, signal } = this.#place
    return session.ask(this.#connection, { sql, parameters, signal })
  }

  async write(rows: WrittenRows): Promise<number> {
    const { session, signal } = this.#place
    const timer = setInterval(() => {
      rows.onProgress(Math.max(0, this.#connection.progress.percentage) / 100)
    }, progressMs)
    try {
      return await session.execute(this.#connection, { sql: copyStatement(rows), signal })
    } catch (error) {
      throw writingFailure(error, rows.path)
    } finally {
      clearInterval(timer)
    }
  }
}

function copyStatement({ from, columns, orderBy, format, path }: WrittenRows): string {
  const selected = columns.map(
    (column) =>
      `${format === 'csv' ? textOf(column) : typedValue(column)} AS ${quoted(column.name)}`,
  )
  const texts = columns.filter(({ type }) => type === 'text').map(({ name }) => quoted(name))
  const options =
    format === 'csv'
      ? `FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR ''${
          texts.length > 0 ? `, FORCE_QUOTE (${texts.join(', ')})` : ''
        }`
      : parquetOptions
  return `COPY (
  SELECT ${selected.join(', ')}
  FROM ${from} AS v
  ORDER BY ${orderBy.map(quoted).join(', ')}
) TO ${literal(path)} (${options})`
}

type FileColumn = WrittenRows['columns'][number]

function typedValue({ name, type }: FileColumn): string {
  return `CAST(v.${name} AS ${fileTypes[type]})`
}

function textOf(column: FileColumn): string {
  if (column.type !== 'instant') return typedValue(column)
  return `strftime(v.${column.name} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')`
}

/**
 * What went wrong with the file rather than with the warehouse. What statements spill goes to the data folder, whose
 * disk may be another.
 */
export function writingFailure(error: unknown, path: string): unknown {
  const problem = firstLine(error)
  if (!problem.includes(dirname(path))) return error
  const details = { path: dirname(path), problem }
  if (isDiskFull(error)) return new TakingsError('disk_full', details, { cause: error })
  if (!problem.startsWith('IO Error')) return error
  return new TakingsError('export_stopped', details, { cause: error })
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
