import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { ImportReport } from '../../src/model/import.ts'
import * as money from '../../src/model/money.ts'
import type { Query, Row } from '../../src/model/query.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'
import { shared, sharedData, skipReason } from './shared-data.ts'

/** Folders of linked files, and a dirty one, as they come: no settings, to the cent of the golden answers. */

if (sharedData === null) {
  describe('linked sets', () => {
    it.skip(skipReason)
  })
}

type Golden = Readonly<Record<string, unknown>>

function golden(name: string): Golden {
  return JSON.parse(readFileSync(shared(`golden/${name}.json`), 'utf8')) as Golden
}

const best = { dimension: 'product', n: 1, metric: 'revenue', other: false } as const

/** The golden answers round half a cent to the even one. */
const cents = (value: unknown) => {
  const half = /^(\d+\.\d[02468])50*$/.exec(String(value))
  return half?.[1] ?? money.round(String(value), 2)
}
const expected = (value: unknown) => Number(value).toFixed(2)

class Imported {
  readonly shop: TemporaryShop
  readonly report: ImportReport

  private constructor(shop: TemporaryShop, report: ImportReport) {
    this.shop = shop
    this.report = report
  }

  static async from(path: string): Promise<Imported> {
    const shop = await TemporaryShop.open()
    return new Imported(shop, await shop.import(shared(path)))
  }

  async ask(query: Query): Promise<readonly Row[]> {
    return (await runQuery(this.shop.warehouse, query, { now })).data.rows
  }

  async months(): Promise<Record<string, string>> {
    const rows = await this.ask({ metrics: ['revenue'], by: ['month'] })
    return Object.fromEntries(
      rows.map((row) => [String(row.month).slice(0, 7), cents(row.revenue)]),
    )
  }

  code(code: string): string {
    return this.report.warnings.find((one) => one.code === code)?.text ?? `no warning ${code}`
  }

  async close(): Promise<void> {
    expect(await this.shop.warehouse.audit()).toEqual([])
    await this.shop.close()
  }
}

describe.runIf(sharedData)('AdventureWorks', () => {
  let imported: Imported
  const answer = sharedData ? golden('adventureworks') : {}
  beforeAll(async () => {
    imported = await Imported.from('adventureworks')
  })
  afterAll(() => imported?.close())

  it('asks nothing and has the golden figures', async () => {
    expect(imported.report).toMatchObject({ state: 'committed', questions: [] })
    expect(imported.report.rows).toMatchObject({ rejected: 0, duplicate: 0 })
    const metrics = ['revenue', 'orders', 'units', 'customers', 'returned_units'] as const
    const [row] = await imported.ask({ metrics })
    expect(cents(row?.revenue)).toBe(expected(answer.revenue))
    expect(row?.orders).toBe(answer.orders)
    expect(Number(row?.units)).toBe(answer.units)
    expect(row?.customers).toBe(answer.customers)
    expect(Number(row?.returned_units)).toBe(answer.returned_units)
    expect(imported.code('returns_without_amount')).toMatch(/^1,809 returns/)
  })

  it('says which of its files speaks against the meaning of its only amount', () => {
    expect(imported.code('price_doubtful')).toContain('AdventureWorks_Sales_2022.csv')
  })

  it('has the golden months, countries and products', async () => {
    const monthly = answer.monthly as { month: string; revenue: number }[]
    expect(await imported.months()).toEqual(
      Object.fromEntries(monthly.map(({ month, revenue }) => [month, expected(revenue)])),
    )
    const countries = await imported.ask({ metrics: ['revenue'], by: ['country'] })
    const byCountry = Object.fromEntries(
      countries.map((row) => [
        String(row.country).replace('United States of America', 'United States'),
        cents(row.revenue),
      ]),
    )
    const told = Object.entries(answer.by_country as Record<string, number>)
    expect(byCountry).toEqual(Object.fromEntries(told.map(([name, sum]) => [name, expected(sum)])))
    const [first] = answer.top10_products_by_revenue as [string, number][]
    const [top] = await imported.ask({ metrics: ['revenue'], by: ['product'], top: best })
    expect([top?.product, cents(top?.revenue)]).toEqual([first?.[0], expected(first?.[1])])
    const categories = await imported.ask({ metrics: ['revenue'], by: ['category'] })
    expect(categories.map(({ category }) => category).sort()).toEqual([
      'Accessories',
      'Bikes',
      'Clothing',
    ])
  })
})

describe.runIf(sharedData)('Northwind', () => {
  let imported: Imported
  const answer = sharedData ? golden('northwind') : {}
  beforeAll(async () => {
    imported = await Imported.from('northwind')
  })
  afterAll(() => imported?.close())

  it('asks nothing and has the golden figures', async () => {
    expect(imported.report).toMatchObject({ state: 'committed', questions: [] })
    const [row] = await imported.ask({
      metrics: ['revenue', 'gross_sales', 'orders', 'units', 'customers'],
    })
    expect(cents(row?.revenue)).toBe(expected(answer.revenue))
    expect(cents(row?.gross_sales)).toBe(expected(answer.gross))
    expect(row?.orders).toBe(answer.orders)
    expect(Number(row?.units)).toBe(answer.units)
    expect(row?.customers).toBe(answer.customers_with_orders)
  })

  it('has the golden months and products, and ignores indexes and empty tables with a word', async () => {
    const monthly = answer.monthly as [string, number, number][]
    expect(await imported.months()).toEqual(
      Object.fromEntries(monthly.map(([month, revenue]) => [month, expected(revenue)])),
    )
    const [first] = answer.top10_products_by_revenue as [string, number][]
    const [top] = await imported.ask({ metrics: ['revenue'], by: ['product'], top: best })
    expect([top?.product, cents(top?.revenue)]).toEqual([first?.[0], expected(first?.[1])])
    const ignored = imported.report.files.filter(({ holds }) => holds === null)
    expect(ignored.filter(({ path }) => /\.(PX|NDX)\.csv$/.test(path))).toHaveLength(10)
    expect(ignored.filter(({ rows }) => rows === 0)).toHaveLength(2)
  })
})

describe.runIf(sharedData)('the dirty café', () => {
  let imported: Imported
  beforeAll(async () => {
    imported = await Imported.from('dirty_cafe/dirty_cafe_sales.csv')
  })
  afterAll(() => imported?.close())

  it('has the lines and the revenue that can be loaded, and says what is left out', async () => {
    expect(imported.report).toMatchObject({
      state: 'committed',
      questions: [],
      rows: { in: 10_010, accepted: 9_495, rejected: 515 },
      totals: { revenue: '84747.00' },
    })
    expect(imported.code('total_told_by_price')).toMatch(/^437 lines/)
    const products = await imported.ask({ metrics: ['revenue'], by: ['product'] })
    expect(products).toHaveLength(8)
  })
})
