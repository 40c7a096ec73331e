import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { catalogue, runQuery } from '../../src/metrics/metrics.ts'
import { addDays } from '../../src/model/day.ts'
import type { Query } from '../../src/model/query.ts'
import { compactRollups } from '../../src/warehouse/warehouse.ts'
import { csv, now, TemporaryShop } from '../ingest/temporary-shop.ts'
import { write } from '../metrics/shop-warehouse.ts'
import { everyEngine } from './engines.ts'

/**
 * Histories by chance: whatever is imported, replaced, cancelled, returned, merged, written by plain SQL and compacted, and
 * in which order, rollups hold what a recount of the facts gives, and answers are those that the facts give alone.
 */

/** Numbers that look like chance and are the same each time (mulberry32). */
function chanceOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T
  return { below, one }
}

interface Order {
  readonly number: string
  day: string
  customer: string
  version: number
  country: string
  lines: readonly Line[]
}

interface Line {
  readonly product: string
  readonly quantity: number
  readonly price: string
}

const header = [
  'order',
  'date',
  'updated_at',
  'status',
  'customer',
  'email',
  'product',
  'quantity',
  'price',
  'country',
  'channel',
  'shipping',
]
const products = ['Lampe', 'Zange', 'Kiste', 'Sack', 'Buch']
const countries = ['Germany', 'France', 'Japan', '']

class History {
  readonly shop: TemporaryShop
  readonly orders: Order[] = []
  readonly steps: string[] = []
  readonly #chance: ReturnType<typeof chanceOf>
  readonly #address: string | null
  #version = 0
  #files = 0

  constructor(shop: TemporaryShop, seed: number, address: string | null) {
    this.shop = shop
    this.#chance = chanceOf(seed)
    this.#address = address
  }

  async step(): Promise<void> {
    const { below, one } = this.#chance
    const actions: (() => Promise<void>)[] = [
      () => this.#newOrders(1 + below(6)),
      () => this.#newOrders(1 + below(3)),
      () => this.#changeOrder(),
      () => this.#cancelOrder(),
      () => this.#lateMessage(),
      () => this.#addPart(),
      () => this.#returns(),
      () => this.#describeProducts(),
      () => this.#mergeCustomers(),
      () => this.#compact(),
      ...(this.#address ? [() => this.#plainSql(), () => this.#plainSql()] : []),
    ]
    await one(actions)()
  }

  async #import(kind: string, content: string, known: 'same-shop' | 'part' = 'same-shop') {
    this.steps.push(kind)
    this.#files += 1
    const { error, questions } = await this.shop.importText(`${kind}-${this.#files}.csv`, content, {
      answers: { 'known-orders': known },
      maxRejects: 1,
      source: 'shop',
    })
    expect({ kind, error, questions }).toEqual({ kind, error: null, questions: [] })
  }

  #lines(): Line[] {
    const { below, one } = this.#chance
    return Array.from({ length: 1 + below(3) }, () => ({
      product: one(products),
      quantity: 1 + below(4),
      price: `${1 + below(30)}.${10 + below(89)}`,
    }))
  }

  #rows(order: Order, status: string, version = order.version) {
    const { below } = this.#chance
    const stamp = new Date(Date.UTC(2024, 5, 1) + version * 1000).toISOString()
    const shipping = below(2) === 0 ? '4.90' : '0.00'
    return order.lines.map(({ product, quantity, price }) => [
      order.number,
      `${order.day} ${String(8 + (Number(order.number) % 12)).padStart(2, '0')}:15:00`,
      stamp,
      status,
      order.customer,
      order.customer === '' ? '' : `${order.customer}@example.org`,
      product,
      quantity,
      price,
      order.country,
      Number(order.number) % 3 === 0 ? 'web' : 'store',
      shipping,
    ])
  }

  #fresh(): Pick<Order, 'day' | 'customer' | 'country' | 'version' | 'lines'> {
    const { below, one } = this.#chance
    this.#version += 1
    return {
      day: addDays('2024-01-20', below(120)),
      customer: one(['ada', 'bo', 'cleo', 'dan', 'eve', '']),
      country: one(countries),
      version: this.#version,
      lines: this.#lines(),
    }
  }

  async #newOrders(count: number): Promise<void> {
    const made = Array.from({ length: count }, (_, index) => ({
      number: String(1001 + this.orders.length + index),
      ...this.#fresh(),
    }))
    this.orders.push(...made)
    await this.#import('orders', csv(header, ...made.flatMap((order) => this.#rows(order, 'paid'))))
  }

  async #changeOrder(): Promise<void> {
    if (this.orders.length === 0) return
    const order = this.#chance.one(this.orders)
    Object.assign(order, this.#fresh())
    await this.#import('changed', csv(header, ...this.#rows(order, 'paid')))
  }

  async #cancelOrder(): Promise<void> {
    if (this.orders.length === 0) return
    const order = this.#chance.one(this.orders)
    this.#version += 1
    order.version = this.#version
    await this.#import('cancelled', csv(header, ...this.#rows(order, 'cancelled')))
  }

  /** An older state of an order comes after the newer one. */
  async #lateMessage(): Promise<void> {
    if (this.orders.length === 0) return
    const order = this.#chance.one(this.orders)
    const older = { ...order, lines: this.#lines() }
    await this.#import('late', csv(header, ...this.#rows(older, 'paid', 0)))
  }

  async #addPart(): Promise<void> {
    if (this.orders.length === 0) return
    const order = { ...this.#chance.one(this.orders), lines: this.#lines() }
    await this.#import('part', csv(header, ...this.#rows(order, 'paid')), 'part')
  }

  async #returns(): Promise<void> {
    const { below, one } = this.#chance
    const order = this.orders.length > 0 ? one(this.orders).number : '1001'
    const rows = Array.from({ length: 1 + below(3) }, () => [
      `R${below(12)}`,
      order,
      addDays('2024-02-01', below(120)),
      one(products),
      1 + below(2),
      ...(below(2) === 0 ? [`${1 + below(20)}.50`] : ['']),
    ])
    const once = [...new Map(rows.map((row) => [`${row[0]}`, row])).values()]
    await this.#import(
      'returns',
      csv(['return id', 'order', 'return date', 'product', 'returned quantity', 'amount'], ...once),
    )
  }

  async #describeProducts(): Promise<void> {
    const { below, one } = this.#chance
    const rows = products.map((name) => [
      name,
      name,
      one(['Licht', 'Werkzeug', 'Papier']),
      '9.99',
      `${1 + below(5)}.25`,
    ])
    const columns = ['ProductID', 'ProductName', 'Category', 'Price', 'UnitCost']
    await this.#import('products', csv(columns, ...rows))
  }

  /** A customer known by name turns out to have the e-mail of another. */
  async #mergeCustomers(): Promise<void> {
    const { below } = this.#chance
    const number = String(1001 + this.orders.length)
    const order = { number, ...this.#fresh(), customer: `guest ${below(3)}` }
    this.orders.push(order)
    const rows = this.#rows(order, 'paid')
    const email = below(2) === 0 ? '' : 'ada@example.org'
    await this.#import(
      'merged',
      csv(header, ...rows.map((row) => row.map((cell, at) => (at === 5 ? email : cell)))),
    )
  }

  async #compact(): Promise<void> {
    this.steps.push('compacted')
    await this.shop.warehouse.transact(compactRollups, {
      change: () => null,
      runToken: `compact-${this.steps.length}`,
    })
  }

  async #plainSql(): Promise<void> {
    const { below, one } = this.#chance
    const day = addDays('2024-01-20', below(120))
    const statement = one([
      `INSERT INTO sales_fact (customer_id, product_id, region_id, quantity, total_price, order_date, channel)
       SELECT (SELECT max(customer_id) FROM customers), (SELECT max(product_id) FROM products), 0, 2, 7.25, '${day}', 'sql'`,
      `INSERT INTO returns_fact (product_id, quantity, amount, return_date)
       SELECT max(product_id), 1, 3.5, '${day}' FROM products`,
      `UPDATE sales_fact SET order_date = '${day}' WHERE order_id = (SELECT min(order_id) FROM sales_fact)`,
      `UPDATE sales_fact SET region_id = (SELECT max(region_id) FROM regions) WHERE line_number = 2`,
      `DELETE FROM sales_fact WHERE order_id = (SELECT max(order_id) FROM sales_fact)`,
      `UPDATE products SET category = 'Papier', unit_cost = 2 WHERE product_id = (SELECT min(product_id) FROM products WHERE product_id > 0)`,
      `UPDATE returns_fact SET amount = 1 WHERE return_id = (SELECT min(return_id) FROM returns_fact)`,
      `DELETE FROM order_charges_fact WHERE order_id = (SELECT min(order_id) FROM order_charges_fact)`,
      `UPDATE customers SET first_order_date = first_order_date WHERE customer_id > 0`,
      `UPDATE orders SET state = 'cancelled' WHERE order_id = (SELECT max(order_id) FROM orders)`,
      `UPDATE orders SET order_date = '${day}' WHERE order_id = (SELECT min(order_id) FROM orders)`,
      `UPDATE sales_fact_other_days SET total_price = total_price + 1`,
      'TRUNCATE order_charges_fact',
    ])
    this.steps.push(statement)
    const client = new pg.Client({ connectionString: this.#address ?? '' })
    await client.connect()
    try {
      await client.query('SET search_path = takings')
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
}

/** Questions that rollups of every kind answer, over whole months, free ranges and all days. */
const questions: readonly Query[] = catalogue().metrics.flatMap(({ name, dimensions }) =>
  dimensions.flatMap((dimension, index): Query[] => {
    const ranges = [
      {},
      { from: '2024-02-01', to: '2024-03-31' },
      { from: '2024-01-25', to: '2024-05-03' },
    ]
    const query = { metrics: [name], by: [dimension], includeUnknown: index % 2 === 0 }
    return ranges.map((range) => ({ ...query, ...range }))
  }),
)

const fromTheFacts = 'insert into dirty_days select date from dates'

async function answers(shop: TemporaryShop, asked: readonly Query[]) {
  const given: unknown[] = []
  const plans: string[] = []
  for (const query of asked) {
    const { data, meta } = await runQuery(shop.warehouse, query, { now })
    given.push({ query, rows: data.rows, notes: meta.notes })
    plans.push(meta.plan)
  }
  return { given, plans }
}

const histories = 3
const stepsOfEach = 14
/** Of all questions each history asks one in so many. */
const every = 11

describe.each(everyEngine())('$name', (engine) => {
  it('finds sums that differ from the facts, and makes them anew', async () => {
    const shop = await TemporaryShop.open(await engine.newAddress())
    await shop.importText(
      'orders.csv',
      csv(
        ['order', 'date', 'product', 'quantity', 'price'],
        ['1', '2024-03-01', 'Kiste', 2, '9.99'],
      ),
    )
    await write(shop.warehouse, ['update rollup_day set revenue_sum = revenue_sum + 0.0001'], {
      keepRollups: true,
    })
    expect(await shop.warehouse.auditRollups()).toMatchObject([
      { table: 'rollup_day', rule: 'rollup_equals_facts', rows: 1 },
    ])
    await shop.warehouse.rebuildRollups()
    expect(await shop.warehouse.auditRollups()).toEqual([])
    await shop.close()
  })

  it('hold sums that are larger than any row can be, however they came about', async () => {
    const shop = await TemporaryShop.open(await engine.newAddress())
    const orders = (first: number, day: string) =>
      csv(
        ['order', 'date', 'customer', 'product', 'quantity', 'price'],
        ...Array.from({ length: 4 }, (_, index) => [
          String(first + index),
          day,
          'k1',
          'Kiste',
          1,
          '30000000000000.0001',
        ]),
      )
    const answer = async () => {
      const query = { metrics: ['revenue'], by: ['customer'] } as const
      const { data, meta } = await runQuery(shop.warehouse, query, { now, fresh: true })
      const notes = [meta.plan.includes('rollup_'), await shop.warehouse.auditRollups()]
      return [data.rows.map(({ revenue }) => revenue), ...notes]
    }
    await shop.importText('first.csv', orders(1, '2024-03-01'))
    expect(await answer()).toEqual([['120000000000000.0004'], true, []])
    await shop.importText('second.csv', orders(11, '2024-03-02'))
    expect(await answer()).toEqual([['240000000000000.0008'], true, []])
    await shop.warehouse.transact(compactRollups, { change: () => null, runToken: 'compact' })
    expect(await answer()).toEqual([['240000000000000.0008'], true, []])
    await shop.importText('third.csv', orders(21, '2024-03-02'))
    await shop.warehouse.rebuildRollups()
    expect(await answer()).toEqual([['360000000000000.0012'], true, []])
    await shop.close()
  })

  for (let seed = 1; seed <= histories; seed += 1) {
    it(`rollups equal the facts after history ${seed}`, { timeout: 300_000 }, async () => {
      const address = await engine.newAddress()
      const shop = await TemporaryShop.open(address)
      const history = new History(shop, seed, address)
      for (let count = 0; count < stepsOfEach; count += 1) {
        await history.step()
        expect(await shop.warehouse.audit(), history.steps.join('\n')).toEqual([])
        expect(await shop.warehouse.auditRollups(), history.steps.join('\n')).toEqual([])
      }
      const asked = questions.filter((_, index) => index % every === seed)
      const rolledUp = await answers(shop, asked)
      const dirty = await shop.query('select day from dirty_days')
      await write(shop.warehouse, [fromTheFacts], { keepRollups: true })
      const counted = await answers(shop, asked)
      await write(
        shop.warehouse,
        [
          'delete from dirty_days',
          ...dirty.map(({ day }) => `insert into dirty_days values (date '${day}')`),
        ],
        { keepRollups: true },
      )
      expect(rolledUp.given).toEqual(counted.given)
      expect(rolledUp.plans.filter((plan) => plan.includes('rollup_')).length).toBeGreaterThan(20)
      expect(counted.plans.filter((plan) => plan.includes('rollup_'))).toEqual([])
      await shop.close()
    })
  }
})
