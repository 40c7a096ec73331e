import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runQuery, shopState } from '../../src/metrics/metrics.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { emptyShop, now, type OpenShop, openShop, runStatement, write } from './shop-warehouse.ts'

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const at = (instant: string) => ({ now: () => new Date(instant) })

describe('the state of the shop', () => {
  it('counts what there is', async () => {
    const state = await shopState(shop.warehouse, { now })
    const days = shop.rows.lines.map((line) => line.day).sort()
    expect(state).toMatchObject({
      name: 'Test shop',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      period: { from: days[0], to: days.at(-1) },
      orders: new Set(shop.rows.lines.map((line) => line.order)).size,
      orderLines: shop.rows.lines.length,
      customers: 12,
      products: 8,
      lastImport: { runId: 1, period: { from: '2023-11-13', to: '2024-05-20' } },
      today: '2024-07-01',
      freshness: { sequence: 1, newestDay: days.at(-1) },
    })
  })

  it('opens on what was just imported, later on the last 28 days, never on nothing', async () => {
    const first = await shopState(shop.warehouse, at('2024-05-21T09:00:00Z'))
    expect(first.defaultRange).toEqual({ from: first.period?.from, to: first.period?.to })
    const nextDay = await shopState(shop.warehouse, at('2024-05-22T09:00:00Z'))
    expect(nextDay.defaultRange).toEqual({ from: '2024-04-25', to: '2024-05-22' })
    const muchLater = await shopState(shop.warehouse, at('2026-05-22T09:00:00Z'))
    expect(muchLater.defaultRange).toEqual({ from: '2024-04-23', to: '2024-05-20' })
  })

  it('takes today in the time zone of the shop', async () => {
    const late = await shopState(shop.warehouse, at('2024-07-01T22:30:00Z'))
    expect(late.today).toBe('2024-07-02')
  })

  it('is read again after the next run', async () => {
    const other = await openShop()
    try {
      const before = await shopState(other.warehouse, { now })
      await write(other.warehouse, [
        `insert into sales_fact select * replace (date '2024-06-30' as order_date, 777777 as order_id)
         from sales_fact limit 1`,
        "insert into dirty_days values (date '2024-06-30')",
        runStatement(2, '2024-07-01T10:00:00Z', ['2024-06-30', '2024-06-30']),
      ])
      const after = await shopState(other.warehouse, { now })
      expect(after.orders).toBe(before.orders + 1)
      expect(after.freshness).toMatchObject({ sequence: 2, newestDay: '2024-06-30' })
      expect(after.defaultRange).toEqual({ from: '2024-06-30', to: '2024-06-30' })
      const { meta } = await runQuery(other.warehouse, { metrics: ['revenue'] }, { now })
      expect(meta.range?.to).toBe('2024-06-30')
    } finally {
      await other.close()
    }
  })

  it('is asked once for all queries between two transactions', async () => {
    const other = await openShop()
    try {
      const asked: string[] = []
      const warehouse: Warehouse = {
        ...other.warehouse,
        query: (sql, ...rest) => {
          asked.push(sql)
          return other.warehouse.query(sql, ...rest)
        },
      }
      const currencyAndCount = async () => {
        asked.length = 0
        const { meta } = await runQuery(warehouse, { metrics: ['orders'] }, { now, fresh: true })
        return [meta.currency, asked.length - meta.sql.length]
      }
      expect(await currencyAndCount()).toEqual(['EUR', 2])
      expect(await currencyAndCount()).toEqual(['EUR', 0])
      await other.warehouse.settings.set('currency', 'GBP')
      expect(await currencyAndCount()).toEqual(['GBP', 2])
      expect(await currencyAndCount()).toEqual(['GBP', 0])
    } finally {
      await other.close()
    }
  })

  it('of an empty warehouse is empty, and so are answers', async () => {
    const empty = await emptyShop()
    try {
      const state = await shopState(empty.warehouse, { now })
      expect(state).toMatchObject({
        period: null,
        orders: 0,
        lastImport: null,
        defaultRange: null,
        timeZone: 'UTC',
      })
      const { data, meta } = await runQuery(
        empty.warehouse,
        { metrics: ['revenue'], by: ['month'] },
        { now },
      )
      expect(data.rows).toEqual([])
      expect(meta.range).toBeNull()
      expect(meta.notes.map(({ code }) => code)).toEqual(['no_data'])
    } finally {
      await empty.close()
    }
  })

  it('stops with the signal of the one who asks', async () => {
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(
      runQuery(shop.warehouse, { metrics: ['revenue'] }, { now, signal }),
    ).rejects.toThrow('gone')
  })
})
