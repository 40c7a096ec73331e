import { describe, expect, it } from 'vitest'
import { checkQuery, parseQuery } from '../../src/metrics/check.ts'
import { TakingsError } from '../../src/model/errors.ts'

/** `code: message hint` of the mistake that a query from outside makes. */
function mistake(value: unknown): string {
  try {
    checkQuery(parseQuery(value))
  } catch (error) {
    if (error instanceof TakingsError) return `${error.code}: ${error.message} ${error.hint}`
    throw error
  }
  return 'no mistake'
}

const revenue = { metrics: ['revenue'] }

describe('a query is checked once, and every mistake says what would be right', () => {
  it.each([
    ['no object', 7, /^invalid_query: .*object/],
    ['no metrics', {}, /^invalid_query: .*metrics/],
    ['an empty list of metrics', { metrics: [] }, /^invalid_query: .*no metric.* revenue, /],
    ['an unknown metric', { metrics: ['sales'] }, /^unknown_metric: .*sales.* net_sales/],
    ['a metric twice', { metrics: ['revenue', 'revenue'] }, /^invalid_query: .*twice/],
    ['an unknown dimension', { ...revenue, by: ['land'] }, /^unknown_dimension: .*land.*country/],
    ['an unknown property', { ...revenue, groupBy: 'x' }, /^invalid_query: .*groupBy/],
    [
      'a dimension the metric does not declare',
      { metrics: ['revenue', 'charges'], by: ['product'] },
      /^dimension_not_available: charges .*product.* charges knows: day, .*source\.$/,
    ],
    [
      'a condition the metric does not declare',
      { metrics: ['stock_on_hand'], where: [{ dimension: 'country', op: 'in', values: ['X'] }] },
      /^dimension_not_available: stock_on_hand .*country/,
    ],
    [
      'a condition without value',
      { ...revenue, where: [{ dimension: 'country', op: 'in', values: [] }] },
      /^invalid_query: .*country has no value/,
    ],
    [
      'a month that is none',
      { ...revenue, where: [{ dimension: 'month', op: 'in', values: ['2024-13'] }] },
      /^invalid_query: 2024-13 is not a month|invalid_query: .*2024-13 is not a month/,
    ],
    [
      'a week that does not begin on Monday',
      { ...revenue, where: [{ dimension: 'week', op: 'in', values: ['2024-05-21'] }] },
      /^invalid_query: .*2024-05-21 is not a week/,
    ],
    [
      'an hour that is none',
      { ...revenue, where: [{ dimension: 'hour', op: 'in', values: ['24'] }] },
      /^invalid_query: .*24 is not a hour.*0 to 23/,
    ],
    [
      'a kind that is none',
      { ...revenue, where: [{ dimension: 'product_kind', op: 'in', values: ['service'] }] },
      /^invalid_query: .*goods, fee/,
    ],
    [
      'text looked for in a time',
      { ...revenue, where: [{ dimension: 'month', op: 'contains', values: ['2024'] }] },
      /^invalid_query: .*month has no text/,
    ],
    [
      'a day that is none',
      { ...revenue, from: '2024-02-30' },
      /^invalid_range: .*2024-02-30 is not/,
    ],
    [
      'a range that ends before it begins',
      { ...revenue, from: '2024-02-02', to: '2024-02-01' },
      /^invalid_range: .*ends before/,
    ],
    [
      'a compared range that ends before it begins',
      { ...revenue, compare: { from: '2024-02-02', to: '2024-02-01' } },
      /^invalid_range/,
    ],
    ['an unknown comparison', { ...revenue, compare: 'last' }, /^invalid_query: .*compare/],
    [
      'a top list without the split',
      { ...revenue, top: { dimension: 'product', n: 5, metric: 'revenue', other: false } },
      /^invalid_query: .*not split by it.*Split by product/,
    ],
    [
      'a top list of months',
      {
        ...revenue,
        by: ['month'],
        top: { dimension: 'month', n: 5, metric: 'revenue', other: false },
      },
      /^invalid_query: .*other than time/,
    ],
    [
      'a top list by a metric that does not know the split',
      {
        ...revenue,
        by: ['customer'],
        top: { dimension: 'customer', n: 5, metric: 'charges', other: false },
      },
      /^dimension_not_available: charges/,
    ],
    [
      'a top list of none',
      {
        ...revenue,
        by: ['product'],
        top: { dimension: 'product', n: 0, metric: 'revenue', other: false },
      },
      /^invalid_query: .*top 0/,
    ],
    [
      'an order by something not in the answer',
      { ...revenue, orderBy: [{ column: 'orders', direction: 'asc' }] },
      /^invalid_query: .*orders.*Columns are: revenue/,
    ],
    ['a limit of none', { ...revenue, limit: 0 }, /^invalid_query: .*limit 0/],
    ['half a row', { ...revenue, limit: 1.5 }, /^invalid_query: .*limit 1.5/],
    [
      'stock by two buckets of time',
      { metrics: ['stock_on_hand'], by: ['month', 'day'] },
      /^invalid_query: .*two buckets/,
    ],
    [
      'stock with a condition on time',
      { metrics: ['stock_value'], where: [{ dimension: 'month', op: 'in', values: ['2024-01'] }] },
      /^invalid_query: .*Use from and to/,
    ],
  ])('%s', (_, value, wanted) => {
    expect(mistake(value)).toMatch(wanted)
  })

  it('and a query without mistakes stays as it was given', () => {
    const query = {
      metrics: ['revenue', 'aov'],
      by: ['month', 'country'],
      where: [{ dimension: 'country', op: 'not_in', values: ['Japan'] }],
      compare: { from: '2023-01-01', to: '2023-12-31' },
      top: { dimension: 'country', n: 5, metric: 'orders', other: true },
      orderBy: [{ column: 'month', direction: 'desc' }],
      includeUnknown: true,
    }
    expect(parseQuery(query)).toEqual(query)
    expect(mistake(query)).toBe('no mistake')
  })
})
