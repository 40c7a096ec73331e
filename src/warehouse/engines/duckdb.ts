import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Change } from '../../model/change.ts'
import { TakingsError } from '../../model/errors.ts'
import { CommitFailure, commitUnknown } from '../commit-failure.ts'
import type {
  Capabilities,
  Engine,
  EngineLog,
  EngineOptions,
  QueryOptions,
  Snapshot,
  SnapshotOptions,
  SqlRow,
  SqlValue,
  Transaction,
  TransactOptions,
} from '../engine.ts'
import { Listeners } from '../listeners.ts'
import { Slots } from '../slots.ts'
import { withReadableLog } from './duckdb/damaged-log.ts'
import { Database, SessionLost } from './duckdb/database.ts'
import { explained } from './duckdb/failures.ts'
import { OrderFilter } from './duckdb/order-sight.ts'
import { createFile, updateFile } from './duckdb/preparation.ts'
import type { Session, SessionOptions } from './duckdb/session.ts'
import { runSnapshot } from './duckdb/snapshot.ts'
import { sqlWords } from './duckdb/sql-words.ts'
import { runTransaction } from './duckdb/transaction.ts'
import { Upkeep } from './duckdb/upkeep.ts'

/** The embedded engine: one file in the data folder, `takings.duckdb`. */
export async function openDuckdb(options: EngineOptions): Promise<Engine> {
  const path = join(options.place, 'takings.duckdb')
  const session: SessionOptions = {
    path,
    // The last one is for brief questions.
    readers: options.readers + 1,
    memoryLimit: options.memoryLimit,
    temporaryFolder: join(options.place, 'tmp'),
  }
  const { result: database, setAside } = await withReadableLog(options, path, () =>
    openDatabase(session, options.now),
  )
  return new DuckdbEngine(session, { database, setAside })
}

async function openDatabase(session: SessionOptions, now: () => Date): Promise<Database> {
  if (existsSync(session.path)) await updateFile(session, now)
  else await createFile(session, now)
  const database = new Database(session)
  await database.open()
  return database
}

class DuckdbEngine implements Engine {
  readonly name = 'duckdb'
  readonly capabilities: Capabilities = {
    enforcesConstraints: false,
    sharedBetweenProcesses: false,
  }
  readonly location: string
  readonly sql = sqlWords
  readonly months = null
  readonly log: EngineLog
  readonly #database: Database
  readonly #reading: Slots<number>
  readonly #briefReading: Slots<number>
  readonly #writing = new Slots(['writer'])
  readonly #listeners = new Listeners()
  readonly #upkeep: Upkeep
  readonly #orders: OrderFilter
  /** Set in everything that a transaction's work starts, while the transaction is open. */
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>()
  #revision = 0
  #closed: Promise<void> | null = null

  constructor(
    options: SessionOptions,
    { database, setAside }: { readonly database: Database; readonly setAside: string | null },
  ) {
    this.location = options.path
    this.#database = database
    const brief = options.readers - 1
    this.#reading = new Slots(Array.from({ length: brief }, (_, number) => number))
    this.#briefReading = new Slots([brief])
    this.#upkeep = new Upkeep({
      database,
      session: options,
      writing: this.#writing,
      reading: this.#reading,
      briefReading: this.#briefReading,
    })
    this.#orders = new OrderFilter((work) =>
      this.#reading.use((reader) =>
        this.#database.use((session) => work(readerOf(session, reader))),
      ),
    )
    this.log = {
      setAside,
      verifiedCheckpoint: (afterRun) => this.#upkeep.verifiedCheckpoint(afterRun),
    }
  }

  query(
    sql: string,
    parameters: readonly SqlValue[] = [],
    options: QueryOptions = {},
  ): Promise<SqlRow[]> {
    const question = { sql, parameters, ...options }
    this.#upkeep.used()
    const readers = options.brief ? this.#briefReading : this.#reading
    return readers.use((reader) => this.#ask(reader, question), options.signal)
  }

  /** Not asked again where the session is lost: the work may have written half of its files. */
  snapshot<T>(
    work: (snapshot: Snapshot) => Promise<T>,
    { signal }: SnapshotOptions = {},
  ): Promise<T> {
    this.#upkeep.used()
    return this.#reading.use(async (reader) => {
      try {
        return await this.#database.use((session) => runSnapshot({ session, reader, signal }, work))
      } catch (error) {
        if (this.#closed) throw shuttingDown()
        if (error instanceof SessionLost) throw openedAgain()
        throw error
      }
    }, signal)
  }

  async transact<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactOptions,
  ): Promise<T> {
    if (this.#inside.getStore()?.open) {
      throw new Error('transact was called inside transact, where it would wait for itself')
    }
    const value = await this.#writing.use(async () => {
      const inside = { open: true }
      this.#orders.begin()
      const committing = this.#inside.run(inside, () => this.#commit(work, options))
      let hasFailed = true
      try {
        const committed = await committing.finally(() => {
          inside.open = false
          // A commit that failed may have taken effect all the same.
          this.#revision++
        })
        hasFailed = false
        this.#listeners.announce(options.change())
        return committed
      } finally {
        this.#orders.end(hasFailed || bringsOrders(options.change()))
      }
    }, options.signal)
    this.#upkeep.committed()
    return value
  }

  revision(): number {
    return this.#revision
  }

  onCommit(listener: Parameters<Engine['onCommit']>[0]): () => void {
    return this.#listeners.add(listener)
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown()
    return this.#closed
  }

  /** A reader may lose its session to a fault of the writer; it has changed nothing, so it asks again. */
  async #ask(reader: number, question: Question): Promise<SqlRow[]> {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        return await this.#database.use((session) => askReader(session, reader, question))
      } catch (error) {
        if (this.#closed) throw shuttingDown()
        if (!(error instanceof SessionLost)) throw error
      }
    }
    throw openedAgain()
  }

  async #commit<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactOptions,
  ): Promise<T> {
    return this.#database
      .use((session) =>
        runTransaction(session, work, { orders: this.#orders, signal: options.signal }),
      )
      .catch(async (error) => {
        if (!(error instanceof SessionLost)) throw error
        if (!(error.cause instanceof CommitFailure)) throw explained(error.cause, this.location)
        return (await this.#settle(error.cause, options)) as T
      })
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

  async #shutDown(): Promise<void> {
    this.#upkeep.stop()
    await this.#writing.close(shuttingDown())
    const readersGone = Promise.all(
      [this.#reading, this.#briefReading].map((readers) => readers.close(shuttingDown())),
    )
    await this.#upkeep.checkpoint().catch(() => undefined)
    await this.#database.close()
    await readersGone
  }
}

interface Question extends QueryOptions {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

function bringsOrders(change: Change | null): boolean {
  return change?.tables.some((table) => table === 'orders' || table === 'returns_fact') ?? false
}

function readerOf(session: Session, reader: number): DuckDBConnection {
  const connection = session.readers[reader]
  if (!connection) throw new Error(`there is no reader ${reader}`)
  return connection
}

async function askReader(session: Session, reader: number, question: Question): Promise<SqlRow[]> {
  const connection = readerOf(session, reader)
  if (!question.schema) return session.ask(connection, question)
  await session.execute(connection, { sql: `SET search_path = '${question.schema}'` })
  try {
    return await session.ask(connection, question)
  } finally {
    await session.execute(connection, { sql: 'RESET search_path' })
  }
}

function openedAgain(): TakingsError {
  return new TakingsError('busy', { problem: 'the warehouse has to be opened again' })
}

function shuttingDown(): TakingsError {
  return new TakingsError('busy', { problem: 'the warehouse is being closed' })
}
