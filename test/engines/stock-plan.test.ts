import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stockPlan } from '../../src/metrics/metrics.ts'
import {
  defaultStockRules,
  type StockPlanLine,
  type StockRules,
} from '../../src/model/inventory.ts'
import { changeSettings } from '../../src/warehouse/warehouse.ts'
import { type RecountedLine, recountPlan } from '../metrics/recount-plan.ts'
import { generator, type LineRow, type ShopRows, shopRows } from '../metrics/shop-rows.ts'
import { type OpenShop, openShop } from '../metrics/shop-warehouse.ts'
import { everyEngine } from './engines.ts'

/** What the plan of stock says, against the same counted again from plain rows. */

const now = new Date('2024-05-21T15:00:00Z')

/** The shop of the other tests, with products that sell every day, run out, come new, slow down and stop. */
function sellingShop(): ShopRows {
  const shop = shopRows()
  const random = generator(7)
  const daily: LineRow[] = []
  const sell = (product: number, from: string, to: string, most: number) => {
    for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
      const quantity = Math.floor(random() * (most + 1))
      if (quantity === 0) continue
      const day = new Date(at).toISOString().slice(0, 10)
      const order = 10_000 + daily.length
      const of = { order, line: 1, customer: 1, region: 1, product, quantity, cost: null }
      const gross = quantity * 1_000
      const shared = { day, hour: 12, channel: 'web', source: 'shop' }
      daily.push({ ...of, ...shared, gross, total: random() < 0.5 ? gross : gross - 155 })
    }
  }
  sell(1, '2024-02-20', '2024-05-21', 4)
  sell(2, '2024-03-01', '2024-04-26', 3)
  sell(3, '2024-05-10', '2024-05-20', 2)
  sell(5, '2024-03-05', '2024-05-13', 1)
  sell(5, '2024-05-14', '2024-05-20', 9)
  sell(6, '2024-05-21', '2024-05-21', 6)
  const lines = shop.lines.filter(({ product, day }) => product !== 3 || day < '2024-04-01')
  return {
    ...shop,
    lines: [...lines.filter(({ product }) => product !== 6), ...daily],
    stock: [
      ...shop.stock.filter(({ product }) => product !== 6 && product !== 3),
      { product: 1, at: '2024-05-01T22:00:00Z', kind: 'receipt', quantity: 60, location: null },
      { product: 3, at: '2024-05-09T09:00:00Z', kind: 'count', quantity: 400, location: null },
      { product: 6, at: '2024-05-18T09:00:00Z', kind: 'count', quantity: 20, location: null },
    ],
  }
}

const strict: StockRules = {
  leadTimeDays: 30,
  serviceLevel: '99',
  orderEveryDays: 7,
  overstockDays: 60,
}

describe.each(everyEngine())('a plan of stock on $name', (engine) => {
  let shop: OpenShop
  beforeAll(async () => {
    shop = await openShop({ address: await engine.newAddress() }, sellingShop())
  })
  afterAll(() => shop.close())

  const plan = (day?: string, rules?: StockRules) =>
    stockPlan(shop.warehouse, {
      now: () => now,
      ...(day ? { day } : {}),
      ...(rules ? { rules } : {}),
    })

  it.each([
    [undefined, defaultStockRules],
    [undefined, strict],
    ['2024-05-20', defaultStockRules],
    ['2024-05-02', strict],
    ['2024-04-20', defaultStockRules],
    ['2024-03-31', strict],
    ['2024-01-15', defaultStockRules],
    ['2023-12-20', defaultStockRules],
  ] as const)('equals an independent count: %s', async (day, rules) => {
    const today = '2024-05-21'
    const lastWhole = day ?? '2024-05-20'
    const wanted = recountPlan(shop.rows, { day: day ?? today, lastWhole }, rules)
    const { products } = await plan(day, rules)
    expect(products.map(({ product }) => Number(product)).sort()).toEqual([...wanted.keys()].sort())
    for (const line of products) expectSame(line, wanted.get(Number(line.product)) as RecountedLine)
  })

  it('knows every state, and says why', async () => {
    const seen = new Set<string>()
    for (const day of [undefined, '2024-05-02', '2024-04-20', '2024-03-31', '2023-12-20'])
      for (const { state, because } of (await plan(day)).products) {
        seen.add(state)
        expect(because).toMatch(/^[A-Z].*\.$/)
        expect(because).not.toMatch(/undefined|null|NaN/)
      }
    expect([...seen].sort()).toEqual(['healthy', 'low', 'out', 'overstock', 'unknown'])
  })

  it('says in words what a person can check with a pencil', async () => {
    const { products } = await plan()
    const line = products.find(({ product }) => product === '3')
    // 8 in 7 days are 16 in 14; 13 in 28 vary by 1.07 a day, so the reserve is 1.645 times 3.87 at most, rounded up.
    expect(line?.because).toBe(
      'Sold 8 in the last 7 days: 1.14 a day. Goods take 14 days to come: order when 21 are left, 5 of them in reserve so that 95 of 100 deliveries come in time. 390 are left, more than 180 days need: nothing to order now.',
    )
  })

  it('shows what is urgent first', async () => {
    const { products } = await plan()
    const states = products.map(({ state }) => state)
    expect(states.indexOf('low')).toBeLessThan(states.indexOf('overstock'))
    const covers = products.filter(({ state }) => state === 'low').map((line) => line.daysOfCover)
    expect(covers).toEqual([...covers].sort((a, b) => Number(a) - Number(b)))
  })

  it('goes by the rules that the shop states', async () => {
    await changeSettings(shop.warehouse, { stock: strict })
    try {
      expect(await plan()).toEqual(await plan(undefined, strict))
    } finally {
      await changeSettings(shop.warehouse, { stock: defaultStockRules })
    }
    expect((await plan()).rules).toEqual(defaultStockRules)
  })

  it('knows nothing of days that have not come yet', async () => {
    await expect(plan('2024-09-01')).rejects.toMatchObject({ code: 'invalid_range' })
  })
})

function expectSame(line: StockPlanLine, wanted: RecountedLine): void {
  const label = `product ${line.product}`
  const { state, daysOut } = wanted
  expect({ state: line.state, daysOut: line.daysOut }, label).toEqual({ state, daysOut })
  for (const name of ['onHand', 'oversold', 'reorderPoint', 'orderQuantity'] as const)
    expect(numberOf(line[name]), `${label} ${name}`).toBe(wanted[name])
  const close = (got: string | null, want: number | null, within: number, name: string) => {
    if (want === null || got === null) expect(got, `${label} ${name}`).toBe(want)
    else expect(Math.abs(Number(got) - want), `${label} ${name}`).toBeLessThanOrEqual(within)
  }
  close(line.pace?.perDay ?? null, wanted.perDay, 5.1e-7, 'pace')
  close(line.daysOfCover, wanted.daysOfCover, 0.0501, 'cover')
  close(line.lostUnits, wanted.lostUnits, 0.0501, 'lost units')
  close(line.lostSales, wanted.lostSales, 0.0101, 'lost sales')
  close(line.sellThrough, wanted.sellThrough, 5.1e-7, 'sell-through')
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text)
}
