import { rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { csvOf, orderOf, ordersOfFile } from './child-orders.ts'
import type { FullDisk } from './full-disks.ts'
import { type OpenShop, openShop, workIn } from './open-shop.ts'
import { compactRollups, importFiles } from './product.ts'

/**
 * Takes orders in on a small disk, fills it, does one thing, makes room again and goes on, one step after the other, and
 * kills itself: DISK, a folder elsewhere for files, steps as JSON. Prints the number of each order that was acknowledged, and `failed STEP: CODE` for what the full disk kept it from.
 */

const [disk = '', files = '', words = '{}'] = process.argv.slice(2)
const scenario = JSON.parse(words) as readonly FullDisk[]
const folder = `${disk}/data`
const filler = `${disk}/filler`
const say = (line: string) => writeSync(1, `${line}\n`)

/** Gives null where it failed. */
type WhileFull = <T>(act: () => Promise<T>) => Promise<T | null>
type Step = (opened: OpenShop, whileFull: WhileFull) => Promise<OpenShop>

const steps: Readonly<Record<FullDisk['step'], Step>> = {
  async import(opened, whileFull) {
    await whileFull(() => importOrders(opened))
    await importOrders(opened)
    return opened
  },
  async journal(opened, whileFull) {
    // The journal is told of room as of a second ago.
    await opened.intake.free()
    await whileFull(() => sendOrders(opened, 400))
    await setTimeout(1_100)
    return opened
  },
  async apply(opened, whileFull) {
    const items = numbersOf(60)
    const { sequence } = await opened.intake.accept(items.map(orderOf))
    for (const one of items) say(one)
    await whileFull(async () => {
      if (await opened.intake.visible(sequence, 3_000)) return
      throw new Error(opened.intake.state().problem ?? 'nothing is said')
    })
    return opened
  },
  async checkpoint(opened, whileFull) {
    await whileFull(async () => opened.warehouse.log?.verifiedCheckpoint(0))
    return opened
  },
  async close(opened, whileFull) {
    await whileFull(() => opened.close())
    return open()
  },
  async open(opened, whileFull) {
    await opened.close()
    return (await whileFull(open)) ?? open()
  },
  async spill(opened, whileFull) {
    await whileFull(() => opened.warehouse.query(muchToSort))
    return opened
  },
  async compaction(opened, whileFull) {
    const options = { change: () => null, runToken: 'compaction' }
    await whileFull(() => opened.warehouse.transact(compactRollups, options))
    return opened
  },
}

const muchToSort = `SELECT count(*) FROM (
  SELECT md5(range::VARCHAR) AS text FROM range(6000000) ORDER BY text LIMIT 5000000)`

let round = 0
let shop = await open()
await importOrders(shop)
await sendOrders(shop, 40)
for (const { step, leaves } of scenario) {
  shop = await steps[step](shop, (act) => whileFull(act, { step, leaves }))
  await sendOrders(shop, 40)
}
await importOrders(shop)
say('went on')
process.kill(process.pid, 'SIGKILL')

function open(): Promise<OpenShop> {
  // What does not fit is spilled.
  return openShop({ folder, address: null, memoryLimit: '150MB' })
}

/** Does something while the disk has next to no room, and says what it failed with. */
async function whileFull<T>(act: () => Promise<T>, { step, leaves }: FullDisk): Promise<T | null> {
  fillBut(leaves)
  try {
    return await act()
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    say(`failed ${step}: ${code ?? message}`)
    return null
  } finally {
    rmSync(filler, { force: true })
  }
}

function fillBut(leaves: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaves)))
}

function numbersOf(orders: number): string[] {
  round += 1
  return Array.from({ length: orders }, (_, index) => `0-${round % 3}-${round}-${index}`)
}

async function sendOrders({ intake }: OpenShop, orders: number): Promise<void> {
  const numbers = numbersOf(orders)
  const { sequence } = await intake.accept(numbers.map(orderOf))
  for (const one of numbers) say(one)
  if (!(await intake.visible(sequence, 90_000))) throw new Error('the orders were not applied')
}

async function importOrders({ warehouse }: OpenShop): Promise<void> {
  round += 1
  const numbers = Array.from({ length: ordersOfFile }, (_, index) => `0-f${round}-${index}`)
  const path = `${files}/orders-${round}.csv`
  writeFileSync(path, csvOf(numbers))
  const report = await importFiles(warehouse, {
    ...{ paths: [path], source: 'shop', ...workIn(folder) },
    answers: { 'known-orders': 'same-shop' },
  })
  if (report.state !== 'committed')
    throw new Error(`${report.state}: ${JSON.stringify(report.questions)}`)
  for (const one of numbers) say(one)
}
