import { rm } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import type { WrittenRows } from '../../engine.ts'
import { fileTypes, literal, parquetOptions, quoted, writingFailure } from '../duckdb/snapshot.ts'
import { runStatement } from '../duckdb/statement.ts'

/** Rows on their way out of PostgreSQL, which writes no Parquet. */
export interface RowsAsText {
  /** A file without header: text in quotes, nothing at all for null. */
  readonly csv: string
  /** The Parquet file to be written. */
  readonly path: string
  readonly columns: WrittenRows['columns']
  /** How many rows the server wrote. */
  readonly rows: number
}

const memoryLimit = '512MB'
/** Bytes. The reader holds several buffers, each of which must hold a line. */
const longestLine = 16 * 1024 * 1024

/**
 * Every value is read as text and cast to the type that is stated, so that none is guessed. One thread reads: several
 * would have to find out where lines begin in the midst of quoted texts. Throws where other rows come out than went in.
 */
export async function csvToParquet(
  { csv, path, columns, rows }: RowsAsText,
  signal: AbortSignal | undefined,
): Promise<void> {
  const spill = `${path}.spill`
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    temp_directory: spill,
  })
  const connection = await instance.connect()
  try {
    await connection.run("SET TimeZone = 'UTC'")
    const texts = columns.map(({ name }) => `${literal(name)}: 'VARCHAR'`)
    const selected = columns.map(
      ({ name, type }) => `CAST(${quoted(name)} AS ${fileTypes[type]}) AS ${quoted(name)}`,
    )
    const sql = `COPY (
  SELECT ${selected.join(', ')}
  FROM read_csv(${literal(csv)}, columns = {${texts.join(', ')}}, auto_detect = false, header = false,
    delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, parallel = false,
    max_line_size = ${longestLine}, buffer_size = ${2 * longestLine})
) TO ${literal(path)} (${parquetOptions})`
    const { rowsChanged } = await runStatement(connection, { sql, signal })
    if (rowsChanged !== rows) {
      throw new Error(`${rows} rows were read, and ${rowsChanged} written to ${path}`)
    }
  } catch (error) {
    throw writingFailure(error, path)
  } finally {
    connection.closeSync()
    instance.closeSync()
    await rm(spill, { recursive: true, force: true })
  }
}
