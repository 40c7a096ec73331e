import { CommitFailure } from '../../commit-failure.ts'
import type { AppendedRows, SqlRow, SqlValue, Transaction } from '../../engine.ts'
import type { Session } from './session.ts'
import { sqlWords } from './sql-words.ts'

/** BEGIN, work, COMMIT on the session's writer; ROLLBACK when the work throws. */
export async function runTransaction<T>(
  session: Session,
  work: (transaction: Transaction) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const transaction = new WriterTransaction(session, signal)
  await session.execute(session.writer, { sql: 'BEGIN' })
  let value: T
  try {
    value = await work(transaction)
    await transaction.finish()
    signal?.throwIfAborted()
  } catch (error) {
    await transaction.abandon()
    throw error
  }
  try {
    await session.execute(session.writer, { sql: 'COMMIT' })
  } catch (error) {
    session.broken = true
    throw new CommitFailure(value, error)
  }
  return value
}

/** The connection outlives the transaction, and with it what is temporary: the next load would meet it. */
const temporaryThings = `SELECT format('DROP {} temp."{}"', kind, replace(name, '"', '""')) AS drop FROM (
  SELECT 'VIEW' AS kind, view_name AS name FROM duckdb_views() WHERE temporary AND NOT internal
  UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary
)`

class WriterTransaction implements Transaction {
  readonly sql = sqlWords
  readonly #session: Session
  readonly #signal: AbortSignal | undefined
  /** A connection takes one statement at a time; work that does not wait is put in a row here. */
  #last: Promise<unknown> = Promise.resolve()
  #over = false

  constructor(session: Session, signal: AbortSignal | undefined) {
    this.#session = session
    this.#signal = signal
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    const statement = { sql, parameters, signal: this.#signal }
    return this.#next(() => this.#session.ask(this.#session.writer, statement))
  }

  execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const statement = { sql, parameters, signal: this.#signal }
    return this.#next(() => this.#session.execute(this.#session.writer, statement))
  }

  async appendSums({ table, columns, select }: AppendedRows): Promise<void> {
    await this.execute(`INSERT INTO ${table} (${columns.join(', ')})\n${select}`)
  }

  async attach(name: string, files: readonly string[]): Promise<void> {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${name} cannot name a relation`)
    if (files.length === 0) throw new Error(`no files were given for ${name}`)
    if ((await this.#next(() => this.#session.tables())).has(name))
      throw new Error(`${name} is a table of the warehouse`)
    const paths = files.map((file) => `'${file.replaceAll("'", "''")}'`)
    await this.execute(
      `CREATE TEMP VIEW ${name} AS SELECT * FROM read_parquet([${paths.join(', ')}], union_by_name = true)`,
    )
  }

  /** One table holds the lines of all days, and nothing is looked at row by row. */
  async makeRoom(): Promise<void> {}

  /** Waits for what still runs and drops what is temporary; nothing may be asked afterwards. */
  async finish(): Promise<void> {
    await this.#last
    for (const { drop } of await this.query(temporaryThings)) await this.execute(String(drop))
    this.#over = true
  }

  /** Rolls back. A connection that cannot even do that is of no more use. */
  async abandon(): Promise<void> {
    this.#over = true
    await this.#last.catch(() => undefined)
    try {
      await this.#session.execute(this.#session.writer, { sql: 'ROLLBACK' })
    } catch {
      this.#session.broken = true
    }
  }

  #next<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#over) return Promise.reject(new Error('the transaction is over'))
    const run = this.#last.then(statement)
    this.#last = run
    // Whoever asked hears of the failure; `finish` waits for `#last` and must not be the only one.
    run.catch(() => undefined)
    return run
  }
}
