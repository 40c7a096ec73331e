import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** What spreadsheets do to identifiers is said, for it makes one product or order of several. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

async function warnings(skus: readonly string[], orders: (at: number) => string = String) {
  const lines = skus.map((sku, at) => [orders(at + 1), `2024-01-${10 + at}`, sku, 1, '2.50'])
  const content = csv(['order number', 'order date', 'sku', 'quantity', 'unit price'], ...lines)
  const report = await shop.importText('lines.csv', content, { dryRun: true })
  expect(report.rows.accepted).toBe(skus.length)
  const identifiers = ['scientific_identifiers', 'leading_zeros_lost']
  return report.warnings.filter(({ code }) => identifiers.includes(code))
}

/** Numbers of articles with their check digits, from the sources of GS1. */
const eans = ['4006381333931', '5901234123457', '9780201379624', '0012345678905']

describe('identifiers', () => {
  it('that a spreadsheet turned into 4.00638E+12 are told', async () => {
    const [only, ...more] = await warnings(['4.00638E+12', '4.00638E+12', '5.90123E+12', 'A-1'])
    expect(only?.code).toBe('scientific_identifiers')
    expect(only?.text).toMatch(/^2 product ids are written like 4\.00638E\+12/)
    expect(more).toEqual([])
  })

  it('that are so written in order numbers are told too', async () => {
    const found = await warnings(['A', 'B'], (at) => `1,0000${at}E+11`)
    expect(found.map(({ text }) => text.slice(0, 15))).toEqual(['2 order numbers'])
  })

  it('that lost a zero in front are told by the check digit', async () => {
    const [only] = await warnings([...eans.slice(0, 3), '12345678905'])
    expect(only?.code).toBe('leading_zeros_lost')
    expect(only?.text).toContain('12345678905 stands beside 4006381333931')
  })

  it('that stand with and without their zeros are told', async () => {
    const [only] = await warnings(['00123', '123', '00456'])
    expect(only?.text).toMatch(
      /^1 product ids seem to have lost zeros in front: 123 stands beside 00123/,
    )
  })

  it('that are whole, or no numbers of articles, are left in peace', async () => {
    expect(await warnings(eans)).toEqual([])
    expect(
      await warnings([
        '1000001',
        '1000002',
        'E+1',
        '12E+',
        '2024E1',
        '4006381333930',
        '400638133393',
      ]),
    ).toEqual([])
    // Twelve digits are a whole number of articles in America.
    expect(await warnings(['012345678905', '036000291452', '4006381333931'])).toEqual([])
  })
})
