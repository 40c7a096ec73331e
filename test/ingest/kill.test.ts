import { type ChildProcess, fork } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDemo } from '../../src/demo/demo.ts'
import { importFiles } from '../../src/ingest/ingest.ts'
import { openWarehouse, type Warehouse } from '../../src/warehouse/warehouse.ts'
import { now } from './temporary-shop.ts'

/**
 * An import is killed with SIGKILL at 20 moments spread over its whole duration, the load above all. The
 * warehouse must then be as before or as after, to the row and the cent, and a second run must finish.
 */

const kills = 20
const folder = mkdtempSync(join(tmpdir(), 'takings-kill-'))
const files = join(folder, 'files')
const before = join(folder, 'before')

/** Row counts and sums of every table that an import writes. */
async function stateOf(warehouse: Warehouse): Promise<string> {
  const parts = await Promise.all([
    warehouse.query(
      'SELECT source, count(*) AS lines, sum(total_price) AS revenue, sum(quantity) AS units FROM sales_fact GROUP BY source ORDER BY source',
    ),
    warehouse.query(
      'SELECT source, state, count(*) AS orders FROM orders GROUP BY source, state ORDER BY source, state',
    ),
    warehouse.query('SELECT count(*) AS returns, sum(amount) AS amount FROM returns_fact'),
    warehouse.query('SELECT count(*) AS entries, sum(quantity) AS pieces FROM stock_fact'),
    warehouse.query('SELECT count(*) AS products, sum(stock) AS stock FROM products'),
    warehouse.query('SELECT count(*) AS customers, min(first_order_date) AS first FROM customers'),
    warehouse.query('SELECT count(*) AS keys FROM customer_keys'),
    warehouse.query('SELECT count(*) AS days FROM dates'),
  ])
  return JSON.stringify(parts)
}

async function stateIn(data: string): Promise<{ state: string; runs: number }> {
  const warehouse = await openWarehouse({ folder: data, now })
  try {
    const [row] = await warehouse.query('SELECT count(*) AS runs FROM runs')
    return { state: await stateOf(warehouse), runs: Number(row?.runs) }
  } finally {
    await warehouse.close()
  }
}

async function audited(warehouse: Warehouse) {
  return [...(await warehouse.audit()), ...(await warehouse.auditRollups())]
}

async function importHere(data: string, source: string) {
  const warehouse = await openWarehouse({ folder: data, now })
  try {
    const report = await importFiles(warehouse, {
      paths: [files],
      source,
      now,
      workFolder: join(data, 'work'),
      memoryLimit: '512MB',
    })
    return { report, state: await stateOf(warehouse), audit: await audited(warehouse) }
  } finally {
    await warehouse.close()
  }
}

function startImport(data: string): { child: ChildProcess; ended: Promise<void> } {
  const script = join(import.meta.dirname, 'import-child.ts')
  const child = fork(script, [data, files, 'second'], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return { child, ended }
}

/** The processes that a process has started; none where the system does not tell. */
function childrenOf(parent: number): number[] {
  const path = `/proc/${parent}/task/${parent}/children`
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number)
}

const patience = 5_000

/** True as soon as none of the processes lives. */
async function gone(processes: readonly number[]): Promise<boolean> {
  const alive = () => processes.some((id) => existsSync(`/proc/${id}`))
  for (let waited = 0; alive() && waited < patience; waited += 50) await wait(50)
  return !alive()
}

/** Pseudo-random numbers from 0 to 1, the same in every run. */
function* chance(seed: number): Generator<number> {
  let state = seed
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    yield state / 2_147_483_648
  }
}

let known = { before: '', after: '', duration: 0 }

beforeAll(async () => {
  await writeDemo({
    folder: files,
    orders: 4_000,
    years: 1,
    seed: 7,
    format: 'csv',
    until: '2025-12-31',
    memoryLimit: '512MB',
  })
  const first = await importHere(before, 'first')
  const whole = join(folder, 'whole')
  cpSync(before, whole, { recursive: true })
  const { child, ended } = startImport(whole)
  const importing = new Promise<number>((resolve) =>
    child.once('message', () => resolve(performance.now())),
  )
  const started = await importing
  await ended
  known = {
    before: first.state,
    after: (await stateIn(whole)).state,
    duration: performance.now() - started,
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('an import that is killed', () => {
  it('has something to lose', () => {
    expect(known.after).not.toBe(known.before)
    expect(known.duration).toBeGreaterThan(100)
  })

  it(`leaves the warehouse as before or as after, ${kills} times`, {
    timeout: 1_200_000,
  }, async () => {
    const random = chance(20_261_123)
    const seen = { before: 0, after: 0 }
    for (let kill = 0; kill < kills; kill += 1) {
      const data = join(folder, `kill-${kill}`)
      cpSync(before, data, { recursive: true })
      const { child, ended } = startImport(data)
      await new Promise((resolve) => child.once('message', resolve))
      // Half of the kills fall anywhere, half into the last third, where the load is.
      const share = random.next().value ?? 0
      await wait(known.duration * (kill % 2 === 0 ? share : 0.66 + share * 0.34))
      const staging = childrenOf(child.pid ?? 0)
      child.kill('SIGKILL')
      await ended
      expect(await gone(staging)).toBe(true)
      const { state, runs } = await stateIn(data)
      expect([known.before, known.after]).toContain(state)
      expect(state).toBe(runs === 1 ? known.before : known.after)
      seen[runs === 1 ? 'before' : 'after'] += 1
      const again = await importHere(data, 'second')
      expect(again.state).toBe(known.after)
      expect(again.report.state).toBe(runs === 1 ? 'committed' : 'unchanged')
      expect(again.audit).toEqual([])
      expect(readdirSync(join(data, 'work'))).toEqual([])
      rmSync(data, { recursive: true, force: true })
    }
    expect(seen.before + seen.after).toBe(kills)
    expect(seen.before).toBeGreaterThan(0)
  })
})
