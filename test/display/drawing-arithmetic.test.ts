import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantileClasses } from '../../src/display/quantile-classes.ts'
import { sparklineRuns } from '../../src/display/sparkline.ts'

describe('quantile classes', () => {
  it('hold the same number of members and state bounds that occur', () => {
    expect(quantileClasses([10, 1, 9, 2, 8, 3, 7, 4, 6, 5])).toEqual([
      { from: 1, to: 2 },
      { from: 3, to: 4 },
      { from: 5, to: 6 },
      { from: 7, to: 8 },
      { from: 9, to: 10 },
    ])
  })

  it('keep one giant from bleaching the rest', () => {
    const classes = quantileClasses([9_000_000, 5, 4, 3, 2])
    expect(classes).toHaveLength(5)
    expect(classes[0]).toEqual({ from: 2, to: 2 })
  })

  it('are none for nothing and one for one', () => {
    expect(quantileClasses([])).toEqual([])
    expect(quantileClasses([4, 4, 4])).toEqual([{ from: 4, to: 4 }])
  })

  it('take every value into exactly one class, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 80 }), (values) => {
        const classes = quantileClasses(values)
        expect(classes.length).toBeLessThanOrEqual(5)
        for (const value of values) {
          expect(classes.filter(({ from, to }) => from <= value && value <= to)).toHaveLength(1)
        }
        for (const [index, one] of classes.entries()) {
          const next = classes[index + 1]
          if (next) expect(one.to).toBeLessThan(next.from)
        }
      }),
    )
  })
})

describe('sparklines', () => {
  it('reach from the lowest at the bottom to the highest at the top', () => {
    expect(sparklineRuns([0, 5, 10], 100, 20)).toEqual(['0,20 50,10 100,0'])
  })

  it('break where a value is missing and stay in the middle without movement', () => {
    expect(sparklineRuns([3, null, 3, 3], 90, 20)).toEqual(['0,10', '60,10 90,10'])
  })

  it('draw nothing from nothing', () => {
    expect(sparklineRuns([null, null], 90, 20)).toEqual([])
    expect(sparklineRuns([], 90, 20)).toEqual([])
  })
})
