import type { Shops } from '../http/app.ts'
import { TakingsError } from '../model/errors.ts'
import { Listeners, type Warehouse } from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'
import { hasRealWarehouse, hasWarehouse } from './config.ts'
import { openGuarded } from './open-guarded.ts'
import { isEmpty } from './open-shop.ts'

/** The warehouses of one server, and which of them pages show. */
export interface ServerShops extends Shops {
  /** False before the first import, when there is no demo shop to show either. */
  hasSomethingToShow(): Promise<boolean>
  /** Tells commands in this data folder where the server listens. */
  announce(url: string, token: string): Promise<void>
  close(): Promise<void>
}

/** Opens the real warehouse if there is one, else the demo if there is one. Throws `warehouse_locked`. */
export async function openServerShops(context: CommandContext): Promise<ServerShops> {
  const { config } = context
  const listeners = new Listeners()
  const announced: { server: { url: string; token: string } | null } = { server: null }
  let real: Promise<Warehouse> | null = null
  let demo: Promise<Warehouse> | null = null
  let hasRealData = false

  const open = async (folder: string, address: string | null): Promise<Warehouse> => {
    const warehouse = await openGuarded({ folder, address }, context)
    warehouse.onCommit((change) => listeners.announce(change))
    const { server } = announced
    if (server) await warehouse.announceServer(server.url, server.token)
    return warehouse
  }
  const openReal = (): Promise<Warehouse> => {
    real ??= open(config.dataFolder, config.address).catch((error: unknown) => {
      real = null
      throw error
    })
    return real
  }
  const openDemo = (): Promise<Warehouse> => {
    demo ??= open(config.demoFolder, null).catch((error: unknown) => {
      demo = null
      throw error
    })
    return demo
  }
  /** The real warehouse once something was imported; a command may hold it, or be filling it, just now. */
  const filledReal = async (): Promise<Warehouse | null> => {
    if (real === null && !hasRealWarehouse(config)) return null
    const warehouse = await openReal().catch(unlessLocked)
    if (warehouse === null) return null
    hasRealData ||= !(await isEmpty(warehouse))
    return hasRealData ? warehouse : null
  }

  const current = async () => {
    const warehouse = await filledReal()
    if (warehouse) return { warehouse, demo: false }
    if (!hasWarehouse(config.demoFolder)) return { warehouse: await openReal(), demo: false }
    return { warehouse: await openDemo(), demo: true }
  }
  if (hasRealWarehouse(config)) await openReal()

  return {
    current,
    real: openReal,
    onCommit: (listener) => listeners.add(listener),
    hasSomethingToShow: async () =>
      hasWarehouse(config.demoFolder) || (await filledReal()) !== null,
    async announce(url, token) {
      announced.server = { url, token }
      for (const opened of [real, demo]) await (await opened)?.announceServer(url, token)
    },
    async close() {
      for (const opened of [real, demo]) await (await opened)?.close()
    },
  }
}

/** The living demo shop: a real one to its server, and shown as what it is. */
export async function openLivingShops(context: CommandContext): Promise<ServerShops> {
  const shops = await openServerShops(context)
  return {
    ...shops,
    current: async () => ({ ...(await shops.current()), demo: true }),
    refuseFiles() {
      throw new TakingsError('demo_takes_no_files')
    },
  }
}

function unlessLocked(error: unknown): null {
  if (error instanceof TakingsError && error.code === 'warehouse_locked') return null
  throw error
}
