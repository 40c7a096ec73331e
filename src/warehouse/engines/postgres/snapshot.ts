import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { FileColumnType } from '../../../model/reporting.ts'
import type { Snapshot, SqlRow, SqlValue, WrittenRows } from '../../engine.ts'
import { fileFailure } from '../file-failure.ts'
import { rowsOf } from './cells.ts'
import { csvToParquet } from './csv-to-parquet.ts'
import { postgresDialect } from './dialect.ts'
import { runInterruptibly } from './transaction.ts'

export interface SnapshotConnection {
  readonly client: pg.PoolClient
  /** Ends the statement that runs on the connection of this process number. */
  interrupt(processNumber: number): Promise<void>
  readonly signal?: AbortSignal | undefined
}

/** Beyond this a sort goes to files of the server. */
const workMemory = '64MB'

/**
 * The first statement fixes what all others see. The connection is of no use to anybody when this fails: a stream that
 * was left in the middle leaves the rest of its rows in it.
 */
export async function runSnapshot<T>(
  connection: SnapshotConnection,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const { client } = connection
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  await client.query(`SET LOCAL work_mem = '${workMemory}'`)
  const value = await work(new ConnectionSnapshot(connection))
  await client.query('COMMIT')
  return value
}

/** Parquet is converted when all rows are here: by then half of the work is done. */
const shareOfReading = { csv: 1, parquet: 0.5 }

class ConnectionSnapshot implements Snapshot {
  readonly #connection: SnapshotConnection

  constructor(connection: SnapshotConnection) {
    this.#connection = connection
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    const { client, interrupt, signal } = this.#connection
    const statement = { sql, parameters, interrupt, ...(signal ? { signal } : {}) }
    return rowsOf(await runInterruptibly(client, statement))
  }

  async write(rows: WrittenRows): Promise<number> {
    const { format, path } = rows
    if (format === 'csv') return this.#copy(rows, path)
    const csv = `${path}.csv`
    try {
      const count = await this.#copy(rows, csv)
      await csvToParquet({ csv, path, columns: rows.columns, rows: count }, this.#connection.signal)
      return count
    } finally {
      await rm(csv, { force: true })
    }
  }

  /** No faster than the disk takes it: the server waits where it must. */
  async #copy(rows: WrittenRows, path: string): Promise<number> {
    const { client, interrupt, signal } = this.#connection
    const copy = client.query(copyTo(copyStatement(rows)))
    const file = createWriteStream(path, { flags: 'wx' })
    file.write(headerOf(rows))
    try {
      await pipeline(copy, watched(rows), file, signal ? { signal } : {})
    } catch (error) {
      await interrupt((client as unknown as { processID: number }).processID).catch(() => undefined)
      signal?.throwIfAborted()
      throw fileFailure(error, path)
    }
    // How many rows there were is told after the last of them, and before the answer to whatever is asked next.
    await this.query('SELECT 1 AS one')
    return copy.rowCount ?? 0
  }
}

const lineEnd = 10

/** Tells how far the rows are by counting lines; texts that hold line breaks make it run ahead a little. */
function watched({ rows, format, onProgress }: WrittenRows): Transform {
  let lines = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, at + 1)) lines += 1
      onProgress(Math.min(1, lines / Math.max(1, rows)) * shareOfReading[format])
      done(null, chunk)
    },
  })
}

/** Types of the columns of files; text needs none. */
const types: Readonly<Record<Exclude<FileColumnType, 'text'>, string>> = {
  ...postgresDialect.types,
  money_sum: 'NUMERIC(38,4)',
  quantity_sum: 'NUMERIC(38,3)',
}

type FileColumn = WrittenRows['columns'][number]

function copyStatement({ from, columns, orderBy }: WrittenRows): string {
  const selected = columns.map((column) => `${textOf(column)} AS ${quoted(column.name)}`)
  const texts = columns.filter(({ type }) => type === 'text').map(({ name }) => quoted(name))
  const forceQuote = texts.length > 0 ? `, FORCE_QUOTE (${texts.join(', ')})` : ''
  return `COPY (
  SELECT ${selected.join(', ')}
  FROM ${from} AS v
  ORDER BY ${orderBy.map(quoted).join(', ')}
) TO STDOUT (FORMAT csv, NULL '', ENCODING 'UTF8'${forceQuote})`
}

function textOf({ name, type }: FileColumn): string {
  const own = `v.${name}`
  switch (type) {
    case 'text':
      return own
    case 'boolean':
      return `CAST(${own} AS TEXT)`
    case 'instant':
      return `to_char(${own} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    default:
      return `CAST(${own} AS ${types[type]})`
  }
}

/** The server would quote no name; the other engine quotes those of columns whose values are quoted. */
function headerOf({ columns, format }: WrittenRows): string {
  if (format === 'parquet') return ''
  return `${columns.map(({ name, type }) => (type === 'text' ? quoted(name) : name)).join(',')}\n`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
