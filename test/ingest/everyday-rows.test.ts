import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanSelect } from '../../src/ingest/clean.ts'
import { settle } from '../../src/ingest/settle.ts'
import { understand } from '../../src/ingest/understand.ts'
import { Workbench } from '../../src/ingest/workbench.ts'
import { openStaging } from '../../src/staging/staging.ts'

/**
 * Rows that pass the one condition for everyday rows skip the rules. Rows made of every awkward value are
 * judged with and without that condition: the verdicts must be the same, row by row.
 */

const values: Readonly<Record<string, readonly string[]>> = {
  Order: ['1001', 'C1002', '', ' ', 'Order', 'Total'],
  Date: ['2024-02-29', '2024-02-30', '', '1989-12-31', '2999-01-01', 'Date', 'soon', '2024-06-01'],
  SKU: ['lamp', '', 'SKU', 'desk'],
  Quantity: [
    '1',
    '2',
    '-3',
    '0',
    '',
    'many',
    '0.0001',
    '0.5',
    '99999999999',
    '123456789012345',
    'Quantity',
    '3',
  ],
  Price: ['9.99', '0', '-1', '', 'free', '99999999999999', '123456789012345', '1.5', '2.25', '3'],
  Total: ['9.99', '0', '-5', '', 'n/a', '19.98', '12345678901234567', '4.5'],
  Discount: ['0', '1', '', 'some', '50', '-1'],
  Status: ['paid', 'cancelled', 'Draft', 'refunded', '', 'shipped'],
  Currency: ['EUR', 'USD', '', 'eur'],
}

const rows = 4_000
const folder = mkdtempSync(join(tmpdir(), 'takings-everyday-'))
let bench: Workbench
let statement = ''

beforeAll(async () => {
  let state = 42
  const pick = (from: readonly string[]) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    // The first values of a list are the usual ones: most rows then are everyday rows.
    const usual = (state >> 8) % 4 > 0
    return from[usual ? (state >> 12) % 2 : (state >> 12) % from.length] ?? ''
  }
  const lines = Array.from({ length: rows }, () => Object.values(values).map(pick).join(','))
  const path = join(folder, 'rows.csv')
  writeFileSync(path, `${[Object.keys(values).join(','), ...lines].join('\n')}\n`)
  bench = new Workbench(
    await openStaging({ folder: join(folder, 'engine'), memoryLimit: '512MB' }),
    folder,
  )
  const { tables } = await understand(bench, {
    paths: [path],
    names: {},
    largeFrom: Number.POSITIVE_INFINITY,
    onProgress: () => {},
  })
  const [table] = tables
  if (!table) throw new Error('the rows were not recognised')
  const notation = settle(tables, { currency: 'EUR' }).notations.get(table.recognised)
  if (!notation) throw new Error('no notation was settled')
  statement = cleanSelect({
    recognised: table.recognised,
    notation: { ...notation, currency: 'EUR' },
    source: 'shop',
    timeZone: 'UTC',
    latest: '2025-01-01',
    numbered: true,
    promise: null,
  })
})

afterAll(async () => {
  await bench?.staging.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the condition for everyday rows', () => {
  it('changes no verdict', async () => {
    const thorough = statement.replace(/CASE WHEN moment >= [\s\S]*? THEN 0 WHEN/, 'CASE WHEN')
    expect(thorough).not.toBe(statement)
    const [judged] = await bench.rows(
      `WITH quick AS (${statement}), thorough AS (${thorough})
       SELECT count(*)::INTEGER AS rows,
         (count(*) FILTER (quick.outcome IS DISTINCT FROM thorough.outcome
           OR quick.reason IS DISTINCT FROM thorough.reason))::INTEGER AS different,
         count(DISTINCT thorough.reason)::INTEGER AS reasons,
         (count(*) FILTER (thorough.reason IS NULL))::INTEGER AS accepted
       FROM quick JOIN thorough USING (record_number)`,
    )
    expect(judged).toMatchObject({ rows, different: 0 })
    // The rows are awkward enough to meet most rules, and plain enough to skip them.
    expect(Number(judged?.reasons)).toBeGreaterThan(12)
    expect(Number(judged?.accepted)).toBeGreaterThan(rows / 20)
  })
})
