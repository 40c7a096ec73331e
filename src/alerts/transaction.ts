import { randomUUID } from 'node:crypto'
import type { Change } from '../model/change.ts'
import type { SqlRow, SqlValue, Transaction, Warehouse } from '../warehouse/warehouse.ts'

/**
 * Writes what alerts keep. It is told as a change of no day: pages ask for alerts again, and no answer about figures is
 * forgotten for it.
 */
export function writeAlerts<T>(
  warehouse: Warehouse,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let sequence = 0
  return warehouse.transact(
    async (transaction) => {
      sequence = await newestRun(transaction)
      return work(transaction)
    },
    {
      change: () => ({ sequence, tables: [], days: null }),
      runToken: `alerts-${randomUUID()}`,
    },
  )
}

/** True of the changes that `writeAlerts` tells. */
export function isOfAlerts({ tables, days }: Change): boolean {
  return tables.length === 0 && days === null
}

export interface Asker {
  query(sql: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>
}

/** Questions of a few rows. */
export function briefly(warehouse: Warehouse): Asker {
  return { query: (sql, parameters = []) => warehouse.query(sql, parameters, { brief: true }) }
}

export async function newestRun(asker: Asker): Promise<number> {
  const [row] = await asker.query('SELECT coalesce(max(run_id), 0) AS sequence FROM runs')
  return Number(row?.sequence ?? 0)
}
