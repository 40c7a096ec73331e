import { existsSync } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TakingsError } from '../../model/errors.ts'
import type {
  Capabilities,
  Engine,
  EngineOptions,
  QueryOptions,
  SqlRow,
  SqlValue,
  Transaction,
  TransactOptions,
} from '../engine.ts'
import { Listeners } from '../listeners.ts'
import { migrate } from '../migrate.ts'
import type { Dialect } from '../schema.ts'
import { Slots } from '../slots.ts'
import { Database, SessionLost } from './duckdb/database.ts'
import { explained } from './duckdb/failures.ts'
import type { Session, SessionOptions } from './duckdb/session.ts'
import { CommitFailure, runTransaction } from './duckdb/transaction.ts'

export const duckdbDialect: Dialect = {
  mainSchema: 'main',
  types: {
    bigint: 'BIGINT',
    integer: 'INTEGER',
    smallint: 'SMALLINT',
    text: 'VARCHAR',
    boolean: 'BOOLEAN',
    date: 'DATE',
    instant: 'TIMESTAMPTZ',
    money: 'DECIMAL(18,4)',
    quantity: 'DECIMAL(14,3)',
    rate: 'DECIMAL(18,8)',
  },
}

/** The embedded engine: one file in the data folder, `takings.duckdb`. */
export async function openDuckdb(options: EngineOptions): Promise<Engine> {
  const path = join(options.folder, 'takings.duckdb')
  const session: SessionOptions = {
    path,
    readers: options.readers,
    memoryLimit: options.memoryLimit,
    temporaryFolder: join(options.folder, 'tmp'),
  }
  if (existsSync(path)) await update(session, options.now)
  else await create(session, options.now)
  return new DuckdbEngine(session)
}

/**
 * A new file comes to be under another name, so that a crash in between leaves nothing that looks like a
 * warehouse and cannot be opened.
 */
async function create(options: SessionOptions, now: () => Date): Promise<void> {
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
  await update({ ...options, path: unfinished }, now)
  await rename(unfinished, path)
}

/**
 * Migrations run alone and end with a checkpoint and a closed file: the engine's journal has failed to
 * replay changes of tables in the past, and here it never holds any.
 */
async function update(options: SessionOptions, now: () => Date): Promise<void> {
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

/** A journal of this many bytes is worth a checkpoint before the next transaction. */
const checkpointFrom = 16 * 1024 * 1024

class DuckdbEngine implements Engine {
  readonly name = 'duckdb'
  readonly capabilities: Capabilities = {
    enforcesConstraints: false,
    sharedBetweenProcesses: false,
  }
  readonly location: string
  readonly #database: Database
  readonly #reading: Slots<number>
  readonly #writing = new Slots(['writer'])
  readonly #listeners = new Listeners()
  #closed: Promise<void> | null = null
  #checkpointDue = false

  constructor(options: SessionOptions) {
    this.location = options.path
    this.#database = new Database(options)
    this.#reading = new Slots(Array.from({ length: options.readers }, (_, number) => number))
  }

  query(
    sql: string,
    parameters: readonly SqlValue[] = [],
    options: QueryOptions = {},
  ): Promise<SqlRow[]> {
    const ask = (reader: number) =>
      this.#database.use((session) => askReader(session, reader, { sql, parameters, ...options }))
    return this.#reading.use(async (reader) => {
      try {
        // A reader may lose its session to a fault of the writer: it has changed nothing, so it asks again.
        return await ask(reader).catch((error) => {
          if (error instanceof SessionLost && !this.#closed) return ask(reader)
          throw error
        })
      } catch (error) {
        if (this.#closed) throw shuttingDown()
        throw error instanceof SessionLost ? explained(error.cause, this.location) : error
      }
    }, options.signal)
  }

  async transact<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactOptions,
  ): Promise<T> {
    const value = await this.#writing.use(async () => {
      const committed = await this.#commit(work, options)
      this.#listeners.announce(options.change())
      return committed
    })
    void this.#checkpointWhenDue()
    return value
  }

  onCommit(listener: Parameters<Engine['onCommit']>[0]): () => void {
    return this.#listeners.add(listener)
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown()
    return this.#closed
  }

  async #commit<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactOptions,
  ): Promise<T> {
    try {
      return await this.#database.use((session) => runTransaction(session, work))
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error
      if (!(error.cause instanceof CommitFailure)) throw explained(error.cause, this.location)
      return (await this.#settle(error.cause, options)) as T
    }
  }

  /** Asks the ledger, in the file opened anew, whether a COMMIT that failed took effect. */
  async #settle(failure: CommitFailure, options: TransactOptions): Promise<unknown> {
    const { runToken, change } = options
    let found: boolean
    try {
      const sql = 'SELECT 1 FROM runs WHERE run_token = $1'
      const ask = (session: Session) => session.ask(session.writer, { sql, parameters: [runToken] })
      found = (await this.#database.use(ask)).length > 0
    } catch (error) {
      throw commitUnknown(failure, error)
    }
    if (found) return failure.value
    if (change() === null) throw commitUnknown(failure, failure.cause)
    throw explained(failure.cause, this.location)
  }

  /** Not inside a commit, where it would make one small transaction wait for all that came before. */
  async #checkpointWhenDue(): Promise<void> {
    if (this.#checkpointDue || this.#closed) return
    this.#checkpointDue = true
    try {
      const journal = await stat(`${this.location}.wal`)
      if (journal.size >= checkpointFrom) await this.#writing.use(() => this.#checkpoint())
    } catch {
      // The journal stays as it is: everything in it is committed, and a later checkpoint takes it in.
    } finally {
      this.#checkpointDue = false
    }
  }

  async #checkpoint(): Promise<void> {
    await this.#database.use((session) => session.execute(session.writer, { sql: 'CHECKPOINT' }))
  }

  async #shutDown(): Promise<void> {
    await this.#writing.close(shuttingDown())
    const readersGone = this.#reading.close(shuttingDown())
    // Without this the file would be checkpointed while it is closed, which blocks the event loop.
    await this.#checkpoint().catch(() => undefined)
    await this.#database.close()
    await readersGone
  }
}

async function askReader(
  session: Session,
  reader: number,
  question: { sql: string; parameters: readonly SqlValue[] } & QueryOptions,
): Promise<SqlRow[]> {
  const connection = session.readers[reader]
  if (!connection) throw new Error(`there is no reader ${reader}`)
  if (!question.schema) return session.ask(connection, question)
  await session.execute(connection, { sql: `SET search_path = '${question.schema}'` })
  try {
    return await session.ask(connection, question)
  } finally {
    await session.execute(connection, { sql: 'RESET search_path' })
  }
}

function commitUnknown(failure: CommitFailure, error: unknown): TakingsError {
  const problem = failure.cause instanceof Error ? failure.cause.message : String(failure.cause)
  return new TakingsError('commit_unknown', { problem }, { cause: error })
}

function shuttingDown(): TakingsError {
  return new TakingsError('busy', { problem: 'the warehouse is being closed' })
}
