import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { rollups } from '../../../model/rollups.ts'
import { star, table } from '../../../model/star.ts'
import { CommitFailure } from '../../commit-failure.ts'
import type { AppendedRows, ComingLines, SqlRow, SqlValue, Transaction } from '../../engine.ts'
import { rowsOf } from './cells.ts'
import { type Safeguard, safeguardsOf } from './dialect.ts'
import { loaderSetting } from './loader-setting.ts'
import { writerLock } from './names.ts'
import { nullText, writeCopyable } from './parquet.ts'
import { makePartitions } from './partitions.ts'
import { sqlWords } from './sql-words.ts'

/** A first load of so many lines takes several times as long with keys, references and indexes in place. */
const manyLines = 20_000

/** What a load sorts and looks up in memory before it turns to files, for each step of a statement. */
const workMemory = '128MB'

export interface TransactionOptions {
  /** Runs last inside the transaction. */
  beforeCommit(client: pg.PoolClient): Promise<void>
  /** Runs work on another connection, and commits it by itself. */
  apart(work: (client: pg.PoolClient) => Promise<void>): Promise<void>
  /** Ends the statement that runs on the connection of this process number. */
  interrupt(processNumber: number): Promise<void>
  readonly signal?: AbortSignal
}

/** BEGIN, the writers' lock, work, COMMIT; ROLLBACK when the work throws. */
export async function runTransaction<T>(
  client: pg.PoolClient,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const transaction = new ClientTransaction(client, options)
  let value: T
  try {
    await transaction.begin()
    value = await work(transaction)
    await transaction.finish()
    options.signal?.throwIfAborted()
  } catch (error) {
    await transaction.abandon()
    throw error
  }
  try {
    await client.query('COMMIT')
  } catch (error) {
    throw new CommitFailure(value, error)
  }
  return value
}

class ClientTransaction implements Transaction {
  readonly sql = sqlWords
  /** An index finds them. */
  readonly orderSight = null
  readonly #client: pg.PoolClient
  readonly #options: TransactionOptions
  /** Work that does not wait is put in a row here. */
  #last: Promise<unknown> = Promise.resolve()
  #over = false
  /** What a first load is looked at for once, when it has all its rows. */
  #setAside: readonly Safeguard[] = []
  #failure: { readonly error: unknown } | null = null

  constructor(client: pg.PoolClient, options: TransactionOptions) {
    this.#client = client
    this.#options = options
  }

  async begin(): Promise<void> {
    await this.execute('BEGIN')
    await this.execute(loaderSetting)
    await this.execute(`SET LOCAL work_mem = '${workMemory}'`)
    await this.execute(`SET LOCAL maintenance_work_mem = '${workMemory}'`)
    await this.execute(`SELECT pg_advisory_xact_lock(${writerLock})`)
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#next(async () => rowsOf(await this.#run(sql, parameters)))
  }

  execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return this.#next(async () => (await this.#run(sql, parameters)).rowCount ?? 0)
  }

  /** What is inserted is read by one process; several read what becomes a table. */
  async appendSums({ table, columns, select }: AppendedRows): Promise<void> {
    await this.execute(`CREATE TEMP TABLE rows_to_append ON COMMIT DROP AS ${select}`)
    await this.execute(`INSERT INTO ${table} (${columns.join(', ')}) SELECT * FROM rows_to_append`)
    await this.execute('DROP TABLE rows_to_append')
  }

  async attach(name: string, files: readonly string[]): Promise<void> {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${name} cannot name a relation`)
    if (files.length === 0) throw new Error(`no files were given for ${name}`)
    const taken = await this.query(
      'SELECT 1 AS one FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1',
      [name],
    )
    if (taken.length > 0) throw new Error(`${name} is a table of the warehouse`)
    const file = await writeCopyable(files, name)
    try {
      await this.execute(`CREATE TEMP TABLE ${name} (${file.columns.join(', ')}) ON COMMIT DROP`)
      const into = `COPY ${name} FROM STDIN (FORMAT csv, NULL '${nullText}')`
      await this.#next(() =>
        pipeline(createReadStream(file.path), this.#client.query(copyFrom(into)), {
          ...(this.#options.signal ? { signal: this.#options.signal } : {}),
        }),
      )
      await this.execute(`ANALYZE ${name}`)
    } finally {
      await file.remove()
    }
  }

  /**
   * Partitions are made on a connection of their own, at once, before this one has read a fact: made here, they would
   * keep every reader waiting until the load ends.
   */
  async makeRoom(coming: ComingLines): Promise<void> {
    // Users that own nothing change no definition: their lines lie in the partition of all other days.
    if (!(await this.#isOwner())) return
    await this.#options.apart((client) => makePartitions(client, coming))
    if (coming.lines < manyLines) return
    const [known] = await this.query('SELECT EXISTS (SELECT 1 FROM sales_fact) AS some')
    if (known?.some === true) return
    const customers = [table('customers'), table('customer_keys')]
    const facts = star.filter(({ kind }) => kind === 'fact')
    this.#setAside = [...customers, ...facts].flatMap(safeguardsOf)
    for (const { drop } of this.#setAside.toReversed()) await this.execute(drop)
  }

  async #isOwner(): Promise<boolean> {
    const [row] = await this.query(
      "SELECT pg_has_role(relowner, 'USAGE') AS owned FROM pg_class WHERE oid = 'sales_fact'::regclass",
    )
    return row?.owned === true
  }

  /** Waits for what still runs and drops what is temporary; nothing may be asked afterwards. */
  async finish(): Promise<void> {
    await this.#last
    if (this.#failure) throw this.#failure.error
    for (const { create } of this.#setAside) await this.execute(create)
    // Until the server looks by itself, a minute later, it would take full tables for empty ones and read them for minutes.
    if (this.#setAside.length > 0)
      await this.execute(`ANALYZE ${[...star, ...rollups].map(({ name }) => name).join(', ')}`)
    await this.execute('DISCARD TEMP')
    await this.#options.beforeCommit(this.#client)
    this.#over = true
  }

  async abandon(): Promise<void> {
    this.#over = true
    await this.#last.catch(() => undefined)
    // Where even this fails the connection is gone, and the server rolls back by itself.
    await this.#client.query('ROLLBACK').catch(() => undefined)
  }

  async #run(sql: string, parameters: readonly SqlValue[]): Promise<pg.QueryResult> {
    return runInterruptibly(this.#client, { sql, parameters, ...this.#options })
  }

  #next<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#over) return Promise.reject(new Error('the transaction is over'))
    const run = this.#last.then(statement)
    this.#last = run
    // Whoever asked hears of the failure; `finish` waits for `#last` and must not be the only one.
    run.catch((error: unknown) => {
      this.#failure ??= { error }
    })
    return run
  }
}

/** Runs one statement; when the signal aborts, the server is told to end it, and the signal's reason is thrown. */
export async function runInterruptibly(
  client: pg.PoolClient,
  statement: {
    readonly sql: string
    readonly parameters: readonly SqlValue[]
    readonly signal?: AbortSignal
    interrupt(processNumber: number): Promise<void>
  },
): Promise<pg.QueryResult> {
  const { sql, parameters, signal, interrupt } = statement
  signal?.throwIfAborted()
  const { processID } = client as unknown as { processID: number }
  const onAbort = () => void interrupt(processID).catch(() => undefined)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await client.query(sql, [...parameters])
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
