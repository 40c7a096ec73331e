import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { openWarehouse } from '../../../src/warehouse/warehouse.ts'

/**
 * Asks eight questions that would run for hours, and does small work beside them. Prints what was done
 * while all eight were still running, as JSON, and stops them.
 */
const folder = process.argv[2] ?? ''
const endless =
  'SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000) c WHERE (a.range * b.range) % 7 = 3'
const warehouse = await openWarehouse({ folder, now: () => new Date('2024-06-30T12:00:00Z') })
const controller = new AbortController()
let finished = 0
const slow = Promise.allSettled(
  Array.from({ length: 8 }, () =>
    warehouse.query(endless, [], { signal: controller.signal }).finally(() => finished++),
  ),
)
await setTimeout(200)

const done: string[] = []
for (let round = 0; round < 5; round++) {
  await warehouse.settings.set('round', String(round))
  done.push('commit')
  await readFile(import.meta.filename)
  done.push('file')
  await setTimeout(1)
  done.push('timer')
}
const running = 8 - finished
controller.abort(new Error('enough'))
const outcomes = await slow
const [row] = await warehouse.query("SELECT value FROM settings WHERE key = 'round'")
await warehouse.close()
const stopped = outcomes.filter((outcome) => outcome.status === 'rejected').length
process.stdout.write(JSON.stringify({ done, running, stopped, round: row?.value }))
