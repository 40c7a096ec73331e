import { describe, expect, it } from 'vitest'
import { restatements } from '../../src/metrics/metrics.ts'
import { TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'

/**
 * What later loads change of days that had been told before. The clock of these tests stands on 15 January 2026; figures
 * are worked out by hand.
 */

const head = 'order,date,customer,product,quantity,price\n'
const first = `${head}1,2026-01-10,C1,P1,2,10.00
2,2026-01-12,C2,P1,1,30.00
3,2026-01-12,C3,P2,4,5.00
4,2026-01-15,C4,P2,1,5.00
`

async function told(shop: TemporaryShop): Promise<string[]> {
  const all = await restatements(shop.warehouse)
  return all.flatMap(({ day, runId, figures }) =>
    figures.map(
      ({ metric, before, after, change }) =>
        `${runId} ${day} ${metric} ${Number(before)} -> ${Number(after)} (${Number(change)})`,
    ),
  )
}

describe.each(everyEngine())('days that were told, on $name', (engine) => {
  async function withShop(work: (shop: TemporaryShop) => Promise<void>): Promise<void> {
    const shop = await TemporaryShop.open(await engine.newAddress())
    try {
      await shop.importText('first.csv', first)
      expect(await told(shop)).toEqual([])
      await work(shop)
    } finally {
      await shop.close()
    }
  }

  it('are restated by an order that changed, by one that came late, and by what came back', () =>
    withShop(async (shop) => {
      // Order 2 costs less now, order 5 fills a day without sales, and order 6 is of today.
      const changes = `${head}2,2026-01-12,C2,P1,1,25.00
5,2026-01-11,C1,P2,3,5.00
6,2026-01-15,C1,P2,3,5.00
`
      await shop.importText('second.csv', changes, { answers: { 'known-orders': 'same-shop' } })
      const second = [
        '2 2026-01-12 net_sales 50 -> 45 (-5)',
        '2 2026-01-12 revenue 50 -> 45 (-5)',
        '2 2026-01-12 gross_sales 50 -> 45 (-5)',
        '2 2026-01-11 net_sales 0 -> 15 (15)',
        '2 2026-01-11 revenue 0 -> 15 (15)',
        '2 2026-01-11 gross_sales 0 -> 15 (15)',
        '2 2026-01-11 orders 0 -> 1 (1)',
        '2 2026-01-11 units 0 -> 3 (3)',
      ]
      expect(await told(shop)).toEqual(second)

      const back =
        'return id,order,return date,product,quantity,amount\nR1,3,2026-01-12,P2,2,10.00\n'
      await shop.importText('returns.csv', back)
      expect(await told(shop)).toEqual([
        '3 2026-01-12 net_sales 45 -> 35 (-10)',
        '3 2026-01-12 returns 0 -> 10 (10)',
        '3 2026-01-12 returned_units 0 -> 2 (2)',
        ...second,
      ])
      const newest = await restatements(shop.warehouse, { from: '2026-01-12', limit: 1 })
      expect(newest).toMatchObject([{ day: '2026-01-12', runId: 3 }])
      expect(newest[0]?.files[0]).toContain('returns.csv')
      expect(await restatements(shop.warehouse, { to: '2026-01-11' })).toHaveLength(1)
      expect(await restatements(shop.warehouse, { since: '2026-01-15T12:00:01Z' })).toEqual([])
    }))

  it('are not restated by the same again, nor by days before the first and after the last of them', () =>
    withShop(async (shop) => {
      await shop.importText('again.csv', first)
      await shop.importText('before.csv', `${head}7,2025-12-31,C9,P1,1,10.00\n`)
      expect(await told(shop)).toEqual([])
      // Between the first and the last day now.
      await shop.importText('between.csv', `${head}8,2026-01-02,C9,P1,1,10.00\n`)
      expect((await told(shop)).map((text) => text.split(' ').slice(0, 3).join(' '))).toEqual([
        '4 2026-01-02 net_sales',
        '4 2026-01-02 revenue',
        '4 2026-01-02 gross_sales',
        '4 2026-01-02 orders',
        '4 2026-01-02 units',
      ])
    }))

  it('tell of an earlier first order that a customer is new on another day', () =>
    withShop(async (shop) => {
      await shop.importText('late.csv', `${head}9,2026-01-11,C2,P1,1,10.00\n`)
      const newCustomers = (await told(shop)).filter((text) => text.includes('new_customers'))
      expect(newCustomers).toEqual([
        '2 2026-01-12 new_customers 2 -> 1 (-1)',
        '2 2026-01-11 new_customers 0 -> 1 (1)',
      ])
    }))
})
