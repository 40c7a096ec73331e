import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TakingsError } from '../model/errors.ts'
import type { Freshness } from '../model/query.ts'
import { type AuditFinding, audit } from './audit.ts'
import { knowsCommittedRuns } from './committed-runs.ts'
import type { Engine } from './engine.ts'
import { engineOf } from './engines/engines.ts'
import { isNoRoom } from './engines/file-failure.ts'
import type { KeptImports } from './kept-imports.ts'
import { type Lock, takeLock } from './lock.ts'
import { allStatements } from './migrate.ts'
import { RollupUpkeep } from './rollup-upkeep.ts'
import { auditRollups, rebuildRollups } from './rollups.ts'
import { type MissingRuns, missingText, Safeguard } from './safeguard.ts'
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
export type { KeptImport, KeptImports } from './kept-imports.ts'
export { Listeners } from './listeners.ts'
export { type Lock, type LockOwner, readLock, takeLock } from './lock.ts'
export {
  addToRollups,
  type ChangedRows,
  type Replacement,
  replaceInRollups,
  takeFromRollups,
} from './rollup-changes.ts'
export { eachRow, sumType, sumUp } from './rollup-sql.ts'
export { compactRollups, fillRollups, renewDirtyDays } from './rollups.ts'
export { type MissingRuns, missingText } from './safeguard.ts'
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
  /** Where clean files of imports are kept until they are safe; null where the engine looks after its log itself. */
  readonly kept: KeptImports | null
  /** What a setting of applied live records was when it was last known to be safe in the engine's file. */
  verifiedSetting(key: string): string | null
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
  /**
   * Commits again what was committed and is missing. What is missing still after it, or all of it where it is left out,
   * keeps the warehouse closed; `accept` takes the warehouse for what it is.
   */
  readonly restore?: ((warehouse: Warehouse, missing: MissingRuns) => Promise<void>) | 'accept'
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
 * date. Throws `warehouse_locked`, `warehouse_newer`, `warehouse_unreachable`, `database_unreachable`, `disk_full`,
 * `warehouse_damaged`, or `runs_missing` where it lacks what was committed; deletes nothing.
 */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const folder = resolve(options.folder)
  if (options.address) return openIn(folder, options, null)
  const lock = await lockFolder(folder, options.now)
  try {
    return await openIn(folder, options, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function openIn(
  folder: string,
  options: WarehouseOptions,
  lock: Lock | null,
): Promise<Warehouse> {
  const { now, address, readers = 3, memoryLimit = '1GB', restore } = options
  const place = address ?? folder
  const mayMend = restore !== undefined && knowsCommittedRuns(folder)
  const engine = await engineOf(place).open({
    now,
    memoryLimit,
    readers: Math.min(Math.max(1, readers), mostReaders),
    place,
    setAsideTo: mayMend
      ? join(folder, 'set-aside', now().toISOString().replaceAll(':', '-'))
      : null,
  })
  try {
    const own = { folder, place: address ? engine.location : null }
    const safeguard = await Safeguard.open(engine, own)
    const warehouse = warehouseOf(engine, { lock, safeguard })
    await restoreMissing(warehouse, safeguard, restore)
    await safeguard.begin()
    return warehouse
  } catch (error) {
    await engine.close()
    throw error
  }
}

async function restoreMissing(
  warehouse: Warehouse,
  safeguard: Safeguard,
  restore: WarehouseOptions['restore'],
): Promise<void> {
  const missing = await safeguard.missing()
  if (!missing) return
  if (restore === 'accept') return safeguard.accept()
  await restore?.(warehouse, missing)
  const left = restore ? await safeguard.missing() : missing
  if (!left) return
  throw new TakingsError('runs_missing', { path: warehouse.location, missing: missingText(left) })
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
    const code = isNoRoom(error) ? 'disk_full' : 'warehouse_unreachable'
    throw new TakingsError(code, { path: folder, problem }, { cause: error })
  }
}

interface Guards {
  /** Null where others may have it open too. */
  readonly lock: Lock | null
  readonly safeguard: Safeguard
}

function warehouseOf(engine: Engine, { lock, safeguard }: Guards): Warehouse {
  const upkeep = new RollupUpkeep(engine)
  const query: Engine['query'] = (sql, parameters, options) =>
    engine.query(sql, parameters, options)
  const transact: Engine['transact'] = async (work, options) => {
    const value = await engine.transact(work, options)
    await safeguard.committed(options.runToken)
    return value
  }
  return {
    name: engine.name,
    capabilities: engine.capabilities,
    location: engine.location,
    sql: engine.sql,
    months: engine.months,
    log: engine.log,
    kept: safeguard.kept,
    verifiedSetting: (key) => safeguard.verifiedSetting(key),
    query,
    snapshot: (work, options) => engine.snapshot(work, options),
    transact,
    revision: () => engine.revision(),
    onCommit: (listener) => engine.onCommit(listener),
    settings: settingsOf({ query, transact }),
    audit: () => noticed(engine, audit),
    warnings: () => warnings(engine),
    auditRollups: () => noticed(engine, auditRollups),
    rebuildRollups: () =>
      engine.transact(rebuildRollups, { change: () => null, runToken: `rebuild-${randomUUID()}` }),
    freshness: () => freshness(engine),
    announceServer: async (url, token) => lock?.announce(url, token),
    async close() {
      await upkeep.stop()
      await safeguard.close()
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
