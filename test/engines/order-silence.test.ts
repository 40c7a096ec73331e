import { describe, expect, it } from 'vitest'
import { importFiles } from '../../src/ingest/ingest.ts'
import { orderSilence } from '../../src/metrics/metrics.ts'
import { csv, TemporaryShop } from '../ingest/temporary-shop.ts'
import { everyEngine } from './engines.ts'

/** Whether a silence is as quiet as it should be. The shop is in Berlin; what is usual is counted by hand. */

type Row = readonly [order: number, moment: string]

async function load(shop: TemporaryShop, rows: readonly Row[], at: string): Promise<void> {
  const text = csv(
    ['order', 'date', 'customer', 'product', 'quantity', 'price'],
    ...rows.map(([order, moment]) => [order, moment, 'C1', 'LAMP', 1, '5.00']),
  )
  await importFiles(shop.warehouse, {
    paths: [shop.file(`orders-${rows[0]?.[0]}.csv`, text)],
    now: () => new Date(at),
    workFolder: shop.workFolder,
    memoryLimit: '512MB',
    timeZone: 'Europe/Berlin',
  })
}

describe.each(everyEngine())('a silence on $name', (engine) => {
  it('is looked at by the clock on the wall, also over the hour that summer takes', async () => {
    const shop = await TemporaryShop.open(await engine.newAddress())
    const silence = (at: string, minutes = 60) =>
      orderSilence(shop.warehouse, { now: () => new Date(at), minutes })
    try {
      // Six orders after noon on each of five Thursdays in winter time: their UTC is an hour later than now.
      const thursdays = ['2026-02-26', '2026-03-05', '2026-03-12', '2026-03-19', '2026-03-26']
      const rows = thursdays.flatMap((day, week) =>
        [1, 2, 3, 4, 5, 6].map(
          (minute): Row => [week * 10 + minute, `${day}T12:0${minute}:00+01:00`],
        ),
      )
      await load(shop, rows, '2026-04-02T08:00:00Z')
      const now = '2026-04-02T11:00:00Z'
      // All of them came in one file, long after they were made.
      expect(await silence(now)).toMatchObject({ state: 'unknown', reason: 'not_live' })
      for (const minute of ['10', '20', '30'])
        await load(
          shop,
          [[Number(`9${minute}`), `2026-04-02T11:${minute}:00+02:00`]],
          `2026-04-02T09:${minute}:20Z`,
        )
      const found = await silence(now)
      expect(found).toMatchObject({ state: 'silent', orders: 0, expected: 6, weeks: 4 })
      // e^-6.
      expect(found.chance).toBeCloseTo(0.002479, 6)
      expect(found.lastOrderAt).toBe('2026-04-02T09:30:00.000Z')
      // Only three of them lie in the minutes from 12:03 on: e^-4 is 1.8 %.
      expect(await silence('2026-04-02T10:32:30Z', 30)).toMatchObject({
        state: 'quiet',
        expected: 4,
      })
      expect(await silence(now, 120)).toMatchObject({ state: 'heard', orders: 3 })
      // On Friday nothing is usual.
      expect(await silence('2026-04-03T11:00:00Z')).toMatchObject({ state: 'quiet', expected: 0 })
      // A week earlier there were not enough weeks to know.
      expect(await silence('2026-03-26T12:00:00Z')).toMatchObject({ state: 'heard' })
      expect(await silence('2026-03-26T14:00:00Z')).toMatchObject({
        state: 'unknown',
        reason: 'history_too_short',
      })
    } finally {
      await shop.close()
    }
  })

  it('cannot be told of orders that tell no minute', async () => {
    const shop = await TemporaryShop.open(await engine.newAddress())
    try {
      await load(
        shop,
        [
          [1, '2026-02-26'],
          [2, '2026-04-02'],
        ],
        '2026-04-02T08:00:00Z',
      )
      const now = () => new Date('2026-04-02T11:00:00Z')
      expect(await orderSilence(shop.warehouse, { now, minutes: 60 })).toMatchObject({
        state: 'unknown',
        reason: 'no_time',
      })
    } finally {
      await shop.close()
    }
  })
})
