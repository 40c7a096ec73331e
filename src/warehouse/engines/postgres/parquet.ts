import { rm } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'

/** Clean files on their way into PostgreSQL: it reads no Parquet, so they are rewritten as the text that COPY takes. */

export interface CopyableFile {
  readonly path: string
  /** Column definitions of a table that holds the rows. */
  readonly columns: readonly string[]
  remove(): Promise<void>
}

/** Stands for null; a text of these two characters is quoted, which tells it apart. */
export const nullText = '\\N'

const memoryLimit = '512MB'

/** Types of clean files to types of PostgreSQL; decimals are written alike by both. */
const types: Readonly<Record<string, string>> = {
  VARCHAR: 'TEXT COLLATE "C"',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMPTZ',
  HUGEINT: 'NUMERIC(38,0)',
  DOUBLE: 'DOUBLE PRECISION',
  // A column of nothing but null.
  '"NULL"': 'TEXT COLLATE "C"',
}

/** Writes the files, all of the same columns, as one beside the first of them. */
export async function writeCopyable(files: readonly string[], name: string): Promise<CopyableFile> {
  const path = `${files[0]}.${name}.copy`
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: memoryLimit })
  const connection = await instance.connect()
  try {
    await connection.run(`SET TimeZone = 'UTC'`)
    const list = files.map(literal).join(', ')
    const from = `read_parquet([${list}], union_by_name = true)`
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)
    const columns = described
      .getRows()
      .map(([column, type]) => ({ name: String(column), type: String(type) }))
    const selected = columns.map(({ name: column, type }) =>
      type === 'VARCHAR' ? withoutNul(column) : quoted(column),
    )
    await connection.run(
      `COPY (SELECT ${selected.join(', ')} FROM ${from}) TO ${literal(path)}
       (FORMAT csv, HEADER false, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR '${nullText}')`,
    )
    return {
      path,
      columns: columns.map(({ name: column, type }) => `${quoted(column)} ${types[type] ?? type}`),
      remove: () => rm(path, { force: true }),
    }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** PostgreSQL's texts cannot hold the character NUL; the sign for what is missing stands in its place. */
function withoutNul(column: string): string {
  const own = quoted(column)
  return `CASE WHEN contains(${own}, chr(0)) THEN replace(${own}, chr(0), '\ufffd') ELSE ${own} END AS ${own}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
