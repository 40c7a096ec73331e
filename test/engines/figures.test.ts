import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue, runQuery } from '../../src/metrics/metrics.ts'
import type { Dimension, MetricName, Query, Row } from '../../src/model/query.ts'
import { decimal, type Fraction, recount } from '../metrics/recount.ts'
import { now, type OpenShop, openShop } from '../metrics/shop-warehouse.ts'

import { everyEngine } from './engines.ts'

describe.each(everyEngine())('$name', (engine) => {
  let shop: OpenShop
  beforeAll(async () => {
    shop = await openShop({ address: await engine.newAddress() })
  })
  afterAll(() => shop.close())

  const range = { from: '2023-12-06', to: '2024-05-14' }
  const members: readonly Dimension[] = ['region', 'product', 'customer']

  /** Rows as a map from key to figure, both as plain text, zero written `0`. */
  function figuresOf(rows: readonly Row[], by: readonly Dimension[], metric: MetricName) {
    return new Map(
      rows.map((row) => {
        const key = by
          .map((name) => String(row[members.includes(name) ? `${name}_key` : name]))
          .join('|')
        const value = row[metric]
        return [key, value === null || value === undefined ? null : plain(String(value))]
      }),
    )
  }

  function plain(text: string): string {
    return text.includes('.') ? text.replace(/\.?0+$/, '') || '0' : text
  }

  function expected(metric: MetricName, counted: ReadonlyMap<string, Fraction | null>) {
    const { unit } = describe_(metric)
    const places = unit === 'money' ? 4 : unit === 'ratio' ? 6 : 3
    return new Map([...counted].map(([key, value]) => [key, value && decimal(value, places)]))
  }

  function describe_(metric: MetricName) {
    const found = catalogue().metrics.find(({ name }) => name === metric)
    if (!found) throw new Error(`no metric ${metric}`)
    return found
  }

  /** Both maps hold the same figures; a key that only one has must be an empty bucket there. */
  function expectSame(
    metric: MetricName,
    actual: ReadonlyMap<string, string | null>,
    wanted: ReadonlyMap<string, string | null>,
  ): void {
    const empty = describe_(metric).whenEmpty
    for (const key of new Set([...actual.keys(), ...wanted.keys()])) {
      const want = wanted.has(key) ? wanted.get(key) : empty
      const got = actual.has(key) ? actual.get(key) : empty
      expect(`${key} ${got}`).toBe(`${key} ${want}`)
    }
  }

  async function ask(query: Query): Promise<readonly Row[]> {
    return (await runQuery(shop.warehouse, query, { now })).data.rows
  }

  describe('every metric equals an independent count', () => {
    for (const { name, dimensions } of catalogue().metrics) {
      it(`${name} over the whole range`, async () => {
        const rows = await ask({ metrics: [name], ...range })
        const counted = recount(shop.rows, name, { by: [], ...range })
        expect(rows).toHaveLength(1)
        expectSame(name, figuresOf(rows, [], name), expected(name, counted))
      })
      for (const dimension of dimensions) {
        it(`${name} by ${dimension}`, async () => {
          const by = [dimension]
          const rows = await ask({ metrics: [name], by, ...range, includeUnknown: true })
          const counted = recount(shop.rows, name, { by, ...range })
          expect(rows.length).toBeGreaterThan(0)
          expectSame(name, figuresOf(rows, by, name), expected(name, counted))
        })
      }
    }

    const pairs: readonly (readonly [MetricName, readonly Dimension[]])[] = [
      ['net_sales', ['month', 'country']],
      ['new_customers', ['month', 'channel']],
      ['orders', ['week', 'month']],
      ['aov', ['weekday', 'hour']],
      ['returns', ['product', 'customer']],
      ['units', ['day', 'weekday']],
      ['margin', ['category', 'source']],
      ['stock_on_hand', ['month', 'product']],
      ['stock_value', ['week', 'category']],
      ['charges', ['quarter', 'continent']],
    ]
    for (const [metric, by] of pairs) {
      it(`${metric} by ${by.join(' and ')}`, async () => {
        const rows = await ask({ metrics: [metric], by, ...range, includeUnknown: true })
        const counted = recount(shop.rows, metric, { by, ...range })
        expectSame(metric, figuresOf(rows, by, metric), expected(metric, counted))
      })
    }

    it('all metrics at once as each alone', async () => {
      const names = catalogue().metrics.map(({ name }) => name)
      const stockless = names.filter((name) => !name.startsWith('stock') && name !== 'charges')
      const [together] = await ask({ metrics: names, ...range })
      for (const name of names) {
        const [alone] = await ask({ metrics: [name], ...range })
        expect(together?.[name]).toBe(alone?.[name])
      }
      const rows = await ask({
        metrics: stockless,
        by: ['product'],
        ...range,
        includeUnknown: true,
      })
      for (const name of stockless) {
        const counted = recount(shop.rows, name, { by: ['product'], ...range })
        expectSame(name, figuresOf(rows, ['product'], name), expected(name, counted))
      }
    })
  })

  describe('conditions', () => {
    const cases: readonly {
      readonly where: NonNullable<Query['where']>
      readonly keep: (
        fact: Parameters<NonNullable<Parameters<typeof recount>[2]['keep']>>[0],
      ) => boolean
    }[] = [
      {
        where: [{ dimension: 'country', op: 'in', values: ['Germany'] }],
        keep: (f) => [1, 2].includes(f.region),
      },
      { where: [{ dimension: 'country', op: 'in', values: ['JP'] }], keep: (f) => f.region === 3 },
      {
        where: [{ dimension: 'country', op: 'not_in', values: ['Germany'] }],
        keep: (f) => ![1, 2].includes(f.region),
      },
      {
        where: [{ dimension: 'continent', op: 'contains', values: ['euro'] }],
        keep: (f) => [1, 2, 4].includes(f.region),
      },
      {
        where: [{ dimension: 'region', op: 'in', values: ['Bavaria', '#3'] }],
        keep: (f) => [2, 3].includes(f.region),
      },
      {
        where: [{ dimension: 'region', op: 'in', values: ['Unknown'] }],
        keep: (f) => f.region === 0,
      },
      {
        where: [{ dimension: 'product', op: 'in', values: ['Lamp'] }],
        keep: (f) => [1, 2].includes(f.product),
      },
      { where: [{ dimension: 'product', op: 'in', values: ['#2'] }], keep: (f) => f.product === 2 },
      {
        where: [{ dimension: 'product', op: 'in', values: ['A1', 'Desk'] }],
        keep: (f) => [1, 4].includes(f.product),
      },
      {
        where: [{ dimension: 'product', op: 'not_in', values: ['#1', 'Étagère'] }],
        keep: (f) => ![1, 3].includes(f.product),
      },
      {
        where: [{ dimension: 'product', op: 'contains', values: ['EARL\\'] }],
        keep: (f) => f.product === 5,
      },
      {
        where: [{ dimension: 'product', op: 'contains', values: ['ÉTAGÈ'] }],
        keep: (f) => f.product === 3,
      },
      { where: [{ dimension: 'product', op: 'contains', values: ['%'] }], keep: () => false },
      {
        where: [{ dimension: 'product_kind', op: 'in', values: ['fee'] }],
        keep: (f) => f.product === 8,
      },
      {
        where: [{ dimension: 'category', op: 'in', values: ['Food', 'Light'] }],
        keep: (f) => [1, 2, 5, 6].includes(f.product),
      },
      {
        where: [{ dimension: 'customer', op: 'in', values: ['Kim Lee'] }],
        keep: (f) => [1, 2].includes(f.customer),
      },
      {
        where: [{ dimension: 'customer', op: 'in', values: ['K5', 'c6@example.org'] }],
        keep: (f) => [5, 6].includes(f.customer),
      },
      {
        where: [{ dimension: 'channel', op: 'in', values: ['Unknown'] }],
        keep: (f) => f.channel === null,
      },
      {
        where: [{ dimension: 'channel', op: 'not_in', values: ['web'] }],
        keep: (f) => f.channel !== 'web',
      },
      {
        where: [{ dimension: 'source', op: 'in', values: ['shopify'] }],
        keep: (f) => f.source === 'shopify',
      },
      {
        where: [{ dimension: 'hour', op: 'in', values: ['9', 'Unknown'] }],
        keep: (f) => f.hour === 9 || f.hour === null,
      },
      { where: [{ dimension: 'hour', op: 'not_in', values: ['9'] }], keep: (f) => f.hour !== 9 },
      {
        where: [{ dimension: 'hour', op: 'not_in', values: ['9', 'Unknown'] }],
        keep: (f) => f.hour !== 9 && f.hour !== null,
      },
      {
        where: [{ dimension: 'weekday', op: 'in', values: ['Monday', '7'] }],
        keep: (f) => [0, 1].includes(new Date(f.day).getUTCDay()),
      },
      {
        where: [{ dimension: 'month', op: 'in', values: ['2024-01', '2024-03-01'] }],
        keep: (f) => /^2024-0[13]/.test(f.day),
      },
      {
        where: [{ dimension: 'quarter', op: 'not_in', values: ['2024-Q1'] }],
        keep: (f) => !/^2024-0[123]/.test(f.day),
      },
      {
        where: [
          { dimension: 'country', op: 'in', values: ['Germany'] },
          { dimension: 'product', op: 'in', values: ['Lamp'] },
          { dimension: 'year', op: 'in', values: ['2024'] },
        ],
        keep: (f) => [1, 2].includes(f.region) && [1, 2].includes(f.product) && f.day >= '2024',
      },
    ]
    for (const { where, keep } of cases) {
      const words = where.map(
        ({ dimension, op, values }) => `${dimension} ${op} ${values.join(', ')}`,
      )
      it(`${words.join(' and ')}`, async () => {
        for (const metric of ['revenue', 'net_sales', 'orders', 'new_customers'] as const) {
          const counted = recount(shop.rows, metric, { by: [], ...range, keep })
          const rows = await ask({ metrics: [metric], where, ...range })
          expectSame(metric, figuresOf(rows, [], metric), expected(metric, counted))
        }
      })
    }

    it('on time leave no empty bucket for days they exclude', async () => {
      const where = [{ dimension: 'weekday', op: 'in', values: ['1'] }] as const
      const rows = await ask({ metrics: ['revenue'], by: ['day'], where, ...range })
      expect(rows.map((row) => new Date(String(row.day)).getUTCDay())).toEqual(rows.map(() => 1))
      expect(rows).toHaveLength(23)
    })
  })
})
