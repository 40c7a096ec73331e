import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ImportReport, Question } from '../../src/model/import.ts'
import { csv, type ImportOptions, TemporaryShop } from './temporary-shop.ts'

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

const header = ['order_number', 'order_date', 'sku', 'quantity', 'unit_price']

/** Records under the header, one for each index. */
function table(
  count: number,
  record: (index: number) => readonly (string | number)[],
  ...more: readonly string[]
): string {
  return csv([...header, ...more], ...Array.from({ length: count }, (_, index) => record(index)))
}

function only(report: ImportReport): Question {
  expect(report.state).toBe('question')
  expect(report.runId).toBeNull()
  expect(report.questions).toHaveLength(1)
  return report.questions[0] as Question
}

function effects(question: Question): Record<string, string> {
  return Object.fromEntries(question.choices.map(({ value, effect }) => [value, effect]))
}

/** Asks without and then with an answer; nothing may be loaded in either: both are tried only. */
async function asked(name: string, content: string, key: string) {
  const path = shop.file(`${name}.csv`, content)
  const report = await shop.import(path)
  const question = only(report)
  expect(question.key).toBe(key)
  expect(question.text).not.toBe('')
  expect(question.evidence).not.toBe('')
  const answered = async (value: string, options: ImportOptions = {}) =>
    shop.import(path, { answers: { [key]: value }, dryRun: true, maxRejects: 1, ...options })
  return { path, report, question, effects: effects(question), answered }
}

describe('a question', () => {
  afterEach(async () => {
    expect(await shop.value('SELECT count(*) FROM runs')).toBe('0')
    expect(await shop.value('SELECT count(*) FROM sales_fact')).toBe('0')
    expect(shop.leftovers()).toEqual([])
  })

  it('asks for the order of day and month where no number is over 12', async () => {
    const content = table(12, (i) => [i, `0${1 + (i % 9)}/0${1 + ((i * 2) % 9)}/2024`, 'A', 1, 2.5])
    const { effects: told, answered } = await asked('days', content, 'day-order')
    expect(told['day-first']).toBe(
      'revenue 30.00, returns 0.00, 12 orders, 2024-01-01 to 2024-09-05',
    )
    expect(told['month-first']).toContain('2024-01-01 to 2024-09-08')
    expect((await answered('day-first')).period).toEqual({ from: '2024-01-01', to: '2024-09-05' })
    expect((await answered('month-first')).period).toEqual({ from: '2024-01-01', to: '2024-09-08' })
  })

  it('is not asked where one day over 12 tells, in the file or in another beside it', async () => {
    const open = shop.file(
      'open.csv',
      table(3, (i) => [i, `0${1 + i}/02/2024`, 'A', 1, 1]),
    )
    const told = shop.file(
      'told.csv',
      table(1, () => [10, '01/13/2024', 'A', 1, 1]),
    )
    const report = await shop.import([open, told], { dryRun: true })
    expect(report).toMatchObject({ state: 'preview', questions: [] })
    expect(report.period).toEqual({ from: '2024-01-02', to: '2024-03-02' })
    const dots = table(3, (i) => [i, `0${1 + i}.02.2024`, 'A', 1, 1])
    const dotted = await shop.importText('dots.csv', dots, { dryRun: true })
    expect(dotted.period).toEqual({ from: '2024-02-01', to: '2024-02-03' })
  })

  it('asks where a column contradicts itself, and sets aside what the answer excludes', async () => {
    const days = ['13/02/2024', '02/14/2024', '03/04/2024', '05/06/2024']
    const content = table(4, (i) => [i, days[i] ?? '', 'A', 1, 2.5])
    const { question, answered } = await asked('mixed-days', content, 'day-order')
    expect(question.evidence).toMatch(/mixes both/)
    expect((await answered('day-first')).rejectedBy).toEqual({ unreadable_date: 1 })
    expect((await answered('month-first')).period).toEqual({ from: '2024-02-14', to: '2024-05-06' })
  })

  it('asks for the decimal sign where every number fits both', async () => {
    const content = table(6, (i) => [i, '2024-01-15', 'A', 1, `${1 + i}.234`])
    const { question, effects: told, answered } = await asked('signs', content, 'decimal-sign')
    expect(question.text).toMatch(/Is \d\.234 .* read as \d\.234, or as \d234\?/)
    expect(told.point).toContain('revenue 22.40')
    expect(told.comma).toContain('revenue 22404.00')
    expect((await answered('point')).totals.revenue).toBe('22.40')
    expect((await answered('comma')).totals.revenue).toBe('22404.00')
  })

  it('is not asked where a sister column proves the sign', async () => {
    const proven = (total: string) =>
      table(6, (i) => [i, '2024-01-15', 'A', 1, `${1 + i}.234`, total], 'unit cost')
    const point = await shop.importText('sister-point.csv', proven('0.55'), { dryRun: true })
    expect(point.totals.revenue).toBe('22.40')
    const comma = await shop.importText('sister-comma.csv', proven('0,55'), { dryRun: true })
    expect(comma.totals.revenue).toBe('22404.00')
  })

  it('decides in a column of both signs on the values alone that fit both', async () => {
    const prices = ['1.234,50', '1,234.50', '1.234']
    const content = table(6, (i) => [i, '2024-01-15', 'A', 1, prices[i % 3] ?? ''])
    const { answered } = await asked('both-signs', content, 'decimal-sign')
    expect((await answered('point')).totals.revenue).toBe('4940.47')
    expect((await answered('comma')).totals.revenue).toBe('7406.00')
  })

  it('asks what a price is that grows with the quantity', async () => {
    const content = csv(
      ['order', 'date', 'product', 'quantity', 'price'],
      ...Array.from({ length: 40 }, (_, i) => {
        const quantity = 1 + (i % 4)
        return [i, '2024-01-15', `P${i % 3}`, quantity, (quantity * (2.5 + (i % 3))).toFixed(2)]
      }),
    )
    const { effects: told, answered } = await asked('price', content, 'price-meaning')
    expect(told.total).toContain('revenue 348.00')
    expect(told.unit).toContain('revenue 1042.00')
    expect((await answered('total')).totals).toMatchObject({ revenue: '348.00', units: '100' })
    expect((await answered('unit')).totals.revenue).toBe('1042.00')
  })

  it('asks what a total is that stays the same whatever the quantity', async () => {
    const content = csv(
      ['order', 'date', 'product', 'quantity', 'total'],
      ...Array.from({ length: 40 }, (_, i) => {
        return [i, '2024-01-15', `P${i % 3}`, 1 + (i % 4), (2.5 + (i % 3)).toFixed(2)]
      }),
    )
    const { answered } = await asked('total', content, 'price-meaning')
    expect((await answered('unit')).totals.revenue).toBe('348.00')
    expect((await answered('total')).totals.revenue).toBe('139.00')
  })

  it('asks what a discount takes off where no total tells', async () => {
    const content = table(
      12,
      (i) => [i, '2024-01-15', 'A', 2, '25.50', i % 3 === 0 ? 0 : 10],
      'discount',
    )
    const { effects: told, answered } = await asked('discount', content, 'discount-meaning')
    expect(Object.keys(told)).toEqual(['amount', 'unit-amount', 'share'])
    expect((await answered('amount')).totals.revenue).toBe('532.00')
    expect((await answered('unit-amount')).totals.revenue).toBe('452.00')
    expect((await answered('share')).totals.revenue).toBe('571.20')
  })

  const clear: [name: string, header: string, discount: string, total: string, revenue: string][] =
    [
      ['a percent sign', 'discount', '10 %', '', '459.80'],
      ['its header: a rate', 'discount rate', '0.1', '', '459.80'],
      ['its header: percent', 'discount percent', '10', '', '459.80'],
      ['its header: an amount', 'discount amount', '10', '', '410.80'],
      ['its header: off each piece', 'unit discount', '10', '', '310.80'],
      ['its cents', 'discount', '10.37', '', '407.10'],
      ['its size: more than the line', 'discount', '60', '', '204.80'],
      ['its size: hardly anything of the line', 'discount', '0.1', '', '459.80'],
      ['the total after an amount', 'discount', '10', '41.00', '410.80'],
      ['the total after a rate', 'discount', '0.1', '45.90', '459.80'],
      ['the total after a percentage', 'discount', '10', '45.90', '459.80'],
      ['the total before an amount', 'discount amount', '10', '51.00', '410.80'],
    ]
  it.each(clear)('is not asked where %s tells', async (name, column, discount, total, revenue) => {
    const content = csv(
      [...header, column, 'line total'],
      ...Array.from({ length: 12 }, (_, i) => {
        // Every sixth line takes nothing off, and has another price, so that no total repeats.
        if (i % 6 === 5) return [i, '2024-01-15', 'B', 1, '0.40', 0, total && '0.40']
        return [i, '2024-01-15', 'A', 2, '25.50', discount, total]
      }),
    )
    const report = await shop.importText(`clear-${name.replaceAll(/\W+/g, '-')}.csv`, content, {
      dryRun: true,
      maxRejects: 1,
    })
    expect(report.questions).toEqual([])
    // Ten lines of 51.00 less the discount, and two of 0.40.
    expect(report.totals.revenue).toBe(revenue)
  })

  it('asks which currency counts where a column states several', async () => {
    const content = table(
      12,
      (i) => [i, '2024-01-15', 'A', 1, 2.5, i % 3 === 0 ? 'usd' : 'EUR'],
      'currency',
    )
    const { question, effects: told, answered } = await asked('currencies', content, 'currency')
    expect(question.evidence).toContain('EUR on 8 rows, USD on 4 rows')
    expect(told.EUR).toBe(
      'revenue 20.00, returns 0.00, 8 orders, 2024-01-15 to 2024-01-15, 4 rows rejected',
    )
    const dollars = await answered('USD')
    expect(dollars.totals).toMatchObject({ revenue: '10.00', currency: 'USD', orders: 4 })
    expect(dollars.rejectedBy).toEqual({ unknown_currency: 8 })
    // An answer that names none of them leaves the question open.
    expect((await answered('CHF')).state).toBe('question')
  })

  it('asks which currency counts where several signs stand beside the amounts', async () => {
    const price = (i: number) => ['$2.50', '€2.50', '€2.50'][i % 3] ?? ''
    const content = table(12, (i) => [i, '2024-01-15', 'A', 1, price(i)])
    const { answered } = await asked('currency-signs', content, 'currency')
    const euros = await answered('EUR')
    expect(euros.totals).toMatchObject({ revenue: '20.00', currency: 'EUR', orders: 8 })
    expect(euros.rows.rejected).toBe(4)
    expect((await answered('$')).totals).toMatchObject({ revenue: '10.00', currency: null })
  })

  it('asks whether a line that stands in two files counts once or twice', async () => {
    const line = (order: string, sku: string) => [order, '2024-01-15', sku, 1, '2.00']
    const first = shop.file('part-1.csv', csv(header, line('1', 'A'), line('1', 'B')))
    const second = shop.file('part-2.csv', csv(header, line('1', 'A'), line('1', 'C')))
    const report = await shop.import([first, second])
    expect(only(report).key).toBe('repeated-lines')
    const answered = (value: string) =>
      shop.import([first, second], { answers: { 'repeated-lines': value }, dryRun: true })
    expect(await answered('once')).toMatchObject({
      totals: { revenue: '6.00', orders: 1 },
      rows: { in: 4, accepted: 3, duplicate: 1 },
    })
    expect(await answered('all')).toMatchObject({
      totals: { revenue: '8.00', orders: 1 },
      rows: { in: 4, accepted: 4, duplicate: 0 },
    })
  })

  it('stands beside others, and each is answered for itself', async () => {
    const content = table(6, (i) => [i, `0${1 + i}/07/2024`, 'A', 1, `${1 + i}.234`])
    const path = shop.file('two.csv', content)
    const report = await shop.import(path)
    expect(report.questions.map(({ key }) => key).sort()).toEqual(['day-order', 'decimal-sign'])
    const half = await shop.import(path, { answers: { 'day-order': 'day-first' } })
    expect(only(half).key).toBe('decimal-sign')
    const answers = { 'day-order': 'day-first', 'decimal-sign': 'point' }
    const whole = await shop.import(path, { answers, dryRun: true })
    expect(whole).toMatchObject({ state: 'preview', totals: { revenue: '22.40' } })
    expect(whole.period).toEqual({ from: '2024-07-01', to: '2024-07-06' })
  })

  it('cannot be answered by a word that is none of its values', async () => {
    const path = shop.file(
      'plain.csv',
      table(2, (i) => [i, '2024-01-15', 'A', 1, 1]),
    )
    for (const answers of [
      { 'day-order': 'sideways' },
      { colour: 'blue' },
      { 'decimal-sign': '' },
    ]) {
      const error = await shop.failure(path, { answers })
      expect(error).toMatchObject({ code: 'unknown_answer', exitCode: 2 })
      expect(error.hint).toContain('day-order=day-first|month-first')
    }
  })

  it('can be answered by the map file, and by the request over it', async () => {
    const path = shop.file(
      'mapped.csv',
      table(6, (i) => [i, `0${1 + i}/07/2024`, 'A', 1, 1]),
    )
    const mapFile = shop.file('map.json', JSON.stringify({ answers: { 'day-order': 'day-first' } }))
    const mapped = await shop.import(path, { mapFile, dryRun: true })
    expect(mapped.period).toEqual({ from: '2024-07-01', to: '2024-07-06' })
    const answers = { 'day-order': 'month-first' }
    const over = await shop.import(path, { mapFile, answers, dryRun: true })
    expect(over.period).toEqual({ from: '2024-01-07', to: '2024-06-07' })
  })
})

describe('a map file', () => {
  it('says which column is what, and leaves columns out', async () => {
    const content = csv(
      ['ref', 'when', 'thing', 'how many', 'each', 'total'],
      ['1', '2024-01-15', 'Mug', 2, '9.50', '99.00'],
      ['2', '2024-01-16', 'Cup', 1, '3.00', '99.00'],
    )
    const path = shop.file('mapped-columns.csv', content)
    const columns = {
      ref: 'order_number',
      when: 'order_date',
      thing: 'product_name',
      'how many': 'quantity',
      each: 'unit_price',
      total: null,
    }
    const mapFile = shop.file('columns.json', JSON.stringify({ columns }))
    const report = await shop.import(path, { mapFile, dryRun: true })
    expect(report.totals).toMatchObject({ revenue: '22.00', orders: 2, units: '3' })
    const evidence = report.files[0]?.columns.map(({ name, role }) => `${name}: ${role}`)
    expect(evidence).toContain('how many: quantity')
    expect(evidence).toContain('total: null')
  })

  const wrong: [content: string, problem: RegExp][] = [
    ['not json', /JSON/],
    ['[]', /not a JSON object/],
    ['{"columns": []}', /objects/],
    ['{"columns": {"a": "colour"}}', /"a" is no colour: roles are order_number/],
    ['{"answers": {"day-order": 1}}', /texts/],
  ]
  it.each(wrong)('%s is refused', async (content, problem) => {
    const mapFile = shop.file('wrong.json', content)
    const path = shop.file(
      'any.csv',
      table(2, (i) => [i, '2024-01-15', 'A', 1, 1]),
    )
    const error = await shop.failure(path, { mapFile })
    expect(error).toMatchObject({ code: 'invalid_map' })
    expect(error.message).toMatch(problem)
  })

  it('that is not there is refused', async () => {
    const path = shop.file(
      'any.csv',
      table(2, (i) => [i, '2024-01-15', 'A', 1, 1]),
    )
    expect((await shop.failure(path, { mapFile: '/nowhere/map.json' })).code).toBe('invalid_map')
  })
})

describe('a shop whose currency is known', () => {
  let own: TemporaryShop
  beforeAll(async () => {
    own = await TemporaryShop.open()
    await own.importText(
      'pounds.csv',
      table(3, (i) => [i, '2024-01-15', 'A', 1, '£2.50']),
    )
  })
  afterAll(() => own.close())

  it('refuses amounts with the sign of another, and takes bare ones as its own', async () => {
    for (const sign of ['€', '$', 'R$']) {
      const path = own.file(
        'other.csv',
        table(3, (i) => [i + 9, '2024-01-15', 'A', 1, `${sign}2.50`]),
      )
      const error = await own.failure(path)
      expect(error.code).toBe('too_many_rejects')
      expect(error.message).toContain('the currency is not the one of this import')
    }
    for (const price of ['£2.50', '2.50']) {
      const content = table(3, (i) => [i + 9, '2024-01-15', 'A', 1, price])
      const report = await own.importText('same.csv', content, { dryRun: true })
      expect(report.totals).toMatchObject({ revenue: '7.50', currency: 'GBP' })
    }
  })
})
