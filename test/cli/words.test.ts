import { describe, expect, it } from 'vitest'
import { commandOf } from '../../src/cli/commands/import.ts'
import { finestGrain, lastDays, sparkText } from '../../src/cli/overview.ts'
import { progressText } from '../../src/cli/progress-line.ts'
import { queryFromWords } from '../../src/cli/query-words.ts'
import { answersFrom, columnsFrom, shareFrom } from '../../src/cli/run-import.ts'
import { csvText, tableText, tabText } from '../../src/cli/table-text.ts'

describe('the words of a query', () => {
  it('become the query', () => {
    const query = queryFromWords('net_sales,orders', {
      by: 'month,country',
      from: '2011-01-01',
      to: '2011-12-31',
      where: ['country=Germany~France', 'product~lamp'],
      compare: 'previous',
      order: 'net_sales:desc',
      limit: '5',
    })
    expect(query).toEqual({
      metrics: ['net_sales', 'orders'],
      by: ['month', 'country'],
      from: '2011-01-01',
      to: '2011-12-31',
      where: [
        { dimension: 'country', op: 'in', values: ['Germany', 'France'] },
        { dimension: 'product', op: 'contains', values: ['lamp'] },
      ],
      compare: 'previous',
      orderBy: [{ column: 'net_sales', direction: 'desc' }],
      limit: 5,
    })
  })

  it('--top 10 ranks what is split, by the first metric', () => {
    const words = { by: 'month,product', top: '10', other: true }
    expect(queryFromWords('revenue,units', words).top).toEqual({
      dimension: 'product',
      n: 10,
      metric: 'revenue',
      other: true,
    })
    expect(queryFromWords('revenue', { top: 'customer:3:orders' }).top).toEqual({
      dimension: 'customer',
      n: 3,
      metric: 'orders',
      other: false,
    })
  })

  it.each([
    ['there is nothing to rank', { by: 'month', top: '10' }],
    ['0 is no whole number above 0', { by: 'product', top: '0' }],
    ['ten is no whole number above 0', { limit: 'ten' }],
  ])('%s: %o', (problem, words) => {
    expect(() => queryFromWords('revenue', words)).toThrow(problem)
  })
})

describe('the words of an import', () => {
  it('answers are parted at the first sign', () => {
    expect(answersFrom(['day-order=day-first', 'a=b=c', 'empty='])).toEqual({
      'day-order': 'day-first',
      a: 'b=c',
      empty: '',
    })
    expect(() => answersFrom(['=value'])).toThrow('is no KEY=VALUE')
    expect(() => answersFrom(['value'])).toThrow('is no KEY=VALUE')
  })

  it('a share is a percentage or a number from 0 to 1', () => {
    expect(['20%', '0.2', '0', '1', '2.5 %', '100%'].map(shareFrom)).toEqual([
      0.2, 0.2, 0, 1, 0.025, 1,
    ])
    for (const wrong of ['', '7', '-1', '120%', 'many']) expect(() => shareFrom(wrong)).toThrow()
  })
})

describe('text', () => {
  it('a table has its figures to the right and no borders', () => {
    const columns = [{ head: 'Product' }, { head: 'Units', align: 'right' as const }]
    expect(
      tableText(columns, [
        ['Lamp', '1,000'],
        ['Übergrößenträger', '7'],
      ]),
    ).toBe(
      ['Product           Units', 'Lamp              1,000', 'Übergrößenträger      7'].join('\n'),
    )
  })

  it('tabs and line breaks within values do not break lines for programs', () => {
    expect(
      tabText([
        ['a\tb', 'c\r\nd'],
        ['e', ''],
      ]),
    ).toBe('a b\tc d\ne\t')
  })

  it('CSV is quoted where it must be', () => {
    expect(csvText([['a,b', 'say "x"', 'line\nbreak', 'plain', '']])).toBe(
      '"a,b","say ""x""","line\nbreak",plain,',
    )
  })

  it('a sparkline goes from the lowest to the highest value and leaves gaps', () => {
    expect(sparkText([0, 7, null, 3.5])).toBe('▁█ ▅')
    expect(sparkText([5, 5])).toBe('▁▁')
    expect(sparkText([])).toBe('')
  })

  it('a sparkline takes the finest grain that fits', () => {
    expect(finestGrain({ from: '2011-01-01', to: '2011-02-09' })).toBe('day')
    expect(finestGrain({ from: '2011-01-01', to: '2011-02-10' })).toBe('week')
    expect(finestGrain({ from: '2010-12-01', to: '2011-12-09' })).toBe('month')
    expect(finestGrain({ from: '1990-01-01', to: '2026-12-31' })).toBe('year')
  })

  it('the last days end with the data', () => {
    const shop = { today: '2026-03-10', period: { from: '2010-12-01', to: '2011-12-09' } }
    expect(lastDays('28d', shop)).toEqual({ from: '2011-11-12', to: '2011-12-09' })
    expect(() => lastDays('28', shop)).toThrow('is no number of days')
    expect(lastDays('28d', { ...shop, period: null })).toBeUndefined()
  })

  it('progress tells rows, their rate and the time left', () => {
    expect(
      progressText({
        step: 'loading',
        done: 0.635,
        rows: 1_204_000,
        rowsPerSecond: 410_000,
        secondsLeft: 12,
      }),
    ).toBe('Loading      63% █████████████░░░░░░░ 1,204,000 rows · 410,000 rows/s · 12 s left')
    expect(
      progressText({ step: 'reading', done: 0, rows: 0, rowsPerSecond: 0, secondsLeft: null }),
    ).toBe('Reading       0% ░░░░░░░░░░░░░░░░░░░░')
  })
})

describe('corrected columns', () => {
  it('are headers and roles, whatever signs a header holds', () => {
    expect(columnsFrom(['Booked on=order_date', 'a=b=sku', 'Notes='])).toEqual({
      'Booked on': 'order_date',
      'a=b': 'sku',
      Notes: null,
    })
  })

  it.each(['Booked on', '=sku', 'Date=moon_phase', 'Date=toString'])('%s is refused', (pair) => {
    expect(() => columnsFrom([pair])).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })
})

describe('a command that is shown to be copied', () => {
  it('holds what was typed, quoted where a shell needs it', () => {
    const options = { column: ['Booked on=order_date'], answer: ['currency=EUR'], source: "Ada's" }
    expect(commandOf(['my orders.csv', 'b.csv'], options)).toBe(
      "takings import 'my orders.csv' b.csv --source 'Ada'\\''s' --column 'Booked on=order_date' --answer currency=EUR",
    )
  })
})
