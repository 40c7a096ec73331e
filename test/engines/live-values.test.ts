import { describe, expect, it } from 'vitest'
import type { LiveItem, LiveOrder, LiveOrderLine } from '../../src/model/live.ts'
import { everyEngine } from './engines.ts'
import { type LiveShop, openLiveShop, record, textsOf } from './live-shop.ts'

/** What one record says counts as it is written, whatever comes with it and however it is cut into batches. */

const engines = everyEngine()

const line = (fields: Partial<LiveOrderLine>): LiveOrderLine => ({ quantity: '1', ...fields })

function order(
  number: string,
  lines: readonly LiveOrderLine[],
  more: Partial<LiveOrder> = {},
): LiveItem {
  return record('orders', {
    order_number: number,
    at: '2025-03-02T10:15:00Z',
    state: 'counted',
    currency: 'EUR',
    lines,
    ...more,
  })
}

/** Number of the order, product and what it counts for. */
function totalsOf(live: LiveShop): Promise<string[]> {
  return textsOf(
    live,
    `SELECT order_number, product_key, total_price FROM sales_fact AS f JOIN orders ON orders.order_id = f.order_id
     JOIN products ON products.product_id = f.product_id ORDER BY order_number, product_key`,
  )
}

describe.each(engines)('what a live record says, on $name', (engine) => {
  it('is converted by all decimals of the rate that it states', async () => {
    const live = await openLiveShop(await engine.newAddress())
    const lamp = [line({ product_key: 'L', unit_price: '100000' })]
    await live.send(
      order('1', [line({ product_key: 'L', unit_price: '1' })]),
      order('2', lamp, { currency: 'JPY', exchange_rate: '0.00614233' }),
      order('3', lamp, { currency: 'IDR', exchange_rate: '0.00005' }),
      order('4', lamp, { currency: 'XAU', exchange_rate: '123456789.00000001' }),
      record('returns', {
        return_number: 'R1',
        order_number: '2',
        at: '2025-03-05',
        currency: 'JPY',
        exchange_rate: '0.00614233',
        lines: [{ product_key: 'L', quantity: '1', amount: '50000' }],
      }),
    )
    expect(await totalsOf(live)).toEqual([
      '1 L 1.0000',
      '2 L 614.2330',
      '3 L 5.0000',
      '4 L 12345678900000.0010',
    ])
    expect(await textsOf(live, 'SELECT amount FROM returns_fact')).toEqual(['307.1165'])
    expect(
      await textsOf(
        live,
        "SELECT DISTINCT exchange_rate FROM sales_fact WHERE source_currency = 'JPY'",
      ),
    ).toEqual(['0.00614233'])
  })

  it('counts alike whatever comes with it, called like a sum or not', async () => {
    const total = order('1', [line({ product_name: 'Total', total_price: '50.00' })])
    const beside = [
      order('2', [line({ product_key: 'L', unit_price: '3.00' })]),
      order('Summe', [line({ product_name: 'Subtotal', sku: 'Total', total_price: '7.00' })]),
      record('returns', {
        return_number: 'R1',
        at: '2025-03-05',
        lines: [{ product_name: 'Total', quantity: '1', amount: '2.00' }],
      }),
      record('products', { product_key: 'product_key', sku: 'sku', product_name: 'product_name' }),
    ]
    const expected = ['1 Total 50.0000', '2 L 3.0000', 'Summe Total 7.0000']
    const together = await openLiveShop(await engine.newAddress())
    await together.send(total, ...beside)
    const alone = await openLiveShop(await engine.newAddress())
    for (const one of [total, ...beside]) await alone.send(one)
    for (const live of [together, alone]) {
      expect(await totalsOf(live)).toEqual(expected)
      expect(await textsOf(live, 'SELECT amount FROM returns_fact')).toEqual(['2.0000'])
      expect(
        await textsOf(live, "SELECT product_name FROM products WHERE product_key = 'product_key'"),
      ).toEqual(['product_name'])
      expect(await textsOf(live, 'SELECT reason FROM rejected_rows')).toEqual([])
    }
  })

  it('counts by the newest version, to the part of a second, in whatever order they come', async () => {
    const of = (source_version: string, unit_price: string) => (number: string) =>
      order(number, [line({ product_key: 'L', unit_price })], { source_version })
    const [late, newest] = [
      of('2025-03-02T12:00:00.100Z', '1.00'),
      of('2025-03-02T14:00:00.900000+02:00', '99.00'),
    ]
    const whole = of('2025-03-02T12:00:00Z', '2.00')
    const comings = [
      [newest, late, whole],
      [late, newest, whole],
      [whole, newest, late],
      [newest, whole, late],
    ]
    const live = await openLiveShop(await engine.newAddress())
    for (const round of [0, 1, 2])
      await live.send(...comings.flatMap((some, index) => some[round]?.(String(index)) ?? []))
    expect(await totalsOf(live)).toEqual(comings.map((_, index) => `${index} L 99.0000`))
    // The same instant, written otherwise, is no older one.
    await live.send(of('2025-03-02T12:00:00.9Z', '98.00')('0'))
    await live.send(of('2025-03-02T12:00:01Z', '97.00')('1'))
    await live.send(newest('1'))
    expect((await totalsOf(live)).slice(0, 2)).toEqual(['0 L 98.0000', '1 L 97.0000'])
    expect(
      await textsOf(live, 'SELECT source_version FROM orders ORDER BY order_number LIMIT 2'),
    ).toEqual(['2025-03-02T12:00:00.9', '2025-03-02T12:00:01'])
  })

  it('is one movement of stock for each instant, however it is written and cut into batches', async () => {
    const came = (product_key: string, at: string, quantity: string) =>
      record('stock', { product_key, kind: 'receipt', at, quantity })
    const pairs = [
      [
        came('apart', '2025-03-01T08:00:00.100Z', '5'),
        came('apart', '2025-03-01T08:00:00.200Z', '3'),
      ],
      [
        came('same', '2025-03-01T08:00:00Z', '5'),
        came('same', '2025-03-01T10:00:00.000+02:00', '3'),
      ],
      // Written by the clocks of a shop in UTC.
      [came('local', '2025-03-01T08:00:00', '5'), came('local', '2025-03-01T08:00:00Z', '3')],
    ]
    const together = await openLiveShop(await engine.newAddress())
    await together.send(...pairs.flat())
    const apart = await openLiveShop(await engine.newAddress())
    await apart.send(...pairs.map(([first]) => first as LiveItem))
    await apart.send(...pairs.map(([, second]) => second as LiveItem))
    for (const live of [together, apart])
      expect(
        await textsOf(
          live,
          `SELECT product_key, sum(quantity) FROM stock_fact AS f JOIN products ON products.product_id = f.product_id
           GROUP BY product_key ORDER BY product_key`,
        ),
      ).toEqual(['apart 8.000', 'local 3.000', 'same 3.000'])
  })

  it('is kept aside where it counts stock of a day to come', async () => {
    const live = await openLiveShop(await engine.newAddress())
    const counted = (at: string) =>
      record('stock', { product_key: 'L', kind: 'count', quantity: '4', at })
    await live.send(counted('2025-03-01T08:00:00Z'))
    const days = await textsOf(live, 'SELECT count(*) FROM dates')
    // Tests are on the 15th of January 2026.
    await live.send(counted('2999-01-01T00:00:00Z'), counted('2026-01-17T00:00:00Z'))
    await live.send(counted('2026-01-16T23:00:00Z'))
    expect(await textsOf(live, 'SELECT reason, value FROM rejected_rows ORDER BY value')).toEqual([
      'date_out_of_range 2026-01-17T00:00:00Z',
      'date_out_of_range 2999-01-01T00:00:00Z',
    ])
    expect(await textsOf(live, 'SELECT count(*) FROM stock_fact')).toEqual(['2'])
    expect(Number(days)).toBeGreaterThan(0)
    expect(Number(await textsOf(live, 'SELECT count(*) FROM dates'))).toBeLessThan(1_000)
  })
})
