import { rangeText } from '../display/day-text.ts'
import { countText } from '../display/value-text.ts'
import { shopState } from '../metrics/metrics.ts'
import { TakingsError } from '../model/errors.ts'
import type { CommandContext } from './command.ts'
import { exitCodeOf } from './commands/import.ts'
import { makeDemoShop, standardDemo } from './demo-shop.ts'
import { exitCodes } from './exit-codes.ts'
import { findServer, openShopForImport, patiently } from './open-shop.ts'
import { reportText } from './report-text.ts'
import { runImport } from './run-import.ts'
import { type Server, serve } from './serve.ts'
import { openServerShops, type ServerShops } from './server-shops.ts'

/** Imports the files given, then serves the shop until it is told to stop; gives the exit code. */
export async function runStart(paths: readonly string[], context: CommandContext): Promise<number> {
  await refuseSecondServer(context)
  context.terminal.note(`Data: ${context.config.dataFolder}`)
  if (paths.length > 0) {
    const exitCode = await importFirst(paths, context)
    if (exitCode !== exitCodes.done) return exitCode
  }
  return runServer(context)
}

async function refuseSecondServer(context: CommandContext): Promise<void> {
  const owner = await findServer(context)
  if (!owner) return
  context.terminal.note(`A server is running at ${owner.url}.`)
  const { dataFolder } = context.config
  throw new TakingsError('warehouse_locked', { path: dataFolder, pid: owner.pid })
}

async function importFirst(paths: readonly string[], context: CommandContext): Promise<number> {
  const shop = await openShopForImport(context)
  try {
    const report = await runImport(shop, { paths, dryRun: false, answers: {} }, context)
    context.terminal.note(reportText(report))
    if (report.error) context.terminal.note(`error: ${report.error.message}\n${report.error.hint}`)
    return exitCodeOf(report)
  } finally {
    await shop.close()
  }
}

async function runServer(context: CommandContext): Promise<number> {
  const shops = await patiently(context, () => openServerShops(context))
  try {
    if (!(await shops.hasSomethingToShow())) await makeDemoShop(standardDemo, context)
    const server = await serve(shops, context)
    try {
      context.terminal.result(await readyLine(server, shops, context))
      await stopWish(context.signal)
    } finally {
      await server.close()
    }
  } finally {
    await shops.close()
  }
  return exitCodes.done
}

async function readyLine(
  server: Server,
  shops: ServerShops,
  { now, terminal, config }: CommandContext,
): Promise<string> {
  const { warehouse, demo } = await shops.current()
  const { orders, period } = await shopState(warehouse, { now })
  if (demo) {
    terminal.note('This is the demo shop: its figures are made up, and your own files replace it.')
  }
  if (server.isOpen) {
    terminal.note(
      `Other machines reach it with the access token in ${config.dataFolder}/access-token.`,
    )
  }
  if (server.hooksAddress)
    terminal.note(`Webhooks come to ${server.hooksAddress} and nowhere else.`)
  const held = period ? `${countText(orders, 'order')}, ${rangeText(period)}` : 'no orders yet'
  const shown = demo ? `demo shop: ${held}` : held
  return `Ready: ${server.address} · ${shown} · nothing leaves this machine`
}

/** Resolves when the server is told to stop. */
function stopWish(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
