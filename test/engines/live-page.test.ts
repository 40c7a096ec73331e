import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { livePage, runQuery } from '../../src/metrics/metrics.ts'
import type { LiveFigures, LivePage } from '../../src/model/live-page.ts'
import { berlin, berlinHour, liveRows, loneLine } from '../metrics/live-rows.ts'
import {
  hasHappened,
  type LiveQuestion,
  minutesOf,
  nextDay,
  soldWithinDay,
  sumsOf,
  unitsLeft,
} from '../metrics/recount-live.ts'
import { type OpenShop, openShop } from '../metrics/shop-warehouse.ts'
import { everyEngine } from './engines.ts'

const engines = everyEngine()
const cases = engines.flatMap((engine) =>
  (['minute', 'hour', 'day', 'mixed'] as const).map((told) => ({
    engine,
    told,
    name: engine.name,
  })),
)

/** Around the hour that summer time leaps over, a week after it, midday, the moment of an order, midnight and the end of the day. */
const moments: readonly (readonly [string, string])[] = [
  ['2024-03-31', '14:33:20'],
  ['2024-03-31', '03:30:00'],
  ['2024-04-07', '02:30:00'],
  ['2024-04-07', '14:05:59'],
  ['2024-04-07', '14:06:00'],
  ['2024-04-06', '00:03:00'],
  ['2024-03-30', '24:00:00'],
]

describe.each(cases)(
  'the Live page on $name, of orders that tell their $told',
  ({ engine, told }) => {
    const rows = liveRows(told)
    let shop: OpenShop
    beforeAll(async () => {
      shop = await openShop({ address: await engine.newAddress() }, rows)
    })
    afterAll(() => shop.close())

    /** Each asked once, whatever is then looked at. */
    const pages = new Map<string, Promise<LivePage>>()

    function pageOf({ day, at, replay }: LiveQuestion): Promise<LivePage> {
      const key = `${at} ${replay}`
      const known = pages.get(key)
      if (known) return known
      const now = () => new Date(replay ? '2024-05-01T12:00:00Z' : at)
      const wish = replay ? { replay: { day, at: new Date(at) } } : {}
      const page = livePage(shop.warehouse, { now, ...wish })
      pages.set(key, page)
      return page
    }

    describe.each(moments)('on %s at %s', (day, clock) => {
      const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
      const wall = hours * 3_600 + minutes * 60 + seconds
      const at = berlin(day, wall)
      const isOver = hours === 24

      it.each(isOver ? [true] : [true, false])(
        'counts what had happened (replay: %s)',
        async (replay) => {
          const question = { day, at, replay }
          const { figures } = await pageOf(question)
          const wanted = sumsOf(rows, question)
          expect(cents(figureIn(figures, 'revenue'))).toBe(wanted.revenue)
          expect(cents(figureIn(figures, 'net_sales'))).toBe(wanted.net_sales)
          expect(figureIn(figures, 'orders')).toBe(wanted.orders)
          expect(Number(figureIn(figures, 'units'))).toBe(wanted.units)
          const aov = figureIn(figures, 'aov')
          if (wanted.orders === 0) expect(aov).toBeNull()
          else expect(Number(aov)).toBeCloseTo(wanted.revenue / 100 / wanted.orders, 3)
        },
      )

      it.each(isOver ? [true] : [true, false])(
        'compares only what can be cut (replay: %s)',
        async (replay) => {
          const { figures } = await pageOf({ day, at, replay })
          const before = nextDay(day, -7)
          const tells = (of: string, need: 'minute' | 'hour') =>
            rows.lines.every(
              (line) => line.day !== of || (need === 'minute' ? line.at : line.hour) != null,
            )
          const minute = tells(before, 'minute') && (!replay || tells(day, 'minute'))
          const byHour = tells(before, 'hour') && tells(day, 'hour')
          const cut = isOver || minute ? wall : byHour ? hours * 3_600 : null
          const units = figures.totals.find(({ name }) => name === 'units')
          expect(figures.comparedDay).toBe(before)
          if (cut === null) {
            expect(units).toMatchObject({ previous: null, comparedUntil: null, change: null })
            expect(units?.reason).toContain('tell no time')
            return
          }
          expect(units?.comparedUntil).toBe(new Date(berlin(day, cut)).toISOString())
          const previous = sumsOf(rows, { day: before, at: berlin(before, cut), replay: true })
          expect(cents(comparedIn(figures, 'revenue'))).toBe(previous.revenue)
          expect(comparedIn(figures, 'orders')).toBe(previous.orders)
          expect(Number(units?.previous)).toBe(previous.units)
          const own = sumsOf(rows, { day, at: berlin(day, cut), replay: minute ? replay : true })
          if (previous.units === 0) expect(units?.change).toBeNull()
          else expect(Number(units?.change)).toBeCloseTo(own.units / previous.units - 1, 4)
        },
      )

      it('draws the minutes of the last hour, or the hours of the day', async () => {
        const question = { day, at, replay: true }
        const { figures } = await pageOf(question)
        if (told === 'day') {
          expect(figures.bars).toEqual({ unit: null, bars: [] })
          expect(figures.recent.orders).toBeNull()
          expect(figures.notes.map(({ code }) => code)).toContain('orders_without_time')
          return
        }
        if (told === 'hour') {
          expect(figures.bars.unit).toBe('hour')
          const counted = rows.lines.filter(
            (line) => line.day === day && hasHappened(line, question),
          )
          // At two clocks show three.
          const isLeap = day === '2024-03-31'
          const shown = figures.bars.bars.map(({ start }) => berlinHour(Date.parse(start)))
          const all = Array.from({ length: 24 }, (_, hour) => hour)
          expect(shown).toEqual(isLeap ? all.filter((hour) => hour !== 2) : all)
          for (const [index, bar] of figures.bars.bars.entries()) {
            const hour = shown[index]
            const own = counted.filter((line) => line.hour === hour)
            expect(bar.orders).toBe(new Set(own.map(({ order }) => order)).size)
            expect(cents(bar.revenue)).toBe(own.reduce((sum, { total }) => sum + total, 0))
          }
          return
        }
        const { bars } = figures.bars
        expect(figures.bars.unit).toBe('minute')
        expect(bars).toHaveLength(60)
        const first = Date.parse(bars[0]?.start ?? '')
        // What is told at the end of the day is of the next one.
        const until = isOver ? at - 1 : at
        const wanted = minutesOf(rows, first, until)
        for (const { start, orders, revenue } of bars) {
          const found = wanted.get(Date.parse(start))
          expect(`${start} ${orders} ${cents(revenue)}`).toBe(
            `${start} ${found?.orders.size ?? 0} ${found?.revenue ?? 0}`,
          )
        }
        const last = Date.parse(bars.at(-1)?.start ?? '')
        expect(until >= last && until < last + 60_000).toBe(true)
        expect(bars.reduce((sum, bar) => sum + Number(bar.orders), 0)).toBe(
          [...wanted.values()].reduce((sum, { orders }) => sum + orders.size, 0),
        )
        const recent = rows.lines.filter(
          (line) =>
            line.at !== undefined &&
            Date.parse(line.at) > at - 600_000 &&
            Date.parse(line.at) <= until,
        )
        const count = new Set(recent.map(({ order }) => order)).size
        expect(figures.recent).toEqual({
          minutes: 10,
          orders: count,
          perMinute: (count / 10).toFixed(1),
        })
      })

      it.each([true, false])(
        'lists the newest orders and the first products (replay: %s)',
        async (replay) => {
          const question = { day, at, replay }
          if (isOver && !replay) return
          const { figures, ticker } = await pageOf(question)
          const counted = rows.lines.filter(
            (line) => line.day >= nextDay(day, -1) && hasHappened(line, question),
          )
          const orders = new Map(counted.map((line) => [line.order, line]))
          const newest = [...orders.values()]
            .sort(
              (a, b) =>
                b.day.localeCompare(a.day) ||
                (b.hour ?? -1) - (a.hour ?? -1) ||
                (b.at ?? '').localeCompare(a.at ?? '') ||
                b.order - a.order,
            )
            .slice(0, 40)
          expect(ticker.orders.map(({ key }) => key)).toEqual(
            newest.map(({ order }) => String(order)),
          )
          for (const order of ticker.orders) {
            const own = counted.filter((line) => String(line.order) === order.key)
            const [dearest] = [...own].sort((a, b) => b.total - a.total || a.line - b.line)
            expect(cents(order.revenue)).toBe(own.reduce((sum, { total }) => sum + total, 0))
            expect(order.moreLines).toBe(own.length - 1)
            expect(order.number).toBe(`N${order.key}`)
            const name = rows.products.find(({ id }) => id === dearest?.product)?.name
            expect(order.product).toBe(name)
            const region = rows.regions.find(({ id }) => id === dearest?.region)
            expect(order.place).toBe(region?.id === 0 ? null : region?.name)
          }
          const today = counted.filter(
            (line) => line.day === day && line.product !== 0 && line.product !== 8,
          )
          const byProduct = new Map<number, number>()
          for (const { product, total } of today)
            byProduct.set(product, (byProduct.get(product) ?? 0) + total)
          const first = [...byProduct]
            .sort(([a, of], [b, other]) => other - of || a - b)
            .slice(0, 8)
          expect(figures.products.map(({ key, revenue }) => [Number(key), cents(revenue)])).toEqual(
            first,
          )
        },
      )

      it('tells what runs out, from counts, sales, returns and receipts', async () => {
        const question = { day, at, replay: true }
        const { figures } = await pageOf(question)
        const sold = soldWithinDay(rows, question)
        const known = [...sold].flatMap(([product, pace]) => {
          const left = unitsLeft(rows, product, question)
          return left === null ? [] : [{ product, pace, left }]
        })
        const soon = known
          .filter(({ pace, left }) => left * 24 <= pace * 72)
          .map(({ product, pace, left }) => ({
            product,
            pace,
            left,
            rounds: Math.max(0, left) / pace,
          }))
          .sort((a, b) => a.rounds - b.rounds || b.pace - a.pace || a.product - b.product)
        const told = figures.stock.products
        expect(told.map(({ key }) => Number(key))).toEqual(soon.map(({ product }) => product))
        for (const [index, { pace, left, rounds }] of soon.entries()) {
          expect(told[index]).toMatchObject({
            onHand: String(Math.max(0, left)),
            oversold: String(Math.max(0, -left)),
            sold: String(pace),
          })
          const end = told[index]?.runsOutAt ?? null
          if (left <= 0) expect(end).toBeNull()
          else
            expect(Math.abs(Date.parse(end ?? '') - (at + rounds * 86_400_000))).toBeLessThan(1_000)
        }
        const uncounted = figures.notes.find(({ code }) => code === 'never_counted')
        const missing = sold.size - known.length
        if (missing === 0) expect(uncounted).toBeUndefined()
        else expect(uncounted?.text).toMatch(new RegExp(`^${missing} product`))
      })
    })

    it('tells the same of a day that is over as every other page', async () => {
      const day = '2024-04-06'
      const { figures } = await pageOf({ day, at: berlin(nextDay(day), 0), replay: true })
      const { data } = await runQuery(
        shop.warehouse,
        { metrics: ['revenue', 'net_sales', 'orders', 'units', 'aov'], from: day, to: day },
        { now: () => new Date('2024-05-01T12:00:00Z') },
      )
      expect(Object.fromEntries(figures.totals.map(({ name, value }) => [name, value]))).toEqual(
        data.rows[0],
      )
      const stock = await runQuery(
        shop.warehouse,
        { metrics: ['stock_on_hand'], by: ['product'], from: day, to: day, includeUnknown: true },
        { now: () => new Date('2024-05-01T12:00:00Z') },
      )
      for (const { key, onHand } of figures.stock.products) {
        const row = stock.data.rows.find(({ product_key }) => product_key === key)
        expect(Number(onHand)).toBe(Number(row?.stock_on_hand))
      }
    })

    it('refuses days that have not come and moments of other days', async () => {
      const now = () => new Date('2024-04-01T12:00:00Z')
      const ask = (day: string, at?: string) =>
        livePage(shop.warehouse, { now, replay: { day, ...(at ? { at: new Date(at) } : {}) } })
      await expect(ask('2024-04-02')).rejects.toMatchObject({ code: 'invalid_range' })
      await expect(ask('2024-03-30', '2024-03-31T12:00:00Z')).rejects.toMatchObject({
        code: 'invalid_range',
      })
      // Nobody sees what has not happened yet.
      const { figures } = await ask('2024-04-01')
      expect(figures.at).toBe(now().toISOString())
    })
  },
)

describe.each(engines)('hours of days that clocks change, on $name', (engine) => {
  let shop: OpenShop
  beforeAll(async () => {
    const hours = { '2024-03-31': [1, 2, 3, 3], '2024-10-27': [1, 2, 2, 3] }
    const told = Object.entries(hours).flatMap(([day, all]) => all.map((hour) => ({ day, hour })))
    const lines = told.map(({ day, hour }, index) => ({ ...loneLine(index + 1, day), hour }))
    const rows = { ...liveRows('hour'), lines }
    shop = await openShop({ address: await engine.newAddress() }, rows)
  })
  afterAll(() => shop.close())

  async function barsOf(day: string) {
    const now = () => new Date('2024-12-01T12:00:00Z')
    const { figures } = await livePage(shop.warehouse, { now, replay: { day } })
    return figures.bars.bars.map(({ start, orders, revenue }) => `${start} ${orders} ${revenue}`)
  }

  it('leaves out the hour that was not, and counts what a source tells of it where the clock stood', async () => {
    const bars = await barsOf('2024-03-31')
    expect(bars).toHaveLength(23)
    expect(bars.slice(1, 4)).toEqual([
      '2024-03-31T00:00:00.000Z 1 7.77',
      '2024-03-31T01:00:00.000Z 3 23.31',
      '2024-03-31T02:00:00.000Z 0 0.00',
    ])
  })

  it('holds both hours of the same name in one', async () => {
    const bars = await barsOf('2024-10-27')
    expect(bars).toHaveLength(24)
    expect(bars.slice(1, 4)).toEqual([
      '2024-10-26T23:00:00.000Z 1 7.77',
      '2024-10-27T00:00:00.000Z 2 15.54',
      '2024-10-27T02:00:00.000Z 1 7.77',
    ])
  })
})

function figureIn(figures: LiveFigures, metric: string) {
  return figures.totals.find(({ name }) => name === metric)?.value
}

function comparedIn(figures: LiveFigures, metric: string) {
  return figures.totals.find(({ name }) => name === metric)?.previous
}

function cents(amount: unknown): number {
  return Math.round(Number(amount) * 100)
}
