import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { sum } from '../src/model/money.ts'
import { openWarehouse, type Warehouse } from '../src/warehouse/warehouse.ts'
import { type PostgresServer, startPostgres } from '../test/engines/postgres-server.ts'
import { atMost, type Finding, type Outcome } from './finding.ts'
import { start } from './measured-process.ts'
import { scriptCommand } from './product.ts'
import { type BenchShop, emptyFolder } from './shop.ts'

const seconds = 60
const kills = 30
const now = () => new Date()

interface Imported {
  readonly runId: number
  readonly revenue: string
}

/** Two servers and two importers on one database for a minute; then the database is killed while one imports. */
export async function measureShared(shop: BenchShop): Promise<Outcome> {
  const server = await startPostgres()
  const folder = await emptyFolder(shop, 'shared')
  try {
    const findings = [...(await together(server, folder)), ...(await killed(server, folder))]
    return { findings: findings.map((finding) => ({ ...base, ...finding })), details: [] }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const base = { part: 'shared', size: 'postgres', unit: '', target: atMost(0) } as const
type Found = Pick<Finding, 'what' | 'value' | 'detail'>

async function together(server: PostgresServer, folder: string): Promise<Found[]> {
  const address = await server.newDatabase()
  const ears = ['a', 'b'].map((name) => worker(['hear', address, join(folder, name)]))
  for (const ear of ears) await ear.saysFirst()
  const hands = ['1', '2'].map((name) =>
    worker(['import', address, join(folder, `importer-${name}`), name]),
  )
  await setTimeout(seconds * 1000)
  const imported = (await Promise.all(hands.map((hand) => hand.end()))).flatMap((lines) =>
    lines.map((line) => JSON.parse(line) as Imported),
  )
  await setTimeout(2_000)
  const heard = await Promise.all(ears.map((ear) => ear.end()))
  const unheard = heard.flatMap((lines) =>
    imported.filter(({ runId }) => !lines.includes(String(runId))),
  )
  const warehouse = await openWarehouse({ folder: join(folder, 'a'), address, now })
  const facts = await factsOf(warehouse)
  const wrong = [...(await warehouse.audit()), ...(await warehouse.auditRollups())]
  await warehouse.close()
  const missing = Number(sum([...imported.map(({ revenue }) => revenue), `-${facts.revenue}`]))
  const detail = `${imported.length} imports by two processes in ${seconds} s, ${facts.lines} lines`
  return [
    { what: 'commits that one of two servers did not hear of', value: unheard.length, detail },
    { what: 'revenue that the facts lack or have too much', value: Math.abs(missing), detail },
    { what: 'rules and rollups that are broken after it', value: wrong.length, detail },
  ]
}

async function killed(server: PostgresServer, folder: string): Promise<Found[]> {
  const address = await server.newDatabase()
  const acknowledged: Imported[] = []
  let attempts = 0
  for (let kill = 0; kill < kills; kill++) {
    const hand = worker(['import', address, join(folder, `killed-${kill}`), String(kill + 10)])
    await hand.saysFirst()
    await setTimeout(200 + ((kill * 137) % 900))
    await server.kill()
    const lines = await hand.end()
    acknowledged.push(...lines.map((line) => JSON.parse(line) as Imported))
    attempts += lines.length + 1
  }
  const warehouse = await openWarehouse({ folder: join(folder, 'a'), address, now })
  const runs = await warehouse.query('SELECT run_id FROM runs')
  const known = new Set(runs.map((run) => Number(run.run_id)))
  const [torn] = await warehouse.query(
    `SELECT count(*) AS runs FROM runs LEFT JOIN (SELECT run_id, count(*) AS lines FROM sales_fact GROUP BY run_id) AS facts
       ON facts.run_id = runs.run_id WHERE facts.lines IS DISTINCT FROM runs.rows_accepted`,
  )
  const [doubled] = await warehouse.query(
    'SELECT count(*) - count(DISTINCT (source, order_number)) AS orders FROM orders',
  )
  const wrong = [...(await warehouse.audit()), ...(await warehouse.auditRollups())]
  await warehouse.close()
  const lost = acknowledged.filter(({ runId }) => !known.has(runId))
  const detail = `${kills} kills of the whole server during ${attempts} imports, ${known.size} of them committed`
  return [
    { what: 'acknowledged imports lost', value: lost.length, detail },
    { what: 'imports in part', value: Number(torn?.runs), detail },
    { what: 'orders twice', value: Number(doubled?.orders), detail },
    { what: 'rules and rollups that are broken after the kills', value: wrong.length, detail },
  ]
}

async function factsOf(warehouse: Warehouse): Promise<{ revenue: string; lines: number }> {
  const [row] = await warehouse.query(
    'SELECT coalesce(sum(total_price), 0) AS revenue, count(*) AS lines FROM sales_fact',
  )
  return { revenue: String(row?.revenue), lines: Number(row?.lines) }
}

/** A process of `shared-worker.ts`, and what it printed. */
function worker(words: readonly string[]) {
  const child = start(scriptCommand('shared-worker.ts', words), {}, 'pipe')
  const lines: string[] = []
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const first = new Promise<void>((resolve) => {
    if (!child.stdout) throw new Error('the worker has no output')
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      resolve()
    })
  })
  child.stderr?.resume()
  return {
    saysFirst: () => Promise.race([first, gone]),
    async end() {
      child.stdin?.end()
      await gone
      return lines.filter((line) => line !== 'ready')
    },
  }
}
