import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportReport } from '../../src/model/import.ts'
import type { SqlRow } from '../../src/warehouse/warehouse.ts'
import {
  base,
  bytes,
  inCents,
  ownOrders,
  revenueOf,
  type Writing,
  writings,
} from './hostile-files.ts'
import { type Outcome, type Trap, traps } from './hostile-traps.ts'
import { TemporaryShop } from './temporary-shop.ts'

/**
 * Each way of writing with each thing that may be wrong or odd: loaded to the cent, set aside with its reason,
 * asked or refused. Files that load share an import with the others of their writing: each has orders of its own.
 */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(async () => {
  expect(shop.leftovers()).toEqual([])
  await shop.close()
})

interface HostileFile {
  readonly name: string
  /** Of the file and in the numbers of its orders. */
  readonly key: string
  readonly trap: Trap
  readonly writing: Writing
}

function filesOf(writing: Writing): HostileFile[] {
  return traps
    .filter((trap) => trap.only?.(writing) ?? true)
    .map((trap) => ({
      trap,
      writing,
      name: trap.name,
      key: `W${writings.indexOf(writing)}F${traps.indexOf(trap)}`,
    }))
}

const stops = ({ trap: { outcome } }: HostileFile) =>
  outcome.error !== undefined || outcome.question !== undefined

function put({ key, trap, writing }: HostileFile): string {
  const content = ownOrders(trap.content(writing), key)
  return shop.file(`${key}.${writing.extension}`, bytes(content, writing))
}

/** What was loaded and set aside, by the key of the file. */
async function toldOf(report: ImportReport): Promise<Map<string, SqlRow>> {
  const rows = await shop.query(`
    WITH lines AS (SELECT split_part(order_number, '-', 1) AS file, total_price AS sold, 0 AS returned
        FROM sales_fact JOIN orders USING (order_id)
      UNION ALL SELECT split_part(order_number, '-', 1), 0, amount FROM returns_fact JOIN orders USING (order_id)),
    loaded AS (SELECT file, sum(sold)::DECIMAL(18,2)::VARCHAR AS revenue, sum(returned)::DECIMAL(18,2)::VARCHAR AS returns,
        count(*)::INTEGER AS accepted FROM lines GROUP BY file),
    aside AS (SELECT regexp_extract(path, '(W[0-9]F[0-9]+)[.]', 1) AS file,
        string_agg(outcome || ' ' || reason, ', ' ORDER BY outcome, reason) AS aside
      FROM rejected_rows JOIN run_files USING (run_id, file_number) WHERE run_id = ${report.runId} GROUP BY file)
    SELECT loaded.*, coalesce(aside, '') AS aside FROM loaded LEFT JOIN aside USING (file)`)
  return new Map(rows.map(({ file, ...told }) => [String(file), told]))
}

function expected({
  revenue = 0n,
  returns = '0.00',
  accepted = 0,
  rejected = {},
  ignored = {},
}: Outcome) {
  const aside = (outcome: string, reasons: Readonly<Record<string, number>>) =>
    Object.entries(reasons).flatMap(([reason, count]) => Array(count).fill(`${outcome} ${reason}`))
  return {
    revenue: inCents(revenueOf(base) + revenue),
    returns,
    accepted: base.length + accepted,
    aside: [...aside('ignored', ignored), ...aside('rejected', rejected)].join(', '),
  }
}

it('there are two hundred of them and more', () => {
  expect(writings.flatMap(filesOf).length).toBeGreaterThanOrEqual(200)
})

describe.each(writings)('hostile files: $name', (writing) => {
  const loading = filesOf(writing).filter((file) => !stops(file))
  let report: ImportReport
  let told: Map<string, SqlRow>
  beforeAll(async () => {
    report = await shop.import(loading.map(put), { maxRejects: 1 })
    told = report.state === 'committed' ? await toldOf(report) : new Map()
  }, 240_000)

  it('are imported together, and nothing is asked', () => {
    expect(report).toMatchObject({ state: 'committed', questions: [] })
    const { accepted, rejected, ignored, duplicate } = report.rows
    expect(accepted + rejected + ignored + duplicate).toBe(report.rows.in)
  })

  it.each(loading)('$name', ({ trap, key }) => {
    expect(told.get(key)).toEqual(expected(trap.outcome))
    if (trap.outcome.warns)
      expect(report.warnings.map(({ code }) => code)).toContain(trap.outcome.warns)
  })

  it.each(filesOf(writing).filter(stops))('$name', async (file) => {
    const { error, question } = file.trap.outcome
    if (error) {
      expect((await shop.failure(put(file))).code).toBe(error)
      return
    }
    const asked = await shop.import(put(file), { source: file.key })
    expect(asked.questions.map(({ key }) => key)).toEqual([question])
  })
})
