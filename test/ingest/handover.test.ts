import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JudgedImport, judgeAll } from '../../src/ingest/judge-all.ts'
import { settle } from '../../src/ingest/settle.ts'
import { understand } from '../../src/ingest/understand.ts'
import { Workbench } from '../../src/ingest/workbench.ts'
import { type RecordKind, records } from '../../src/model/record.ts'
import type { ColumnType } from '../../src/model/star.ts'
import { openStaging } from '../../src/staging/staging.ts'

/** What cleaning hands to loading has the columns and the types that `model/record.ts` states. */

const folder = mkdtempSync(join(tmpdir(), 'takings-handover-'))
const types: Readonly<Record<ColumnType, readonly string[]>> = {
  bigint: ['BIGINT'],
  integer: ['INTEGER'],
  smallint: ['SMALLINT'],
  text: ['VARCHAR'],
  boolean: ['BOOLEAN'],
  date: ['DATE'],
  instant: ['TIMESTAMP WITH TIME ZONE'],
  money: ['DECIMAL(18,4)'],
  quantity: ['DECIMAL(14,3)'],
  rate: ['DECIMAL(18,8)'],
}

let bench: Workbench
let judged: JudgedImport

beforeAll(async () => {
  const work = join(folder, 'work')
  mkdirSync(work)
  const lines = join(folder, 'lines.csv')
  writeFileSync(
    lines,
    'Order,Date,SKU,Qty,Price,Customer,Country,Shipping\nA1,2024-01-31,x,2,1.50,7,France,4.90\nA2,2024-02-01,y,-1,3.00,,DE,\n,2024-02-02,z,1,1.00,,DE,\n',
  )
  const products = join(folder, 'products.csv')
  writeFileSync(products, 'ProductID,ProductName,Category,Price,Stock\nx,Lamp,Home,1.50,4\n')
  const customers = join(folder, 'customers.csv')
  writeFileSync(customers, 'CustomerID,Name,Email,Age,RegionID\n7,Ada,ada@example.com,36,1\n')
  bench = new Workbench(
    await openStaging({ folder: join(work, 'engine'), memoryLimit: '512MB' }),
    work,
  )
  const understanding = await understand(bench, {
    paths: [lines, products, customers],
    names: {},
    largeFrom: Number.POSITIVE_INFINITY,
    onProgress: () => {},
  })
  judged = await judgeAll(bench, {
    understanding,
    settled: settle(understanding.tables, {}),
    answers: {},
    source: 'shop',
    timeZone: 'UTC',
    latest: '2025-01-01',
    currency: null,
  })
})

afterAll(async () => {
  await bench?.staging.close()
  rmSync(folder, { recursive: true, force: true })
})

async function columnsOf(file: string): Promise<Map<string, string>> {
  const rows = await bench.rows(`DESCRIBE SELECT * FROM read_parquet('${file}')`)
  return new Map(rows.map((row) => [String(row.column_name), String(row.column_type)]))
}

describe('the handover', () => {
  it.each(Object.keys(records) as RecordKind[])(
    'of %s has the columns of its record',
    async (kind) => {
      const { handover, rejected } = judged
      const [file] = kind === 'rejected' ? [rejected] : [handover[kind]].flat()
      const columns = await columnsOf(file ?? '')
      for (const { name, type } of records[kind]) {
        expect(types[type], `${kind}.${name}`).toContain(columns.get(name))
      }
    },
  )

  it('has a row for every row that was read', async () => {
    const counts = await bench.rows(
      `SELECT outcome, count(*)::INTEGER AS rows FROM read_parquet('${judged.handover.lines[0]}') GROUP BY outcome ORDER BY outcome`,
    )
    expect(counts).toEqual([
      { outcome: 'line', rows: 1 },
      { outcome: 'rejected', rows: 1 },
      { outcome: 'return', rows: 1 },
    ])
  })
})
