import { describe, expect, it } from 'vitest'
import { inPlaces } from '../../web/held-order.ts'

const places = (rows: string, known: string) =>
  inPlaces([...rows], [...known], (row) => row).join('')

describe('rows that are held', () => {
  it('keep their places, whatever their new order is', () => {
    expect(places('cabd', 'abcd')).toBe('abcd')
  })

  it('let those that are new take the places of those that are gone', () => {
    expect(places('xcab', 'abcd')).toBe('abcx')
    expect(places('xyca', 'abcd')).toBe('axcy')
  })

  it('come last where no place is free', () => {
    expect(places('cbax', 'abc')).toBe('abcx')
    expect(places('ba', 'abc')).toBe('ab')
  })
})
