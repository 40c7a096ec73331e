import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { importFiles } from '../src/ingest/ingest.ts'
import { openWarehouse } from '../src/warehouse/warehouse.ts'

/**
 * `shared-worker.ts hear ADDRESS FOLDER` prints the number of every run it hears of, as a server would that pushes it to
 * its viewers; `shared-worker.ts import ADDRESS FOLDER NUMBER` imports one small file after another and prints, as JSON,
 * the run and its revenue. Both end with their input.
 */

const [role = '', address = '', folder = '', number = '0'] = process.argv.slice(2)
const ordersOfFile = 40
const now = () => new Date()

let over = false
const ended = new Promise<void>((resolve) => {
  createInterface({ input: process.stdin }).once('close', () => {
    over = true
    resolve()
  })
})
mkdirSync(folder, { recursive: true })
const warehouse = await openWarehouse({ folder, address, now })
if (role === 'hear') await hear()
else await importAgain()
await warehouse.close()

async function hear(): Promise<void> {
  warehouse.onCommit(({ sequence }) => process.stdout.write(`${sequence}\n`))
  process.stdout.write('ready\n')
  await ended
}

async function importAgain(): Promise<void> {
  for (let file = 1; !over; file++) {
    const path = join(folder, `orders-${number}-${file}.csv`)
    writeFileSync(path, fileText(Number(number) * 1_000_000 + file * ordersOfFile))
    const report = await importFiles(warehouse, {
      paths: [path],
      now,
      workFolder: join(folder, 'work'),
      memoryLimit: '256MB',
      source: `shop ${number}`,
    })
    const { runId, totals } = report
    process.stdout.write(`${JSON.stringify({ runId, revenue: totals.revenue })}\n`)
  }
}

/** The customers of both importers are partly the same, by their e-mails. */
function fileText(firstOrder: number): string {
  const lines = Array.from({ length: ordersOfFile }, (_, index) => {
    const order = firstOrder + index
    const day = String(1 + (order % 28)).padStart(2, '0')
    return `${order},2026-05-${day},k${order % 500},k${order % 500}@example.org,Product ${order % 60},${1 + (order % 3)},${5 + (order % 40)}.95`
  })
  return `order,date,customer,email,product,quantity,price\n${lines.join('\n')}\n`
}
