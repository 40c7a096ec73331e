import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, compare, divide, negate, round, subtract, sum, trim } from '../../src/model/money.ts'

/** Decimals as text with up to 30 digits before and 8 after the point. */
const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 8 }))
  .map(([units, scale]) => written(units, scale))

/** Counted apart from the code under test: everything as whole numbers of 10^-8. */
const fine = 8

function written(units: bigint, scale: number): string {
  const sign = units < 0n ? '-' : ''
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  return scale === 0
    ? `${sign}${digits}`
    : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function fineUnits(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(fine, '0'))
}

describe('exact decimals', () => {
  it('add, subtract and sum up without a remainder, whatever their scales', () => {
    fc.assert(
      fc.property(fc.array(decimals, { minLength: 2 }), (values) => {
        const [a = '', b = ''] = values
        const total = values.reduce((so, value) => so + fineUnits(value), 0n)
        expect(fineUnits(add(a, b))).toBe(fineUnits(a) + fineUnits(b))
        expect(fineUnits(subtract(a, b))).toBe(fineUnits(a) - fineUnits(b))
        expect(fineUnits(sum(values))).toBe(total)
        expect(Math.sign(compare(a, b))).toBe(Math.sign(Number(fineUnits(a) - fineUnits(b))))
      }),
    )
  })

  it('round half away from zero', () => {
    expect(['0.125', '-0.125', '0.1249', '-0.1251'].map((value) => round(value, 2))).toEqual([
      '0.13',
      '-0.13',
      '0.12',
      '-0.13',
    ])
    expect(divide('1', '8', 2)).toBe('0.13')
    expect(divide('-1', '8', 2)).toBe('-0.13')
    expect(divide('1', '0.00')).toBeNull()
  })

  it('keep the scale of the finer of two, and none where there is none', () => {
    expect(add('1.50', '2')).toBe('3.50')
    expect(sum(['0', '0.10', '0.2000'])).toBe('0.3000')
    expect(sum([])).toBe('0')
    expect(trim('-0.00')).toBe('0')
    expect(negate('-5.5')).toBe('5.5')
    expect(add('.5', '5.')).toBe('5.5')
  })

  it('are digits with one point at most: nothing else counts as a number', () => {
    for (const text of [
      '',
      '-',
      '.',
      '-.',
      '1e3',
      ' 1',
      '1 ',
      '0x1f',
      '1,5',
      '1.2.3',
      '--1',
      '+1',
    ]) {
      expect(() => add(text, '1'), text).toThrow('not a decimal')
    }
  })
})
