import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DecimalSign,
  type NumberNotation,
  prove,
  readNumber,
  settleNumbers,
} from '../../../src/ingest/notation/numbers.ts'
import { openReader, type ValueReader } from './staged-values.ts'

let reader: ValueReader
beforeAll(async () => {
  reader = await openReader()
})
afterAll(() => reader.close())

/** Reads a whole column by the notation that its own values prove. */
async function readColumn(values: readonly string[]) {
  const evidence = settleNumbers(reader.shapes(values))
  return { evidence, read: await reader.read(values, readNumber('text', evidence.notation)) }
}

const notation = (own: Partial<NumberNotation>): NumberNotation => ({
  decimal: '.',
  plain: false,
  bare: false,
  percent: false,
  fine: false,
  scientific: false,
  currencies: [],
  ...own,
})

/** Decimal text without zeros at its end. */
function plain(text: string | null): string | null {
  if (text === null || !text.includes('.')) return text
  const short = text.replace(/0+$/, '').replace(/\.$/, '')
  return short === '-0' ? '0' : short
}

describe('what one value proves of the decimal sign', () => {
  const proofs: [shape: string, proof: ReturnType<typeof prove>][] = [
    ['999', { kind: 'whole' }],
    ['9 999', { kind: 'whole' }],
    ['-99', { kind: 'whole' }],
    ['9.99', { kind: 'decimal', sign: '.', places: 2 }],
    ['9,9', { kind: 'decimal', sign: ',', places: 1 }],
    ['9.9999', { kind: 'decimal', sign: '.', places: 4 }],
    ['9999.999', { kind: 'decimal', sign: '.', places: 3 }],
    ['.999', { kind: 'decimal', sign: '.', places: 3 }],
    ['9.999,99', { kind: 'decimal', sign: ',', places: 2 }],
    ['9,999.99', { kind: 'decimal', sign: '.', places: 2 }],
    ['99,99,999.99', { kind: 'decimal', sign: '.', places: 2 }],
    ["9'999.99", { kind: 'decimal', sign: '.', places: 2 }],
    ['9\u00a0999,99', { kind: 'decimal', sign: ',', places: 2 }],
    ['9.999.999', { kind: 'thousands', sign: '.' }],
    ['9,999,999', { kind: 'thousands', sign: ',' }],
    ['9.999', { kind: 'ambiguous', sign: '.' }],
    ['99,999', { kind: 'ambiguous', sign: ',' }],
    ['€ 9,99', { kind: 'decimal', sign: ',', places: 2 }],
    ['$9.99', { kind: 'decimal', sign: '.', places: 2 }],
    ['9,99 EUR', { kind: 'decimal', sign: ',', places: 2 }],
    ['Rs. 9,99,999', { kind: 'thousands', sign: ',' }],
    ['(9.99)', { kind: 'decimal', sign: '.', places: 2 }],
    ['9.99-', { kind: 'decimal', sign: '.', places: 2 }],
    ['9.99 %', { kind: 'decimal', sign: '.', places: 2 }],
    ['99.99.9999', { kind: 'unreadable' }],
    ['9,9,9', { kind: 'unreadable' }],
    ['99 99', { kind: 'unreadable' }],
    ['9.999.99', { kind: 'unreadable' }],
    ['9 x 9', { kind: 'unreadable' }],
    ['9-9', { kind: 'unreadable' }],
    ['(9.99', { kind: 'unreadable' }],
    ['a few', { kind: 'unreadable' }],
    ['-', { kind: 'unreadable' }],
    ['99,-', { kind: 'whole' }],
    ['CHF 99.--', { kind: 'whole' }],
    ['$(9.99)', { kind: 'decimal', sign: '.', places: 2 }],
    ['(9.999,99) €', { kind: 'decimal', sign: ',', places: 2 }],
    ['9,99-€', { kind: 'decimal', sign: ',', places: 2 }],
    ['¥9,999', { kind: 'thousands', sign: ',' }],
    ['9.9E+99', { kind: 'decimal', sign: '.', places: 10 }],
    ['9e9', { kind: 'whole', places: 10 }],
    ['9.9k', { kind: 'unreadable' }],
    ['9 Mio', { kind: 'unreadable' }],
    ['9,99 Kč', { kind: 'decimal', sign: ',', places: 2 }],
    ['<9', { kind: 'unreadable' }],
    ['9½', { kind: 'unreadable' }],
    ['#DIV/9!', { kind: 'unreadable' }],
    ['９９', { kind: 'unreadable' }],
  ]
  it.each(proofs)('%s', (shape, proof) => {
    expect(prove(shape)).toEqual(proof)
  })
})

describe('a column', () => {
  it('is read by the decimal sign that its values prove', async () => {
    const { evidence, read } = await readColumn(['1.234', '12,50', '7', '1.234.567,8', '0,125'])
    expect(evidence).toMatchObject({ certain: true, notation: { decimal: ',', plain: false } })
    expect(read.map(plain)).toEqual(['1234', '12.5', '7', '1234567.8', '0.125'])
  })

  it('whose values could all be read both ways is not certain', async () => {
    const { evidence } = await readColumn(['1.234', '5', '20.500'])
    expect(evidence).toMatchObject({ certain: false, ambiguous: 2 })
    expect(['1.234', '20.500']).toContain(evidence.ambiguousExample)
  })

  it('with a zero before the sign is certain: 0.125 is no thousand', async () => {
    const { evidence, read } = await readColumn(['1.234', '0.125'])
    expect(evidence).toMatchObject({ certain: true, notation: { decimal: '.' } })
    expect(read.map(plain)).toEqual(['1.234', '0.125'])
  })

  it('of both kinds is read value by value', async () => {
    const { evidence, read } = await readColumn(['1.234,56', '1,234.56', '7,5', '7.5', '1,234,567'])
    expect(evidence).toMatchObject({ certain: true, notation: { decimal: 'either' } })
    expect(read.map(plain)).toEqual(['1234.56', '1234.56', '7.5', '7.5', '1234567'])
  })

  it('of both kinds leaves open what fits both, and an answer decides that alone', async () => {
    const values = ['1.234,56', '1,234.56', '1.234', '1,234']
    const { evidence } = await readColumn(values)
    expect(evidence).toMatchObject({ certain: false, ambiguous: 2 })
    const by = (undecided: DecimalSign) =>
      reader.read(values, readNumber('text', { ...evidence.notation, undecided }))
    expect((await by('.')).map(plain)).toEqual(['1234.56', '1234.56', '1.234', '1234'])
    expect((await by(',')).map(plain)).toEqual(['1234.56', '1234.56', '1234', '1.234'])
  })

  it('tells the currency that stands beside its numbers; a dollar sign stands for some dollar', () => {
    const currencies = (...values: string[]) =>
      settleNumbers(reader.shapes(values)).notation.currencies
    expect(currencies('£2,55', '£1.00')).toEqual(['GBP'])
    expect(currencies('2,55 €', 'EUR 3,00')).toEqual(['EUR'])
    expect(currencies('12 USD', '1 CAD')).toEqual(['CAD', 'USD'])
    expect(currencies('R$ 1.000,00')).toEqual(['BRL'])
    expect(currencies('$5', '5 pcs', '5 PCS')).toEqual(['$'])
    expect(currencies('US$5', 'A$5')).toEqual(['AUD', 'USD'])
    expect(currencies('5 kr', '5 kr.', '5 SEK')).toEqual(['SEK', 'kr'])
    expect(currencies('Fr. 5', '₺5', 'RM5')).toEqual(['CHF', 'MYR', 'TRY'])
  })

  it('keeps four decimals, and all ten of finer ones', async () => {
    expect((await readColumn(['1.2345', '2'])).read).toEqual(['1.2345', '2.0000'])
    const { evidence, read } = await readColumn(['€1.23456789', '€2'])
    expect(evidence.notation.fine).toBe(true)
    expect(read.map(plain)).toEqual(['1.23456789', '2'])
  })
})

describe('values that hold more than a number', () => {
  it('of a refused currency are not read', async () => {
    const values = ['US$1', 'USD 2', '$3', 'A$4', 'AUD 5', '€6', '7 kr', '8 krona', 'xUSD 9']
    const read = (refused: string[]) =>
      reader.read(values, readNumber('text', notation({ refused })))
    expect((await read(['USD'])).map(plain)).toEqual([
      null,
      null,
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ])
    expect((await read(['$'])).map(plain)).toEqual(['1', '2', null, '4', '5', '6', '7', '8', '9'])
    expect((await read(['AUD', 'EUR', 'kr'])).map(plain)).toEqual([
      '1',
      '2',
      '3',
      null,
      null,
      null,
      null,
      '8',
      '9',
    ])
  })

  it('tell their units', () => {
    const units = (...values: string[]) => settleNumbers(reader.shapes(values)).units
    expect(units('1 kg', '2 KG', '3')).toHaveLength(1)
    expect(units('1 pc', '2 pcs', '3 €')).toHaveLength(1)
    expect(units('1 kg', '500 g')).toEqual(['kg', 'g'])
  })
})

describe('what is no number in the notation of its column', () => {
  const unreadable: [decimal: NumberNotation['decimal'], values: string[]][] = [
    ['.', ['1,5', '1,2,3', '12 34', '1.2.3', '31.12.2024', '12:30', '1/2', '10-20', '2 x 5']],
    [',', ['1.5', '12.5.2024', '1.2.3', '12.34', '1,2,3', '1 23', '5,5,']],
    ['either', ['1,2,3', '1.2.3', '12.34.56', '1,234.567,89', '1 23']],
    ['.', ['', '-', '(5', '5)', '--5', '(-5)', 'n/a', 'NaN', 'inf', '1e5x', '0x10', '٣', '1_000']],
  ]
  it.each(unreadable)('with the decimal sign %s: %j', async (decimal, values) => {
    const read = await reader.read(values, readNumber('text', notation({ decimal })))
    expect(read).toEqual(values.map(() => null))
  })

  it('in a column that needs no more than a cast', async () => {
    const values = ['1.5', 'x', '1,5', '5-', '1.2.3', '12345678901234567890']
    const read = await reader.read(values, readNumber('text', notation({ plain: true })))
    expect(read.map(plain)).toEqual(['1.5', null, null, null, null, null])
  })

  it('in a column of percentages: a bare number may be a share or an amount', async () => {
    const values = ['10%', '12.5 %', '0', '0.00', '5', '0.2']
    const { evidence, read } = await readColumn(values)
    expect(evidence.notation.percent).toBe(true)
    expect(read.map(plain)).toEqual(['0.1', '0.125', '0', '0', null, null])
  })
})

/** How a shop may write a number. */
interface Style {
  readonly decimal: DecimalSign
  readonly group: string
  readonly indian: boolean
  readonly before: string
  readonly after: string
  /** Inside and behind: next to the digits, within what stands beside them. */
  readonly negative: 'before' | 'after' | 'brackets' | 'typographic' | 'inside' | 'behind'
}

const style: fc.Arbitrary<Style> = fc
  .record({
    decimal: fc.constantFrom<DecimalSign>('.', ','),
    group: fc.constantFrom('', 'sign', ' ', "'", '\u2019', '\u00a0', '\u2009', '\u202f'),
    indian: fc.boolean(),
    before: fc.constantFrom(
      '',
      '',
      '$',
      '€ ',
      '£',
      'R$ ',
      'EUR ',
      'CHF',
      'Rs. ',
      'kr. ',
      'US$',
      'NT$ ',
      '₹',
      'RM',
    ),
    after: fc.constantFrom(
      '',
      '',
      ' €',
      '€',
      ' EUR',
      ' zł',
      ' kg',
      '\u00a0Kč',
      ' kr.',
      ' Stk',
      ' m',
    ),
    negative: fc.constantFrom('before', 'after', 'brackets', 'typographic', 'inside', 'behind'),
  })
  .map((given) => ({
    ...given,
    group: given.group === 'sign' ? (given.decimal === '.' ? ',' : '.') : given.group,
    indian: given.indian && given.group === 'sign',
  }))

/** Ten-thousandths of the number, with the places that are written. */
const amount = fc.record({
  whole: fc.nat({ max: 999_999_999 }),
  places: fc.constantFrom<number[]>(0, 2, 2, 2, 1, 4),
  fraction: fc.nat({ max: 9999 }),
  negative: fc.boolean(),
})
type Amount = typeof amount extends fc.Arbitrary<infer T> ? T : never

function written({ whole, places, fraction, negative }: Amount, by: Style): string {
  const pattern = by.indian ? /\B(?=(\d\d)*\d{3}$)/g : /\B(?=(\d{3})+$)/g
  const integer = String(whole).replace(pattern, by.group)
  const decimals = String(fraction).padStart(4, '0').slice(0, places)
  const digits = `${integer}${places > 0 ? by.decimal : ''}${decimals}`
  const number = `${by.before}${digits}${by.after}`
  if (!negative) return number
  const signs = {
    before: `-${number}`,
    typographic: `\u2212${number}`,
    after: `${number}-`,
    brackets: `(${number})`,
    inside: `${by.before}-${digits}${by.after}`,
    behind: `${by.before}${digits}-${by.after}`,
  }
  return signs[by.negative]
}

function textOf({ whole, places, fraction, negative }: Amount): string {
  const decimals = String(fraction).padStart(4, '0').slice(0, places)
  const text = plain(places > 0 ? `${whole}.${decimals}` : `${whole}`) ?? ''
  return negative && text !== '0' ? `-${text}` : text
}

describe('numbers in any notation', () => {
  it('read back exactly, whole columns of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        style,
        fc.array(amount, { minLength: 1, maxLength: 40 }),
        async (by, amounts) => {
          // One value that proves the sign, as nearly every column has.
          const all = [...amounts, { whole: 7, places: 2, fraction: 5000, negative: false }]
          const { evidence, read } = await readColumn(all.map((one) => written(one, by)))
          expect(evidence).toMatchObject({ certain: true, unreadable: 0 })
          expect(read.map(plain)).toEqual(all.map(textOf))
        },
      ),
      { numRuns: 250 },
    )
  })

  it('are never read as another number: a column is exact, or not certain', async () => {
    await fc.assert(
      fc.asyncProperty(
        style,
        fc.array(amount, { minLength: 1, maxLength: 4 }),
        async (by, amounts) => {
          const { evidence, read } = await readColumn(amounts.map((one) => written(one, by)))
          if (evidence.certain) expect(read.map(plain)).toEqual(amounts.map(textOf))
        },
      ),
      { numRuns: 250 },
    )
  })

  it('are nothing or themselves when any text stands among them', async () => {
    const text = fc
      .string({
        // Ten decimals are read at most.
        maxLength: 11,
        unit: fc.constantFrom(..."0123456789.,-+() %€$xE\u00a0'/:".split('')),
      })
      .map((value) => value.trim())
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 30 }), async (values) => {
        // A column with more decimals than four is read as such, as its evidence tells.
        const fine = values.some((value) => /[.,]\d{5}/.test(value))
        for (const decimal of ['.', ',', 'either'] as const) {
          const read = await reader.read(values, readNumber('text', notation({ decimal, fine })))
          for (const [index, value] of values.entries()) {
            const number = read[index] ?? null
            // What is read has the digits of the text, in their order.
            if (number !== null) {
              const digits = (plain(number) ?? '').replace(/\D/g, '').replace(/^0+/, '')
              expect(value.replace(/\D/g, '').replace(/^0+/, ''), value).toContain(digits)
            }
          }
        }
      }),
      { numRuns: 100 },
    )
  })
})
