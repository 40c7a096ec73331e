import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import * as money from '../../src/model/money.ts'
import { type WrittenDemo, writtenDemo } from '../demo/written-demo.ts'
import type { DemoLine } from './notation-variant.ts'
import { variants } from './notation-variants.ts'
import { now, TemporaryShop } from './temporary-shop.ts'
import { linesOf, written } from './written-variant.ts'

/** The same orders as shops of many places write them: without settings, the same revenue month by month. */

let demo: WrittenDemo
let lines: DemoLine[]
let months: Record<string, string>
beforeAll(async () => {
  demo = await writtenDemo({ orders: 260, years: 0.75 })
  lines = linesOf(demo.table('sales_fact'), demo.table('products'))
  months = revenueByMonth(lines)
})
afterAll(() => demo.remove())

/** In whole cents, by hand. */
function revenueByMonth(sold: readonly DemoLine[]): Record<string, string> {
  const cents = new Map<string, bigint>()
  for (const { day, total } of sold) {
    const month = day.slice(0, 7)
    cents.set(month, (cents.get(month) ?? 0n) + BigInt(total.replace('.', '')))
  }
  return Object.fromEntries(
    [...cents].map(([month, sum]) => [
      month,
      `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}`,
    ]),
  )
}

async function importedMonths(shop: TemporaryShop): Promise<Record<string, string>> {
  const query = { metrics: ['revenue', 'orders', 'units'] as const, by: ['month'] as const }
  const { data } = await runQuery(shop.warehouse, query, { now })
  return Object.fromEntries(
    data.rows.map((row) => [String(row.month).slice(0, 7), money.round(String(row.revenue), 2)]),
  )
}

describe('the demo shop', () => {
  it('has months enough, and prices of a thousand and more', () => {
    expect(Object.keys(months).length).toBeGreaterThanOrEqual(8)
    expect(lines.length).toBeGreaterThan(400)
    expect(lines.filter(({ total }) => total.length > 6).length).toBeGreaterThan(5)
  })

  it.each(variants)('as $name has the same revenue in every month', async (variant) => {
    const shop = await TemporaryShop.open()
    try {
      const paths = written(lines, variant).map(({ name, content }) => shop.file(name, content))
      const first = await shop.import(paths, { timeZone: 'UTC' })
      if (!variant.answers) expect(first.questions).toEqual([])
      const report = variant.answers
        ? await shop.import(paths, { timeZone: 'UTC', answers: variant.answers })
        : first
      expect(report).toMatchObject({ state: 'committed', rows: { rejected: 0 } })
      expect(report.totals.orders).toBe(new Set(lines.map(({ order }) => order)).size)
      expect(await importedMonths(shop)).toEqual(months)
      expect(await shop.warehouse.audit()).toEqual([])
    } finally {
      await shop.close()
    }
  })

  it('asks in three of thirty at most', () => {
    expect(variants.length).toBeGreaterThanOrEqual(30)
    expect(variants.filter(({ answers }) => answers).length * 10).toBeLessThanOrEqual(
      variants.length,
    )
  })
})
