import { mkdirSync } from 'node:fs'
import type { LiveIntake } from '../../src/ingest/ingest.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { now } from '../ingest/still-clock.ts'
import { openIntake, openJournal, openWarehouse, restoreRuns } from './product.ts'

/** A shop that takes orders in, opened as a server opens it. */
export interface OpenShop {
  readonly journal: Journal
  readonly warehouse: Warehouse
  readonly intake: LiveIntake
  close(): Promise<void>
}

export interface ShopOptions {
  readonly folder: string
  readonly address: string | null
  readonly memoryLimit?: string
  /** What the intake works with instead. */
  readonly journalOf?: (own: Journal) => Journal
  readonly warehouseOf?: (own: Warehouse) => Warehouse
  readonly onTrouble?: (error: unknown) => void
}

/** What imports and live records are worked with. */
export function workIn(folder: string) {
  return { now, workFolder: `${folder}/work`, memoryLimit: '512MB' }
}

export async function openShop(options: ShopOptions): Promise<OpenShop> {
  const { folder, address, memoryLimit = '1GB', journalOf, warehouseOf, onTrouble } = options
  const work = workIn(folder)
  mkdirSync(work.workFolder, { recursive: true })
  const journal = await openJournal({ folder: `${folder}/journal`, now })
  const warehouse = await openWarehouse({
    ...{ folder, address, now, memoryLimit },
    restore: (opened, missing) => restoreRuns(opened, missing, { ...work, journal }),
  }).catch(async (error: unknown) => {
    await journal.close()
    throw error
  })
  const intake = await openIntake({
    journal: journalOf?.(journal) ?? journal,
    warehouse: warehouseOf?.(warehouse) ?? warehouse,
    ...work,
    ...(onTrouble ? { onTrouble } : {}),
  })
  return {
    journal,
    warehouse,
    intake,
    async close() {
      await intake.close()
      await warehouse.close()
    },
  }
}
