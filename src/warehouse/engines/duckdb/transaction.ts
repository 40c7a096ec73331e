import { CommitFailure } from '../../commit-failure.ts'
import type { AppendedRows, OrderSight, SqlRow, SqlValue, Transaction } from '../../engine.ts'
import type { Session } from './session.ts'
import { sqlWords } from './sql-words.ts'

export interface TransactionOptions {
  readonly orders?: OrderSight
  readonly signal?: AbortSignal | undefined
}

/** BEGIN, work, COMMIT on the session's writer; ROLLBACK when the work throws. */
export async function runTransaction<T>(
  session: Session,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { signal } = options
  const transaction = new WriterTransaction(session, options)
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

/** Statements that make and drop what is temporary. */
const makes = /\bCREATE TEMP (TABLE|VIEW) (\w+|"(?:[^"]|"")*")/g
const drops = /\bDROP (?:TABLE|VIEW) (\w+|"(?:[^"]|"")*")/g

class WriterTransaction implements Transaction {
  readonly sql = sqlWords
  readonly orderSight: OrderSight | null
  readonly #session: Session
  readonly #signal: AbortSignal | undefined
  /** A connection takes one statement at a time; work that does not wait is put in a row here. */
  #last: Promise<unknown> = Promise.resolve()
  #over = false
  /** What is temporary and still there, by its name, with its kind. */
  readonly #temporary = new Map<string, string>()

  constructor(session: Session, { orders, signal }: TransactionOptions) {
    this.#session = session
    this.#signal = signal
    this.orderSight = orders ?? null
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    const statement = { sql, parameters, signal: this.#signal }
    return this.#next(() => this.#session.ask(this.#session.writer, statement))
  }

  execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const statement = { sql, parameters, signal: this.#signal }
    return this.#next(async () => {
      const rows = await this.#session.execute(this.#session.writer, statement)
      for (const [, kind = '', name = ''] of sql.matchAll(makes)) this.#temporary.set(name, kind)
      for (const [, name = ''] of sql.matchAll(drops)) this.#temporary.delete(name)
      return rows
    })
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

  /**
   * Waits for what still runs and drops what is temporary, because the connection outlives the transaction, and the next
   * load would meet it. Nothing may be asked afterwards.
   */
  async finish(): Promise<void> {
    await this.#last
    const left = [...this.#temporary].reverse()
    if (left.length > 0)
      await this.execute(left.map(([name, kind]) => `DROP ${kind} ${name}`).join('; '))
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
