import { describe, expect, it } from 'vitest'
import { unitsIn } from '../../src/model/day.ts'

const dayLength = 86_400_000

describe('the days of a range', () => {
  it('are all of them, over the ends of months, years and leap years', () => {
    for (const [from, to] of [
      ['1999-12-27', '2001-03-02'],
      ['2023-02-27', '2024-03-01'],
      ['2024-02-28', '2024-02-28'],
    ] as const) {
      const first = Date.parse(from)
      const count = (Date.parse(to) - first) / dayLength + 1
      const expected = Array.from({ length: count }, (_, number) =>
        new Date(first + number * dayLength).toISOString().slice(0, 10),
      )
      expect(unitsIn('day', { from, to })).toEqual(expected)
    }
  })

  it('are none when it ends before it begins', () => {
    expect(unitsIn('day', { from: '2024-03-02', to: '2024-03-01' })).toEqual([])
  })
})
