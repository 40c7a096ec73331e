import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { now, temporaryFolder } from './temporary-warehouse.ts'

const kills = 12

interface Moment {
  /** So many batches are acknowledged first. */
  readonly batches: number
  /** Then so many milliseconds pass. */
  readonly milliseconds: number
}

/** Lets a child commit, kills it at a moment, and gives the last batch that it called committed. */
async function commitUntilKilled(folder: string, moment: Moment): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'children/commit.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exit = once(child, 'exit')
  const acknowledged: number[] = []
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        acknowledged.push(Number(line))
        if (acknowledged.length === moment.batches) resolve()
      })
      .on('close', resolve)
  })
  await setTimeout(moment.milliseconds)
  child.kill('SIGKILL')
  await exit
  return acknowledged.at(-1) ?? 0
}

it('is as before or as after a transaction, whenever the process is killed', {
  timeout: 240_000,
}, async () => {
  const folder = await temporaryFolder()
  let batches = 0
  for (let kill = 0; kill < kills; kill++) {
    const acknowledged = await commitUntilKilled(folder, {
      batches: 1 + (kill % 4),
      milliseconds: (kill * 67) % 150,
    })
    const warehouse = await openWarehouse({ folder, now })
    const [ledger] = await warehouse.query(
      'SELECT count(*)::INTEGER AS runs, max(run_id)::INTEGER AS last FROM runs',
    )
    batches = Number(ledger?.runs)
    // The ledger has no hole, and what was acknowledged is there.
    expect(Number(ledger?.last ?? 0)).toBe(batches)
    expect(batches).toBeGreaterThanOrEqual(acknowledged)
    const torn =
      await warehouse.query(`SELECT r.run_id, r.rows_in, s.lines, s.revenue, o.orders FROM runs r
      FULL JOIN (SELECT run_id, count(*) AS lines, sum(total_price) AS revenue FROM sales_fact GROUP BY run_id) s
        ON s.run_id = r.run_id
      FULL JOIN (SELECT run_id, count(*) AS orders FROM orders GROUP BY run_id) o ON o.run_id = r.run_id
      WHERE r.rows_in IS DISTINCT FROM s.lines OR s.revenue IS DISTINCT FROM 2 * s.lines
        OR o.orders IS DISTINCT FROM 1`)
    expect(torn).toEqual([])
    await warehouse.close()
  }
  expect(batches).toBeGreaterThanOrEqual(kills)
})
