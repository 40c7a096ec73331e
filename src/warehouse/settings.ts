import { randomUUID } from 'node:crypto'
import { appliedPrefix } from '../model/live.ts'
import type { Engine, Transaction } from './engine.ts'

/** What the shop has settled: time zone, currency, saved mappings. */
export interface Settings {
  /** Null when it was never set. */
  get(key: string): Promise<string | null>
  /** Not to be called inside `transact`, which would wait for itself: see `writeSetting`. */
  set(key: string, value: string): Promise<void>
}

/** A setting that rises with every change of another, so that of two states of them the later one is known. */
export const revisionKey = 'settings_revision'

/** Sets one inside a transaction. */
export async function writeSetting(
  transaction: Transaction,
  key: string,
  value: string,
): Promise<void> {
  await put(transaction, key, value)
  if (key.startsWith(appliedPrefix)) return
  const [row] = await transaction.query('SELECT value FROM settings WHERE key = $1', [revisionKey])
  await put(transaction, revisionKey, String(Number(row?.value ?? 0) + 1))
}

async function put(transaction: Transaction, key: string, value: string): Promise<void> {
  await transaction.execute('DELETE FROM settings WHERE key = $1', [key])
  await transaction.execute('INSERT INTO settings (key, value) VALUES ($1, $2)', [key, value])
}

export function settingsOf(engine: Pick<Engine, 'query' | 'transact'>): Settings {
  return {
    async get(key) {
      const sql = 'SELECT value FROM settings WHERE key = $1'
      const [row] = await engine.query(sql, [key], { brief: true })
      return typeof row?.value === 'string' ? row.value : null
    },
    async set(key, value) {
      const options = { change: () => null, runToken: randomUUID() }
      await engine.transact((transaction) => writeSetting(transaction, key, value), options)
    },
  }
}
