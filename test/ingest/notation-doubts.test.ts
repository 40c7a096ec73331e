import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csv, type ImportOptions, TemporaryShop } from './temporary-shop.ts'

/** What a notation leaves open is asked with its evidence both ways, decided with a word, or set aside. */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

let files = 0
async function imported(
  dates: readonly string[],
  options: ImportOptions = {},
  price: (at: number) => string = () => '2.50',
) {
  files += 1
  const lines = dates.map((date, at) => [at + 1, date, 'Mug', 1, price(at)])
  const content = csv(['order number', 'order date', 'product', 'quantity', 'unit price'], ...lines)
  return shop.importText(`${files}.csv`, content, { dryRun: true, maxRejects: 1, ...options })
}

const dmy = (day: number, month: number) =>
  `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/2024`

describe('the order of the rows', () => {
  const rising = [
    [1, 2],
    [5, 2],
    [12, 2],
    [3, 3],
    [9, 3],
    [2, 4],
    [11, 4],
    [4, 5],
  ] as const

  it('tells the day from the month where all rows go on in time in one reading alone, and it is said', async () => {
    for (const dates of [rising, [...rising].reverse()]) {
      const report = await imported(dates.map(([day, month]) => dmy(day, month)))
      expect(report.questions).toEqual([])
      expect(report.period).toEqual({ from: '2024-02-01', to: '2024-05-04' })
      const told = report.warnings.find(({ code }) => code === 'day_order_told_by_rows')
      expect(told?.text).toMatch(/read day first.*month first they would turn back 3 times/)
    }
  })

  it('tells nothing where the rows are sorted by their text', async () => {
    // 01/02, 01/07, 02/03, ...: months first, or days first and sorted as words.
    const sorted = [
      dmy(1, 2),
      dmy(1, 7),
      dmy(2, 3),
      dmy(2, 9),
      dmy(3, 1),
      dmy(3, 8),
      dmy(4, 2),
      dmy(5, 1),
    ]
    const [question] = (await imported(sorted)).questions
    expect(question?.key).toBe('day-order')
    expect(question?.evidence).toBe(
      'No date has a number over 12 that would tell day and month apart. From row to row, day first goes 3 times on in time and 4 times back; month first goes 7 times on in time and 0 times back.',
    )
  })

  it('gives way to an answer', async () => {
    const dates = rising.map(([day, month]) => dmy(day, month))
    const report = await imported(dates, { answers: { 'day-order': 'month-first' } })
    expect(report.period).toEqual({ from: '2024-01-02', to: '2024-12-02' })
    expect(report.warnings.map(({ code }) => code)).not.toContain('day_order_told_by_rows')
  })
})

describe('numbers over 12', () => {
  it('in both places are counted in the question', async () => {
    const [question] = (await imported([dmy(13, 2), dmy(14, 2), dmy(2, 15), dmy(3, 4)])).questions
    expect(question?.evidence).toMatch(
      /^2 dates have a first number over 12, which speaks for day first, and 1 date has a second one/,
    )
  })
})

describe('years of two digits', () => {
  it('in front or behind a month by name are asked', async () => {
    const [question] = (await imported(['24-Feb-03'])).questions
    expect(question?.text).toBe(
      'Is 24-Feb-03 in the column "order date" written day first, or year first?',
    )
    const answered = async (value: string) =>
      (await imported(['24-Feb-03'], { answers: { 'day-order': value } })).period?.from
    expect(await answered('day-first')).toBe('2003-02-24')
    expect(await answered('year-first')).toBe('2024-02-03')
  })

  it('are told by what changes little', async () => {
    const first = ['23-Feb-03', '24-Feb-04', '24-Mar-05', '24-Apr-09']
    expect((await imported(first)).period).toEqual({ from: '2023-02-03', to: '2024-04-09' })
    const last = ['03-Feb-23', '04-Feb-24', '05-Mar-24', '09-Apr-24']
    expect((await imported(last)).period).toEqual({ from: '2023-02-03', to: '2024-04-09' })
    const early = ['10-12-01', '10-12-02', '10-12-03', '11-01-04']
    const read = await imported(early)
    expect(read.period).toEqual({ from: '2010-12-01', to: '2011-01-04' })
    // The numbers could be days too, so it is said, and an answer decides otherwise.
    expect(read.warnings.map(({ code }) => code)).toContain('day_order_told_by_rows')
    const answers = { 'day-order': 'day-first' }
    expect((await imported(early, { answers })).period).toEqual({
      from: '2001-12-10',
      to: '2004-01-11',
    })
  })

  it('between numbers that all could be days are asked three ways', async () => {
    const [question] = (await imported(['01/02/03'])).questions
    expect(question?.choices.map(({ value }) => value)).toEqual([
      'day-first',
      'month-first',
      'year-first',
    ])
    const from = async (value: string) =>
      (await imported(['01/02/03'], { answers: { 'day-order': value } })).period?.from
    expect([await from('day-first'), await from('month-first'), await from('year-first')]).toEqual([
      '2003-02-01',
      '2003-01-02',
      '2001-02-03',
    ])
  })
})

describe('bare numbers', () => {
  it('are days of a spreadsheet or seconds since 1970 under a header that says a day', async () => {
    expect((await imported(['45306', '45307.5'])).period).toEqual({
      from: '2024-01-15',
      to: '2024-01-16',
    })
    const zone = { timeZone: 'America/New_York' }
    expect((await imported(['1705291200', '1705377599000'], zone)).period).toEqual({
      from: '2024-01-14',
      to: '2024-01-15',
    })
  })

  it('under any other header are numbers', async () => {
    const content = csv(
      ['ref', 'when', 'name', 'qty', 'price'],
      ['45306', '2024-01-15', 'Mug', 45307, '2.00'],
    )
    const report = await shop.importText('refs.csv', content, { dryRun: true })
    expect(report).toMatchObject({
      period: { from: '2024-01-15' },
      totals: { revenue: '90614.00' },
    })
  })
})

describe('the end of a day', () => {
  it('is the start of the next, however the day is written', async () => {
    for (const date of ['2024-01-31 24:00', '31.01.2024 24:00', '31 Jan 2024 24:00:00'])
      expect((await imported([date, '2024-02-01'])).period).toEqual({
        from: '2024-02-01',
        to: '2024-02-01',
      })
  })
})

const day = '2024-01-15'
const days = [day, day, day, day]

describe('amounts', () => {
  const cases: [name: string, prices: string[], revenue: string][] = [
    ['with a line where no cents are', ['12,-', '3,50', '4,-', '5,--'], '24.50'],
    [
      'in francs with a line behind the point',
      ['CHF 12.-', 'CHF 3.50', 'CHF 4.–', 'CHF 5.--'],
      '24.50',
    ],
    ['with exponents', ['1e1', '2.5E0', '1.2E+1', '0'], '24.50'],
    ['of a currency without cents', ['¥1,234', '¥2,000', '¥900', '¥10,100'], '14234.00'],
    ['with zeros in front', ['007.50', '2', '5', '10'], '24.50'],
  ]
  it.each(cases)('%s are read', async (_, prices, revenue) => {
    const report = await imported(days, {}, (at) => prices[at] ?? '')
    expect(report).toMatchObject({ questions: [], rows: { accepted: 4 }, totals: { revenue } })
  })

  it('that are none, or more than one, are set aside', async () => {
    for (const price of ['1.5k', '2 Mio', '<5', '~5', '1½', '#DIV/0!', '5-10', '٣', '１２']) {
      const report = await imported(days, {}, (at) => (at === 0 ? price : '2.50'))
      expect([price, report.rejectedBy]).toEqual([price, { unreadable_price: 1 }])
    }
  })

  it('in two currencies by their marks are asked, and the other is set aside', async () => {
    const marks: [one: string, other: string, first: string][] = [
      ['US$2.50', '€2.50', 'EUR'],
      ['2,50 kr', '2,50 €', 'EUR'],
      ['A$2.50', '$2.50', 'AUD'],
      ['Rs. 2.50', '₹2.50', 'INR'],
    ]
    for (const [one, other, answer] of marks) {
      const price = (at: number) => (at % 2 === 0 ? one : other)
      expect((await imported(days, {}, price)).questions.map(({ key }) => key)).toEqual([
        'currency',
      ])
      const answered = await imported(days, { answers: { currency: answer } }, price)
      expect([one, answered.totals.revenue, answered.rows.rejected]).toEqual([one, '5.00', 2])
    }
  })

  it('beside several units are told', async () => {
    const content = csv(
      ['order', 'date', 'product', 'quantity', 'price'],
      ['1', day, 'Tea', '2 kg', '2.50'],
      ['2', day, 'Tea', '500 g', '2.50'],
      ['3', day, 'Tea', '1 KG', '2.50'],
    )
    const report = await shop.importText('units.csv', content, { dryRun: true })
    const told = report.warnings.find(({ code }) => code === 'mixed_units')
    expect(told?.text).toContain('"quantity" in ')
    expect(told?.text).toMatch(/beside ("kg"|"KG") and "g"/)
  })
})
