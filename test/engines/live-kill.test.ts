import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { now } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'

/**
 * A process that takes orders in is killed with SIGKILL at named points and at any moment, again and again over the same
 * data: in the end every order that was acknowledged is there exactly once.
 */

const points = [
  'journal-write',
  'journal-written',
  'staged',
  'loading',
  'before-commit',
  'after-commit',
  'any moment',
] as const
const killsOfEach = process.env.TAKINGS_KILLS ? Number(process.env.TAKINGS_KILLS) : 4

/** Runs the child until it ends; gives the orders that it called accepted. */
async function run(words: readonly string[], afterMs: number | null): Promise<string[]> {
  const script = join(import.meta.dirname, '../ingest/live-child.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const accepted: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    if (line !== 'sending') accepted.push(line)
    else if (afterMs !== null) void setTimeout(afterMs).then(() => child.kill('SIGKILL'))
  })
  const read = once(lines, 'close')
  const [code, signal] = (await ended) as [number | null, string | null]
  await read
  expect(words[2] === 'none' ? code : signal).toBe(words[2] === 'none' ? 0 : 'SIGKILL')
  return accepted
}

/** Every order that was accepted is there once and whole, and nothing that nobody sent. */
async function expectExactlyOnce(
  place: { readonly folder: string; readonly address: string | null },
  accepted: ReadonlySet<string>,
): Promise<void> {
  const warehouse = await openWarehouse({ ...place, now })
  try {
    const found = await warehouse.query(
      `SELECT order_number, count(*)::INTEGER AS lines, sum(total_price)::DECIMAL(18,2) AS revenue
       FROM orders JOIN sales_fact ON sales_fact.order_id = orders.order_id GROUP BY order_number`,
    )
    const numbers = new Set(found.map(({ order_number }) => String(order_number)))
    expect([...accepted].filter((number) => !numbers.has(number))).toEqual([])
    expect(found.filter(({ lines, revenue }) => lines !== 2 || revenue !== '30.00')).toEqual([])
    // What was written down and never acknowledged may be there too.
    expect([...numbers].filter((number) => !/^\d+-[012]-\d+-\d$/.test(number))).toEqual([])
    expect(await warehouse.audit()).toEqual([])
    expect(await warehouse.auditRollups()).toEqual([])
  } finally {
    await warehouse.close()
  }
}

describe.each(everyEngine())('orders that are taken in on $name', (engine) => {
  it(`are there exactly once, whenever the process is killed (${points.length * killsOfEach} times)`, {
    timeout: 1_800_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'takings-live-kill-'))
    const address = await engine.newAddress()
    const accepted = new Set<string>()
    try {
      for (let kill = 0; kill < points.length * killsOfEach; kill++) {
        const point = points[kill % points.length] ?? ''
        const after = point === 'any moment' ? 40 + ((kill * 97) % 900) : null
        for (const number of await run([folder, address ?? '', point, String(kill)], after))
          accepted.add(number)
      }
      await run([folder, address ?? '', 'none'], null)
      await expectExactlyOnce({ folder, address }, accepted)
      expect(accepted.size).toBeGreaterThan(points.length * killsOfEach)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

it('orders are there exactly once, though the end of what the warehouse wrote is cut off', {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'takings-live-cut-'))
  const accepted = new Set<string>()
  let cut = 0
  try {
    for (let round = 0; round < 6; round++) {
      const after = 3_000 + ((round * 331) % 700)
      for (const number of await run([folder, '', 'any moment', String(round)], after))
        accepted.add(number)
      const path = join(folder, 'takings.duckdb.wal')
      const size = existsSync(path) ? statSync(path).size : 0
      if (size > 1_000) {
        truncateSync(path, Math.floor(size * (0.2 + (round % 4) * 0.2)))
        cut += 1
      }
    }
    expect(cut).toBeGreaterThan(2)
    await run([folder, '', 'none', '0'], null)
    await expectExactlyOnce({ folder, address: null }, accepted)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
