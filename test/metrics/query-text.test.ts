import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TakingsError } from '../../src/model/errors.ts'
import { dimensionNames, metricNames, type Query } from '../../src/model/query.ts'
import { filterFromText, queryFromSearch, queryToSearch } from '../../src/model/query-text.ts'

const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const metric = fc.constantFrom(...metricNames)
const dimension = fc.constantFrom(...dimensionNames)
const filter = fc.record({
  dimension,
  op: fc.constantFrom('in' as const, 'not_in' as const, 'contains' as const),
  values: fc.array(fc.string({ unit: 'binary' }).filter(isWellFormed), {
    minLength: 1,
    maxLength: 4,
  }),
})
const query: fc.Arbitrary<Query> = fc.record(
  {
    metrics: fc.array(metric, { minLength: 1, maxLength: 4 }),
    by: fc.array(dimension, { minLength: 1, maxLength: 3 }),
    from: day,
    to: day,
    where: fc.array(filter, { minLength: 1, maxLength: 3 }),
    compare: fc.oneof(
      fc.constantFrom('none' as const, 'previous' as const, 'previous_year' as const),
      fc.record({ from: day, to: day }),
    ),
    matchWeekday: fc.boolean(),
    top: fc.record({
      dimension,
      n: fc.integer({ min: 1, max: 1000 }),
      metric,
      other: fc.boolean(),
    }),
    orderBy: fc.array(
      fc.record({
        column: fc.oneof(metric, dimension),
        direction: fc.constantFrom('asc' as const, 'desc' as const),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    limit: fc.integer({ min: 1, max: 100_000 }),
    includeUnknown: fc.boolean(),
  },
  { requiredKeys: ['metrics'] },
)

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDFFF]/u.test(text)
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof TakingsError) return `${error.code}: ${error.message} ${error.hint}`
    throw error
  }
  return 'no error'
}

describe('a query as text', () => {
  it('comes back the same from an address, whatever its values hold', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const address = queryToSearch(asked).toString()
        expect(queryFromSearch(new URLSearchParams(address))).toEqual(asked)
      }),
    )
  })

  it('reads like the address people see', () => {
    const asked: Query = {
      metrics: ['net_sales', 'orders'],
      by: ['month'],
      from: '2011-01-01',
      to: '2011-12-31',
      where: [{ dimension: 'country', op: 'in', values: ['Germany', 'France'] }],
      compare: 'previous',
      top: { dimension: 'product', n: 10, metric: 'revenue', other: true },
      orderBy: [{ column: 'revenue', direction: 'desc' }],
      limit: 50,
    }
    expect(decodeURIComponent(queryToSearch(asked).toString())).toBe(
      'metrics=net_sales,orders&by=month&from=2011-01-01&to=2011-12-31&where=country:in:Germany~France' +
        '&compare=previous&top=product:10:revenue:other&order=revenue:desc&limit=50',
    )
  })

  it('reads the words of the command line', () => {
    expect(filterFromText('country=Germany~France')).toEqual({
      dimension: 'country',
      op: 'in',
      values: ['Germany', 'France'],
    })
    expect(filterFromText('country!=United Kingdom')).toEqual({
      dimension: 'country',
      op: 'not_in',
      values: ['United Kingdom'],
    })
    expect(filterFromText('product~lamp')).toEqual({
      dimension: 'product',
      op: 'contains',
      values: ['lamp'],
    })
    expect(filterFromText('product=A=B')).toEqual({
      dimension: 'product',
      op: 'in',
      values: ['A=B'],
    })
  })

  it('names what is wrong and what would be right', () => {
    const read = (text: string) => () => queryFromSearch(new URLSearchParams(text))
    expect(codeOf(read('metrics=revenu'))).toMatch(/^unknown_metric: .*revenu.* revenue/)
    expect(codeOf(read('metrics=revenue&by=land'))).toMatch(/^unknown_dimension: .*land.*country/)
    expect(codeOf(read('metrics=revenue&where=country'))).toMatch(
      /^invalid_query: .*country=Germany/,
    )
    expect(codeOf(read('metrics=revenue&compare=last'))).toMatch(/^invalid_query: .*previous_year/)
    expect(codeOf(read('metrics=revenue&top=product:ten:revenue'))).toMatch(/^invalid_query: .*ten/)
    expect(codeOf(read('metrics=revenue&order=revenue:down'))).toMatch(/^invalid_query/)
    expect(codeOf(read('metrics=revenue&limit=-1'))).toMatch(/^invalid_query: .*-1/)
    expect(codeOf(read('metrics=revenue&match_weekday=x'))).toMatch(/^invalid_query/)
  })
})
