import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LiveItem } from '../../src/model/live.ts'
import { now } from './still-clock.ts'

/** Imports files and live orders in turn, some of them the same orders, and is killed without closing anything: FOLDER. */

const [folder = ''] = process.argv.slice(2)
const [built, extension] = process.env.TAKINGS_BUILT === '1' ? ['dist', 'js'] : ['src', 'ts']
const place = (name: string) => `../../${built}/${name}/${name}.${extension}`
const { importFiles, openIntake } = (await import(
  place('ingest')
)) as typeof import('../../src/ingest/ingest.ts')
const { openJournal } = (await import(
  place('journal')
)) as typeof import('../../src/journal/journal.ts')
const { openWarehouse } = (await import(
  place('warehouse')
)) as typeof import('../../src/warehouse/warehouse.ts')

const workFolder = join(folder, 'work')
mkdirSync(workFolder, { recursive: true })
const warehouse = await openWarehouse({ folder, now })
const journal = await openJournal({ folder: join(folder, 'journal'), now })
const intake = await openIntake({ journal, warehouse, now, workFolder, memoryLimit: '512MB' })

await warehouse.settings.set('currency', 'EUR')
await importOrders(1, 60)
await sendOrders(40, 30)
await importOrders(55, 60)
await sendOrders(100, 30)
await warehouse.settings.set('shop_name', 'Corner Shop')
await importOrders(120, 40)
await sendOrders(150, 20)
process.kill(process.pid, 'SIGKILL')

/** Orders of two lines; those of a file and those that were sent cost differently, so the last word about one shows. */
async function importOrders(first: number, orders: number): Promise<void> {
  const path = join(workFolder, `orders-from-${first}.csv`)
  const rows = Array.from({ length: orders }, (_, index) => first + index).flatMap((number) => [
    `${number},2024-05-${day(number)},C${number % 9},P${number % 5},2,10.00,France`,
    `${number},2024-05-${day(number)},C${number % 9},P${(number % 5) + 1},1,7.50,France`,
  ])
  writeFileSync(path, `order,date,customer,product,quantity,price,country\n${rows.join('\n')}\n`)
  const report = await importFiles(warehouse, {
    paths: [path],
    now,
    workFolder,
    answers: { 'known-orders': 'same-shop' },
  })
  if (report.state !== 'committed')
    throw new Error(`${report.state}: ${JSON.stringify(report.questions)}`)
}

async function sendOrders(first: number, orders: number): Promise<void> {
  const items = Array.from({ length: orders }, (_, index) => orderOf(first + index))
  const { sequence } = await intake.accept(items)
  if (!(await intake.visible(sequence, 60_000))) throw new Error('the orders were not applied')
}

function orderOf(number: number): LiveItem {
  const lines = [1, 2].map((line) => ({
    product_key: `P${(number + line) % 5}`,
    quantity: String(line),
    unit_price: '20.00',
  }))
  const customer = { customer_key: `C${number % 9}` }
  const at = `2024-05-${day(number)}`
  const record = { order_number: String(number), at, state: 'counted' as const, customer, lines }
  return { fits: { kind: 'orders', source: 'shop', record } }
}

function day(number: number): string {
  return String(1 + (number % 28)).padStart(2, '0')
}
