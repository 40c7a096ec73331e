import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'

/** A clock that stands still: no test depends on today. */
export const now = () => new Date('2024-06-30T12:00:00Z')

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'takings-warehouse-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An empty warehouse in a folder or at an address, closed when the test is over. */
export async function temporaryWarehouse(address: string | null = null): Promise<Warehouse> {
  const warehouse = await openWarehouse({ folder: await temporaryFolder(), address, now })
  onTestFinished(() => warehouse.close())
  return warehouse
}

/** Runs statements in one transaction that announces nothing. */
export async function write(warehouse: Warehouse, ...statements: readonly string[]): Promise<void> {
  await warehouse.transact(
    async (transaction) => {
      for (const statement of statements) await transaction.execute(statement)
    },
    { change: () => null, runToken: 'test' },
  )
}
