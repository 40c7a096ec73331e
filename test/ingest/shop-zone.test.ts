import { describe, expect, it } from 'vitest'
import { explainingZone } from '../../src/ingest/shop-zone.ts'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const orders = (...times: readonly string[]) =>
  csv(
    ['order number', 'order date', 'product', 'quantity', 'unit price', 'currency'],
    ...times.map((time, index) => [1001 + index, time, 'Lamp', 1, '10.00', 'EUR']),
  )

const zone = () => shop.value("SELECT value FROM settings WHERE key = 'time_zone'")

const stated = async (...[content, options]: [string, { timeZone?: string }?]) =>
  (await shop.importText('orders.csv', content, options)).warnings.find(
    ({ code }) => code === 'time_zone_assumed',
  )?.text

describe('the time zone of a shop', () => {
  let settled: Promise<void> | undefined

  it('is the one that explains the offsets of its first import, whatever the machine has', async () => {
    const text = await stated(
      orders('2024-01-15T23:30:00-05:00', '2024-07-01T23:30:00-04:00', '2024-03-10T03:10:00-04:00'),
      { timeZone: 'Europe/Berlin' },
    )
    expect(text).toContain('those of America/New_York')
    expect(await zone()).toBe('America/New_York')
    await shop.importText('more.csv', orders('2024-02-01T10:00:00+09:00'))
    expect(await zone()).toBe('America/New_York')
  })

  it('is that of the machine where it explains them too, and where nothing does', async () => {
    await stated(orders('2024-01-15T23:30:00+01:00', '2024-07-01T23:30:00+02:00'), {
      timeZone: 'Europe/Madrid',
    })
    expect(await zone()).toBe('Europe/Madrid')
  })

  it('is not settled by what has no days, and a zone of another import is not overruled', async () => {
    const products = csv(['ProductID', 'ProductName', 'Price'], ['MUG', 'Mug', '9.50'])
    await shop.importText('products.csv', products, { timeZone: 'UTC' })
    expect(await zone()).toBeUndefined()
    const raced = shop.importText('orders.csv', orders('2024-01-15T23:30:00Z'), {
      timeZone: 'Europe/Berlin',
      onProgress: ({ step }) => {
        if (step === 'cleaning' && !settled)
          settled = shop.warehouse.settings.set('time_zone', 'Asia/Tokyo')
      },
    })
    await expect(raced).rejects.toMatchObject({ code: 'busy' })
    await settled
    expect(await shop.lines()).toEqual([])
    await shop.importText('orders.csv', orders('2024-01-15T23:30:00Z'))
    expect((await shop.lines())[0]).toContain('1001 2024-01-16')
  })

  it('is that of the machine where offsets are of customers all over the world', async () => {
    const text = await stated(orders('2024-01-15T23:30:00+01:00', '2024-01-15T12:30:00-08:00'), {
      timeZone: 'Europe/Madrid',
    })
    expect(text).toBeUndefined()
    expect(await zone()).toBe('Europe/Madrid')
  })

  it('takes times in UTC to that of the machine, and says so', async () => {
    const text = await stated(orders('2024-01-15T23:30:00Z', '2024-07-01T22:30:00Z'), {
      timeZone: 'Europe/Berlin',
    })
    expect(text).toContain("which is this machine's")
    const days = await shop.query(
      'SELECT strftime(order_date, $$%m-%d$$) AS day FROM orders ORDER BY order_number',
    )
    expect(days.map(({ day }) => day)).toEqual(['01-16', '07-02'])
  })
})

describe('zones by the offsets that are stated', () => {
  const at = (text: string, minutes: number) => ({
    minutes,
    first: Date.parse(text),
    last: Date.parse(text),
  })

  it.each([
    ['nothing', [], 'Europe/Berlin', null],
    ['the same all year, none', [at('2024-01-01', 0), at('2024-07-01', 0)], 'Europe/Berlin', 'UTC'],
    ['British summer', [at('2024-01-01', 0), at('2024-07-01', 60)], 'UTC', 'Europe/London'],
    ['half hours', [at('2024-01-01', 330)], 'UTC', 'Asia/Calcutta'],
    ['two on one day', [at('2024-01-01', 60), at('2024-01-01', 120)], 'UTC', null],
  ])('%s', (_, offsets, given, expected) => {
    expect(explainingZone(offsets, given)).toBe(expected)
  })
})
