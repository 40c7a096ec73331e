import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Journal } from '../../src/journal/journal.ts'
import type { LiveItem } from '../../src/model/live.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { now } from './still-clock.ts'

/**
 * Sends orders into a warehouse until it kills itself at a named point, or is killed: FOLDER ADDRESS POINT NUMBER. Prints the
 * number of each order that was acknowledged. With the point `none` it applies what waits and ends.
 */

const [data = '', address = '', point = 'none', first = '0'] = process.argv.slice(2)
const [folder, extension] = process.env.TAKINGS_BUILT === '1' ? ['dist', 'js'] : ['src', 'ts']
const place = (name: string) => `../../${folder}/${name}/${name}.${extension}`
const { openIntake, restoreRuns } = (await import(
  place('ingest')
)) as typeof import('../../src/ingest/ingest.ts')
const { openJournal } = (await import(
  place('journal')
)) as typeof import('../../src/journal/journal.ts')
const { openWarehouse } = (await import(
  place('warehouse')
)) as typeof import('../../src/warehouse/warehouse.ts')

const die = () => process.kill(process.pid, 'SIGKILL')
/** Which of the passages of a point is the last. */
let left = 1 + (Number(first) % 3)
const passes = (name: string) => {
  if (name !== point) return
  left -= 1
  if (left === 0) die()
}

const journal = await openJournal({ folder: `${data}/journal`, now })
const work = { now, workFolder: `${data}/work`, memoryLimit: '512MB' }
const warehouse = await openWarehouse({
  folder: data,
  address: address || null,
  now,
  restore: (opened, missing) => restoreRuns(opened, missing, { ...work, journal }),
})
const intake = await openIntake({
  journal: watchedJournal(journal),
  warehouse: watchedWarehouse(warehouse),
  ...work,
})
if (point === 'none') {
  await intake.visible(journal.last(), 60_000)
  await intake.close()
  await warehouse.close()
  process.exit(0)
}
writeSync(1, 'sending\n')
await Promise.all([0, 1, 2].map(send))

function watchedJournal(own: Journal): Journal {
  return {
    id: own.id,
    last: () => own.last(),
    read: (after, most) => own.read(after, most),
    answerTo: (key) => own.answerTo(key),
    continueAfter: (sequence) => own.continueAfter(sequence),
    forget: (what) => own.forget(what),
    free: () => own.free(),
    close: () => own.close(),
    async append(texts, kept) {
      const writing = own.append(texts, kept)
      passes('journal-write')
      const appended = await writing
      passes('journal-written')
      return appended
    },
  }
}

function watchedWarehouse(own: Warehouse): Warehouse {
  return {
    ...own,
    async transact(work, options) {
      passes('staged')
      const done = await own.transact(async (transaction) => {
        let statements = 0
        const watched = new Proxy(transaction, {
          get(target, name) {
            const value = Reflect.get(target, name)
            if (typeof value !== 'function') return value
            return (...words: unknown[]) => {
              statements += 1
              if (statements === 30) passes('loading')
              return Reflect.apply(value, target, words)
            }
          },
        })
        const value = await work(watched)
        passes('before-commit')
        return value
      }, options)
      passes('after-commit')
      return done
    },
  }
}

async function send(writer: number): Promise<void> {
  for (let round = 0; ; round++) {
    const numbers = Array.from(
      { length: 1 + ((round * 7 + writer) % 9) },
      (_, index) => `${first}-${writer}-${round}-${index}`,
    )
    // An order that comes again counts no second time.
    const again = round > 0 && round % 4 === 0 ? [`${first}-${writer}-${round - 1}-0`] : []
    await intake.accept([...numbers, ...again].map(orderOf))
    writeSync(1, `${numbers.join('\n')}\n`)
    await setTimeout(20)
  }
}

function orderOf(number: string): LiveItem {
  const lines = [1, 2].map((line) => ({
    product_key: `P${(number.length + line) % 7}`,
    quantity: String(line),
    unit_price: '10.00',
  }))
  const customer = { customer_key: `C${number.at(-1)}` }
  const record = {
    order_number: number,
    at: '2025-03-02',
    state: 'counted' as const,
    customer,
    lines,
  }
  return { fits: { kind: 'orders', source: 'shop', record } }
}
