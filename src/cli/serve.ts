import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { buildApp, buildHooksApp, Hooks } from '../http/app.ts'
import { newToken, readAccessToken } from './access-token.ts'
import type { CommandContext } from './command.ts'
import { findPort } from './free-port.ts'
import { openServerIntake } from './server-intake.ts'
import type { ServerShops } from './server-shops.ts'

export interface Server {
  /** For people; carries the access token where one is needed. */
  readonly address: string
  /** Where webhooks come, where that is elsewhere. */
  readonly hooksAddress: string | null
  /** True when other machines can reach it. */
  readonly isOpen: boolean
  close(): Promise<void>
}

const loopback = new Set(['127.0.0.1', 'localhost', '::1'])
const everywhere = new Set(['0.0.0.0', '::'])

/** Starts listening. Throws `port_unavailable`. */
export async function serve(shops: ServerShops, context: CommandContext): Promise<Server> {
  const { config, now, version } = context
  const isOpen = !loopback.has(config.host)
  const token = await readAccessToken(config.dataFolder)
  const access = isOpen ? token : null
  const ownerToken = access?.token ?? newToken()
  const intake = await openServerIntake(shops, context)
  const hooks = new Hooks({ secrets: config.hookSecrets, now })
  const log = { level: config.logLevel, stream: process.stderr }
  const hooksApp = config.hooksAt && (await buildHooksApp({ hooks, intake: intake.open, log }))
  let listening: string | null = null
  const app = await buildApp({
    shops,
    intake,
    writeToken: token,
    now,
    address: () => listening,
    version,
    workFolder: config.workFolder,
    dataFolder: config.dataFolder,
    webFolder: builtPages(),
    hosts: reachableNames(config.host),
    accessToken: access?.token ?? null,
    accessTokenPath: access?.path ?? '',
    ownerToken,
    importSettings: { memoryLimit: config.stagingMemory, timeZone: config.timeZone },
    hooks: { hooks, apart: hooksApp !== null },
    log,
  })
  const close = async () => {
    await hooksApp?.close()
    await app.close()
    await intake.close()
  }
  try {
    await app.listen({ host: config.host, port: await findPort(config) })
    if (config.hooksAt && hooksApp) {
      const { host } = config.hooksAt
      await hooksApp.listen({
        host,
        port: await findPort({ ...config.hooksAt, portIsGiven: true }),
      })
    }
  } catch (error) {
    await close()
    throw error
  }
  const bound = app.server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.port
  const local = everywhere.has(config.host) ? '127.0.0.1' : config.host
  const url = `http://${local.includes(':') ? `[${local}]` : local}:${port}`
  listening = url
  await shops.announce(url, ownerToken)
  const address = access ? `${url}/?token=${access.token}` : url
  return {
    address,
    hooksAddress: hooksApp && addressOf(hooksApp.server.address()),
    isOpen,
    close,
  }
}

/** Where a listener is, once it is. */
function addressOf(bound: AddressInfo | string | null): string | null {
  if (bound === null || typeof bound === 'string') return null
  const { address, port } = bound
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}/hooks`
}

/** The pages that `npm run build` made; the same place from `src` and from `dist`. */
function builtPages(): string | null {
  const folder = fileURLToPath(new URL('../../dist/web', import.meta.url))
  return existsSync(folder) ? folder : null
}

/** Under which names other machines may ask when the server listens at more than the loopback address. */
function reachableNames(host: string): string[] {
  if (!everywhere.has(host)) return [host]
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address),
  )
  return [hostname(), ...addresses]
}
