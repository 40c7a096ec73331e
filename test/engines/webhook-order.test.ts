import { describe, expect, it } from 'vitest'
import type { LiveItem } from '../../src/model/live.ts'
import { everyEngine } from './engines.ts'
import { type LiveShop, message, openLiveShop, textsOf } from './live-shop.ts'

/** Messages of one moment, and of orders that come and go, in whatever order they arrive. */

const engines = everyEngine()

type Fields = Readonly<Record<string, unknown>>

const wooLine = (total: string) => ({
  id: 1,
  name: 'Jug',
  sku: 'JUG',
  quantity: 1,
  subtotal: total,
  total,
})

const wooOrder = (fields: Fields = {}) => ({
  id: 501,
  number: '501',
  status: 'processing',
  currency: 'EUR',
  date_created: '2025-10-05T22:30:00',
  date_modified_gmt: '2025-10-05T20:31:00',
  prices_include_tax: false,
  line_items: [wooLine('18.00')],
  ...fields,
})

const shopifyOrder = (fields: Fields = {}) => ({
  id: 7,
  name: '#1001',
  created_at: '2025-10-05T21:06:21+02:00',
  updated_at: '2025-10-05T21:10:00+02:00',
  cancelled_at: null,
  financial_status: 'paid',
  currency: 'EUR',
  taxes_included: false,
  line_items: [{ id: 1, name: 'Mug', title: 'Mug', sku: 'MUG', quantity: 1, price: '10.00' }],
  refunds: [],
  ...fields,
})

type Telling = (id: number) => LiveItem

const woo =
  (topic: string, fields: Fields = {}): Telling =>
  (id) =>
    message('woocommerce', topic, wooOrder({ id, number: String(id), ...fields }))
const wooDeleted: Telling = (id) => message('woocommerce', 'order.deleted', { id })
const shop =
  (topic: string, fields: Fields = {}): Telling =>
  (id) =>
    message('shopify', topic, shopifyOrder({ id, name: String(id), ...fields }))

const cancelled = { cancelled_at: '2025-10-05T21:10:00+02:00' }
const withLine = (total: string) => ({ line_items: [wooLine(total)] })

/** Messages of one second, and what is left of their order, in whatever order they come. */
const ties: readonly {
  readonly what: string
  readonly messages: readonly Telling[]
  /** State and what it counts for. */
  readonly left: string
}[] = [
  {
    what: 'an order that is made and paid for',
    messages: [woo('order.updated'), woo('order.created', { status: 'pending' })],
    left: 'counted 18.00',
  },
  {
    what: 'a payment that is told twice',
    messages: [woo('order.updated', { status: 'pending' }), woo('order.updated')],
    left: 'counted 18.00',
  },
  {
    what: 'an order that is changed when it is made',
    messages: [woo('order.updated', withLine('7.50')), woo('order.created')],
    left: 'counted 7.50',
  },
  {
    what: 'an order that is cancelled when it is made',
    messages: [shop('orders/create'), shop('orders/cancelled', cancelled), shop('orders/updated')],
    left: 'cancelled 0.00',
  },
]

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]]
  return all.flatMap((one, index) =>
    permutations(all.filter((_, at) => at !== index)).map((rest) => [one, ...rest]),
  )
}

/** What is left of each order: messages come in every order, for orders of even numbers apart, for the others together. */
async function leftOf(live: LiveShop, messages: readonly Telling[]): Promise<string[]> {
  const comings = permutations(messages)
  for (const [round] of messages.entries())
    await live.send(...comings.flatMap((some, index) => some[round]?.(100 + 2 * index) ?? []))
  await live.send(...comings.flatMap((some, index) => some.map((tell) => tell(101 + 2 * index))))
  return statesOf(live)
}

/** State of each order, and what it counts for. */
function statesOf(live: LiveShop): Promise<string[]> {
  return textsOf(
    live,
    `SELECT state, coalesce(sum(total_price), 0)::DECIMAL(18,2) AS total FROM orders
     LEFT JOIN sales_fact AS f ON f.order_id = orders.order_id GROUP BY order_number, state ORDER BY order_number`,
  )
}

describe.each(engines)('the order of webhooks on $name', (engine) => {
  it.each(ties)('does not matter to $what in one second', async ({ messages, left }) => {
    const live = await openLiveShop(await engine.newAddress())
    const all = await leftOf(live, messages)
    expect(new Set(all)).toEqual(new Set([left]))
    expect(all).toHaveLength(2 * permutations(messages).length)
  })

  it('leaves the same of changes that nothing tells apart', async () => {
    const live = await openLiveShop(await engine.newAddress())
    const changes = ['7.50', '8.50', '9.50'].map(
      (total) => () => woo('order.updated', withLine(total))(501),
    )
    const left = new Set<string>()
    for (const some of permutations(changes)) {
      for (const tell of some) await live.send(tell())
      left.add((await statesOf(live)).join())
    }
    expect(left.size).toBe(1)
  })

  it('does not undo that an order was restored, when its deletion was told late', async () => {
    const live = await openLiveShop(await engine.newAddress())
    const at = (time: string) => ({ date_modified_gmt: `2025-11-0${time}:00:00` })
    const told = async (...all: readonly Telling[]) => {
      await live.send(...all.map((tell) => tell(501)))
      return statesOf(live)
    }
    await told(woo('order.created'))
    // The clock of tests receives it months later.
    expect(await told(wooDeleted)).toEqual(['cancelled 0.00'])
    expect(await told(woo('order.restored', at('2T09')))).toEqual(['counted 18.00'])
    const changed = { ...at('3T09'), ...withLine('7.50') }
    expect(await told(woo('order.updated', changed))).toEqual(['counted 7.50'])
    expect(await told(woo('order.updated', at('2T10')))).toEqual(['counted 7.50'])
    expect(await told(wooDeleted)).toEqual(['cancelled 0.00'])
    const ended = { ...at('5T09'), status: 'cancelled' }
    expect(await told(woo('order.restored', at('4T09')), woo('order.updated', ended))).toEqual([
      'cancelled 0.00',
    ])
    const last = { date_modified_gmt: '2026-02-01T09:00:00', ...withLine('6.00') }
    expect(await told(woo('order.updated', last))).toEqual(['counted 6.00'])
  })
})
