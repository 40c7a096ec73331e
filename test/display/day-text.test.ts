import { describe, expect, it } from 'vitest'
import {
  bucketText,
  grainOf,
  instantText,
  isOld,
  isRunning,
  rangeText,
  tickText,
} from '../../src/display/day-text.ts'

describe('ranges', () => {
  it.each([
    ['2011-12-01', '2011-12-09', '1 – 9 Dec 2011'],
    ['2026-10-26', '2026-11-22', '26 Oct – 22 Nov 2026'],
    ['2010-12-01', '2011-12-09', '1 Dec 2010 – 9 Dec 2011'],
    ['2011-12-09', '2011-12-09', '9 Dec 2011'],
  ])('%s to %s reads %s', (from, to, text) => {
    expect(rangeText({ from, to })).toBe(text)
  })

  it.each([
    ['2011-11-01', '2011-11-30', 'day'],
    ['2010-12-01', '2011-12-09', 'week'],
    ['2009-01-01', '2011-12-09', 'month'],
    ['2001-01-01', '2011-12-09', 'quarter'],
  ])('%s to %s is drawn by %s', (from, to, grain) => {
    expect(grainOf({ from, to })).toBe(grain)
  })
})

describe('buckets', () => {
  const range = { from: '2010-12-01', to: '2011-12-09' }

  it('says which days a cut bucket holds', () => {
    expect(bucketText('week', '2010-11-29', range)).toBe('1 – 5 Dec 2010 (part of the week)')
    expect(bucketText('month', '2011-12-01', range)).toBe('1 – 9 Dec 2011 (part of the month)')
  })

  it('names whole buckets', () => {
    expect(bucketText('day', '2011-11-23', range)).toBe('Wed 23 Nov 2011')
    expect(bucketText('week', '2011-11-21', range)).toBe('21 – 27 Nov 2011')
    expect(bucketText('month', '2011-11-01', range)).toBe('Nov 2011')
  })

  it('words ticks, the year only where it changes', () => {
    expect(tickText('day', '2011-11-23')).toBe('23 Nov')
    expect(tickText('month', '2011-02-01')).toBe('Feb')
    expect(tickText('month', '2011-01-01')).toBe('Jan 2011')
    expect(tickText('quarter', '2011-10-01')).toBe('Q4 2011')
  })

  it('knows which bucket still grows', () => {
    expect(isRunning('week', '2026-11-23', '2026-11-25')).toBe(true)
    expect(isRunning('week', '2026-11-16', '2026-11-23')).toBe(false)
    expect(isRunning('day', '2026-11-24', '2026-11-23')).toBe(false)
  })
})

describe('clocks', () => {
  it("shows instants on the shop's clock", () => {
    expect(instantText('2026-11-23T23:30:00Z', 'Europe/Berlin')).toBe('24 Nov 2026, 00:30')
  })

  it('calls data old after a week', () => {
    expect(isOld('2026-11-16', '2026-11-23')).toBe(false)
    expect(isOld('2026-11-15', '2026-11-23')).toBe(true)
  })
})
