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
})
