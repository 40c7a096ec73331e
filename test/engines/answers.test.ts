import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { MetricName, Query, Result, Row } from '../../src/model/query.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { type AnyFact, decimal, recount } from '../metrics/recount.ts'
import { now, type OpenShop, openShop, write } from '../metrics/shop-warehouse.ts'

import { everyEngine } from './engines.ts'

describe.each(everyEngine())('$name', (engine) => {
  let shop: OpenShop
  beforeAll(async () => {
    shop = await openShop({ address: await engine.newAddress() })
  })
  afterAll(() => shop.close())

  const range = { from: '2023-12-01', to: '2024-03-31' }

  function ask(query: Query, clock = now): Promise<Result> {
    return runQuery(shop.warehouse, query, { now: clock })
  }

  async function rowsOf(query: Query): Promise<readonly Row[]> {
    return (await ask(query)).data.rows
  }

  /** One figure of the plain rows, written as the answer writes it. */
  function count(
    metric: MetricName,
    days: { from: string; to: string },
    keep: (fact: AnyFact) => boolean = () => true,
  ): string {
    const value = recount(shop.rows, metric, { by: [], ...days, keep }).get('')
    return value ? decimal(value, 4) : '0'
  }

  function plain(value: unknown): string {
    const text = String(value)
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text
  }

  function notesOf(result: Result): Record<string, string> {
    return Object.fromEntries(result.meta.notes.map(({ code, text }) => [code, text]))
  }

  describe('rankings', () => {
    const revenueBy = (key: 'product' | 'customer') => {
      const counted = recount(shop.rows, 'revenue', { by: [key], ...range })
      const ranked = [...counted].filter(([id]) => id !== '0' && !(key === 'product' && id === '8'))
      return ranked
        .sort(([, a], [, b]) => Number((b?.over ?? 0n) - (a?.over ?? 0n)))
        .map(([id]) => id)
    }

    it('give the first by the metric, best first, with name and key', async () => {
      const limited = await ask({
        metrics: ['revenue', 'units'],
        by: ['product'],
        limit: 3,
        ...range,
      })
      const keys = limited.data.rows.map((row) => row.product_key)
      expect(keys).toEqual(revenueBy('product').slice(0, 3))
      for (const row of limited.data.rows) {
        const id = Number(row.product_key)
        expect(row.product).toBe(shop.rows.products[id]?.name)
        expect(plain(row.revenue)).toBe(count('revenue', range, (fact) => fact.product === id))
        expect(row.units).toBe(count('units', range, (fact) => fact.product === id))
      }
      expect(limited.data.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
        'product dimension',
        'product_key key',
        'revenue metric',
        'units metric',
      ])
    })

    it('keep namesakes apart', async () => {
      const rows = await rowsOf({ metrics: ['revenue'], by: ['product'], ...range })
      const lamps = rows.filter((row) => row.product === 'Lamp')
      expect(lamps.map((row) => row.product_key).sort()).toEqual(['1', '2'])
    })

    it.each([
      ['revenue', 'desc'],
      ['net_sales', 'asc'],
      ['aov', 'desc'],
      ['returning_customers', 'desc'],
      ['margin', 'asc'],
    ] as const)('by %s %s are the full list cut off', async (metric, direction) => {
      const query: Query = {
        metrics: ['units', metric],
        by: ['product'],
        orderBy: [{ column: metric, direction }],
        ...range,
      }
      const full = await rowsOf(query)
      expect(await rowsOf({ ...query, limit: 4 })).toEqual(full.slice(0, 4))
      const figures = full
        .map((row) => row[metric])
        .filter((value) => value !== null)
        .map(Number)
      expect(figures).toEqual([...figures].sort((a, b) => (direction === 'asc' ? a - b : b - a)))
    })

    it('ask the facts for Other, so that what does not add up is right there too', async () => {
      const rows = await rowsOf({
        metrics: ['revenue', 'net_sales', 'orders', 'customers', 'aov'],
        by: ['product'],
        top: { dimension: 'product', n: 2, metric: 'revenue', other: true },
        ...range,
      })
      const shown = revenueBy('product').slice(0, 2).map(Number)
      expect(rows.map((row) => row.product_key)).toEqual([...shown.map(String), null])
      const other = rows[2]
      const keep = (fact: AnyFact) => ![0, 8, ...shown].includes(fact.product)
      expect(other?.product).toBe('Other')
      for (const metric of ['revenue', 'net_sales', 'orders', 'customers', 'aov'] as const) {
        expect(plain(other?.[metric])).toBe(count(metric, range, keep))
      }
    })

    describe.each([[['product']], [['category', 'product']], [['product', 'category']]] as const)(
      'of stock by %s',
      (by) => {
        const keyOf = (row: Row) =>
          by.map((name) => String(row[name === 'product' ? 'product_key' : name]))
        const place = by.indexOf('product' as never)
        const counted = (metric: 'stock_on_hand' | 'stock_value', days: typeof range) =>
          [...recount(shop.rows, metric, { by, ...days })].map(([key, value]) => ({
            key: key.split('|'),
            value: Number(value && decimal(value, 4)),
          }))
        const text = (found: readonly { key: string[]; value: number }[]) =>
          found.map(({ key, value }) => `${key.join('|')} ${value}`).sort()

        function expected(shown: readonly string[], days: typeof range) {
          const told = new Map<string, { key: string[]; value: number }>()
          for (const { key, value } of counted('stock_on_hand', days)) {
            const own = shown.includes(String(key[place])) ? key : key.with(place, 'null')
            const before = told.get(own.join('|'))?.value ?? 0
            told.set(own.join('|'), { key: own, value: before + value })
          }
          return text([...told.values()].filter(({ key, value }) => key[place] !== 'null' || value))
        }

        it.each([1, 2, 3, 9])('tell the first %d, and the others as one', async (n) => {
          const asked = await ask({
            metrics: ['stock_on_hand'],
            by,
            top: { dimension: 'product', n, metric: 'stock_value', other: true },
            compare: 'previous',
            ...range,
          })
          const ranked = counted('stock_value', range).sort(
            (a, b) => b.value - a.value || Number(a.key[place]) - Number(b.key[place]),
          )
          const valued = new Set(ranked.map(({ key }) => String(key[place])))
          const unvalued = counted('stock_on_hand', range)
            .map(({ key }) => String(key[place]))
            .filter((key) => !valued.has(key))
            .sort((a, b) => Number(a) - Number(b))
          const shown = [...valued, ...unvalued].slice(0, n)
          const { rows } = asked.data
          expect(
            text(rows.map((row) => ({ key: keyOf(row), value: Number(row.stock_on_hand) }))),
          ).toEqual(expected(shown, range))
          for (const row of rows.filter((each) => each.product_key === null)) {
            expect(row.product).toBe('Other')
          }
          const whole = await ask({
            metrics: ['stock_on_hand', 'stock_value'],
            compare: 'previous',
            ...range,
          })
          const sumOf = (column: string) =>
            rows.reduce((total, row) => total + Number(row[column] ?? 0), 0)
          for (const column of ['stock_on_hand', 'stock_on_hand_previous']) {
            expect(sumOf(column)).toBe(Number(whole.data.rows[0]?.[column]))
          }
          expect(notesOf(asked)).toMatchObject({ oversold: notesOf(whole).oversold })
        })
      },
    )

    it('of stock without the others have the same caveats', async () => {
      const query = { metrics: ['stock_on_hand'], by: ['product'], ...range } as const
      const all = await ask(query)
      const first = await ask({ ...query, limit: 1 })
      expect(first.data.rows).toEqual(all.data.rows.slice(0, 1))
      expect(notesOf(first)).toEqual(notesOf(all))
      expect(notesOf(first).oversold).toBeDefined()
    })

    it('hold the same members in every bucket and in the compared range', async () => {
      const days = { from: '2024-03-01', to: '2024-04-30' }
      const before = { from: '2024-01-01', to: '2024-02-29' }
      const rows = await rowsOf({
        metrics: ['revenue'],
        by: ['month', 'customer'],
        top: { dimension: 'customer', n: 2, metric: 'net_sales', other: true },
        compare: 'previous',
        ...days,
      })
      const names = [...new Set(rows.map((row) => row.customer))]
      expect(rows).toHaveLength(6)
      expect(names).toHaveLength(3)
      const shown = rows
        .filter((row) => row.customer_key !== null)
        .map((row) => Number(row.customer_key))
      for (const row of rows) {
        const id = row.customer_key === null ? null : Number(row.customer_key)
        const keep = (fact: AnyFact) =>
          id === null ? ![0, ...shown].includes(fact.customer) : fact.customer === id
        const month = String(row.month).slice(0, 7)
        const earlier = month === '2024-03' ? '2024-01' : '2024-02'
        const within = (text: string) => (fact: AnyFact) => keep(fact) && fact.day.startsWith(text)
        expect(plain(row.revenue)).toBe(count('revenue', days, within(month)))
        expect(plain(row.revenue_previous)).toBe(count('revenue', before, within(earlier)))
      }
    })

    it('say what they leave out and how much that is', async () => {
      const total = count('revenue', range)
      const share = (amount: string) => {
        const percent = ((Number(amount) / Number(total)) * 100).toFixed(1)
        const grouped = Number(amount).toLocaleString('en-US', { minimumFractionDigits: 2 })
        return `${grouped}, ${percent} %.`
      }
      const unknown = count('revenue', range, (fact) => fact.customer === 0)
      const customers = notesOf(await ask({ metrics: ['revenue'], by: ['customer'], ...range }))
      expect(customers.without_customer).toBe(`Left out, without customer: ${share(unknown)}`)
      const products = notesOf(
        await ask({ metrics: ['net_sales'], by: ['product'], limit: 2, ...range }),
      )
      const fees = count('revenue', range, (fact) => fact.product === 8)
      expect(products.fees_left_out).toBe(`Left out, fees sold as products: ${share(fees)}`)
      const counted = notesOf(await ask({ metrics: ['customers'], by: ['month'], ...range }))
      expect(counted.without_customer).toBe(
        `Not counted as customers, without customer: ${share(unknown)}`,
      )
      const countries = await ask({ metrics: ['revenue'], by: ['country'], ...range })
      const nowhere = count('revenue', range, (fact) => [0, 4].includes(fact.region))
      expect(notesOf(countries).without_region).toBe(`Left out, without country: ${share(nowhere)}`)
      expect(countries.data.rows.map((row) => [row.country, row.country_key]).sort()).toEqual([
        ['Germany', 'DE'],
        ['Japan', 'JP'],
      ])
    })

    it('leave nothing out when asked, by word or by condition', async () => {
      const all = await ask({
        metrics: ['revenue'],
        by: ['product'],
        includeUnknown: true,
        ...range,
      })
      expect(all.data.rows).toHaveLength(9)
      expect(all.meta.notes).toEqual([])
      const fees = await rowsOf({
        metrics: ['revenue'],
        by: ['product'],
        where: [{ dimension: 'product_kind', op: 'in', values: ['fee'] }],
        ...range,
      })
      expect(fees.map((row) => row.product)).toEqual(['Postage'])
    })
  })

  describe('compared ranges', () => {
    it('give previous and change, a ratio of the previous or the difference of ratios', async () => {
      const days = { from: '2024-03-01', to: '2024-03-31' }
      const { data, meta } = await ask({
        metrics: ['revenue', 'margin_rate', 'orders'],
        compare: { from: '2024-01-01', to: '2024-01-31' },
        ...days,
      })
      const [row] = data.rows
      const january = { from: '2024-01-01', to: '2024-01-31' }
      expect(meta.compareRange).toEqual(january)
      expect(plain(row?.revenue_previous)).toBe(count('revenue', january))
      const revenue = (which: { from: string; to: string }) =>
        recount(shop.rows, 'revenue', { by: [], ...which }).get('')?.over ?? 0n
      const change = { over: revenue(days) - revenue(january), under: revenue(january) }
      expect(row?.revenue_change).toBe(decimal(change, 6))
      expect(typeof row?.orders_previous).toBe('number')
      const difference = Number(row?.margin_rate) - Number(row?.margin_rate_previous)
      expect(Number(row?.margin_rate_change)).toBeCloseTo(difference, 10)
    })

    it('are aligned by position, and what has no counterpart is not known', async () => {
      const rows = await rowsOf({
        metrics: ['units'],
        by: ['day'],
        from: '2024-03-01',
        to: '2024-03-31',
        compare: 'previous',
      })
      expect(rows).toHaveLength(31)
      expect(rows[28]?.units_previous).toBe('0')
      expect(rows.slice(29).map((row) => row.units_previous)).toEqual([null, null])
    })

    it('show members that only the compared range has', async () => {
      const rows = await rowsOf({
        metrics: ['units'],
        by: ['customer'],
        from: '2024-02-01',
        to: '2024-02-29',
        compare: 'previous',
      })
      expect(rows.length).toBeGreaterThan(3)
      for (const row of rows) {
        expect(row.units).toBe('0')
        expect(row.units_change).toBe('-1')
      }
    })

    it('before the data are not known, and the answer says so', async () => {
      const result = await ask({ metrics: ['revenue'], compare: 'previous_year', ...range })
      expect(result.data.rows[0]?.revenue_previous).toBeNull()
      expect(notesOf(result).compare_before_data).toContain('1 Dec 2022')
    })

    it('of a running period are the same elapsed part', async () => {
      const clock = () => new Date('2024-05-20T15:00:00Z')
      const result = await ask(
        {
          metrics: ['revenue'],
          by: ['day'],
          from: '2024-05-01',
          to: '2024-05-31',
          compare: 'previous',
        },
        clock,
      )
      expect(result.meta.compareRange).toEqual({ from: '2024-04-01', to: '2024-04-20' })
      expect(result.data.rows.at(-1)?.day).toBe('2024-05-20')
      expect(notesOf(result).period_running).toContain('1 Apr 2024 to 20 Apr 2024')
    })
  })

  describe('empty buckets', () => {
    it('are filled, with 0 or with nothing where nothing can be said', async () => {
      const rows = await rowsOf({
        metrics: ['revenue', 'orders', 'aov', 'margin'],
        by: ['month'],
        from: '2024-01-15',
        to: '2024-03-10',
      })
      expect(rows.map((row) => row.month)).toEqual(['2024-01-01', '2024-02-01', '2024-03-01'])
      expect(rows[1]).toEqual({
        month: '2024-02-01',
        revenue: '0.00',
        orders: 0,
        aov: null,
        margin: null,
      })
    })

    it('are filled for every member found', async () => {
      const rows = await rowsOf({ metrics: ['units'], by: ['week', 'country'], ...range })
      const weeks = new Set(rows.map((row) => row.week))
      expect(rows).toHaveLength(weeks.size * 2)
    })
  })

  describe('notes', () => {
    it('say which values nothing bears, and what hours cannot see', async () => {
      const notes = notesOf(
        await ask({
          metrics: ['revenue'],
          where: [
            { dimension: 'country', op: 'in', values: ['germany', 'Japan'] },
            { dimension: 'hour', op: 'in', values: ['9'] },
          ],
          ...range,
        }),
      )
      expect(notes.no_match).toContain('country “germany”')
      expect(notes.no_hour).toMatch(/Left out, without a time of day: \d+ lines?\./)
    })

    it('count returns without amount, revenue without cost, stock not known and oversold', async () => {
      const inRange = (row: { day: string }) => row.day >= range.from && row.day <= range.to
      const open = shop.rows.returns.filter((row) => inRange(row) && row.amount === null).length
      const notes = notesOf(
        await ask({ metrics: ['net_sales', 'margin'], by: ['month'], ...range }),
      )
      expect(notes.returns_without_amount).toContain(`${open} returns without amount`)
      expect(notes.no_cost).toMatch(
        /^Left out of the margin, without cost: [\d,]+\.\d\d, \d+\.\d %\.$/,
      )
      const stock = await ask({ metrics: ['stock_on_hand', 'stock_value'], ...range })
      const texts = stock.meta.notes.map(({ code, text }) => `${code}: ${text}`)
      expect(texts).toContainEqual(
        expect.stringMatching(/^never_counted: 2 products .*1 of them only after/),
      )
      expect(texts).toContainEqual(
        expect.stringMatching(/^oversold: Oversold: \d products? by \d+ units/),
      )
      expect(texts).toContainEqual(
        expect.stringMatching(/^no_cost: 1 product in stock with neither/),
      )
    })

    it('speak of missing data', async () => {
      const outside = await ask({ metrics: ['revenue'], from: '2020-01-01', to: '2020-01-31' })
      expect(notesOf(outside).no_data).toContain('yours goes from 13 Nov 2023 to 20 May 2024')
      expect(outside.data.rows).toEqual([{ revenue: '0.00' }])
    })
  })

  describe('the answer', () => {
    it('names range, zone, currency, freshness and runnable SQL', async () => {
      const { meta } = await ask({ metrics: ['net_sales', 'aov'], by: ['month'] })
      expect(meta.range?.from).toBe(shop.rows.lines.map((line) => line.day).sort()[0])
      expect(meta).toMatchObject({
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        plan: 'from rollup_day',
        freshness: { sequence: 1, newestDay: '2024-05-20' },
      })
      expect(meta.sql).toHaveLength(1)
      const sums = await shop.warehouse.query(meta.sql[0] ?? '')
      expect(sums.length).toBeGreaterThan(5)
    })

    it('hands over as a parameter whatever a person wrote, and writes days and ids into the text', async () => {
      const handedOver: unknown[] = []
      const warehouse: Warehouse = {
        ...shop.warehouse,
        query: (sql, parameters = [], options) => {
          handedOver.push(...parameters)
          return shop.warehouse.query(sql, parameters, options)
        },
      }
      const run = (query: Query) => {
        handedOver.length = 0
        return runQuery(warehouse, query, { now })
      }
      const { data } = await run({ metrics: ['revenue'], by: ['product'], ...range })
      const key = data.rows[0]?.product_key
      const filter = { dimension: 'product', op: 'in', values: [`#${key}`] } as const
      await run({
        metrics: ['revenue', 'new_customers', 'returned_units'],
        by: ['month'],
        ...range,
        where: [filter, { dimension: 'weekday', op: 'in', values: ['Monday', '3'] }],
        compare: 'previous',
      })
      await run({ metrics: ['stock_value'], by: ['week'], ...range, where: [filter] })
      expect(handedOver).toEqual([])
      const words = ["' or true --", '2024-01-01’', 'O\\']
      await run({
        metrics: ['revenue'],
        where: [{ dimension: 'channel', op: 'in', values: words }],
      })
      expect(handedOver).toEqual(words)
    })

    it('never gives the work away to SQL that engines read differently', async () => {
      const queries: Query[] = [
        { metrics: ['revenue', 'aov', 'margin_rate', 'new_customers'], by: ['month', 'country'] },
        { metrics: ['stock_value', 'stock_on_hand'], by: ['week', 'product'] },
        { metrics: ['net_sales'], by: ['category'], limit: 3, compare: 'previous' },
        { metrics: ['net_sales'], by: ['weekday', 'hour', 'channel'] },
      ]
      for (const query of queries) {
        for (const text of (await ask(query)).meta.sql) {
          const bare = text.replace(/'[^']*'/g, "''")
          expect(bare).not.toMatch(/\/|\bavg\b|~|\bany\s*\(|to_char|on conflict/i)
          for (const [line] of bare.matchAll(/order by .*/g)) expect(line).toMatch(/nulls last/)
          const truncated = bare.match(/date_trunc\(/g)?.length ?? 0
          const cast = bare.match(/date_trunc\((?:[^()]|\([^()]*\))*\)::date/g)?.length ?? 0
          expect(cast).toBe(truncated)
        }
      }
    })
  })

  describe('lines without an order number', () => {
    it('make orders and what is reckoned per order unknown where they lie', async () => {
      const other = await openShop()
      try {
        await write(other.warehouse, [
          "update orders set anonymous = true where source = 'shopify' and order_date >= date '2024-03-01'",
        ])
        const query: Query = { metrics: ['orders', 'aov', 'revenue'], ...range }
        const total = await runQuery(other.warehouse, query, { now })
        expect(total.data.rows[0]).toMatchObject({ orders: null, aov: null })
        expect(total.data.rows[0]?.revenue).not.toBeNull()
        expect(notesOf(total)).toHaveProperty('orders_unavailable')
        const sources = await runQuery(other.warehouse, { ...query, by: ['source'] }, { now })
        const bySource = new Map(sources.data.rows.map((row) => [row.source, row.orders]))
        expect(bySource.get('shopify')).toBeNull()
        expect(bySource.get('shop')).toBeGreaterThan(0)
        const earlier = { ...query, to: '2024-02-29' }
        expect(
          (await runQuery(other.warehouse, earlier, { now })).data.rows[0]?.orders,
        ).not.toBeNull()
      } finally {
        await other.close()
      }
    })
  })

  describe('stock between counts', () => {
    it('takes a sale with a time before or after the count by its time', async () => {
      const other = await openShop()
      try {
        const sale = (
          order: number,
          at: string,
        ) => `insert into sales_fact values (${order}, 1, 1, 6, 1, 5, null,
        10, 10, null, date '2024-06-01', 12, timestamptz '${at}', null, null, null, 'shop', now(), 1)`
        await write(other.warehouse, [
          sale(9001, '2024-06-01T08:59:59Z'),
          sale(9002, '2024-06-01T09:00:01Z'),
        ])
        const query: Query = {
          metrics: ['stock_on_hand'],
          where: [{ dimension: 'product', op: 'in', values: ['Coffee'] }],
          to: '2024-06-02',
        }
        const { data } = await runQuery(other.warehouse, query, { now })
        expect(data.rows).toEqual([{ stock_on_hand: '72' }])
      } finally {
        await other.close()
      }
    })
  })
})
