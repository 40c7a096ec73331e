import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

/** Orders in several currencies with a file of exchange rates beside them. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

const header = [
  'order number',
  'order date',
  'product',
  'quantity',
  'unit price',
  'shipping',
  'currency',
]
const orders = csv(
  header,
  ['1', '2025-01-10', 'Cup', 2, '5.00', '4.00', 'EUR'],
  ['2', '2025-01-10', 'Kimono', 1, '8000', '800', 'JPY'],
  ['3', '2025-02-03', 'Kimono', 2, '8000', '0', 'JPY'],
  ['4', '2024-12-31', 'Kimono', 1, '8000', '0', 'JPY'],
)

const rates = (yen: readonly string[], day = 'date') =>
  csv(
    [day, 'currency', 'rate'],
    ['2025-01-01', 'JPY', yen[0] ?? ''],
    ['2025-02-01', 'JPY', yen[1] ?? ''],
  )

describe('amounts in several currencies', () => {
  it.each([
    ['what one of the other is worth', ['0.00625', '0.0061']],
    ['how many of the other one is worth', ['160', '163.934426']],
  ])('are converted at the rate of their day, whether it states %s', async (_what, yen) => {
    const report = await shop.import(
      [shop.file('orders.csv', orders), shop.file('rates.csv', rates(yen))],
      { maxRejects: 1 },
    )
    expect(report.questions).toEqual([])
    // 10.00 + 8000 x 0.00625 + 16000 x 0.0061; before the first rate there is none.
    expect(report.totals).toMatchObject({ revenue: '157.60', orders: 3, currency: 'EUR' })
    expect(report.rejectedBy).toEqual({ unknown_currency: 1 })
    expect(report.rows).toEqual({ in: 6, accepted: 5, rejected: 1, duplicate: 0, ignored: 0 })
    expect(report.warnings.find(({ code }) => code === 'converted')?.text).toMatch(/^2 lines/)
    expect(await shop.value('SELECT sum(amount)::DECIMAL(18,2) FROM order_charges_fact')).toBe(
      '9.00',
    )
    const stated = await shop.query(
      `SELECT concat_ws(' ', source_currency, round(exchange_rate, 5)::DECIMAL(18,5)) AS line FROM sales_fact ORDER BY line`,
    )
    expect(stated.map(({ line }) => line)).toEqual(['EUR', 'JPY 0.00610', 'JPY 0.00625'])
  })

  it('ask where both are worth about the same, and the answer leads to the figure', async () => {
    const files = [
      shop.file(
        'orders.csv',
        csv(
          header,
          ['1', '2025-01-10', 'Cup', 1, '10.00', '0', 'EUR'],
          ['2', '2025-01-10', 'Cup', 1, '10.00', '0', 'USD'],
        ),
      ),
      shop.file('rates.csv', csv(['date', 'currency', 'rate'], ['2025-01-01', 'USD', '1.25'])),
    ]
    const asked = await shop.import(files)
    expect(asked.questions.map(({ key }) => key)).toEqual(['rate-direction'])
    expect(
      asked.questions[0]?.choices.map(({ effect }) => effect.match(/revenue [\d.]+/)?.[0]),
    ).toEqual(['revenue 22.50', 'revenue 18.00'])
    const report = await shop.import(files, { answers: { 'rate-direction': 'divide' } })
    expect(report.totals).toMatchObject({ revenue: '18.00', currency: 'EUR' })
  })

  it('are asked about as before where the rates leave one out', async () => {
    const report = await shop.import([
      shop.file(
        'orders.csv',
        csv(
          header,
          ['1', '2025-01-10', 'Cup', 1, '10.00', '0', 'EUR'],
          ['2', '2025-01-10', 'Cup', 1, '10.00', '0', 'USD'],
          ['3', '2025-01-10', 'Cup', 1, '1000', '0', 'JPY'],
        ),
      ),
      shop.file('rates.csv', rates(['160', '161'])),
    ])
    expect(report.questions.map(({ key }) => key)).toEqual(['currency'])
  })
})

describe('rates on the rows', () => {
  const lines = (yen: string, dollars: string) =>
    csv(
      ['order', 'date', 'product', 'quantity', 'unit price', 'currency', 'exchange rate'],
      ['1', '2025-01-05', 'Mug', 2, '10.00', 'EUR', '1'],
      ['2', '2025-01-16', 'Plate', 1, '11.00', 'USD', dollars],
      ['3', '2025-01-26', 'Plate', 1, '1600', 'JPY', yen],
    )

  it.each([
    ['what one of the other is worth', '0.00625', '0.9090909'],
    ['how many of the other one is worth', '160', '1.1'],
  ])('convert their amounts, stating %s', async (_, yen, dollars) => {
    const report = await shop.importText('lines.csv', lines(yen, dollars))
    expect(report.questions).toEqual([])
    expect(report.totals).toMatchObject({ revenue: '40.00', orders: 3, currency: 'EUR' })
    expect(report.warnings.map(({ code }) => code)).toContain('converted')
  })

  it('are asked about where their size does not tell', async () => {
    const text = lines('160', '1.1')
      .split('\n')
      .filter((line) => !line.includes('JPY'))
      .join('\n')
    const asked = await shop.importText('lines.csv', text)
    expect(asked.questions.map(({ key }) => key)).toEqual(['rate-direction'])
    const report = await shop.importText('lines.csv', text, {
      answers: { 'rate-direction': 'divide' },
    })
    expect(report.totals).toMatchObject({ revenue: '30.00', currency: 'EUR' })
  })
})
