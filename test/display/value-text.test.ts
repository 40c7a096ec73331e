import { describe, expect, it } from 'vitest'
import {
  axisText,
  bytesText,
  compactText,
  confidenceText,
  fullText,
  type Measure,
  timeLeftText,
  unitText,
} from '../../src/display/value-text.ts'

const pounds: Measure = { label: 'Net sales', unit: 'money', currency: 'GBP' }
const money: Measure = { label: 'Net sales', unit: 'money', currency: null }
const count: Measure = { label: 'Orders', unit: 'count', currency: null }
const quantity: Measure = { label: 'Units', unit: 'quantity', currency: null }
const ratio: Measure = { label: 'Margin', unit: 'ratio', currency: null }

describe('whole figures', () => {
  it.each([
    ['10666684.5400', pounds, '£10,666,684.54'],
    ['-896812.49', pounds, '−£896,812.49'],
    ['12.3', money, '12.30'],
    // A binary float would end in .98: decimal text is formatted exactly.
    ['90071992547409.99', money, '90,071,992,547,409.99'],
    [20_726, count, '20,726'],
    ['1.250', quantity, '1.25'],
    ['0.118', ratio, '11.8%'],
    [null, pounds, '—'],
  ] as const)('%s reads %s', (value, measure, text) => {
    expect(fullText(value, measure)).toBe(text)
  })
})

describe('short figures', () => {
  it.each([
    ['10666684.54', pounds, '£10.7M'],
    ['823746.14', pounds, '£824K'],
    ['5000', pounds, '£5.00K'],
    ['514.65', pounds, '£514.65'],
    ['-4930000', pounds, '−£4.93M'],
    [20_726, count, '20,726'],
    ['5660979', quantity, '5.66M'],
    ['0.4512', ratio, '45.1%'],
    [null, count, '—'],
  ] as const)('%s reads %s', (value, measure, text) => {
    expect(compactText(value, measure)).toBe(text)
  })
})

describe('an axis', () => {
  it('words all ticks in the unit of the largest', () => {
    const words = axisText(1_250_000, pounds)
    expect([0, 250_000, 500_000, 1_250_000].map(words)).toEqual(['£0', '£0.25M', '£0.5M', '£1.25M'])
  })

  it('keeps ticks apart for any largest value', () => {
    for (let largest = 1; largest < 1e13; largest *= 1.7) {
      const step = 10 ** Math.floor(Math.log10(largest)) / 2
      const ticks = Array.from({ length: 10 }, (_, index) => index * step)
      const texts = ticks.map(axisText(largest, count))
      expect(new Set(texts).size, `${largest}: ${texts}`).toBe(ticks.length)
    }
  })

  it('shows shares as percent', () => {
    expect(axisText(1, ratio)(0.25)).toBe('25%')
  })
})

describe('words beside figures', () => {
  it('says when no currency was stated, and invents no sign', () => {
    expect(unitText(money)).toBe('currency not stated')
    expect(fullText('1', money)).not.toMatch(/[^\d.,]/)
  })

  it('words time left, size and confidence', () => {
    expect([0.2, 12, 61, 3_600].map(timeLeftText)).toEqual([
      '1 s left',
      '12 s left',
      'about 2 min left',
      'about 60 min left',
    ])
    expect(bytesText(1_440_000)).toBe('1.44 MB')
    expect([0.95, 0.7, 0.5, 0.1].map(confidenceText)).toEqual([
      'certain',
      'likely',
      'unsure',
      'a guess',
    ])
  })
})
