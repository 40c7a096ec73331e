import { describe, expect, it } from 'vitest'
import { livePage } from '../../src/metrics/metrics.ts'
import { csv, TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'

/** When stock runs out at the pace of the last day; worked out by hand. */

describe.each(everyEngine())('stock about to run out on $name', (engine) => {
  it.each([
    ['2025-04-10T20:00:00Z', '10', '2025-04-12T18:48:00.000Z'],
    // The day before it was over, and nothing was sold.
    ['2025-04-09T20:00:00Z', null, null],
  ])('counts one day of orders that tell no time: at %s', async (at, sold, runsOutAt) => {
    const shop = await TemporaryShop.open(await engine.newAddress())
    try {
      await shop.import([
        shop.file(
          'orders.csv',
          csv(
            ['Order', 'Date', 'SKU', 'Quantity', 'Price'],
            [1, '2025-04-09', 'L1', 6, '5.00'],
            [2, '2025-04-09', 'L1', 4, '5.00'],
            [3, '2025-04-10', 'L1', 9, '5.00'],
          ),
        ),
        shop.file(
          'stock.csv',
          csv(
            ['ProductID', 'CountedAt', 'Kind', 'Quantity'],
            ['L1', '2025-04-08', 'count', '38.5'],
          ),
        ),
      ])
      const { figures } = await livePage(shop.warehouse, { now: () => new Date(at) })
      const [lamp] = figures.stock.products
      // 38.5 - 19 = 19.5 are left, which last 46.8 hours at 10 a day.
      expect(lamp?.sold ?? null).toBe(sold)
      expect(lamp?.runsOutAt?.slice(0, 16) ?? null).toBe(runsOutAt?.slice(0, 16) ?? null)
    } finally {
      await shop.close()
    }
  })
})
