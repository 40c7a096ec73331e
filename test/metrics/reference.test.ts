import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue, metricReference, runQuery } from '../../src/metrics/metrics.ts'
import { dimensionNames, metricNames } from '../../src/model/query.ts'
import { now, type OpenShop, openShop } from './shop-warehouse.ts'

const root = new URL('../../', import.meta.url)

describe('the catalogue', () => {
  it('describes every metric and dimension in its file and in docs/metrics.md', async () => {
    const { metrics, dimensions } = catalogue()
    expect(metrics.map(({ name }) => name)).toEqual([...metricNames])
    expect(dimensions.map(({ name }) => name)).toEqual([...dimensionNames])
    const files = await readdir(new URL('src/metrics/definitions/', root))
    const wanted = [
      ...metricNames.map((name) => `${name.replaceAll('_', '-')}.ts`),
      'definitions.ts',
    ]
    expect(files.sort()).toEqual(wanted.sort())
    expect(await readFile(new URL('docs/metrics.md', root), 'utf8')).toBe(metricReference())
  })

  it('says that a metric is additive only over dimensions that it has', () => {
    for (const { additiveOver, dimensions } of catalogue().metrics) {
      for (const name of additiveOver) expect(dimensions).toContain(name)
    }
  })

  it('can be sent as it is', () => {
    expect(JSON.parse(JSON.stringify(catalogue()))).toEqual(catalogue())
  })
})

describe('what the catalogue calls additive', () => {
  let shop: OpenShop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  it('adds up to the range total', async () => {
    for (const { name, additiveOver } of catalogue().metrics) {
      for (const dimension of additiveOver) {
        const ask = async (by: (typeof dimension)[]) => {
          const query = { metrics: [name], by, includeUnknown: true, to: '2024-05-20' }
          return (await runQuery(shop.warehouse, query, { now })).data.rows
        }
        const [total] = await ask([])
        const parts = await ask([dimension])
        const sum = parts.reduce((so, row) => so + Math.round(Number(row[name] ?? 0) * 10_000), 0)
        expect(`${name} ${dimension} ${sum}`).toBe(
          `${name} ${dimension} ${Math.round(Number(total?.[name]) * 10_000)}`,
        )
      }
    }
  })
})

describe('docs/sql', () => {
  let shop: OpenShop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  const rowsOf = async (file: string) =>
    shop.warehouse.query(await readFile(new URL(`docs/sql/${file}`, root), 'utf8'))

  it('top-selling-products.sql equals units by product', async () => {
    const rows = await rowsOf('top-selling-products.sql')
    const query = { metrics: ['units'], by: ['product'], includeUnknown: true } as const
    const { data } = await runQuery(shop.warehouse, query, { now })
    const sold = new Map<string, number>()
    for (const row of data.rows) {
      sold.set(String(row.product), (sold.get(String(row.product)) ?? 0) + Number(row.units))
    }
    const listed = rows.map((row) => [row.ProductName, Number(row.TotalSold)] as const)
    expect(new Map(listed)).toEqual(new Map([...sold].filter(([, units]) => units > 0)))
    const units = listed.map(([, each]) => each)
    expect(units).toEqual([...units].sort((a, b) => b - a))
  })

  it('monthly-revenue.sql equals revenue by month, in order', async () => {
    const rows = await rowsOf('monthly-revenue.sql')
    const { data } = await runQuery(
      shop.warehouse,
      { metrics: ['revenue'], by: ['month'] },
      { now },
    )
    const name = (day: unknown) =>
      new Date(String(day)).toLocaleString('en-US', { month: 'long', timeZone: 'UTC' })
    const wanted = data.rows
      .filter((row) => row.revenue !== '0.00')
      .map((row) => [Number(String(row.month).slice(0, 4)), name(row.month), Number(row.revenue)])
    expect(rows.map((row) => [Number(row.Year), row.Month, Number(row.MonthlyRevenue)])).toEqual(
      wanted,
    )
  })
})
