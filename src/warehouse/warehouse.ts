import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { TakingsError } from '../model/errors.ts'
import type { Freshness } from '../model/query.ts'
import { type AuditFinding, audit } from './audit.ts'
import type { Engine } from './engine.ts'
import { engineOf } from './engines/engines.ts'
import { type Lock, takeLock } from './lock.ts'
import { allStatements } from './migrate.ts'
import { RollupUpkeep } from './rollup-upkeep.ts'
import { auditRollups, rebuildRollups } from './rollups.ts'
import { type Settings, settingsOf } from './settings.ts'

export type { AuditFinding } from './audit.ts'
export type {
  Capabilities,
  Engine,
  MonthPart,
  Months,
  QueryOptions,
  Snapshot,
  SnapshotOptions,
  SqlCell,
  SqlRow,
  SqlValue,
  SqlWords,
  Transaction,
  TransactOptions,
} from './engine.ts'
export { type ExportOptions, writeExport } from './export.ts'
export { Listeners } from './listeners.ts'
export { type Lock, type LockOwner, readLock, takeLock } from './lock.ts'
export { eachRow, sumType, sumUp } from './rollup-sql.ts'
export {
  addToRollups,
  type ChangedRows,
  compactRollups,
  fillRollups,
  type Replacement,
  renewDirtyDays,
  replaceInRollups,
  takeFromRollups,
} from './rollups.ts'
export { noEarlierOrder } from './set-aside.ts'
export { type Settings, writeSetting } from './settings.ts'
export { changeSettings, readSettings } from './shop-settings.ts'

/** Where the facts of one shop rest: the engine, what it knows of itself, and the lock on its folder. */
export interface Warehouse extends Engine {
  readonly settings: Settings
  /** Every rule of the star that the engine cannot hold, asked by query; gives those that are broken. */
  audit(): Promise<AuditFinding[]>
  /** What is right as it is and should not stay so. */
  warnings(): Promise<AuditFinding[]>
  /** Compares the rollups with a recount of all facts; gives those that differ. */
  auditRollups(): Promise<AuditFinding[]>
  /** Makes all rollups anew from the facts. */
  rebuildRollups(): Promise<void>
  /** Sequence and instant of the newest run, newest order day. */
  freshness(): Promise<Freshness>
  /** Tells commands that find the folder locked where its owner listens. */
  announceServer(url: string, token: string): Promise<void>
}

export interface WarehouseOptions {
  /** The data folder; made when it is missing. */
  readonly folder: string
  /** The address of a database that holds the facts instead of the folder. */
  readonly address?: string | null
  readonly now: () => Date
  /** Questions answered at once, 3 unless told otherwise. */
  readonly readers?: number
  /** What the engine may buffer, such as `1GB`, which it is unless told otherwise. */
  readonly memoryLimit?: string
}

/**
 * Threads that libuv must have (`UV_THREADPOOL_SIZE`), set before anything uses them. Every running
 * statement holds one; with the default of 4, slow questions would keep every file and every commit
 * waiting.
 */
export const requiredThreadPool = 16

/**
 * Leaves half of the threads to files, names and compression whatever is asked for; the writer and the
 * reader of brief questions have one each.
 */
const mostReaders = requiredThreadPool / 2 - 2

/**
 * Opens the warehouse of a data folder, or of a database, makes it when it is missing, and brings its schema up to
 * date. Throws `warehouse_locked`, `warehouse_newer`, `warehouse_unreachable`, `database_unreachable` or `disk_full`; deletes nothing.
 */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const { now, address, readers = 3, memoryLimit = '1GB' } = options
  const engineOptions = { now, memoryLimit, readers: Math.min(Math.max(1, readers), mostReaders) }
  if (address) {
    const engine = await engineOf(address).open({ ...engineOptions, place: address })
    return warehouseOf(engine, null)
  }
  const folder = resolve(options.folder)
  const lock = await lockFolder(folder, now)
  try {
    return warehouseOf(await engineOf(folder).open({ ...engineOptions, place: folder }), lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** The SQL that makes an empty warehouse in a folder, or at an address, in order: what `takings migrate --print` shows. */
export function migrationStatements(place: string): string[] {
  return allStatements(engineOf(place).dialect)
}

/**
 * Makes the roles of a database's users: one for servers, one for readers; gives their names. Throws `invalid_option`
 * where the warehouse is a file, which has no users.
 */
export async function makeRoles(address: string | null): Promise<readonly string[]> {
  const engine = address === null ? null : engineOf(address)
  if (address !== null && engine?.makeRoles) return engine.makeRoles(address)
  throw new TakingsError('invalid_option', {
    option: '--roles',
    problem: 'a file has no users',
    advice: 'Name a database with --warehouse.',
  })
}

async function lockFolder(folder: string, now: () => Date): Promise<Lock> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await takeLock(folder, now)
  } catch (error) {
    if (error instanceof TakingsError) throw error
    const problem = error instanceof Error ? error.message : String(error)
    throw new TakingsError('warehouse_unreachable', { path: folder, problem }, { cause: error })
  }
}

/** Without a lock others may have it open too. */
function warehouseOf(engine: Engine, lock: Lock | null): Warehouse {
  const upkeep = new RollupUpkeep(engine)
  return {
    name: engine.name,
    capabilities: engine.capabilities,
    location: engine.location,
    sql: engine.sql,
    months: engine.months,
    query: (sql, parameters, options) => engine.query(sql, parameters, options),
    snapshot: (work, options) => engine.snapshot(work, options),
    transact: (work, options) => engine.transact(work, options),
    revision: () => engine.revision(),
    onCommit: (listener) => engine.onCommit(listener),
    settings: settingsOf(engine),
    audit: () => noticed(engine, audit),
    warnings: () => warnings(engine),
    auditRollups: () => noticed(engine, auditRollups),
    rebuildRollups: () =>
      engine.transact(rebuildRollups, { change: () => null, runToken: `rebuild-${randomUUID()}` }),
    freshness: () => freshness(engine),
    announceServer: async (url, token) => lock?.announce(url, token),
    async close() {
      await upkeep.stop()
      await engine.close()
      await lock?.release()
    },
  }
}

async function noticed<T>(engine: Engine, ask: (engine: Engine) => Promise<T>): Promise<T> {
  await engine.months?.notice()
  return ask(engine)
}

async function warnings({ months }: Engine): Promise<AuditFinding[]> {
  const outside = await months?.outside()
  if (!outside) return []
  const { lines: rows, text } = outside
  return [{ rule: 'lines_in_partitions_of_their_months', table: 'sales_fact', rows, text }]
}

async function freshness(engine: Engine): Promise<Freshness> {
  const [row] = await engine.query(
    `SELECT
  (SELECT max(order_date) FROM sales_fact) AS newest_day,
  (SELECT max(finished_at) FROM runs) AS loaded_at,
  (SELECT max(run_id) FROM runs) AS sequence`,
    [],
    { brief: true },
  )
  return {
    newestDay: textOf(row?.newest_day),
    loadedAt: textOf(row?.loaded_at),
    sequence: Number(row?.sequence ?? 0),
  }
}

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null
}
