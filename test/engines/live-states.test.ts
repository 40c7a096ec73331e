import { describe, expect, it } from 'vitest'
import type { LiveOrder, LiveReturn } from '../../src/model/live.ts'
import type { TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'
import { openLiveShop, record } from './live-shop.ts'

/**
 * Orders, what came back of them and what became of them, in whatever order these are heard of. What the figures should
 * be is worked out by hand.
 */

const lamp = { product_key: 'L1', product_name: 'Lamp', quantity: '2', unit_price: '10.00' }

function order(number: string, changes: Partial<LiveOrder> = {}) {
  const at = '2025-03-02T10:15:00+01:00'
  const own = {
    order_number: number,
    at,
    state: 'counted',
    currency: 'EUR',
    lines: [lamp],
  } as const
  return record('orders', { ...own, ...changes })
}

function back(number: string, of?: string, changes: Partial<LiveReturn> = {}) {
  const lines = [{ product_key: 'L1', quantity: '1', amount: '10.00' }]
  const own = { return_number: number, at: '2025-03-05', lines }
  return record('returns', { ...own, ...(of ? { order_number: of } : {}), ...changes })
}

const version = (hour: number) => ({ source_version: `2025-03-02T${hour}:00:00Z` })
const counted = order('1', version(10))
const cancelled = order('1', { state: 'cancelled', lines: [], ...version(11) })
const again = order('1', version(12))
const returned = back('R1', '1')

async function figures(shop: TemporaryShop): Promise<string> {
  const [row] = await shop.query(
    `SELECT (SELECT coalesce(sum(total_price), 0) FROM sales_fact) AS sales,
       (SELECT coalesce(sum(amount), 0) FROM returns_fact) AS returned`,
  )
  const all = Object.values(row ?? {}).map(Number)
  // Rollups say the same.
  expect(await shop.warehouse.auditRollups()).toEqual([])
  return all.join(' - ')
}

describe.each(everyEngine())('what becomes of orders on $name', { timeout: 240_000 }, (engine) => {
  it.each([
    [[counted, cancelled, returned], '0 - 0'],
    [[counted, returned, cancelled], '0 - 0'],
    [[returned, counted, cancelled], '0 - 0'],
    [[cancelled, returned, counted], '0 - 0'],
    [[counted, returned, cancelled, again], '20 - 10'],
    [[counted, cancelled, returned, again], '20 - 10'],
    [[cancelled, returned, again], '20 - 10'],
    [[returned, again, cancelled, counted], '20 - 10'],
    [[order('1', { state: 'not_counted' }), returned], '0 - 0'],
    [[order('1', { state: 'not_counted' }), returned, order('1')], '20 - 10'],
  ])('returns count as their order does, however they come: %#', async (messages, wanted) => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    for (const message of messages) await send(message)
    expect(await figures(shop)).toBe(wanted)
    for (const message of messages) await send(message)
    expect(await figures(shop)).toBe(wanted)
  })

  it('replaces a return that is held, and says what does not count', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    for (const message of [counted, cancelled, returned]) await send(message)
    const { report } = (
      await shop.query('SELECT report FROM runs ORDER BY run_id DESC LIMIT 1')
    )[0] as { report: string }
    expect(report).toContain('returns_held')
    await send(back('R1', '1', { lines: [{ product_key: 'L1', quantity: '2', amount: '15.00' }] }))
    expect(await figures(shop)).toBe('0 - 0')
    await send(again)
    expect(await figures(shop)).toBe('20 - 15')
  })

  it('keeps a return whose number is that of another order', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const five = order('5', version(10))
    await send(five, order('2'))
    await send(back('5', '2'), back('2'))
    expect(await figures(shop)).toBe('40 - 20')
    await send(five)
    await send(order('5', { ...version(12), channel: 'web' }), order('2', { channel: 'web' }))
    await send(five)
    expect(await figures(shop)).toBe('40 - 20')
  })

  it('takes what comes without a version as later than what is known, and earlier than what is newer', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const priced = (price: string) => ({ lines: [{ ...lamp, quantity: '1', unit_price: price }] })
    await send(order('1', { ...version(10), ...priced('20.00') }))
    await send(order('1', priced('30.00')))
    await send(order('1', { ...version(9), ...priced('1.00') }))
    await send(order('1', { ...version(10), ...priced('20.00') }))
    expect(await figures(shop)).toBe('30 - 0')
    await send(order('1', priced('31.00')))
    await send(order('1', { ...version(11), ...priced('32.00') }))
    expect(await figures(shop)).toBe('32 - 0')
    await send(order('1', { state: 'cancelled', lines: [] }))
    await send(order('1', { ...version(10), ...priced('20.00') }))
    await send(order('1', { ...version(11), ...priced('32.00') }))
    expect(await figures(shop)).toBe('0 - 0')
    await send(order('1', { ...version(12), ...priced('33.00') }))
    expect(await figures(shop)).toBe('33 - 0')
  })

  it('takes away charges that the newer version of an order does not have', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const charges = () => shop.query('SELECT kind, amount FROM order_charges_fact ORDER BY kind')
    const first = order('1', { ...version(10), shipping: '5.00', tip: '1.00' })
    await send(first)
    await send(order('1', { ...version(11), tip: '2.00' }))
    expect(await charges()).toEqual([{ kind: 'tip', amount: '2.0000' }])
    await send(first)
    expect(await charges()).toEqual([{ kind: 'tip', amount: '2.0000' }])
    await send(order('1', version(12)))
    expect(await charges()).toEqual([])
    expect(await shop.warehouse.auditRollups()).toEqual([])
  })

  it('never takes the currency of an order with a rate for that of the shop', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    await send(
      order('1', { currency: undefined }),
      order('2', { currency: 'USD', exchange_rate: '0.5' }),
      order('3', { currency: 'EUR' }),
    )
    expect(await figures(shop)).toBe('50 - 0')
    expect(await shop.warehouse.settings.get('currency')).toBe('EUR')
  })

  it('knows no hour of what tells its day only, whatever comes with it', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    await send(
      order('1', { at: '2025-03-02' }),
      order('2'),
      order('3', { at: '2025-03-02T00:00' }),
      back('R1', '2'),
      back('R2', '2', { at: '2025-03-05T09:00' }),
    )
    const hours = await shop.query(
      `SELECT order_hour AS hour FROM sales_fact JOIN orders USING (order_id) ORDER BY order_number`,
    )
    expect(hours.map(({ hour }) => hour)).toEqual([null, 10, 0])
    const returned = await shop.query(
      'SELECT return_hour AS hour FROM returns_fact ORDER BY document_number',
    )
    expect(returned.map(({ hour }) => hour)).toEqual([null, 9])
  })

  it('counts equal lines of a return that call their product by other words', async () => {
    const { shop, send } = await openLiveShop(await engine.newAddress())
    const line = { product_key: 'L1', quantity: '1', amount: '5.00' }
    await send(
      back('R1', undefined, {
        lines: [
          { ...line, product_name: 'a' },
          { ...line, product_name: 'b', category: 'c' },
          line,
        ],
      }),
    )
    expect(await figures(shop)).toBe('0 - 15')
  })
})
