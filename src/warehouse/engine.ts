import type { Change } from '../model/change.ts'
import type { ExportFormat } from '../model/export.ts'
import type { FileColumnType } from '../model/reporting.ts'

/**
 * What every engine can do. It is narrow on purpose: metrics ask through `query`, the loader writes
 * through `transact`, everything else is the engine's own business.
 */

/** Values that may stand for a parameter `$1`, `$2`, ... */
export type SqlValue = string | number | boolean | null

/**
 * Values that come back. Integers up to 32 bits and floats are numbers; BIGINT, HUGEINT and DECIMAL are
 * decimal text; dates are yyyy-mm-dd, instants ISO 8601 in UTC; lists are arrays.
 */
export type SqlCell = string | number | boolean | null | readonly SqlCell[]
export type SqlRow = Readonly<Record<string, SqlCell>>

export interface QueryOptions {
  /** Stops the statement; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Where names without a schema are looked up, so that SQL over the reporting views runs as it stands. */
  readonly schema?: 'reporting'
  /**
   * Our own question, answered in milliseconds: it has a reader to itself, because imports, pages and
   * whoever watches the server wait for it, and slow questions may have all others for minutes.
   */
  readonly brief?: true
}

/** What engines write differently, as SQL made of SQL. */
export interface SqlWords {
  /** A decimal divided exactly, to four places, half away from zero; the divisor is above 0. */
  quotient(dividend: string, divisor: string): string
  /** Stands behind a text in `lower(text ...)`, so that capital letters of every alphabet are known. */
  readonly anyAlphabet: string
}

/**
 * Runs statements one after another inside one transaction. A statement that fails ends it. Temporary
 * tables and views that the work makes are gone when it is over.
 */
export interface Transaction {
  query(sql: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>
  /** Runs a statement whose rows nobody needs; gives the number of rows it touched. */
  execute(sql: string, parameters?: readonly SqlValue[]): Promise<number>
  /** Appends the few rows that a SELECT makes of many, in the way that is quickest for the engine. */
  appendSums(rows: AppendedRows): Promise<void>
  /**
   * Makes clean Parquet files readable as a relation named `name` until the transaction ends.
   * All files have the same columns, all of them present; `name` is none of the star's.
   */
  attach(name: string, files: readonly string[]): Promise<void>
  /**
   * Tells of the order lines that will come, before any fact is read: parts for their days are made where the engine
   * keeps them in parts, and a first load is spared what the engine would look at row by row until it ends.
   */
  makeRoom(coming: ComingLines): Promise<void>
  /** Null where looking orders up is quick. */
  readonly orderSight: OrderSight | null
  readonly sql: SqlWords
}

/**
 * What an engine knows of the orders and their returns that are there without reading them: ids of orders, and documents of
 * returns by `documentId`. Ids are decimal text.
 */
export interface OrderSight {
  /** False where there is neither an order nor a return with one of them; true where that cannot be told at once. */
  mayHold(ids: readonly string[]): boolean
  /** SQL of the id that stands for the document of a return, and for the refund of an order of this number. */
  documentId(number: string): string
  /**
   * These are the ids of all orders, and those of orders and documents named by all returns, that the transaction brings.
   * One that commits such and declared none makes the engine forget what it knows.
   */
  willHold(ids: readonly string[]): void
}

export interface AppendedRows {
  readonly table: string
  readonly columns: readonly string[]
  readonly select: string
}

export interface ComingLines {
  /** First and last day. */
  readonly from: string
  readonly to: string
  readonly lines: number
}

export interface TransactOptions {
  /** Announced to `onCommit` listeners after the commit; `null` announces nothing. */
  readonly change: () => Change | null
  /** `work` writes it to `runs` inside the transaction, so that an unknown COMMIT can be settled. */
  readonly runToken: string
  /** Stops the running statement and takes all back; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * The warehouse as it was at one moment, whatever is committed meanwhile. Asks one thing after another; nothing may
 * be asked once the work is over.
 */
export interface Snapshot {
  query(sql: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>
  /**
   * Writes rows to a new file and gives how many they are. The same rows give the same text or the same types and
   * values on every engine. However many there are, only a part of them is in memory. Throws `disk_full` and
   * `export_stopped`; what is there of the file then is for the caller to remove.
   */
  write(rows: WrittenRows): Promise<number>
}

export interface SnapshotOptions {
  /** Stops what runs; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface WrittenRows {
  /** A view or table, with its schema. */
  readonly from: string
  /** Of it, in the order of the file. */
  readonly columns: readonly { readonly name: string; readonly type: FileColumnType }[]
  /** Columns that are never null, by which rows are put in order. */
  readonly orderBy: readonly string[]
  /**
   * Parquet: the types of `FileColumnType`, decimals exact, instants in UTC. CSV: UTF-8, a header, commas; text stands
   * in quotes and nothing else does, so that nothing at all is null and `""` an empty text; instants are ISO 8601.
   */
  readonly format: ExportFormat
  /** Absolute, in a folder that is there; nothing is there under its name. */
  readonly path: string
  /** How many rows are to be expected, for progress. */
  readonly rows: number
  /** 0 to 1. */
  readonly onProgress: (done: number) => void
}

/** What differs between engines, as claims with a reason, never as a check on a name. */
export interface Capabilities {
  /** Keys, foreign keys and checks are held by the engine; where not, `doctor` audits them by query. */
  readonly enforcesConstraints: boolean
  /** Several processes may use the warehouse at once; where not, a lock file names the owner. */
  readonly sharedBetweenProcesses: boolean
}

/** A part of the order lines. */
export interface MonthPart {
  /** As the engine calls it. */
  readonly name: string
  /** yyyy-mm; null for lines of all months that have no part, and for parts that hold other days. */
  readonly month: string | null
  /** `dropped` is what is known of a month whose lines are gone. */
  readonly state: 'attached' | 'other_days' | 'set_aside' | 'dropped'
  readonly lines: number
  /** Decimal text. */
  readonly revenue: string
  /** On disk, with indexes. */
  readonly bytes: number
  /** First and last day of its lines; null where it has none. */
  readonly from: string | null
  readonly to: string | null
  /** ISO instant at which it was set aside, or dropped. */
  readonly since: string | null
}

/**
 * Order lines that an engine keeps in a part of their own for each month. A month is yyyy-mm. What changes parts throws
 * `partitions_refused`, and `busy` where others read or write for too long.
 */
export interface Months {
  /** Makes days dirty whose parts others than Takings attached, detached or dropped. */
  notice(): Promise<void>
  /** In the order of their days. */
  list(): Promise<MonthPart[]>
  /** How many lines lie outside the parts of their months, and what to do about it; null where none does. */
  outside(): Promise<{ readonly lines: number; readonly text: string } | null>
  /** Takes lines, orders and charges of a month out of all figures, and keeps them. */
  detach(month: string): Promise<MonthPart>
  /** Puts a month back that was set aside. */
  attach(month: string): Promise<MonthPart>
  /** Deletes a month that was set aside. */
  drop(month: string): Promise<MonthPart>
}

/** Of an engine that writes commits to a log of its own first and moves them into its file later. */
export interface EngineLog {
  /** Where a log lies that could not be read when the file was opened; null where it could. */
  readonly setAside: string | null
  /**
   * Moves the log into the file and reads back what runs after `afterRun` wrote: true where the file alone gives what log
   * and file gave together. Gives false at once where somebody is reading.
   */
  verifiedCheckpoint(afterRun: number): Promise<boolean>
}

export interface Engine {
  readonly name: string
  readonly capabilities: Capabilities
  /** Where the facts rest, for people: an absolute path or an address without password. */
  readonly location: string
  readonly sql: SqlWords
  /** Null where order lines are kept whole. */
  readonly months: Months | null
  /** Null where nobody need look after it. */
  readonly log: EngineLog | null
  /** Reads on a small pool of readers; waits for a free one, unless the question is brief. */
  query(sql: string, parameters?: readonly SqlValue[], options?: QueryOptions): Promise<SqlRow[]>
  /**
   * Runs `work` on one state of the warehouse, in a transaction that reads only, on one of the readers. Writers do not
   * wait for it, nor it for them.
   */
  snapshot<T>(work: (snapshot: Snapshot) => Promise<T>, options?: SnapshotOptions): Promise<T>
  /**
   * One writer at a time, first come first served. Rolls back when `work` throws; an error in COMMIT is
   * settled by the ledger: found there, the transaction stands; not found, the error is thrown. Throws
   * `disk_full`, and `commit_unknown` where the ledger cannot tell.
   */
  transact<T>(work: (transaction: Transaction) => Promise<T>, options: TransactOptions): Promise<T>
  /**
   * Rises by one with every transaction that may have changed something, before anybody hears of it; what was
   * read since it last did still holds. Where other processes write too it rises once they are heard of, which
   * takes some milliseconds.
   */
  revision(): number
  /** Calls the listener after every commit that announces a change, until the given function is called. */
  onCommit(listener: (change: Change) => void): () => void
  /** Waits for the running transaction, interrupts queries; everything asked later is refused as `busy`. */
  close(): Promise<void>
}

export interface EngineOptions {
  /** The data folder, which exists and belongs to this process, or the address of a database. */
  readonly place: string
  /** Questions answered at once, brief ones aside. */
  readonly readers: number
  /** Upper bound of what the engine buffers, such as `1GB`. */
  readonly memoryLimit: string
  readonly now: () => Date
  /**
   * Where a log that cannot be read is put, with a copy of the file as it was, so that the file opens without it: a
   * folder that is not there yet. Null: then nothing is opened.
   */
  readonly setAsideTo: string | null
}
