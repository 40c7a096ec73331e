import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LifeEvent } from '../../src/demo/demo.ts'
import { liveSchemas } from '../../src/http/live-schemas.ts'
import { openIntake } from '../../src/ingest/ingest.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { LiveItem } from '../../src/model/live.ts'
import type { Query } from '../../src/model/query.ts'
import { eventsOf, hour, type LivingShop, liveUntil, livingShop } from '../demo/living-shop.ts'
import { cents } from '../demo/written-demo.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'

/** What the living shop sends is what the warehouse then says: recounted here from files and records, without SQL. */

interface Sent {
  readonly order_number: string
  readonly ordered_at: string
  readonly state: string
  readonly customer: { readonly customer_key: string }
  readonly region: { readonly country: string }
  readonly lines: readonly {
    readonly product_key: string
    readonly quantity: string
    readonly total_price: string
    readonly amount: string
  }[]
}

interface StockEntry {
  readonly product_key: string
  readonly kind: string
  readonly quantity: string
}

const engines = everyEngine()
const zone = { timeZone: 'UTC', from: Date.parse('2025-10-01T00:00:00Z') / 1_000 }
const { timeZone } = zone
const end = zone.from + 60 * hour
const lastDay = '2025-10-03'
const days = { from: '2025-10-01', to: lastDay }
let living: LivingShop
let events: LifeEvent[]
/** Orders that stand, as they were sent. */
let orders: Sent[]
let returns: (Sent & { readonly returned_at: string })[]

beforeAll(async () => {
  living = await livingShop({ zone })
  const life = await living.open('sixty hours')
  events = eventsOf(await liveUntil(life, end, 0.004))
  await life.close()
  const of = (...what: LifeEvent['what'][]) =>
    events.filter((event) => what.includes(event.what)).map(({ document }) => document as Sent)
  orders = [
    ...new Map(of('order', 'cancellation').map((order) => [order.order_number, order])).values(),
  ].filter(({ state }) => state === 'counted')
  returns = of('return') as typeof returns
}, 120_000)
afterAll(() => living.remove())

describe.each(engines)('the living shop on $name', (engine) => {
  let shop: TemporaryShop
  let journals: string

  beforeAll(async () => {
    shop = await TemporaryShop.open(await engine.newAddress())
    journals = mkdtempSync(join(tmpdir(), 'takings-living-'))
    const report = await shop.import([living.files], { timeZone })
    expect(report.state).toBe('committed')
    const intake = await openIntake({
      journal: await openJournal({ folder: journals, now }),
      warehouse: shop.warehouse,
      now,
      workFolder: shop.workFolder,
      memoryLimit: '512MB',
    })
    const items = events.map(({ kind, document }): LiveItem => {
      const record = liveSchemas[kind].parse(document)
      return { fits: { kind, source: 'shop', record } } as LiveItem
    })
    for (let from = 0; from < items.length; from += 200) {
      const { sequence } = await intake.accept(items.slice(from, from + 200))
      expect(await intake.visible(sequence, 60_000)).toBe(true)
    }
    await intake.close()
  }, 240_000)
  afterAll(async () => {
    await shop.close()
    rmSync(journals, { recursive: true, force: true })
  })

  async function ask(query: Query) {
    const { data } = await runQuery(shop.warehouse, query, {
      now: () => new Date(end * 1_000),
    })
    return data.rows
  }

  it('rejects nothing that it sends', async () => {
    const left = await shop.query('SELECT DISTINCT reason FROM rejected_rows')
    expect(left.map(({ reason }) => reason)).toEqual(['order_cancelled'])
  })

  it('has the orders, the revenue and the returns of each day', async () => {
    const rows = await ask({
      metrics: ['orders', 'units', 'revenue', 'returns', 'returned_units'],
      by: ['day'],
      ...days,
    })
    const expected = ['2025-10-01', '2025-10-02', lastDay].map((day) => {
      const sold = orders.filter((order) => order.ordered_at.startsWith(day))
      const back = returns.filter((one) => one.returned_at.startsWith(day))
      expect(sold.length).toBeGreaterThan(50)
      expect(back.length).toBeGreaterThan(3)
      return {
        day,
        orders: sold.length,
        units: pieces(sold),
        revenue: amount(sold, 'total_price'),
        returns: amount(back, 'amount'),
        returned_units: pieces(back),
      }
    })
    expect(
      rows.map((row) => ({
        ...row,
        orders: Number(row.orders),
        units: Number(row.units),
        returned_units: Number(row.returned_units),
      })),
    ).toEqual(expected)
  })

  it('has the customers and the countries that ordered', async () => {
    const [row] = await ask({ metrics: ['customers', 'new_customers'], ...days })
    const before = new Set(living.table('sales_fact').map(({ CustomerID }) => CustomerID))
    const buyers = new Set(orders.map(({ customer }) => customer.customer_key))
    const fresh = [...buyers].filter((key) => !before.has(key))
    expect(Number(row?.customers)).toBe(buyers.size)
    expect(Number(row?.new_customers)).toBe(fresh.length)
    const byCountry = await ask({ metrics: ['orders'], by: ['country'], ...days })
    const counts = new Map<string, number>()
    for (const { region } of orders)
      counts.set(region.country, (counts.get(region.country) ?? 0) + 1)
    expect(
      Object.fromEntries(byCountry.map((one) => [one.country_key, Number(one.orders)])),
    ).toEqual(Object.fromEntries(counts))
  })

  it('has the stock that is left of every product', async () => {
    const onHand = new Map(
      living.table('products').map((row) => [row.ProductID ?? '', Number(row.Stock)]),
    )
    const move = (product: string, count: number) =>
      onHand.set(product, (onHand.get(product) ?? 0) + count)
    for (const { lines } of orders)
      for (const line of lines) move(line.product_key, -Number(line.quantity))
    for (const { lines } of returns)
      for (const line of lines) move(line.product_key, Number(line.quantity))
    const received = events.filter(({ what }) => what === 'receipt')
    expect(received.length).toBeGreaterThan(0)
    for (const { document } of received) {
      const { product_key, quantity } = document as StockEntry
      move(product_key, Number(quantity))
    }
    expect(events.some(({ what }) => what === 'count')).toBe(true)
    const rows = await ask({
      metrics: ['stock_on_hand'],
      by: ['product'],
      from: lastDay,
      to: lastDay,
      includeUnknown: true,
      limit: 1_000,
    })
    const names = new Map(
      (await shop.query('SELECT product_id, product_key FROM products')).map((row) => [
        String(row.product_id),
        String(row.product_key),
      ]),
    )
    const told = new Map(
      rows.map((row) => [names.get(String(row.product_key)), Number(row.stock_on_hand)]),
    )
    expect(told.size).toBe(onHand.size)
    for (const [product, count] of onHand)
      expect([product, told.get(product)]).toEqual([product, count])
  })
})

function pieces(documents: readonly Sent[]): number {
  const lines = documents.flatMap((one) => one.lines)
  return lines.reduce((sum, { quantity }) => sum + Number(quantity), 0)
}

/** Decimal text of two places. */
function amount(documents: readonly Sent[], column: 'total_price' | 'amount'): string {
  const lines = documents.flatMap((one) => one.lines)
  const sum = lines.reduce((all, line) => all + cents(line[column]), 0n)
  const digits = String(sum).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
