import { createRequire } from 'node:module'
import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api'
import type {
  Filling,
  StagedRow,
  StagingReply,
  StagingRequest,
  StagingSettings,
} from './message.ts'

/**
 * The process that reads untrusted bytes. It owns an engine of its own in memory, never the warehouse
 * file; when it dies, of a hostile file or of its memory limit, only the import fails.
 */

// An `import` would first read all files of the library for the names that they export, which takes twice as long as
// running them.
const library: typeof import('@duckdb/node-api') = createRequire(import.meta.url)(
  '@duckdb/node-api',
)

const progressEvery = 250
let instance: DuckDBInstance | undefined
let connection: DuckDBConnection | undefined
/** Opened when it is first asked for. */
let beside: Promise<DuckDBConnection> | undefined

process.on('message', (request: StagingRequest) => {
  handle(request).then(
    (rows) => reply({ kind: 'done', id: request.id, rows }),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      reply({ kind: 'failed', id: request.id, message })
    },
  )
})

// Without a parent nobody waits for the result.
process.on('disconnect', () => process.exit(0))

async function handle(request: StagingRequest): Promise<readonly StagedRow[]> {
  if (request.kind === 'open') {
    instance = await open(request.settings)
    connection = await connect(instance)
    return []
  }
  if (request.kind === 'close') {
    await close()
    return [{ memory: process.memoryUsage.rss() }]
  }
  if (!instance || !connection) throw new Error('staging is not open')
  if (request.beside) beside ??= connect(instance)
  const own = request.beside ? await beside : connection
  return inTurn(own ?? connection, (open) => answer(open, request))
}

type Statement = Extract<StagingRequest, { beside: boolean }>

function answer(on: DuckDBConnection, request: Statement): Promise<readonly StagedRow[]> {
  return withProgress(request.id, on, async (open) => {
    if (request.kind === 'repeat') {
      await (await planned(open, request.sql)).run()
      return []
    }
    if (request.kind === 'fill') {
      await fill(open, request)
      return []
    }
    if (request.kind === 'run') {
      await open.run(request.sql)
      return []
    }
    const reader = await open.runAndReadAll(request.sql)
    return reader.getRowObjectsJson() as readonly StagedRow[]
  })
}

/** What each connection does last. */
const turns = new WeakMap<DuckDBConnection, Promise<unknown>>()

/** A connection that is asked for something takes back what it prepared and did not begin yet, so all wait for each other. */
function inTurn<T>(on: DuckDBConnection, work: (on: DuckDBConnection) => Promise<T>): Promise<T> {
  const next = () => work(on)
  const turn = (turns.get(on) ?? Promise.resolve()).then(next, next)
  turns.set(on, turn)
  return turn
}

/**
 * A plan is made for what its tables hold then: where no value is missing, none ever will be, and no number lies beyond
 * those that are there. Later runs of it would give wrong rows, or read memory that nobody wrote.
 */
const keepsNoStatistics =
  "SET disabled_optimizers = 'statistics_propagation,compressed_materialization'"

/** Once it is said. */
let leftOut: Promise<unknown> | undefined

/** Plans of each connection, by the words of their statements. */
const plans = new Map<DuckDBConnection, Map<string, DuckDBPreparedStatement>>()
const mostPlans = 20

async function planned(on: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  // It holds for all connections.
  leftOut ??= on.run(keepsNoStatistics)
  await leftOut
  const known = plans.get(on) ?? new Map<string, DuckDBPreparedStatement>()
  plans.set(on, known)
  const plan = known.get(sql) ?? (await on.prepare(sql))
  // The one that was not asked for the longest time goes first.
  known.delete(sql)
  known.set(sql, plan)
  const [oldest] = known.keys()
  if (known.size > mostPlans && oldest !== undefined) {
    known.get(oldest)?.destroySync()
    known.delete(oldest)
  }
  return plan
}

/** Tables that stay, by their names. */
const tables = new Set<string>()

async function fill(on: DuckDBConnection, { table, columns, select }: Filling): Promise<void> {
  if (!tables.has(table)) {
    await on.run(`CREATE TABLE ${table} (${columns})`)
    tables.add(table)
    // Whatever was planned before a table was made is planned anew each time that it runs. They may be running just now:
    // the engine's library frees what nobody holds.
    plans.clear()
  }
  await on.run(`DELETE FROM ${table}; INSERT INTO ${table} ${select}`)
}

function open(settings: StagingSettings): Promise<DuckDBInstance> {
  return library.DuckDBInstance.create(':memory:', {
    memory_limit: settings.memoryLimit,
    temp_directory: settings.folder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    preserve_insertion_order: 'false',
  })
}

async function close(): Promise<void> {
  for (const own of plans.values()) for (const plan of own.values()) plan.destroySync()
  plans.clear()
  tables.clear()
  for (const opened of [connection, await beside]) opened?.closeSync()
  instance?.closeSync()
  instance = undefined
  connection = undefined
  beside = undefined
  leftOut = undefined
}

async function connect(to: DuckDBInstance): Promise<DuckDBConnection> {
  const opened = await to.connect()
  await opened.run("SET TimeZone = 'UTC'")
  await opened.run('SET enable_progress_bar = true')
  await opened.run('SET enable_progress_bar_print = false')
  return opened
}

async function withProgress<T>(
  id: number,
  open: DuckDBConnection,
  work: (open: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const timer = setInterval(() => {
    reply({ kind: 'progress', id, percentage: open.progress.percentage })
  }, progressEvery)
  try {
    return await work(open)
  } finally {
    clearInterval(timer)
  }
}

function reply(message: StagingReply): void {
  process.send?.(message)
}
