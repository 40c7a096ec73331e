import { join } from 'node:path'
import { Life } from '../demo/demo.ts'
import { shopState } from '../metrics/metrics.ts'
import { TakingsError } from '../model/errors.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { findPort } from './free-port.ts'
import { keepAlive } from './keep-alive.ts'
import { ensureLivingShop, type LivingWish, livingContext } from './living-folder.ts'
import { livedText } from './living-text.ts'
import { findServer, patiently } from './open-shop.ts'
import { type Server, serve } from './serve.ts'
import { openLivingShops, type ServerShops } from './server-shops.ts'

/** Keeps the living demo shop alive, with a server of its own, until it is told to stop; gives the exit code. */
export async function runLiving(wish: LivingWish, context: CommandContext): Promise<number> {
  const own = livingContext(context)
  await refuseSecondServer(own)
  // To make the shop takes a while: who asked for a port that is taken hears of it before.
  await findPort(own.config)
  own.terminal.note(`Data: ${own.config.dataFolder}`)
  await ensureLivingShop(wish, context)
  const shops = await patiently(own, () => openLivingShops(own))
  try {
    const server = await serve(shops, own)
    try {
      await live(wish, { shops, server }, own)
    } finally {
      await server.close()
    }
  } finally {
    await shops.close()
  }
  return exitCodes.done
}

async function refuseSecondServer(context: CommandContext): Promise<void> {
  const owner = await findServer(context)
  if (!owner) return
  context.terminal.note(`The living demo shop is open at ${owner.url}.`)
  throw new TakingsError('warehouse_locked', {
    path: context.config.dataFolder,
    pid: owner.pid,
  })
}

async function live(
  { rate }: LivingWish,
  { shops, server }: { readonly shops: ServerShops; readonly server: Server },
  context: CommandContext,
): Promise<void> {
  const { config, terminal, now, signal, json } = context
  const { warehouse } = await shops.current()
  const { timeZone } = await shopState(warehouse, { now })
  const pages = livePage(server.address)
  const life = await Life.open({
    dataFolder: config.dataFolder,
    timeZone,
    workFolder: join(config.workFolder, 'living'),
    memoryLimit: config.stagingMemory,
  })
  // Pages that are opened while the past hours are made up for would show a shop that nobody would believe.
  const onCaughtUp = () => {
    const ready = `Ready: ${pages} · a demo shop that lives: its figures are made up · nothing leaves this machine`
    if (json) terminal.note(ready)
    else terminal.result(ready)
  }
  try {
    signal.throwIfAborted()
    const lived = await keepAlive(life, { rate, timeZone, onCaughtUp }, context)
    if (json) terminal.document({ folder: config.dataFolder, server: pages, ...lived }, {})
    else terminal.result(livedText(lived))
  } finally {
    await life.close()
  }
}

/** The page that shows most of it; an access token in the address stays. */
function livePage(address: string): string {
  const url = new URL(address)
  url.pathname = '/live'
  return url.href
}
