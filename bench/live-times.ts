import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { importFiles } from '../src/ingest/ingest.ts'
import { openWarehouse, type Warehouse } from '../src/warehouse/warehouse.ts'

/**
 * `live-times.ts FOLDER WORK`: commits batches of a thousand order lines to the warehouse in the folder, a tenth of them
 * corrections of orders of the batch before, and prints, as JSON, what each transaction took: comparing, facts, rollups,
 * ledger and COMMIT. Reading and cleaning the lines comes before it, and is not in it.
 */

const [folder = '', work = ''] = process.argv.slice(2)
const batches = 60
const ordersPerBatch = 460
const header =
  'OrderID,LineNumber,CustomerID,ProductID,Quantity,UnitPrice,TotalPrice,OrderDate,OrderedAt,RegionID,Channel,Currency,Status'

const now = () => new Date()
const warehouse = await openWarehouse({ folder, now })
const took: number[] = []
const timed: Warehouse = {
  ...warehouse,
  async transact(transaction, options) {
    const started = performance.now()
    try {
      return await warehouse.transact(transaction, options)
    } finally {
      took.push(performance.now() - started)
    }
  },
}
mkdirSync(work, { recursive: true })
for (let batch = 0; batch < batches; batch++) {
  const path = join(work, `batch-${batch}.csv`)
  writeFileSync(path, `${[header, ...linesOf(batch)].join('\n')}\n`)
  const before = took.length
  const report = await importFiles(timed, {
    paths: [path],
    now,
    workFolder: join(work, 'staging'),
    memoryLimit: '512MB',
    answers: { 'known-orders': 'same-shop' },
  })
  if (report.state !== 'committed') throw new Error(JSON.stringify(report.questions))
  // What an import remembers of its files is a transaction of its own.
  took.splice(before + 1)
  await setTimeout(50)
}
await warehouse.close()
process.stdout.write(JSON.stringify(took))

/** The first tenth are orders of the batch before, with another quantity. */
function linesOf(batch: number): string[] {
  const first = 90_000_000 + batch * ordersPerBatch
  const corrected = batch === 0 ? 0 : ordersPerBatch / 10
  return Array.from({ length: ordersPerBatch + corrected }, (_, index) => {
    const order = first + index - corrected
    const minute = String(order % 60).padStart(2, '0')
    return Array.from({ length: 1 + (order % 3) }, (_line, line) => {
      const product = 1001 + ((order * 7 + line * 13) % 2200)
      const quantity = index < corrected ? 2 : 1
      const price = 5 + (order % 40)
      const customer = 10_001 + ((order * 7919) % 1_300_000)
      return [
        order,
        line + 1,
        customer,
        product,
        quantity,
        `${price}.95`,
        `${((price + 0.95) * quantity).toFixed(2)}`,
        '2026-10-31',
        `2026-10-31 11:${minute}:00`,
        1 + (order % 16),
        'web',
        'EUR',
        'completed',
      ].join(',')
    })
  }).flat()
}
