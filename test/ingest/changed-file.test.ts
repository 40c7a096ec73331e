import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeAll } from '../../src/ingest/judge-all.ts'
import { settle } from '../../src/ingest/settle.ts'
import { understand } from '../../src/ingest/understand.ts'
import { Workbench } from '../../src/ingest/workbench.ts'
import type { ImportProgress } from '../../src/model/import.ts'
import { openStaging } from '../../src/staging/staging.ts'
import { TemporaryShop } from './temporary-shop.ts'

/** A file that changes while it is read, or of which the reader gives back fewer rows than it holds. */

const header = 'Order,Line,Date,SKU,Quantity,Price,Total'
const count = 3_000
const rows = Array.from(
  { length: count },
  (_, number) =>
    `${1_000 + Math.floor(number / 2)},${1 + (number % 2)},2024-03-01,sku-${number % 50},1,1.50,1.50`,
)
const whole = `${[header, ...rows].join('\n')}\n`
const ways = [0, Number.POSITIVE_INFINITY]

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

/** Does something to the file once its bytes were looked at. */
function onceRecognising(change: () => void): (progress: ImportProgress) => void {
  let done = false
  return ({ step }) => {
    if (step !== 'recognising' || done) return
    done = true
    change()
  }
}

describe('a file that changes while it is read', () => {
  const quoted = whole.replaceAll(/sku-\d+/g, '"$&"')
  const cases: readonly [string, string, string][] = [
    ['is cut', whole, `${whole.split('\n').slice(0, 2_500).join('\n')}\n`],
    ['is cut and has quotes', quoted, `${quoted.split('\n').slice(0, 2_500).join('\n')}\n`],
    ['grows', whole, `${whole}9001,1,2024-03-01,sku-1,1,1.50,1.50\n`],
    ['states other amounts in as many bytes', whole, whole.replaceAll('1.50', '2.50')],
  ]

  it.each(cases)('and %s is refused', async (_what, before, after) => {
    for (const largeFrom of ways) {
      const path = shop.file('changing.csv', before)
      const onProgress = onceRecognising(() => writeFileSync(path, after))
      const error = await shop.failure(path, { largeFrom, onProgress })
      expect(error.code, error.message).toBe('damaged_file')
      expect(error.message).toContain('it changed while it was read')
      expect(await shop.value('SELECT count(*) FROM sales_fact')).toBe('0')
    }
  })

  it('is no reason to refuse it once it was read and is gone', async () => {
    const path = shop.file('gone.csv', whole)
    const onProgress = ({ done }: ImportProgress) => {
      if (done > 0.45) rmSync(path, { force: true })
    }
    const report = await shop.import(path, { dryRun: true, onProgress })
    expect(report.rows.accepted).toBe(count)
  })
})

describe('rows that a file holds', () => {
  it.each([
    ['a line of blanks', ' \t '],
    ['a line of a space that does not break', '\u00A0'],
    ['no text', ''],
  ])('are not missed where a line holds %s', async (_what, line) => {
    const path = shop.file('blank-line.csv', whole.replace('\n1700,', `\n${line}\n1700,`))
    for (const largeFrom of ways) {
      const report = await shop.import(path, { dryRun: true, largeFrom })
      expect(report.rows).toMatchObject({ in: count, accepted: count })
    }
  })

  it('are missed where the reader gives back fewer of them', async () => {
    const folder = join(shop.workFolder, 'bench')
    mkdirSync(folder, { recursive: true })
    const staging = await openStaging({ folder: join(folder, 'engine'), memoryLimit: '512MB' })
    try {
      const bench = new Workbench(staging, folder)
      const understanding = await understand(bench, {
        paths: [shop.file('fewer.csv', whole)],
        names: {},
        largeFrom: Number.POSITIVE_INFINITY,
        onProgress: () => {},
      })
      const tables = understanding.tables.map(({ recognised, profile }) => {
        expect(recognised.table.statedRows).toBe(count)
        const table = { ...recognised.table, statedRows: count + 1 }
        return { recognised: { ...recognised, table }, profile }
      })
      const judging = judgeAll(bench, {
        understanding: { ...understanding, tables },
        settled: settle(tables, {}),
        answers: {},
        source: 'shop',
        timeZone: 'UTC',
        latest: '2025-01-01',
        currency: null,
      })
      await expect(judging).rejects.toMatchObject({
        code: 'damaged_file',
        details: { problem: expect.stringContaining('3000 of its 3001 rows were read') },
      })
    } finally {
      await staging.close()
    }
  })
})
