import { describe, expect, it } from 'vitest'
import { presetRange } from '../../web/range-presets.ts'

const period = { from: '2010-12-01', to: '2011-12-09' }
const old = { period, today: '2026-11-23' }
const live = { period: { from: '2025-01-01', to: '2026-11-22' }, today: '2026-11-23' }

describe('presets', () => {
  it.each([
    ['last7', '2026-11-17', '2026-11-23'],
    ['last28', '2026-10-27', '2026-11-23'],
    ['last90', '2026-08-26', '2026-11-23'],
    ['month', '2026-11-01', '2026-11-23'],
    ['last-month', '2026-10-01', '2026-10-31'],
    ['year', '2026-01-01', '2026-11-23'],
    ['last-year', '2025-01-01', '2025-12-31'],
    ['all', '2025-01-01', '2026-11-22'],
  ] as const)('%s of a live shop: %s to %s', (preset, from, to) => {
    expect(presetRange(preset, live)).toEqual({ from, to })
  })

  it.each([
    ['last28', '2011-11-12', '2011-12-09'],
    ['month', '2011-12-01', '2011-12-09'],
    ['last-month', '2011-11-01', '2011-11-30'],
    ['last-year', '2010-01-01', '2010-12-31'],
  ] as const)('%s of data that ended counts from its last day: %s to %s', (preset, from, to) => {
    expect(presetRange(preset, old)).toEqual({ from, to })
  })
})
