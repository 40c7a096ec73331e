import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildShop } from '../../src/demo/build-shop.ts'
import type { Life, LifeEvent, Stretch } from '../../src/demo/demo.ts'
import { flashSalesOf } from '../../src/demo/living/flash-sales.ts'
import {
  eventsOf,
  firstSecond,
  hour,
  identity,
  type LivingShop,
  liveUntil,
  livingShop,
} from './living-shop.ts'
import { cents, groupBy, type Row } from './written-demo.ts'

/** The shop after its history. Everything is recounted from what it sends and from the files of the history. */

let shop: LivingShop
/** Two weeks of it. */
let lived: Stretch[]
let events: LifeEvent[]
const days = 14

beforeAll(async () => {
  shop = await livingShop()
  const life = await shop.open('two weeks')
  lived = await liveUntil(life, firstSecond + days * 24 * hour)
  events = eventsOf(lived)
  await life.close()
}, 240_000)
afterAll(() => shop.remove())

interface OrderLine {
  readonly product_key: string
  readonly quantity: string
  readonly unit_price: string
  readonly total_price: string
}

interface Order {
  readonly order_number: string
  readonly ordered_at: string
  readonly source_version: string
  readonly state: string
  readonly channel: string
  readonly customer: {
    readonly customer_key: string
    readonly name: string
    readonly email: string
  }
  readonly lines: readonly OrderLine[]
}

interface Return {
  readonly return_number: string
  readonly order_number: string
  readonly returned_at: string
  readonly customer: { readonly customer_key: string }
  readonly lines: readonly { product_key: string; quantity: string; amount: string }[]
}

interface Stock {
  readonly product_key: string
  readonly kind: string
  readonly quantity: string
}

function of<Document>(what: LifeEvent['what'], from: readonly LifeEvent[] = events): Document[] {
  return from.filter((event) => event.what === what).map(({ document }) => document as Document)
}

/** Seconds since the midnight of Berlin, which is two hours before that of UTC in these weeks. */
function secondOfDay({ at }: { readonly at: number }): number {
  return (at - firstSecond) % (24 * hour)
}

describe('the same shop', () => {
  async function sample(name: string, live: (life: Life) => Promise<LifeEvent[]>) {
    const life = await shop.open(name)
    try {
      return await live(life)
    } finally {
      await life.close()
    }
  }
  const until = firstSecond + 30 * hour
  const perSecond = 0.01

  it('has the same events however its time is cut, and whenever it is stopped', async () => {
    const whole = await sample('whole', async (life) => {
      const { events: all } = await life.next({ to: until, perSecond })
      await life.done()
      return [...all]
    })
    expect(whole.length).toBeGreaterThan(300)
    const cut: LifeEvent[] = []
    for (let part = 0; cut.length === 0 || part < 6; part += 1) {
      // Each part is another process.
      await sample('cut', async (life) => {
        const stopped = Math.min(until, life.livedTo + 5 * hour + part * 977)
        const { events: own } = await life.next({ to: until, perSecond })
        cut.push(...own.filter(({ at }) => at < stopped))
        await life.done(stopped)
        return []
      })
    }
    expect(cut).toEqual(whole)
  })

  it('goes on with other numbers after it was killed', async () => {
    const numbers = (all: readonly LifeEvent[]) =>
      of<Order>('order', all).map((one) => one.order_number)
    const before = await sample('killed', async (life) => {
      return [...(await life.next({ to: firstSecond + 9 * hour, perSecond })).events]
    })
    const after = await sample('killed', async (life) => {
      return [...(await life.next({ to: firstSecond + 12 * hour, perSecond })).events]
    })
    expect(numbers(before).length).toBeGreaterThan(20)
    expect(numbers(after).length).toBeGreaterThan(20)
    expect(Math.min(...numbers(after).map(Number))).toBe(
      Math.max(...numbers(before).map(Number)) + 1,
    )
  })

  it('is another one with another seed', async () => {
    const other = await livingShop({ seed: 4 })
    const life = await other.open('other')
    const theirs = eventsOf(await liveUntil(life, firstSecond + 12 * hour, perSecond))
    await life.close()
    other.remove()
    const ours = await sample('ours', async (own) =>
      eventsOf(await liveUntil(own, firstSecond + 12 * hour, perSecond)),
    )
    expect(theirs.map(({ at }) => at)).not.toEqual(ours.map(({ at }) => at))
  })
})

describe('time of day', () => {
  it('has quiet nights and busy evenings, and as many orders as the pace says', () => {
    const byHour = Array.from({ length: 24 }, () => 0)
    const orders = events.filter(({ what }) => what === 'order')
    for (const order of orders) {
      const at = Math.floor(secondOfDay(order) / hour)
      byHour[at] = (byHour[at] ?? 0) + 1
    }
    expect(byHour[2]).toBe(0)
    const night = (byHour[3] ?? 0) + (byHour[4] ?? 0) + (byHour[5] ?? 0)
    const evening = (byHour[19] ?? 0) + (byHour[20] ?? 0) + (byHour[21] ?? 0)
    expect(evening).toBeGreaterThan(10 * night)
    // October of these two months: a growing shop in a better season, whose empty shelves cost it a little.
    const mean = identity.orders / 61
    expect(orders.length).toBeGreaterThan(0.9 * mean * days)
    expect(orders.length).toBeLessThan(1.3 * mean * days)
  })

  it('brings orders in order of time, with numbers that go on from the history', () => {
    const orders = of<Order>('order')
    const numbers = orders.map((order) => Number(order.order_number))
    const last = Math.max(...shop.table('sales_fact').map((row) => Number(row.OrderID)))
    expect(numbers[0]).toBe(last + 1)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    const times = orders.map((order) => order.ordered_at)
    expect(times).toEqual([...times].sort())
  })
})

describe('a flash sale', () => {
  it('brings several times the orders, most of them at its discount', async () => {
    const { shop: made, products } = buildShop(identity)
    const day = '2025-10-01'
    const [sale] = flashSalesOf(made.chance, day)
    if (!sale) throw new Error('there is none on that day')
    const life = await shop.open('flash')
    const length = sale.to - sale.from
    const perSecond = 0.5
    const from = firstSecond + sale.from
    await liveUntil(life, from - length, perSecond)
    const before = eventsOf(await liveUntil(life, from, perSecond))
    const during = eventsOf(await liveUntil(life, from + length, perSecond))
    const after = eventsOf(await liveUntil(life, from + 2 * length, perSecond))
    expect(life.flashSaleAt(from - 1)).toBeNull()
    expect(life.flashSaleAt(from)).toMatchObject({ percent: sale.percent, until: from + length })
    expect(life.flashSaleAt(from + length)).toBeNull()
    await life.close()
    const orders = (of_: readonly LifeEvent[]) => of<Order>('order', of_)
    expect(orders(before).length).toBeGreaterThan(50)
    expect(orders(during).length).toBeGreaterThan(2 * orders(before).length)
    expect(orders(during).length).toBeGreaterThan(2 * orders(after).length)
    const category = new Map(products.map((one) => [String(one.id), one.category]))
    const ofCategory = (all: readonly LifeEvent[]) =>
      orders(all)
        .flatMap(({ lines }) => lines)
        .filter((line) => category.get(line.product_key) === sale.category)
    const reduced = ofCategory(during).filter((line) => percentOff(line) === sale.percent)
    expect(reduced.length).toBeGreaterThan(0.85 * ofCategory(during).length)
    expect(ofCategory(during).length).toBeGreaterThan(4 * ofCategory(before).length)
    expect(ofCategory(before).filter((line) => percentOff(line) === sale.percent)).toEqual([])
  }, 120_000)

  it('comes now and then, for some minutes, by day', () => {
    const { shop: made } = buildShop(identity)
    const all = Array.from({ length: 28 }, (_, day) =>
      flashSalesOf(made.chance, `2025-02-${String(day + 1).padStart(2, '0')}`),
    )
    const counts = all.map((sales) => sales.length)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...counts)).toBeLessThanOrEqual(7)
    for (const sale of all.flat()) {
      expect(sale.from).toBeGreaterThanOrEqual(8 * hour)
      expect(sale.to).toBeLessThanOrEqual(22 * hour)
      expect((sale.to - sale.from) / 60).toBeGreaterThanOrEqual(10)
      expect((sale.to - sale.from) / 60).toBeLessThanOrEqual(20)
    }
  })

  function percentOff({ quantity, unit_price, total_price }: OrderLine): number {
    const gross = BigInt(quantity) * cents(unit_price)
    return Math.round(Number(gross - cents(total_price)) / (Number(gross) / 100))
  }
})

describe('customers', () => {
  it('come again, and new ones are told of before they first order', () => {
    const known = new Set(shop.table('customers').map((row) => row.CustomerID))
    const named = new Map<string, string>()
    let returning = 0
    for (const { what, document } of events) {
      if (what === 'customer') {
        const { customer_key, email } = document as { customer_key: string; email: string }
        expect(known.has(customer_key)).toBe(false)
        known.add(customer_key)
        named.set(customer_key, email)
      }
      if (what !== 'order') continue
      const { customer } = document as Order
      if (named.has(customer.customer_key))
        expect(named.get(customer.customer_key)).toBe(customer.email)
      else returning += 1
    }
    const orders = of('order').length
    const fresh = of('customer').length
    // 0.3 customers for an order, of which three quarters came in the time as the history ends.
    expect(fresh / orders).toBeGreaterThan(0.18)
    expect(fresh / orders).toBeLessThan(0.27)
    expect(returning / orders).toBeGreaterThan(0.5)
  })
})

describe('what comes back', () => {
  it('was sold, at least three days before, and never more than was sold', () => {
    const history = new Map(
      shop.table('sales_fact').map((row) => [`${row.OrderID} ${row.ProductID}`, soldBefore(row)]),
    )
    const orders = of<Order>('order').flatMap((order) =>
      order.lines.map(
        (line) =>
          [
            `${order.order_number} ${line.product_key}`,
            {
              pieces: Number(line.quantity),
              amount: cents(line.total_price),
              at: order.ordered_at,
              customer: order.customer.customer_key,
            },
          ] as const,
      ),
    )
    const sold = new Map([...history, ...orders])
    const cancelled = new Set(of<Order>('cancellation').map((order) => order.order_number))
    const returns = of<Return>('return')
    expect(returns.length).toBeGreaterThan(50)
    expect(new Set(returns.map((one) => one.return_number)).size).toBe(returns.length)
    const back = new Map<string, number>()
    for (const one of returns) {
      expect(cancelled.has(one.order_number)).toBe(false)
      for (const line of one.lines) {
        const key = `${one.order_number} ${line.product_key}`
        const was = sold.get(key)
        if (!was) throw new Error(`${key} was never sold`)
        back.set(key, (back.get(key) ?? 0) + Number(line.quantity))
        expect(back.get(key)).toBeLessThanOrEqual(was.pieces)
        expect(cents(line.amount) <= was.amount).toBe(true)
        expect(one.customer.customer_key).toBe(was.customer)
        const daysLater = (Date.parse(one.returned_at) - Date.parse(was.at)) / 86_400_000
        expect(daysLater).toBeGreaterThan(2)
      }
    }
    const fromHistory = returns.filter(({ order_number }) => Number(order_number) < 504_001)
    expect(fromHistory.length).toBeGreaterThan(30)
    expect(returns.length - fromHistory.length).toBeGreaterThan(5)
    const whole = [...back].filter(([key, pieces]) => sold.get(key)?.pieces === pieces)
    expect(whole.length).toBeLessThan(back.size)
  })

  it('was not told of in the history already', () => {
    const before = new Set(shop.table('returns').map((row) => `${row.OrderID} ${row.ProductID}`))
    const twice = of<Return>('return').filter((one) =>
      one.lines.some((line) => before.has(`${one.order_number} ${line.product_key}`)),
    )
    expect(twice).toEqual([])
  })

  function soldBefore(row: Row) {
    return {
      pieces: Number(row.Quantity),
      amount: cents(row.TotalPrice ?? ''),
      at: `${row.OrderedAt?.replace(' ', 'T')}+02:00`,
      customer: row.CustomerID ?? '',
    }
  }
})

describe('orders that are cancelled', () => {
  it('are some, each a little after it came, and told of by a newer version', () => {
    const orders = new Map(of<Order>('order').map((order) => [order.order_number, order]))
    const cancelled = of<Order>('cancellation')
    expect(cancelled.length).toBeGreaterThan(3)
    expect(cancelled.length).toBeLessThan(orders.size / 25)
    for (const order of cancelled) {
      const before = orders.get(order.order_number)
      expect(order).toMatchObject({ state: 'cancelled', lines: [] })
      const later = Date.parse(order.source_version) - Date.parse(before?.source_version ?? '')
      expect(later).toBeGreaterThanOrEqual(120_000)
      expect(later).toBeLessThan(2_400_000)
    }
  })
})

describe('stock', () => {
  it('never falls below nothing, runs out for some, and is filled again', () => {
    const onHand = new Map(
      shop.table('products').map((row) => [row.ProductID ?? '', Number(row.Stock)]),
    )
    const move = (product: string, pieces: number) => {
      const left = (onHand.get(product) ?? Number.NaN) + pieces
      if (!(left >= 0)) expect([product, left]).toBe('on the shelf')
      onHand.set(product, left)
    }
    const orders = new Map(of<Order>('order').map((order) => [order.order_number, order]))
    const soldOut = new Set<string>()
    const filledAgain = new Set<string>()
    for (const { what, document } of events) {
      if (what === 'order') {
        for (const { product_key, quantity } of (document as Order).lines) {
          move(product_key, -Number(quantity))
          if (onHand.get(product_key) === 0) soldOut.add(product_key)
        }
      } else if (what === 'cancellation') {
        for (const { product_key, quantity } of orders.get((document as Order).order_number)
          ?.lines ?? [])
          move(product_key, Number(quantity))
      } else if (what === 'return') {
        for (const line of (document as Return).lines) move(line.product_key, Number(line.quantity))
      } else if (what === 'receipt') {
        const { product_key, quantity } = document as Stock
        if (onHand.get(product_key) === 0) filledAgain.add(product_key)
        move(product_key, Number(quantity))
      } else if (what === 'count') {
        const { product_key, quantity } = document as Stock
        expect([product_key, Number(quantity)]).toEqual([product_key, onHand.get(product_key)])
      }
    }
    expect(soldOut.size).toBeGreaterThan(0)
    expect(filledAgain.size).toBeGreaterThan(0)
    expect(of('receipt').length).toBeGreaterThan(10)
    const counted = groupBy(of<Stock>('count'), (entry) => entry.product_key)
    expect(counted.size).toBeGreaterThan(0.4 * onHand.size)
    const told = new Set(lived.flatMap(({ happenings }) => happenings.map(({ kind }) => kind)))
    expect([...told].sort()).toEqual(['cancelled', 'delivery', 'returned', 'sold_out'])
  })

  it('is enough from the first second on at a pace that it was not bought for', async () => {
    const life = await shop.open('fast')
    await liveUntil(life, firstSecond + 10 * hour)
    const perSecond = 20
    const { events: fast } = await life.next({
      to: life.livedTo + 60,
      perSecond,
      opensWithDelivery: true,
    })
    await life.close()
    expect(of('receipt', fast).length).toBeGreaterThan(200)
    const orders = of<Order>('order', fast)
    expect(orders.length).toBeGreaterThan(600)
    const numbers = orders.map((order) => Number(order.order_number))
    const left = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - numbers.length
    expect(left).toBeLessThan(5)
  })
})
