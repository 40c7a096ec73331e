import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { Change } from '../../model/change.ts'
import { TakingsError } from '../../model/errors.ts'
import { CommitFailure, commitUnknown } from '../commit-failure.ts'
import type {
  Capabilities,
  Engine,
  EngineOptions,
  Months,
  QueryOptions,
  Snapshot,
  SnapshotOptions,
  SqlRow,
  SqlValue,
  Transaction,
  TransactOptions,
} from '../engine.ts'
import { migrate } from '../migrate.ts'
import { Slots } from '../slots.ts'
import { rowsOf } from './postgres/cells.ts'
import { ChangeFeed } from './postgres/change-feed.ts'
import { openPool, withConnection } from './postgres/connections.ts'
import { postgresDialect } from './postgres/dialect.ts'
import { explained, isConnectionLost, locationOf, unreachable } from './postgres/failures.ts'
import { PostgresMonths } from './postgres/months.ts'
import { mainSchema, migrationLock, writerLock } from './postgres/names.ts'
import { roleStatements, roles } from './postgres/roles.ts'
import { runSnapshot } from './postgres/snapshot.ts'
import { sqlWords } from './postgres/sql-words.ts'
import { runInterruptibly, runTransaction } from './postgres/transaction.ts'

const briefConnections = 2
/** Beside brief questions: one listens for commits, one ends questions and asks the ledger. */
const ownConnections = 2

/**
 * A PostgreSQL database, 15 or newer: many processes may read and write it at once. `place` is its address. Throws
 * `database_unreachable` and `warehouse_newer`.
 */
export async function openPostgres(options: EngineOptions): Promise<Engine> {
  const location = locationOf(options.place)
  const address = options.place
  const writing = openPool({ address, most: 2, readOnly: false })
  try {
    await bringUpToDate(writing, { now: options.now, location })
  } catch (error) {
    await writing.end()
    throw unreachable(error, location)
  }
  const reading = openPool({ address, most: options.readers, readOnly: true })
  const brief = openPool({ address, most: briefConnections + ownConnections, readOnly: true })
  const engine = new PostgresEngine({
    writing,
    reading,
    brief,
    location,
    readers: options.readers,
    now: options.now,
  })
  try {
    await engine.months.notice()
    await engine.listen()
  } catch (error) {
    await engine.close()
    throw unreachable(error, location)
  }
  return engine
}

/** Gives the names of the roles. The user of the address must own the tables and may create roles. */
export async function makeRoles(address: string): Promise<readonly string[]> {
  const pool = openPool({ address, most: 1, readOnly: false })
  try {
    await withConnection(pool, async (client) => {
      for (const statement of roleStatements) await client.query(statement)
    })
    return Object.values(roles)
  } catch (error) {
    throw explained(error, locationOf(address))
  } finally {
    await pool.end()
  }
}

const oldestVersion = 15

/** Alone among all that open the database just now. */
async function bringUpToDate(
  pool: pg.Pool,
  { now, location }: { readonly now: () => Date; readonly location: string },
): Promise<void> {
  await withConnection(pool, async (client) => {
    const query = async (sql: string, parameters: readonly SqlValue[] = []) =>
      rowsOf(await client.query(sql, [...parameters]))
    const [version] = await query("SELECT current_setting('server_version_num')::INTEGER AS number")
    const major = Math.floor(Number(version?.number) / 10_000)
    if (major < oldestVersion) {
      const problem = `it is version ${major}, and Takings needs ${oldestVersion} or newer`
      throw new TakingsError('database_unreachable', { path: location, problem })
    }
    await query('SELECT pg_advisory_lock($1)', [migrationLock])
    try {
      const transact = async (work: () => Promise<void>) => {
        await query('BEGIN')
        try {
          // Rollups that are made of facts while another process loads some would lack these.
          await query('SELECT pg_advisory_xact_lock($1)', [writerLock])
          await work()
          await query('COMMIT')
        } catch (error) {
          await query('ROLLBACK').catch(() => undefined)
          throw error
        }
      }
      await migrate({ query, transact }, { dialect: postgresDialect, now, location })
    } finally {
      await query('SELECT pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined)
    }
  })
}

interface Parts {
  readonly writing: pg.Pool
  readonly reading: pg.Pool
  readonly brief: pg.Pool
  readonly location: string
  readonly readers: number
  readonly now: () => Date
}

class PostgresEngine implements Engine {
  readonly name = 'postgres'
  readonly capabilities: Capabilities = { enforcesConstraints: true, sharedBetweenProcesses: true }
  readonly sql = sqlWords
  readonly log = null
  readonly months: Months
  readonly location: string
  readonly #parts: Parts
  readonly #reading: Slots<number>
  readonly #briefReading: Slots<number>
  readonly #writing = new Slots(['writer'])
  readonly #changes: ChangeFeed
  /** Set in everything that a transaction's work starts, while the transaction is open. */
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>()
  #closed: Promise<void> | null = null

  constructor(parts: Parts) {
    this.location = parts.location
    this.#parts = parts
    this.#reading = new Slots(Array.from({ length: parts.readers }, (_, number) => number))
    this.#briefReading = new Slots(Array.from({ length: briefConnections }, (_, number) => number))
    this.months = new PostgresMonths({
      now: parts.now,
      query: (sql) => this.query(sql),
      transact: (work, options) => this.transact(work, options),
      notice: () => this.#notice(),
    })
    this.#changes = new ChangeFeed(parts.brief, () => this.#notice())
  }

  listen(): Promise<void> {
    return this.#changes.open()
  }

  query(
    sql: string,
    parameters: readonly SqlValue[] = [],
    options: QueryOptions = {},
  ): Promise<SqlRow[]> {
    const readers = options.brief ? this.#briefReading : this.#reading
    return readers.use(() => this.#ask(sql, parameters, options), options.signal)
  }

  snapshot<T>(
    work: (snapshot: Snapshot) => Promise<T>,
    { signal }: SnapshotOptions = {},
  ): Promise<T> {
    const { reading } = this.#parts
    return this.#reading.use(async () => {
      let client: pg.PoolClient | undefined
      try {
        client = await reading.connect()
        const interrupt = (processNumber: number) => this.#interrupt(processNumber)
        const value = await runSnapshot({ client, interrupt, signal }, work)
        client.release()
        return value
      } catch (error) {
        client?.release(true)
        throw explained(error, this.location)
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
    return this.#writing.use(async () => {
      const inside = { open: true }
      const committing = this.#inside.run(inside, () => this.#commit(work, options))
      let told: Change | null = null
      try {
        const committed = await committing
        told = options.change()
        return committed
      } finally {
        inside.open = false
        // A commit that failed may have taken effect all the same.
        this.#changes.committed(told)
      }
    }, options.signal)
  }

  revision(): number {
    return this.#changes.revision
  }

  onCommit(listener: (change: Change) => void): () => void {
    return this.#changes.add(listener)
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown()
    return this.#closed
  }

  async #notice(): Promise<void> {
    await this.#writing.use(() =>
      withConnection(this.#parts.writing, (client) => client.query('SELECT notice_partitions()')),
    )
  }

  async #ask(
    sql: string,
    parameters: readonly SqlValue[],
    { schema, signal, brief }: QueryOptions,
  ): Promise<SqlRow[]> {
    const pool = brief ? this.#parts.brief : this.#parts.reading
    const interrupt = (processNumber: number) => this.#interrupt(processNumber)
    const statement = { sql, parameters, interrupt, ...(signal ? { signal } : {}) }
    return withConnection(pool, async (client) => {
      if (!schema) return rowsOf(await runInterruptibly(client, statement))
      await client.query(`SET search_path = ${schema}`)
      try {
        return rowsOf(await runInterruptibly(client, statement))
      } finally {
        await client.query(`SET search_path = ${mainSchema}`).catch(() => undefined)
      }
    }).catch((error: unknown) => {
      throw explained(error, this.location)
    })
  }

  async #commit<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactOptions,
  ): Promise<T> {
    const { signal, change } = options
    try {
      return await withConnection(this.#parts.writing, (client) =>
        runTransaction(client, work, {
          beforeCommit: (own) => this.#changes.notify(own, change()),
          apart: (own) => withConnection(this.#parts.writing, own),
          interrupt: (processNumber) => this.#interrupt(processNumber),
          ...(signal ? { signal } : {}),
        }),
      )
    } catch (error) {
      if (!(error instanceof CommitFailure)) throw explained(error, this.location)
      return (await this.#settle(error, options)) as T
    }
  }

  /** Asks the ledger, on another connection, whether a COMMIT that failed took effect. */
  async #settle(failure: CommitFailure, { runToken, change }: TransactOptions): Promise<unknown> {
    if (!isConnectionLost(failure.cause)) throw explained(failure.cause, this.location)
    let found: boolean
    try {
      const sql = 'SELECT 1 AS one FROM runs WHERE run_token = $1'
      found = (await settled(() => this.#ask(sql, [runToken], { brief: true }))).length > 0
    } catch (error) {
      throw commitUnknown(failure, error)
    }
    if (found) return failure.value
    if (change() === null) throw commitUnknown(failure, failure.cause)
    throw explained(failure.cause, this.location)
  }

  async #interrupt(processNumber: number): Promise<void> {
    await this.#parts.brief.query('SELECT pg_cancel_backend($1)', [processNumber])
  }

  async #shutDown(): Promise<void> {
    const closing = new TakingsError('busy', { problem: 'the warehouse is being closed' })
    await this.#writing.close(closing)
    await Promise.all([this.#reading, this.#briefReading].map((slots) => slots.close(closing)))
    await this.#changes.close()
    const { writing, reading, brief } = this.#parts
    await Promise.all([writing, reading, brief].map((pool) => pool.end()))
  }
}

/** A server that fell is asked again until it is back, half a minute at most. */
async function settled<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 60) throw error
      await pause(500)
    }
  }
}
