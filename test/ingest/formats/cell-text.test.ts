import { describe, expect, it } from 'vitest'
import { numberText } from '../../../src/ingest/workbooks/cell-text.ts'
import { builtInFormat, formatOf } from '../../../src/ingest/workbooks/number-format.ts'

const text = (stored: string, code = 'General', from1904 = false) =>
  numberText({ stored, format: formatOf(code), from1904 })

describe('the number of a cell as text', () => {
  it.each([
    ['12.1', '12.1'],
    ['12.100000000000001', '12.1'],
    ['0.30000000000000004', '0.3'],
    ['-0', '0'],
    ['1.2345678901234568E+17', '123456789012345680'],
    ['1234567890123456789', '1234567890123456789'],
    ['1E-7', '0.0000001'],
    ['-2.5E-3', '-0.0025'],
    ['1.5E3', '1500'],
    // Three decimals alone could be thousands.
    ['1.234', '1.2340'],
    ['-0.125', '-0.1250'],
    ['', ''],
    ['n/a', 'n/a'],
  ])('%s is %s', (stored, expected) => {
    expect(text(stored)).toBe(expected)
  })

  it.each([
    ['45296', 'dd.mm.yy', '2024-01-05'],
    ['45296.75', 'm/d/yyyy h:mm AM/PM', '2024-01-05 18:00:00'],
    ['45296', '[$-407]d. mmmm yyyy;@', '2024-01-05'],
    ['45296.99999999', 'yyyy-mm-dd', '2024-01-06'],
    ['0.5', 'hh:mm', '12:00:00'],
    ['1', 'yyyy-mm-dd', '1900-01-01'],
    ['59', 'yyyy-mm-dd', '1900-02-28'],
    ['61', 'yyyy-mm-dd', '1900-03-01'],
    ['1.5', '[h]:mm', '1900-01-01 12:00:00'],
    ['-1', 'yyyy-mm-dd', '-1'],
    ['0.1', '0%', '10%'],
    ['0.075', '0.0%', '7.5%'],
    ['0.07125', '0.00%', '7.1250%'],
    ['1', '0%', '100%'],
    ['42', '00000', '00042'],
    ['4.5', '00000', '4.5'],
    ['12.1', '#,##0.00\\ "€"', '€12.1'],
    ['-12.1', '_-* #,##0.00\\ [$€-407]_-', '-€12.1'],
    ['5', '[$USD] #,##0.00', 'USD 5'],
    ['5', '"$"#,##0.00_);[Red]("$"#,##0.00)', '$5'],
    ['3', '0 "days"', '3'],
    ['3', '0.00E+00', '3'],
  ])('%s as %s is %s', (stored, code, expected) => {
    expect(text(stored, code)).toBe(expected)
  })

  it('counts days from 1904 where told so', () => {
    expect(text('43834', 'yyyy-mm-dd', true)).toBe('2024-01-05')
    expect(text('0', 'yyyy-mm-dd', true)).toBe('1904-01-01')
  })

  it('knows the formats that have a number only', () => {
    expect([14, 22, 9, 20, 2].map((id) => builtInFormat(id).kind)).toEqual([
      'moment',
      'moment',
      'percent',
      'moment',
      'plain',
    ])
  })
})
