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
})
