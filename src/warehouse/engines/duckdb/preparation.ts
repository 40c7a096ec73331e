import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { TakingsError } from '../../../model/errors.ts'
import { migrate } from '../../migrate.ts'
import { Database, SessionLost } from './database.ts'
import { duckdbDialect } from './dialect.ts'
import { explained } from './failures.ts'
import type { SessionOptions } from './session.ts'
import { runTransaction } from './transaction.ts'

/**
 * A new file comes to be under another name, so that a crash in between leaves nothing that looks like a
 * warehouse and cannot be opened.
 */
export async function createFile(options: SessionOptions, now: () => Date): Promise<void> {
  const { path } = options
  if (existsSync(`${path}.wal`)) {
    throw new TakingsError('warehouse_unreachable', {
      path,
      problem: `its journal ${path}.wal is there, but the file itself is missing`,
    })
  }
  const unfinished = `${path}.new`
  await rm(unfinished, { force: true })
  await rm(`${unfinished}.wal`, { force: true })
  await updateFile({ ...options, path: unfinished }, now)
  await rename(unfinished, path)
}

/**
 * Migrations run alone and end with a checkpoint and a closed file: the engine's journal has failed to
 * replay changes of tables in the past, and here it never holds any.
 */
export async function updateFile(options: SessionOptions, now: () => Date): Promise<void> {
  const database = new Database({ ...options, readers: 0 })
  const location = options.path.replace(/\.new$/, '')
  try {
    await database.use(async (session) => {
      const { writer } = session
      const applied = await migrate(
        {
          query: (sql, parameters = []) => session.ask(writer, { sql, parameters }),
          transact: (work) => runTransaction(session, work),
        },
        { dialect: duckdbDialect, now, location },
      )
      if (applied > 0) await session.execute(writer, { sql: 'CHECKPOINT' })
    })
  } catch (error) {
    throw error instanceof SessionLost ? explained(error.cause, location) : error
  } finally {
    await database.close()
  }
}
