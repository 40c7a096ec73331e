import { setImmediate } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBType } from '@duckdb/node-api'
import type { SqlCell, SqlRow, SqlValue } from '../../engine.ts'
import { library } from './library.ts'
import { toCell } from './values.ts'

const { BIGINT, BOOLEAN, DOUBLE, INTEGER, SQLNULL, VARCHAR } = library

/** Chunks hold 2,048 rows; after this many the event loop gets a turn. */
const chunksPerTurn = 4

/** An interrupt that comes before the statement has begun is lost, so it is repeated (milliseconds). */
export const interruptEvery = 20

export interface Statement {
  readonly sql: string
  readonly parameters?: readonly SqlValue[]
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs one statement and waits for its result. An aborted signal interrupts it and the promise rejects
 * with the signal's reason.
 */
export async function runStatement(
  connection: DuckDBConnection,
  statement: Statement,
): Promise<DuckDBMaterializedResult> {
  const { sql, parameters = [], signal } = statement
  signal?.throwIfAborted()
  let repeat: NodeJS.Timeout | undefined
  const interrupt = () => {
    connection.interrupt()
    repeat = setInterval(() => connection.interrupt(), interruptEvery)
  }
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    return parameters.length === 0
      ? await connection.run(sql)
      : await connection.run(sql, [...parameters], parameters.map(parameterType))
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', interrupt)
    clearInterval(repeat)
  }
}

/** All rows of a result, as cells. Gives other work a turn between chunks. */
export async function readRows(
  result: DuckDBMaterializedResult,
  signal?: AbortSignal,
): Promise<SqlRow[]> {
  const names = result.deduplicatedColumnNames()
  const conversions = result.columnTypes().map(toCell)
  const rows: Record<string, SqlCell>[] = []
  for (let index = 0; index < result.chunkCount; index++) {
    if (index > 0 && index % chunksPerTurn === 0) {
      await setImmediate()
      signal?.throwIfAborted()
    }
    const chunk = result.getChunk(index)
    const { rowCount } = chunk
    const first = rows.length
    for (let row = 0; row < rowCount; row++) rows.push({})
    for (const [column, name] of names.entries()) {
      const convert = conversions[column]
      chunk.visitColumnValues(column, (value, row) => {
        const target = rows[first + row]
        if (target && convert) target[name] = convert(value)
      })
    }
  }
  return rows
}

function parameterType(value: SqlValue): DuckDBType {
  if (value === null) return SQLNULL
  if (typeof value === 'string') return VARCHAR
  if (typeof value === 'boolean') return BOOLEAN
  if (!Number.isInteger(value)) return DOUBLE
  return value >= -2_147_483_648 && value <= 2_147_483_647 ? INTEGER : BIGINT
}
