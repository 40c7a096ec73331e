import { setTimeout as pause } from 'node:timers/promises'
import { TakingsError } from '../model/errors.ts'
import { endSpareStaging, prepareStaging } from '../staging/staging.ts'
import { type LockOwner, readLock, type Warehouse } from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'
import { hasRealWarehouse, hasWarehouse } from './config.ts'
import { localShop } from './local-shop.ts'
import { openGuarded } from './open-guarded.ts'
import { serverShop } from './server-shop.ts'
import type { ShopAccess } from './shop-access.ts'

/** A command that finds another one at work waits for it, this long at most. */
const patienceMs = 60_000
const pollMs = 100

/** The shop that figures are asked of: the real one, else the demo. Throws `no_shop` when there is none. */
export function openShop(context: CommandContext): Promise<ShopAccess> {
  return patiently(context, async () => {
    const { dataFolder, demoFolder } = context.config
    const server = await findServer(context)
    if (server) return serverShop(server, dataFolder)
    if (hasRealWarehouse(context.config)) {
      const real = await openReal(context)
      if (!(await isEmpty(real)) || !hasWarehouse(demoFolder))
        return localShop(real, false, context)
      await real.close()
    }
    if (!hasWarehouse(demoFolder)) throw new TakingsError('no_shop', { path: dataFolder })
    const demo = await openFolder(demoFolder, context)
    context.terminal.note('This is the demo shop: its figures are made up.')
    return localShop(demo, true, context)
  })
}

/** The shop that files are imported into: always the real one, made when it is not there yet. */
export function openRealShop(context: CommandContext): Promise<ShopAccess> {
  return patiently(context, async () => {
    const server = await findServer(context)
    if (server) return serverShop(server, context.config.dataFolder)
    return localShop(await openReal(context), false, context)
  })
}

/** The same for an import: what reads the files starts once, at the latest while the warehouse is opened. */
export async function openShopForImport(context: CommandContext): Promise<ShopAccess> {
  try {
    // A server reads them itself.
    if (await findServer(context)) endSpareStaging()
    else prepareStaging()
    const shop = await openRealShop(context)
    return { ...shop, close: () => shop.close().finally(endSpareStaging) }
  } catch (error) {
    endSpareStaging()
    throw error
  }
}

/** True before the first import. */
export async function isEmpty(warehouse: Warehouse): Promise<boolean> {
  return (await warehouse.freshness()).loadedAt === null
}

/** A server owns either warehouse of the data folder: it may be showing the demo still. */
export async function findServer(
  context: CommandContext,
): Promise<(LockOwner & { url: string }) | null> {
  const { dataFolder, demoFolder, address } = context.config
  // A database takes many at once: nobody need be asked in the server's stead.
  if (address !== null) return null
  for (const folder of [dataFolder, demoFolder]) {
    const owner = await readLock(folder)
    if (owner?.url) return { ...owner, url: owner.url }
  }
  return null
}

function openReal(context: CommandContext): Promise<Warehouse> {
  const { dataFolder: folder, address } = context.config
  return openGuarded({ folder, address, readers: 1 }, context)
}

function openFolder(folder: string, context: CommandContext): Promise<Warehouse> {
  return openGuarded({ folder, readers: 1 }, context)
}

/** Opens something of the data folder, waiting for a command that is at work there. Throws `warehouse_locked` in the end. */
export async function patiently<Opened>(
  { signal, terminal }: CommandContext,
  open: () => Promise<Opened>,
): Promise<Opened> {
  const deadline = performance.now() + patienceMs
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await open()
    } catch (error) {
      const isLocked = error instanceof TakingsError && error.code === 'warehouse_locked'
      if (!isLocked || performance.now() > deadline) throw error
      if (attempt === 10) terminal.note(`Waiting for process ${error.details.pid} ...`)
      await pause(pollMs, undefined, { signal })
    }
  }
}
