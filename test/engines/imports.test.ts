import { describe, expect, it } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { ImportReport } from '../../src/model/import.ts'
import type { MetricName, Query } from '../../src/model/query.ts'
import { star } from '../../src/model/star.ts'
import { shared, sharedData, skipReason } from '../acceptance/shared-data.ts'
import { csv, type ImportOptions, now, TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'

/**
 * The same imports one after another into every engine: after each of them all tables hold the same rows with the same
 * ids, byte by byte. What the figures should be is held elsewhere, for the embedded engine, against golden answers.
 */

const engines = everyEngine()

/** What differs by nature: the name that each run gives itself, and how long it took. */
const ownOfARun: Readonly<Record<string, readonly string[]>> = { runs: ['run_token', 'report'] }

async function dump(shop: TemporaryShop): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {}
  for (const { name, columns } of star) {
    const kept = columns.filter((column) => !ownOfARun[name]?.includes(column.name))
    const rows = await shop.query(
      `SELECT ${kept.map((column) => column.name).join(', ')} FROM ${name}`,
    )
    tables[name] = rows.map((row) => JSON.stringify(row)).sort()
  }
  return tables
}

const queries: readonly Omit<Query, 'from' | 'to'>[] = [
  { metrics: ['revenue', 'gross_sales', 'discounts', 'net_sales', 'orders', 'units', 'customers'] },
  { metrics: ['new_customers', 'returning_customers', 'aov', 'margin', 'returns', 'charges'] },
  { metrics: ['revenue', 'orders'], by: ['month'] },
  { metrics: ['net_sales'], by: ['country', 'category'], includeUnknown: true },
  { metrics: ['stock_on_hand', 'stock_value'], by: ['product'] },
  ...(['product', 'customer'] as const).map((dimension) => ({
    metrics: ['revenue', 'units'] as MetricName[],
    by: [dimension],
    top: { dimension, n: 5, metric: 'revenue' as const, other: true },
  })),
]

async function answers(shop: TemporaryShop): Promise<unknown[]> {
  const given: unknown[] = []
  for (const query of queries) {
    const { data, meta } = await runQuery(shop.warehouse, query, { now })
    given.push({ rows: data.rows, notes: meta.notes })
  }
  return given
}

/** What an import left behind on one engine. */
interface Outcome {
  readonly report: Pick<ImportReport, 'state' | 'rows' | 'totals' | 'warnings' | 'questions'>
  readonly tables: Record<string, string[]>
  readonly answers: readonly unknown[]
}

/** One shop for each engine, all given the same files. */
class ShopOnEveryEngine {
  readonly #shops: readonly TemporaryShop[]

  private constructor(shops: readonly TemporaryShop[]) {
    this.#shops = shops
  }

  static async open(): Promise<ShopOnEveryEngine> {
    const shops: TemporaryShop[] = []
    for (const engine of engines) shops.push(await TemporaryShop.open(await engine.newAddress()))
    return new ShopOnEveryEngine(shops)
  }

  async text(name: string, content: string, options: ImportOptions = {}): Promise<void> {
    const [first] = this.#shops
    await this.import(first?.file(name, content) ?? '', options)
  }

  async import(path: string, options: ImportOptions = {}): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = []
    for (const shop of this.#shops) {
      const { state, rows, totals, warnings, questions } = await shop.import(path, options)
      expect(await shop.warehouse.audit()).toEqual([])
      expect(await shop.warehouse.auditRollups()).toEqual([])
      outcomes.push({
        report: { state, rows, totals, warnings, questions },
        tables: await dump(shop),
        answers: await answers(shop),
      })
    }
    const [first, ...others] = outcomes
    expect(first).toMatchObject({ report: { state: expect.stringMatching(/committed|unchanged/) } })
    for (const other of others) expect(other).toEqual(first)
    return outcomes
  }

  async close(): Promise<void> {
    for (const shop of this.#shops) await shop.close()
  }
}

const header = ['order', 'date', 'customer', 'email', 'product', 'quantity', 'price', 'country']

describe('every engine holds the same after', () => {
  it('new, repeated, replaced, extended, cancelled and merged orders', async () => {
    const shop = await ShopOnEveryEngine.open()
    const lines = [
      ['1001', '2024-01-30 09:15', 'Ärzte & Söhne', '', 'Lampe', 3, '9.99', 'Germany'],
      ['1001', '2024-01-30 09:15', 'Ärzte & Söhne', '', 'älteste Ware', 1, '0.125', 'Germany'],
      ['1002', '2024-02-01 10:00', 'b', 'b@example.org', 'Lampe', 8, '1.25', 'France'],
      ['1003', '2024-02-29 23:59', 'c', '', 'Zange', 2, '19.90', ''],
    ]
    await shop.text('first.csv', csv(header, ...lines))
    await shop.text('again.csv', csv(header, ...lines))
    const dearer = lines.map((line) =>
      line[0] === '1002' ? [...line.slice(0, 5), 7, '1.30', 'France'] : line,
    )
    await shop.text('dearer.csv', csv(header, ...dearer), {
      answers: { 'known-orders': 'same-shop' },
    })
    await shop.text(
      'part.csv',
      csv(header, ['1002', '2024-02-01 10:00', 'b', '', 'Zange', 1, '19.90', 'France']),
      { answers: { 'known-orders': 'part' } },
    )
    await shop.text(
      'merged.csv',
      csv(header, ['1004', '2023-12-31 08:00', 'c', 'b@example.org', 'Lampe', 1, '9.99', 'Italy']),
    )
    await shop.close()
  })

  it('returns before and after their orders, rejected rows, stock and charges', async () => {
    const shop = await ShopOnEveryEngine.open()
    await shop.text(
      'returns.csv',
      csv(
        ['return id', 'order', 'return date', 'product', 'returned quantity'],
        ['R1', '7', '2024-03-05', 'Kiste', 1],
        ['R2', '8', '2024-03-06', 'Kiste', 2],
      ),
    )
    const orders = ['order', 'date', 'product', 'quantity', 'total', 'shipping', 'order total']
    await shop.text(
      'orders.csv',
      csv(
        orders,
        ['7', '2024-03-01', 'Kiste', 8, '9.99', '4.90', '14.89'],
        ['8', '2024-03-02', 'Kiste', 3, '10.00', '0', '10.00'],
        ['9', '2024-03-32', 'Kiste', 3, '10.00', '0', '10.00'],
      ),
      { maxRejects: 0.9 },
    )
    const stock = ['ProductID', 'CountedAt', 'Kind', 'Quantity', 'Location']
    await shop.text(
      'stock.csv',
      csv(stock, ['Kiste', '2024-02-28', 'count', 40, ''], ['Sack', '2024-02-28', 'count', 2, 'B']),
    )
    await shop.text(
      'recount.csv',
      csv(
        stock,
        ['Kiste', '2024-02-28', 'count', 41, ''],
        ['Sack', '2024-03-09', 'receipt', 5, 'B'],
      ),
    )
    await shop.close()
  })

  if (sharedData === null) it.skip(skipReason)
  const folders = ['northwind', 'adventureworks', 'woocommerce', 'dirty_cafe', 'fivetran_shopify']
  const exports: readonly { readonly path: string; readonly answers?: Record<string, string> }[] = [
    { path: 'platform_formats/amazon_all_orders.txt', answers: { currency: 'USD' } },
    { path: 'platform_formats/stripe_payments.csv', answers: { payments: 'orders' } },
    { path: 'platform_formats/ebay_orders_report.csv' },
    { path: 'platform_formats/woocommerce_advanced_order_export.csv' },
    { path: 'shopify/orders_export_bdt_cod_synthetic.csv' },
    { path: 'shopify/api_fixtures/order.json' },
  ]
  for (const { path, answers: given = {} } of sharedData ? exports : []) {
    it(`the export of a platform: ${path}`, async () => {
      const shop = await ShopOnEveryEngine.open()
      await shop.import(shared(path), { maxRejects: 1, answers: given })
      await shop.close()
    })
  }

  it.runIf(sharedData)('half a million lines of a real shop', { timeout: 300_000 }, async () => {
    const shop = await ShopOnEveryEngine.open()
    const [embedded] = await shop.import(shared('online_retail/online_retail.csv.gz'))
    // As counted by hand in the acceptance tests.
    expect(embedded?.report.totals).toMatchObject({
      revenue: '10666684.54',
      returns: '896812.49',
      net_sales: '9769872.05',
      orders: 20_726,
      units: '5660979',
    })
    await shop.close()
  })

  for (const folder of sharedData ? folders : []) {
    it(`the export of a real shop: ${folder}`, { timeout: 120_000 }, async () => {
      const shop = await ShopOnEveryEngine.open()
      await shop.import(shared(folder), { maxRejects: 1 })
      await shop.close()
    })
  }
})
