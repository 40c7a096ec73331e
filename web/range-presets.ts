import { isOld } from '../src/display/day-text.ts'
import { addDays, addMonths, type DayRange, endOf, startOf } from '../src/model/day.ts'
import type { Shop } from '../src/model/wire.ts'

export const presetNames = [
  'last7',
  'last28',
  'last90',
  'month',
  'last-month',
  'year',
  'last-year',
  'all',
] as const
export type PresetName = (typeof presetNames)[number]

export const presetLabels: Readonly<Record<PresetName, string>> = {
  last7: 'Last 7 days',
  last28: 'Last 28 days',
  last90: 'Last 90 days',
  month: 'This month',
  'last-month': 'Last month',
  year: 'This year',
  'last-year': 'Last year',
  all: 'All time',
}

/** What the presets count from: today, or the last day of data that ended more than a week ago. */
export function anchorOf(shop: Pick<Shop, 'period' | 'today'>): string {
  if (shop.period && isOld(shop.period.to, shop.today)) return shop.period.to
  return shop.today
}

/** The days a preset means for this shop. */
export function presetRange(preset: PresetName, shop: Pick<Shop, 'period' | 'today'>): DayRange {
  const anchor = anchorOf(shop)
  switch (preset) {
    case 'last7':
      return { from: addDays(anchor, -6), to: anchor }
    case 'last28':
      return { from: addDays(anchor, -27), to: anchor }
    case 'last90':
      return { from: addDays(anchor, -89), to: anchor }
    case 'month':
      return { from: startOf('month', anchor), to: anchor }
    case 'last-month':
      return wholeUnit('month', addMonths(anchor, -1))
    case 'year':
      return { from: startOf('year', anchor), to: anchor }
    case 'last-year':
      return wholeUnit('year', addMonths(anchor, -12))
    case 'all':
      return shop.period ?? { from: anchor, to: anchor }
  }
}

function wholeUnit(unit: 'month' | 'year', day: string): DayRange {
  return { from: startOf(unit, day), to: endOf(unit, day) }
}
