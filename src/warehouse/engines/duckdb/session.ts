import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { SqlRow } from '../../engine.ts'
import { isFatal } from './failures.ts'
import { library } from './library.ts'
import { interruptEvery, readRows, runStatement, type Statement } from './statement.ts'

export interface SessionOptions {
  readonly path: string
  readonly readers: number
  /** Upper bound of what the engine buffers, such as 1GB. */
  readonly memoryLimit: string
  /** Where statements spill what exceeds it. */
  readonly temporaryFolder: string
}

/**
 * The file opened once: one instance, one connection for writing, several for reading. It is given up
 * as a whole when the engine invalidates itself.
 */
export class Session {
  readonly writer: DuckDBConnection
  readonly readers: readonly DuckDBConnection[]
  /** Set when nothing more can be asked of the session: it must be closed and the file opened again. */
  broken = false
  readonly #instance: DuckDBInstance
  #inUse = 0
  #unused: (() => void) | null = null
  #closed: Promise<void> | null = null
  #tables: Promise<ReadonlySet<string>> | null = null

  private constructor(instance: DuckDBInstance, connections: readonly DuckDBConnection[]) {
    const [writer, ...readers] = connections
    if (!writer) throw new Error('a session needs a connection to write with')
    this.#instance = instance
    this.writer = writer
    this.readers = readers
  }

  static async open(options: SessionOptions): Promise<Session> {
    const instance = await library.DuckDBInstance.create(options.path, {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      memory_limit: options.memoryLimit,
      temp_directory: options.temporaryFolder,
      preserve_insertion_order: 'false',
      // Checkpoints are made between transactions (see Upkeep), not inside the commit that happens to
      // reach the default of 16 MB.
      checkpoint_threshold: '256MB',
      // New files take the newest form, in which text is written a third faster. Only this engine opens them.
      storage_compatibility_version: 'v1.5.0',
    })
    const connections: DuckDBConnection[] = []
    try {
      for (let number = 0; number <= options.readers; number++) {
        connections.push(await instance.connect())
      }
      await connections[0]?.run("SET GLOBAL TimeZone = 'UTC'")
      return new Session(instance, connections)
    } catch (error) {
      for (const connection of connections) connection.closeSync()
      instance.closeSync()
      throw error
    }
  }

  /** Runs one statement on one of the session's connections and reads its rows. */
  async ask(connection: DuckDBConnection, statement: Statement): Promise<SqlRow[]> {
    return this.#watch(async () => {
      return readRows(await runStatement(connection, statement), statement.signal)
    })
  }

  /** The tables of the warehouse; while it is open nothing makes any but what is temporary. */
  tables(): Promise<ReadonlySet<string>> {
    const sql = 'SELECT table_name FROM duckdb_tables() WHERE NOT temporary'
    this.#tables ??= this.ask(this.writer, { sql }).then(
      (rows) => new Set(rows.map((row) => String(row.table_name))),
    )
    return this.#tables
  }

  /** Runs one statement and gives the number of rows it changed. */
  async execute(connection: DuckDBConnection, statement: Statement): Promise<number> {
    return this.#watch(async () => (await runStatement(connection, statement)).rowsChanged)
  }

  async #watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isFatal(error)) this.broken = true
      throw error
    }
  }

  /** Counts who works with the session, so that it is closed under nobody. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#inUse++
    try {
      return await work()
    } finally {
      this.#inUse--
      if (this.#inUse === 0) this.#unused?.()
    }
  }

  get closing(): boolean {
    return this.#closed !== null
  }

  /** Interrupts all readers, waits until nobody uses the session, and lets go of the file. */
  close(): Promise<void> {
    this.#closed ??= this.#letGo()
    return this.#closed
  }

  async #letGo(): Promise<void> {
    if (this.#inUse > 0) await this.#untilUnused()
    for (const connection of [this.writer, ...this.readers]) connection.closeSync()
    this.#instance.closeSync()
  }

  async #untilUnused(): Promise<void> {
    const stopReaders = () => {
      for (const reader of this.readers) reader.interrupt()
    }
    stopReaders()
    const repeat = setInterval(stopReaders, interruptEvery)
    await new Promise<void>((resolve) => {
      this.#unused = resolve
    })
    clearInterval(repeat)
  }
}
