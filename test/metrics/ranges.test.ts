import { describe, expect, it } from 'vitest'
import { comparedRange, isRunning, pastPart } from '../../src/metrics/ranges.ts'
import type { Compare } from '../../src/model/query.ts'

const over = { today: '2026-01-01', live: false }
const live = { today: '2024-05-23', live: true }

function compared(
  from: string,
  to: string,
  options: Partial<{ compare: Compare; matchWeekday: boolean; shop: typeof live }> = {},
) {
  const { compare = 'previous', matchWeekday = false, shop = over } = options
  const range = comparedRange({ compare, matchWeekday }, { from, to }, shop)
  return range && `${range.from} ${range.to}`
}

describe('the range before', () => {
  it.each([
    ['a month', '2024-03-01', '2024-03-31', '2024-02-01 2024-02-29'],
    ['a quarter', '2024-01-01', '2024-03-31', '2023-10-01 2023-12-31'],
    ['a year', '2024-01-01', '2024-12-31', '2023-01-01 2023-12-31'],
    ['two months', '2024-01-01', '2024-02-29', '2023-11-01 2023-12-31'],
    ['a week', '2024-05-13', '2024-05-19', '2024-05-06 2024-05-12'],
    ['28 days', '2024-05-01', '2024-05-28', '2024-04-03 2024-04-30'],
    ['a day', '2024-03-01', '2024-03-01', '2024-02-29 2024-02-29'],
  ])('of %s', (_, from, to, wanted) => {
    expect(compared(from, to)).toBe(wanted)
  })

  it.each([
    ['a leap February', '2024-02-01', '2024-02-29', '2023-02-01 2023-02-28'],
    ['a plain February', '2025-02-01', '2025-02-28', '2024-02-01 2024-02-29'],
    ['some days', '2024-05-03', '2024-05-20', '2023-05-03 2023-05-20'],
  ])('a year before of %s', (_, from, to, wanted) => {
    expect(compared(from, to, { compare: 'previous_year' })).toBe(wanted)
  })

  it('moves by whole weeks where weekdays are to match', () => {
    const options = { matchWeekday: true }
    expect(compared('2024-05-01', '2024-05-31', options)).toBe('2024-03-27 2024-04-26')
    expect(compared('2024-05-13', '2024-05-19', options)).toBe('2024-05-06 2024-05-12')
    const year = { matchWeekday: true, compare: 'previous_year' as const }
    expect(compared('2024-05-01', '2024-05-31', year)).toBe('2023-05-03 2023-06-02')
  })

  it('is the same elapsed part while a period is running', () => {
    expect(compared('2024-05-01', '2024-05-31', { shop: live })).toBe('2024-04-01 2024-04-23')
    expect(compared('2024-05-20', '2024-05-26', { shop: live })).toBe('2024-05-13 2024-05-16')
    const year = { shop: live, compare: 'previous_year' as const }
    expect(compared('2024-01-01', '2024-12-31', year)).toBe('2023-01-01 2023-05-23')
    const weekdays = { shop: live, matchWeekday: true }
    expect(compared('2024-05-01', '2024-05-31', weekdays)).toBe('2024-03-27 2024-04-18')
    const march = { today: '2024-03-31', live: true }
    expect(compared('2024-03-01', '2024-03-31', { shop: march })).toBe('2024-02-01 2024-02-29')
  })

  it('is what was asked, or none', () => {
    const days = { from: '2020-01-01', to: '2020-01-05' }
    expect(compared('2024-05-01', '2024-05-31', { compare: days })).toBe('2020-01-01 2020-01-05')
    expect(compared('2024-05-01', '2024-05-31', { compare: 'none' })).toBeNull()
  })
})

describe('a running period', () => {
  it('reaches today while orders still come in', () => {
    expect(isRunning({ from: '2024-05-01', to: '2024-05-23' }, live)).toBe(true)
    expect(isRunning({ from: '2024-05-01', to: '2024-05-22' }, live)).toBe(false)
    expect(isRunning({ from: '2024-05-01', to: '2024-05-31' }, { ...live, live: false })).toBe(
      false,
    )
  })

  it('has no days after today, unless the data does', () => {
    const may = { from: '2024-05-01', to: '2024-05-31' }
    const span = { from: '2024-01-01', to: '2024-05-22' }
    expect(pastPart(may, { today: '2024-05-23', span }).to).toBe('2024-05-23')
    expect(pastPart(may, { today: '2024-05-23', span: { ...span, to: '2024-05-24' } }).to).toBe(
      '2024-05-24',
    )
    expect(pastPart(may, { today: '2024-07-01', span })).toEqual(may)
  })
})
