import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openWarehouse } from '../../src/warehouse/warehouse.ts'
import { now, temporaryFolder } from './temporary-warehouse.ts'

const kills = 12

/** Lets a child commit for a while, kills it, and gives the last batch that it called committed. */
async function commitUntilKilled(folder: string, milliseconds: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'children/commit.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let acknowledged = 0
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    acknowledged = Math.max(acknowledged, Number(line) || 0)
  })
  await once(lines, 'line')
  await setTimeout(milliseconds)
  child.kill('SIGKILL')
  await exit
  return acknowledged
}

it('is as before or as after a transaction, whenever the process is killed', async () => {
  const folder = await temporaryFolder()
  let batches = 0
  for (let kill = 0; kill < kills; kill++) {
    const acknowledged = await commitUntilKilled(folder, 5 + ((kill * 67) % 400))
    const warehouse = await openWarehouse({ folder, now })
    const [ledger] = await warehouse.query(
      'SELECT count(*)::INTEGER AS runs, max(run_id)::INTEGER AS last FROM runs',
    )
    batches = Number(ledger?.runs)
    // What was acknowledged is there; at most the one commit under way may be there as well.
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
  expect(batches).toBeGreaterThan(kills)
})
