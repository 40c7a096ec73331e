import { writeFileSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import type { LiveIntake } from '../../src/ingest/ingest.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { KeptImports, Transaction, Warehouse } from '../../src/warehouse/warehouse.ts'
import { csvOf, orderOf, ordersOfFile } from './child-orders.ts'
import type { ChildJob } from './child-process.ts'
import { makeOlder } from './older-warehouse.ts'
import { openShop, workIn } from './open-shop.ts'
import { importFiles } from './product.ts'
import { recover } from './recover.ts'
import { watchStatements } from './watched-statements.ts'

/**
 * Takes orders into a warehouse until it kills itself at a moment, or is killed: as a line of input says once it is loaded.
 * Prints the number of each order that was acknowledged. Without a moment it recovers.
 */

const input = createInterface({ input: process.stdin })
const job = await new Promise<ChildJob>((resolve) => {
  input.once('line', (line) => resolve(JSON.parse(line) as ChildJob))
})
input.close()
const { folder, address, engine, moment, number } = job

const say = (line: string) => writeSync(1, `${line}\n`)
const die = () => process.kill(process.pid, 'SIGKILL')
let left = moment?.last ?? 1
const isLast = () => {
  left -= 1
  return left === 0
}
const passes = (name: string) => {
  if (name === moment?.name && isLast()) die()
}

if (!moment) await recover(job)
else await takeOrders(moment)

async function takeOrders({ name, older, hurries, imports }: NonNullable<ChildJob['moment']>) {
  if (older) await makeOlder(folder, address)
  if (hurries) hurry()
  // The first thing that is done with a warehouse is to bring it up to date.
  if (older) watch()
  say('opening')
  const { intake, warehouse } = await openShop({
    folder,
    address,
    journalOf: watchedJournal,
    warehouseOf: watchedWarehouse,
  })
  // Whatever was to be brought up to date is by now.
  if (older) die()
  if (warehouse.kept && name === 'checkpoint noted') watchForgetting(warehouse.kept)
  watch()
  say('sending')
  const sending = [0, 1, 2].map((writer) => send(intake, writer))
  const importing = imports ? [importAgainAndAgain(watchedWarehouse(warehouse))] : []
  await Promise.all([...sending, ...importing])
}

/** What waits until nobody has written for a quarter of a minute begins between two commits. */
function hurry(): void {
  const { setTimeout: own } = globalThis
  const soon = (ms: number | undefined) => (ms === 15_000 ? 10 : ms)
  globalThis.setTimeout = Object.assign(
    (work: () => void, ms?: number, ...words: unknown[]) => own(work, soon(ms), ...words),
    own,
  )
}

function watch(): void {
  if (!moment?.statement) return
  watchStatements({ engine, moment: moment.statement, passes: isLast, amidMs: number % 6, die })
}

function watchForgetting(kept: KeptImports): void {
  kept.forget = async () => {
    die()
  }
}

function watchedJournal(own: Journal): Journal {
  return {
    id: own.id,
    last: () => own.last(),
    read: (after, most) => own.read(after, most),
    answerTo: (key) => own.answerTo(key),
    forgotten: () => own.forgotten(),
    continueAfter: (sequence) => own.continueAfter(sequence),
    forget: (what) => own.forget(what),
    free: () => own.free(),
    close: () => own.close(),
    async append(texts, kept) {
      const writing = own.append(texts, kept)
      passes('journal write')
      const appended = await writing
      passes('journal written')
      return appended
    },
  }
}

function watchedWarehouse(own: Warehouse): Warehouse {
  return {
    ...own,
    async transact(work, options) {
      const isLive = options.runToken.startsWith('live-')
      if (isLive) passes('staged')
      const done = await own.transact(async (transaction) => {
        const value = await work(counted(transaction, isLive ? 'loading' : 'import loading'))
        passes(isLive ? 'before commit' : 'import before commit')
        return value
      }, options)
      passes(isLive ? 'after commit' : 'import noted')
      return done
    },
  }
}

/** Passes a moment at its thirtieth statement. */
function counted(transaction: Transaction, name: string): Transaction {
  let statements = 0
  return new Proxy(transaction, {
    get(target, key) {
      const value = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...words: unknown[]) => {
        statements += 1
        if (statements === 30) passes(name)
        return Reflect.apply(value, target, words)
      }
    },
  })
}

async function send(intake: LiveIntake, writer: number): Promise<void> {
  for (let round = 0; ; round++) {
    const numbers = Array.from(
      { length: 1 + ((round * 7 + writer) % 9) },
      (_, index) => `${number}-${writer}-${round}-${index}`,
    )
    // An order that comes again counts no second time.
    const again = round > 0 && round % 4 === 0 ? [`${number}-${writer}-${round - 1}-0`] : []
    await intake.accept([...numbers, ...again].map(orderOf))
    for (const one of numbers) say(one)
    await setTimeout(20)
  }
}

async function importAgainAndAgain(watched: Warehouse): Promise<void> {
  for (let round = 0; ; round++) {
    const numbers = Array.from(
      { length: ordersOfFile },
      (_, index) => `${number}-f${round}-${index}`,
    )
    const path = `${folder}/orders-${number}-${round}.csv`
    // One that was sent before: it says the same.
    writeFileSync(path, csvOf([...numbers, `${number}-0-0-0`]))
    const report = await importFiles(watched, {
      ...{ paths: [path], source: 'shop', ...workIn(folder) },
      answers: { 'known-orders': 'same-shop' },
    })
    if (report.state !== 'committed')
      throw new Error(`${report.state}: ${JSON.stringify(report.questions)}`)
    for (const one of numbers) say(one)
  }
}
