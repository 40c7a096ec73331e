import { expect, it } from 'vitest'
import { restatementText } from '../../src/display/restatement-text.ts'
import { catalogue } from '../../src/metrics/metrics.ts'

const words = { metrics: catalogue().metrics, currency: 'EUR', timeZone: 'Europe/Berlin' }

it('says what changed of a day, when on the shop’s clock, and by which file', () => {
  const restated = {
    day: '2026-11-26',
    runId: 7,
    at: '2026-11-27T08:14:00.000Z',
    files: ['/home/shop/returns.csv', 'C:\\exports\\more.csv'],
    figures: [
      { metric: 'net_sales', before: '1300.0000', after: '1180.0000', change: '-120.0000' },
      { metric: 'returned_units', before: '0.0000', after: '3.0000', change: '3.0000' },
    ],
  } as const
  expect(restatementText(restated, words)).toEqual({
    day: '26 Nov 2026',
    changes: 'Net sales −€120.00, Returned units +3',
    at: '27 Nov 2026, 09:14',
    by: 'returns.csv, more.csv (run 7)',
  })
})

it('names live records where no file came', () => {
  const restated = {
    day: '2026-11-26',
    runId: 8,
    at: '2026-11-27T08:14:00Z',
    files: [],
    figures: [],
  }
  expect(restatementText(restated, words).by).toBe('live records (run 8)')
})
