import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { HookSecrets } from '../http/app.ts'
import { TakingsError } from '../model/errors.ts'
import type { PlatformName } from '../model/live.ts'

/**
 * The only reader of the environment. A flag wins over its variable, the variable over the default.
 * `docs/user-guide.md` documents each variable; a test holds both in step.
 */

export interface Setting {
  readonly variable: string
  readonly flag: string | null
  readonly standard: string
  readonly meaning: string
}

/** In the help of every command. */
export const warehouseMeaning =
  'a PostgreSQL database instead: postgres://user:password@host/database'

export const settings = [
  {
    variable: 'TAKINGS_DATA',
    flag: '--data',
    standard: './takings-data',
    meaning: 'the folder that holds the warehouse',
  },
  {
    variable: 'TAKINGS_WAREHOUSE',
    flag: '--warehouse',
    standard: 'a file in the data folder',
    meaning:
      'the address of a PostgreSQL database (15 or newer) that holds the warehouse instead: postgres://user:password@host/database',
  },
  {
    variable: 'TAKINGS_PORT',
    flag: '--port',
    standard: '4160, or the next free one',
    meaning: 'where the server listens',
  },
  {
    variable: 'TAKINGS_HOST',
    flag: '--host',
    standard: '127.0.0.1',
    meaning:
      'the address the server listens at; any other than this machine’s own needs the access token',
  },
  {
    variable: 'TAKINGS_TOKEN_FILE',
    flag: '--token-file',
    standard: '`access-token` in the data folder',
    meaning: 'the file with the access token of the server that `takings send` sends to',
  },
  {
    variable: 'TAKINGS_SHOPIFY_SECRET',
    flag: null,
    standard: 'not set',
    meaning:
      'the secret that Shopify signs its webhooks with; two with a comma between them while it is changed',
  },
  {
    variable: 'TAKINGS_WOOCOMMERCE_SECRET',
    flag: null,
    standard: 'not set',
    meaning: 'the secret of WooCommerce’s webhooks, in the same way',
  },
  {
    variable: 'TAKINGS_HOOKS_PORT',
    flag: '--hooks-port',
    standard: 'none: `/hooks` is where the server listens',
    meaning: 'a port of their own for webhooks, where nothing else is answered',
  },
  {
    variable: 'TAKINGS_HOOKS_HOST',
    flag: '--hooks-host',
    standard: '127.0.0.1',
    meaning: 'the address that port is at; whoever reaches it needs the secret and no token',
  },
  {
    variable: 'TAKINGS_STAGING_MEMORY',
    flag: null,
    standard: '1GB',
    meaning: 'how much memory reading files may use',
  },
  {
    variable: 'TAKINGS_WAREHOUSE_MEMORY',
    flag: null,
    standard: '1GB',
    meaning: 'how much memory the warehouse may buffer',
  },
  {
    variable: 'TAKINGS_LOG_LEVEL',
    flag: null,
    standard: 'error',
    meaning: 'what the server logs to stderr: fatal, error, warn, info, debug, trace or silent',
  },
  {
    variable: 'NO_COLOR',
    flag: '--no-color',
    standard: 'not set',
    meaning: 'any value turns colours off',
  },
  {
    variable: 'FORCE_COLOR',
    flag: null,
    standard: 'not set',
    meaning: 'any value but 0 turns colours on where the output is no terminal',
  },
] as const satisfies readonly Setting[]

export interface Config {
  /** Absolute. */
  readonly dataFolder: string
  /** The database that holds the real shop; null: the data folder does. */
  readonly address: string | null
  /** The demo shop is a warehouse of its own. */
  readonly demoFolder: string
  /** For uploads and imports under way. */
  readonly workFolder: string
  readonly host: string
  readonly port: number
  /** A port that was asked for is taken or refused; the default one moves on. */
  readonly portIsGiven: boolean
  /** Of the server that live records are sent to; null: the one in the data folder. */
  readonly tokenFile: string | null
  /** What webhooks of each shop system are signed with. */
  readonly hookSecrets: Readonly<Record<PlatformName, HookSecrets>>
  /** Where webhooks have a listener of their own; null: they come where everything does. */
  readonly hooksAt: { readonly host: string; readonly port: number } | null
  /** IANA, of this machine: that of a shop of which nothing says where it is. */
  readonly timeZone: string
  readonly stagingMemory: string
  readonly warehouseMemory: string
  readonly logLevel: string
  /** Null: as the terminal suggests. */
  readonly color: boolean | null
}

export interface ConfigFlags {
  readonly data?: string
  readonly warehouse?: string
  readonly host?: string
  readonly port?: string
  readonly hooksHost?: string
  readonly hooksPort?: string
  readonly color?: boolean
  readonly tokenFile?: string
}

const standardPort = 4160
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Throws `invalid_option`. */
export function readConfig(flags: ConfigFlags): Config {
  const given = (name: (typeof settings)[number]['variable']) => process.env[name] || undefined
  const dataFolder = resolve(flags.data ?? given('TAKINGS_DATA') ?? 'takings-data')
  const port = flags.port ?? given('TAKINGS_PORT')
  const logLevel = given('TAKINGS_LOG_LEVEL') ?? 'error'
  if (!logLevels.includes(logLevel)) {
    throw invalid(
      'TAKINGS_LOG_LEVEL',
      `there is no level ${logLevel}`,
      `Use ${logLevels.join(', ')}.`,
    )
  }
  return {
    dataFolder,
    address: addressOf(flags.warehouse ?? given('TAKINGS_WAREHOUSE')),
    demoFolder: join(dataFolder, 'demo'),
    workFolder: join(dataFolder, 'work'),
    host: flags.host ?? given('TAKINGS_HOST') ?? '127.0.0.1',
    port: port === undefined ? standardPort : portNumber(port, '--port'),
    portIsGiven: port !== undefined,
    tokenFile: flags.tokenFile ?? given('TAKINGS_TOKEN_FILE') ?? null,
    hookSecrets: {
      shopify: hookSecrets('TAKINGS_SHOPIFY_SECRET', given('TAKINGS_SHOPIFY_SECRET')),
      woocommerce: hookSecrets('TAKINGS_WOOCOMMERCE_SECRET', given('TAKINGS_WOOCOMMERCE_SECRET')),
    },
    hooksAt: hooksAddress(
      flags.hooksHost ?? given('TAKINGS_HOOKS_HOST'),
      flags.hooksPort ?? given('TAKINGS_HOOKS_PORT'),
    ),
    // Most commands do not ask, and the first look at time zones takes some 20 ms.
    get timeZone() {
      return machineZone()
    },
    stagingMemory: memory('TAKINGS_STAGING_MEMORY', given('TAKINGS_STAGING_MEMORY')),
    warehouseMemory: memory('TAKINGS_WAREHOUSE_MEMORY', given('TAKINGS_WAREHOUSE_MEMORY')),
    logLevel,
    color: colorWish(flags),
  }
}

/** UTC where the machine's zone has no name. */
function machineZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return timeZone && Intl.supportedValuesOf('timeZone').includes(timeZone) ? timeZone : 'UTC'
}

/** True when there may be a real shop: a database says only once it is asked whether it holds one. */
export function hasRealWarehouse({ address, dataFolder }: Config): boolean {
  return address !== null || hasWarehouse(dataFolder)
}

/** True when a warehouse was made in the folder before, though its file may be gone. */
export function hasWarehouse(folder: string): boolean {
  return ['takings.duckdb', 'committed-runs.json'].some((name) => existsSync(join(folder, name)))
}

const threadPool = { variable: 'UV_THREADPOOL_SIZE', size: '16' } as const
const arenas = { variable: 'MALLOC_ARENA_MAX', count: '2' } as const

/**
 * The environment that a server must be born with, or null when this process has it. Node reads modules
 * through libuv's thread pool, so the pool is made before the first line of ours runs: its size
 * can only be given to a new process (verified on Node 20: setting it in the main module changes nothing).
 */
export function serverEnvironment(): NodeJS.ProcessEnv | null {
  if (process.env[threadPool.variable] !== undefined) return null
  return {
    ...process.env,
    [threadPool.variable]: threadPool.size,
    [arenas.variable]: process.env[arenas.variable] ?? arenas.count,
  }
}

function colorWish(flags: ConfigFlags): boolean | null {
  if (flags.color === false || process.env.NO_COLOR || process.env.TERM === 'dumb') return false
  const forced = process.env.FORCE_COLOR
  return forced !== undefined && forced !== '0' ? true : null
}

function addressOf(text: string | undefined): string | null {
  if (text === undefined) return null
  if (/^postgres(ql)?:\/\/[^/]+\/.+/.test(text) && URL.canParse(text)) return text
  throw invalid(
    '--warehouse',
    'it is no address of a database',
    'Write postgres://user:password@host:5432/database; without it the data folder holds the warehouse.',
  )
}

/** Blanks around a secret are never part of it. */
function hookSecrets(variable: string, text = ''): HookSecrets {
  const secrets = text.split(',').map((secret) => secret.trim())
  return { variable, secrets: secrets.filter((secret) => secret !== '') }
}

function hooksAddress(host: string | undefined, port: string | undefined): Config['hooksAt'] {
  if (port !== undefined)
    return { host: host ?? '127.0.0.1', port: portNumber(port, '--hooks-port') }
  if (host === undefined) return null
  throw invalid(
    '--hooks-host',
    'webhooks have no port of their own',
    'Give --hooks-port too; without both they come where everything does.',
  )
}

function portNumber(text: string, option: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw invalid(
    option,
    `${text} is no port`,
    'Give a number from 0 to 65535; 0 takes any free one.',
  )
}

function memory(variable: string, text = '1GB'): string {
  if (/^\d+(\.\d+)?\s?(MB|GB|TB|MiB|GiB|TiB)$/i.test(text)) return text
  throw invalid(variable, `${text} is no amount of memory`, 'Write 512MB or 2GB.')
}

function invalid(option: string, problem: string, advice: string): TakingsError {
  return new TakingsError('invalid_option', { option, problem, advice })
}
