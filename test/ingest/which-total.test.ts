import { describe, expect, it } from 'vitest'
import { shopForEachTest } from './shop-for-each-test.ts'
import type { TemporaryShop } from './temporary-shop.ts'

/** Which of several amounts is a line's, told by what they add up to; figures counted by hand. */

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

async function figures(text: string) {
  const report = await shop.importText('orders.csv', `${text}\n`, { maxRejects: 1 })
  const [charges = {}] = await shop.query(
    'SELECT coalesce(sum(amount), 0)::DECIMAL(18,2)::VARCHAR AS amount FROM order_charges_fact',
  )
  return {
    state: report.state,
    revenue: report.totals.revenue,
    charges: charges.amount,
    orders: report.totals.orders,
    codes: report.warnings.map(({ code }) => code),
  }
}

interface Case {
  readonly name: string
  readonly text: string
  readonly revenue: string
  readonly charges?: string
}

const cases: readonly Case[] = [
  {
    name: 'a subtotal beside a total of the order, on all of its lines',
    text: `Order,Date,Product,Qty,Subtotal,Shipping,Total
1,2024-05-01,Mug,2,20.00,5.00,30.00
1,2024-05-01,Cup,1,5.00,5.00,30.00
2,2024-05-02,Hat,1,8.00,3.00,11.00
3,2024-05-02,Bag,1,9.00,2.00,11.00`,
    revenue: '42.00',
    charges: '10.00',
  },
  {
    name: 'a subtotal that is quantity x price',
    text: `Order,Date,Product,Qty,Price,Subtotal,Shipping,Total
1,2024-05-01,Mug,2,10.00,20.00,5.00,30.00
1,2024-05-01,Cup,1,5.00,5.00,5.00,30.00
2,2024-05-02,Hat,1,8.00,8.00,3.00,11.00`,
    revenue: '33.00',
    charges: '8.00',
  },
  {
    name: 'orders without lines, with what their goods cost',
    text: `order_id,order_date,customer,subtotal,shipping,total
1,2024-05-01,Ann,25.00,5.00,30.00
2,2024-05-02,Bob,8.00,3.00,11.00
3,2024-05-03,Bob,8.00,3.00,11.00`,
    revenue: '41.00',
    charges: '11.00',
  },
  {
    name: 'a subtotal before the discount that the total is after',
    text: `Order,Date,Product,Qty,Subtotal,Discount,Total
1,2024-05-01,Mug,2,20.00,2.00,18.00
2,2024-05-02,Hat,1,10.00,0.00,10.00
3,2024-05-03,Bag,1,30.00,3.00,27.00`,
    revenue: '55.00',
  },
  {
    name: 'a net value with tax and a total',
    text: `Order,Date,Product,Qty,Net value,VAT,Total
1,2024-05-01,Mug,2,20.00,4.00,24.00
2,2024-05-02,Hat,1,5.00,1.00,6.00
3,2024-05-03,Bag,1,8.00,1.60,9.60`,
    revenue: '33.00',
    charges: '6.60',
  },
  {
    name: 'gross and net with the tax between them, and its rate',
    text: `Receipt,Date,Item,Qty,Tax rate,Tax amount,Gross,Net
R1,2024-05-01,Mug,2,19%,3.19,20.00,16.81
R1,2024-05-01,Cup,1,19%,1.60,10.00,8.40
R2,2024-05-02,Book,1,7%,0.33,5.00,4.67`,
    revenue: '29.88',
    charges: '5.12',
  },
  {
    name: 'the same in German',
    text: `Datum;Bon-Nr;Artikel;Menge;Steuersatz;Brutto;Netto;MwSt
01.05.2024;R1;Mug;2;19%;20,00;16,81;3,19
01.05.2024;R1;Cup;1;19%;10,00;8,40;1,60
15.05.2024;R2;Book;1;7%;5,00;4,67;0,33`,
    revenue: '29.88',
    charges: '5.12',
  },
  {
    name: 'a total with tax on top of the price, under a header in two cases',
    text: `Bestellnummer;Datum;Artikel;Menge;Einzelpreis;MwSt;Gesamtpreis
1;15.05.2024;Mug;2;10,00;3,80;23,80
2;16.05.2024;Cup;1;5,00;0,95;5,95
3;17.05.2024;Hut;1;8,00;1,52;9,52`,
    revenue: '33.00',
    charges: '6.27',
  },
  {
    name: 'a total with shipping in a file of two orders',
    text: `Order,Date,Product,Qty,Price,Shipping,Total
1,2024-05-01,Mug,2,10.00,5.00,25.00
2,2024-05-02,Cup,1,5.00,3.00,8.00`,
    revenue: '25.00',
    charges: '8.00',
  },
]

describe('what a line comes to', () => {
  it.each(cases)('is $name', async ({ text, revenue, charges = '0.00' }) => {
    expect(await figures(text)).toMatchObject({ state: 'committed', revenue, charges })
  })

  it('is not told by a total of the order alone', async () => {
    const text = `Order,Date,Product,Qty,Total
1,2024-05-01,Mug,2,30.00
1,2024-05-01,Cup,1,30.00
2,2024-05-02,Hat,1,11.00
3,2024-05-02,Hat,2,22.00
3,2024-05-02,Bag,1,22.00`
    const failed = await shop.failure(shop.file('orders.csv', text))
    expect(failed.code).toBe('not_recognised')
  })
})

describe('columns that only look like charges', () => {
  it.each([
    ['VAT %', '20', '20', '5'],
    ['VAT', '19', '19', '7'],
    ['Total incl. VAT', '24.00', '6.00', '9.60'],
    ['Price incl. VAT', '12.00', '6.00', '9.60'],
    ['Shipping days', '3', '2', '7'],
    ['Delivery score', '5', '4', '3'],
  ])('are none: %s', async (header, ...values) => {
    const [first, second, third] = values
    const text = `Order,Date,Product,Qty,Price,${header}
1,2024-05-01,Mug,2,10.00,${first}
2,2024-05-02,Cup,1,5.00,${second}
3,2024-05-03,Hat,1,8.00,${third}`
    expect(await figures(text)).toMatchObject({ revenue: '33.00', charges: '0.00' })
  })

  it.each([
    ['Service charge', 'fee'],
    ['Service fee', 'fee'],
    ['Line tax', 'tax'],
    ['Shipping (incl. VAT)', 'shipping'],
  ])('are told from those that are: %s', async (header, kind) => {
    const text = `Order,Date,Product,Qty,Price,${header}
1,2024-05-01,Mug,2,10.00,1.50
2,2024-05-02,Cup,1,5.00,2.50`
    await figures(text)
    const rows = await shop.query('SELECT DISTINCT kind FROM order_charges_fact')
    expect(rows.map((row) => row.kind)).toEqual([kind])
  })
})

describe('products that are called like a sum', () => {
  it.each(['Total', 'Summe', 'Grand Total'])('are sold like others: %s', async (name) => {
    const text = `Order,Date,Product,Qty,Price
1,2024-05-01,${name},1,4.00
2,2024-05-01,${name},1,4.00
3,2024-05-02,Cup,1,5.00`
    const found = await figures(text)
    expect(found).toMatchObject({ revenue: '13.00', orders: 3 })
    expect(found.codes).toContain('named_like_sum')
  })

  it.each([
    ['of all lines', ['9,2024-05-03,Total,6,2.83,17.00']],
    ['of their order', ['3,2024-05-03,Total,3,3.00,9.00']],
    ['of the lines above', ['9,2024-05-01,Subtotal,3,2.67,8.00', '10,2024-05-04,Bag,1,1.00,1.00']],
  ])('are sums where they state one %s', async (_, sums) => {
    const lines = ['1,2024-05-01,Mug,1,4.00,4.00', '2,2024-05-01,Pen,2,2.00,4.00']
    const order = ['3,2024-05-03,Cup,1,5.00,5.00', '3,2024-05-03,Hat,2,2.00,4.00']
    const above = sums.length > 1
    const rows = above ? [...lines, ...sums] : [...lines, ...order, ...sums]
    const found = await figures(`Order,Date,Product,Qty,Price,Total\n${rows.join('\n')}`)
    const revenue = above ? '9.00' : '17.00'
    expect(found).toMatchObject({ revenue })
    expect(found.codes).not.toContain('named_like_sum')
  })
})

it.each([
  ['Total body lotion', 'of what others cost'],
  ['', 'and no name'],
])('says that it left out a line of an order by its amount: "%s" %s', async (name) => {
  const text = `Order,Date,Product,Qty,Price
1,2024-05-01,Mug,1,5.00
2,2024-05-01,Cup,1,5.00
3,2024-05-01,${name},2,5.00
4,2024-05-02,Mug,1,5.00`
  const found = await figures(text)
  expect(found).toMatchObject({ revenue: '15.00' })
  expect(found.codes).toContain('named_like_sum')
})

describe('a line with a day', () => {
  const lines = ['2025-01-05,Mug,2,20.00', '2025-01-05,Plate,1,5.00']
  const more = ['2025-01-16,Plate,2,10.00', '2025-01-16,Mug,2,20.00']
  const text = (name: string) =>
    [
      'Date,Product,Qty,Amount',
      ...lines,
      `2025-01-05,${name},3,25.00`,
      ...more,
      `2025-01-16,${name},4,30.00`,
    ].join('\n')

  it.each([
    'Day total',
    'Tagessumme',
    'Total for January',
    'Sub-total Mug',
    'Totaal week 1',
    'Σ',
    '',
  ])('sums up those above it under the name "%s"', async (name) => {
    const found = await figures(text(name))
    expect(found).toMatchObject({ revenue: '55.00' })
  })

  it('is a sale where it does not add up, whatever its name', async () => {
    const sold = [...lines, '2025-01-05,Total Gym,1,199.00', ...more].join('\n')
    const found = await figures(`Date,Product,Qty,Amount\n${sold}`)
    expect(found).toMatchObject({ revenue: '254.00' })
    expect(found.codes).not.toContain('named_like_sum')
  })
})

it('a row of numbers alone sums up others', async () => {
  const report = await shop.importText(
    'sums.csv',
    `Order,Date,Product,Qty,Amount
1,2025-01-05,Mug,2,20.00
1,2025-01-05,Plate,1,5.00
,,,3,25.00
2,2025-01-16,Plate,2,10.00
,,,2,10.00
`,
  )
  expect(report.totals).toMatchObject({ revenue: '35.00', orders: 2 })
  expect(report.ignoredBy).toEqual({ total_row: 2 })
})

describe('a discount that stands as a line', () => {
  it.each([
    ['with a negative amount', '1,2025-03-01,Discount,1,-5.00'],
    ['called otherwise', '1,2025-03-01,Rabatt Stammkunde,1,-5.00'],
    ['without a quantity', '1,2025-03-01,Gutschein,,-5.00'],
  ])('is taken off its order: %s', async (_, line) => {
    const text = `Order,Date,Product,Qty,Amount
1,2025-03-01,Mug,2,20.00
${line}
2,2025-03-12,Plate,1,12.00
3,2025-03-23,Bowl,1,18.00`
    const found = await figures(text)
    expect(found).toMatchObject({ revenue: '45.00', orders: 3 })
    const returns = await shop.value('SELECT count(*) FROM returns_fact')
    expect(Number(returns)).toBe(0)
  })
})

describe('what a file leaves open', () => {
  it.each([
    [
      'charges_untold',
      'Order,Date,Product,Qty,Shipping,Total\n1,2024-05-01,Mug,2,5.00,25.00\n2,2024-05-02,Cup,1,3.00,8.00',
    ],
    [
      'refunds_unknown',
      'Order,Date,Status,Product,Qty,Price\n1,2024-05-01,partially refunded,Mug,2,10.00\n2,2024-05-02,paid,Cup,1,5.00',
    ],
    [
      'amounts_in_thousands',
      'Date,Product,Units,Revenue (in thousands)\n2024-05-01,Sofa,1,12.5\n2024-05-02,Bed,2,8.0',
    ],
    [
      'ignored_columns',
      'Order,Date,Product,Qty,Price,Transaction fee\n1,2024-05-01,Mug,2,10.00,0.50\n2,2024-05-02,Cup,1,5.00,0.25',
    ],
  ])('is told: %s', async (code, text) => {
    expect((await figures(text)).codes).toContain(code)
  })

  it('is not what its parts show', async () => {
    const text = `Order,Date,Product,Qty,Price,Tax,Line total
1,2024-05-01,Mug,2,10.00,4.00,24.00
2,2024-05-02,Cup,1,5.00,1.00,6.00
3,2024-05-03,Hat,1,8.00,1.60,9.60`
    const found = await figures(text)
    expect(found).toMatchObject({ revenue: '33.00', charges: '6.60' })
    expect(found.codes).toContain('tax_taken_off')
    expect(found.codes).not.toContain('tax_untold')
  })
})
