import { describe, expect, it } from 'vitest'
import { workbookOf } from './formats/workbook-of.ts'
import { shopForEachTest } from './shop-for-each-test.ts'
import { csv, type TemporaryShop } from './temporary-shop.ts'

let shop: TemporaryShop
shopForEachTest((opened) => {
  shop = opened
})

type Row = readonly (string | number | null)[]

const header = ['Order No', 'Date', 'Customer', 'Product', 'Qty', 'Unit Price', 'Line Total']
const more = (product: string, quantity: number, price: number): Row => [
  ...[null, null, null],
  ...[product, quantity, price, quantity * price],
]
const opening = (order: string, date: string, customer: string | null): Row => [
  ...[order, date, customer],
  ...['Mug', 2, 20, 40],
]
const rows: readonly Row[] = [
  header,
  opening('A-1', '2025-01-01', 'Ann'),
  more('Bowl', 1, 30),
  opening('A-2', '2025-01-06', null),
  opening('A-3', '2025-02-10', 'Cy'),
  more('Mug', 1, 20),
  more('Tray', 1, 10),
]

describe('rows without order number and date', () => {
  it.each<[string, string | Buffer]>([
    ['orders.csv', csv(...rows)],
    ['orders.xlsx', workbookOf({ sheets: [{ name: 'Orders', rows }] })],
  ])('are lines of the order above: %s', async (name, content) => {
    const report = await shop.importText(name, content)
    expect(report.totals).toMatchObject({ revenue: '180.00', orders: 3 })
    expect(report.warnings.find(({ code }) => code === 'orders_filled_down')?.text).toMatch(
      /^3 rows of .* neither order number nor date/,
    )
    expect((await shop.lines()).filter((line) => /^A-3 .*2025.* Cy/.test(line))).toHaveLength(3)
  })

  it('are not where another row lies between', async () => {
    const parted = [
      ...rows,
      ...[more('Bowl', 2, 30), [null, null, null, 'Total', null, null, 240], more('Plate', 1, 7)],
      opening('A-4', '2025-02-11', 'Di'),
      ...[[null, '2025-02-12', null, 'Plate', 1, 7, 7], more('Plate', 1, 7)],
      ...Array.from({ length: 20 }, (_, at) => opening(`B-${at}`, '2025-02-13', 'Ed')),
    ]
    const report = await shop.importText('orders.csv', csv(...parted))
    expect(report.totals).toMatchObject({ revenue: '1080.00' })
    expect(report.rows.rejected).toBe(3)
  })

  it.each<[string, readonly Row[]]>([
    [
      'orders repeat their numbers',
      [opening('C-1', '2025-03-01', 'Flo'), opening('C-1', '2025-03-01', 'Flo')],
    ],
    [
      'number or date is missing by itself',
      [opening('C-1', '2025-03-01', 'Flo'), [null, '2025-03-01', 'Flo', 'Mug', 1, 20, 20]],
    ],
  ])('are not where %s', async (_, others) => {
    const many = Array.from({ length: 15 }, (_, at) => opening(`B-${at}`, '2025-02-13', 'Ed'))
    const report = await shop.importText(
      'orders.csv',
      csv(header, ...many, more('Bowl', 1, 30), ...others),
    )
    expect(report.rows.rejected).toBeGreaterThan(0)
    expect(report.warnings.map(({ code }) => code)).not.toContain('orders_filled_down')
  })
})
