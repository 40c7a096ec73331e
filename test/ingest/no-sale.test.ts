import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kindIn, type NamedKind } from '../../src/ingest/table-names.ts'
import { workbookOf } from './formats/workbook-of.ts'
import { TemporaryShop } from './temporary-shop.ts'

/** Tables that have the columns of sales and hold none. */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

let count = 0
async function imported(...files: readonly (readonly [name: string, text: string])[]) {
  count += 1
  const paths = files.map(([name, text]) =>
    shop.file(`${count}/${name}`, `${text.replaceAll(' / ', '\n')}\n`),
  )
  const report = await shop.import(paths, { source: `shop ${count}` })
  expect(report.questions).toEqual([])
  const { revenue, returns } = report.totals
  return { figures: `${revenue} sold, ${returns} returned`, warnings: report.warnings }
}

it.each<[string, NamedKind | null]>([
  ['returns 2025', 'returns'],
  ['returns and refunds', 'returns'],
  ['sales returns', 'returns'],
  ['returned orders', 'returns'],
  ['acme credit notes 03', 'returns'],
  ['retouren', 'returns'],
  ['rucksendungen', 'returns'],
  ['avoirs 2025', 'returns'],
  ['commandes retournees', 'returns'],
  ['devoluciones', 'returns'],
  ['devolucoes', 'returns'],
  ['resi', 'returns'],
  ['retourzendingen', 'returns'],
  ['orders and returns', null],
  ['orders returns', null],
  ['sales net of returns', null],
  ['return customers', null],
  ['tax returns', null],
  ['return on investment', null],
  ['cancelled', 'cancelled'],
  ['cancelled orders', 'cancelled'],
  ['stornierte bestellungen', 'cancelled'],
  ['orders without cancelled', null],
  ['orders and cancellations', null],
  ['purchases', 'purchases'],
  ['wareneingang 2025', 'purchases'],
  ['customer purchases', null],
  ['orders', null],
])('the name %s speaks of %s', (name, kind) => {
  expect(kindIn(name)).toBe(kind)
})

it.each([
  [
    'a.csv',
    'Return ID,Return Date,Order ID,Item,Qty,Amount / R1,2025-03-10,A1,Mug,1,20.00 / R2,2025-03-11,A2,Bowl,1,30.00',
  ],
  [
    'b.csv',
    'Credit Note No,Credit Note Date,Item,Qty,Unit Price,Amount / 5001,2025-03-10,Mug,2,10.00,20.00 / 5002,2025-03-11,Bowl,1,30.00,30.00',
  ],
  [
    'gutschriften.csv',
    'Gutschriftnr;Datum;Artikel;Menge;Einzelpreis;Gesamt / G1;10.03.2025;Becher;2;10,00;20,00 / G2;11.03.2025;Schale;1;30,00;30,00',
  ],
  [
    'c.csv',
    'return_id,order_id,return_date,product_id,quantity,unit_price,reason / R1,A1,2025-03-10,Mug,2,10.00,broken / R2,A2,2025-03-11,Bowl,1,30.00,late',
  ],
  [
    'd.csv',
    'Retourendatum;Retourenmenge;Betrag;Artikel / 10.03.2025;1;20,00;Becher / 11.03.2025;1;30,00;Schale',
  ],
  [
    'Retouren 2025.csv',
    'Bestellnr;Datum;Artikel;Menge;Preis / A1;10.03.2025;Becher;2;10,00 / A2;11.03.2025;Schale;1;30,00',
  ],
  [
    'retouren.csv',
    'Retoure Nr,Datum,Artikel,Menge,Betrag / 1,10.03.2025,Becher,1,20.00 / 2,11.03.2025,Schale,1,30.00',
  ],
])('returns are no sales: %s', async (name, text) => {
  const { figures } = await imported([name, text])
  expect(figures).toBe('0.00 sold, 50.00 returned')
})

it.each([
  [
    'Order,Date,Item,Qty,Price,Return ref / A1,2025-03-10,Mug,1,20.00,X1 / A2,2025-03-11,Bowl,1,30.00,X2',
    'Return ref',
  ],
  [
    'Order,Return Date,Item,Qty,Price / A1,2025-03-10,Bike,1,20.00 / A2,2025-03-11,Tent,1,30.00',
    'Return Date',
  ],
])('says by which column alone rows are returns: %s', async (text, column) => {
  const { figures, warnings } = await imported(['sales.csv', text])
  expect(figures).toBe('0.00 sold, 50.00 returned')
  expect(warnings).toContainEqual({
    code: 'kind_by_name',
    text: expect.stringContaining(`counts as returns by its column "${column}" alone`),
  })
})

it('has no doubt where number and day, or the name, say that rows are returns', async () => {
  const lines = 'A1,2025-03-10,Mug,1,20.00,R1 / A2,2025-03-11,Bowl,1,30.00,R2'
  for (const [name, headers] of [
    ['a.csv', 'Order,Return Date,Item,Qty,Price,Return No'],
    ['returns.csv', 'Order,Date,Item,Qty,Price,Return No'],
  ] as const) {
    const { figures, warnings } = await imported([name, `${headers} / ${lines}`])
    expect(figures).toBe('0.00 sold, 50.00 returned')
    expect(warnings.map(({ code }) => code)).not.toContain('kind_by_name')
  }
})

it('counts returns beside the orders that they name', async () => {
  const orders =
    'Order ID,Date,Product,Qty,Price / A1,2025-03-01,Mug,2,20.00 / A2,2025-03-02,Bowl,1,30.00'
  const headers = 'Order ID,Date,Product,Qty,Price / A1,2025-03-09,Mug,1,20.00'
  const { figures, warnings } = await imported(
    ['orders.csv', orders],
    ['credit_notes.csv', headers],
  )
  expect(warnings.map(({ code }) => code)).toContain('kind_by_name')
  expect(figures).toBe('70.00 sold, 20.00 returned')
})

it.each(['0 of 1', '1 of 2', '1/2'])(
  'what came back of a line names no return: %s',
  async (pieces) => {
    const text = `Order,Date,Item,Qty,Price,Returned / A1,2025-03-10,Mug,2,10.00,${pieces} / A2,2025-03-11,Bowl,1,30.00,2 of 2`
    const { figures } = await imported(['sales.csv', text])
    expect(figures).toBe('50.00 sold, 0.00 returned')
  },
)

it('returns that were paid on credit or by invoice are returns still', async () => {
  const text =
    'Order,Date,Item,Qty,Price,Payment type / A1,2025-03-10,Mug,2,10.00,Credit / A2,2025-03-11,Bowl,1,30.00,Invoice'
  const { figures } = await imported(['returns.csv', text])
  expect(figures).toBe('0.00 sold, 50.00 returned')
})

it.each([
  ['orders_and_returns.csv', 'Order ID,Date,Product,Qty,Price / A1,2025-03-01,Mug,2,20.00'],
  [
    'returns.csv',
    'Order ID,Date,Product,Qty,Price / A1,2025-03-01,Mug,3,20.00 / A1,2025-03-02,Mug,-1,20.00',
  ],
  [
    'e.csv',
    'Order ID,Date,Product,Qty,Price,Return ID / A1,2025-03-01,Mug,2,20.00, / A2,2025-03-01,Mug,1,20.00,R1',
  ],
])('sales stay sales where returns are only spoken of: %s', async (name, text) => {
  const { figures } = await imported([name, text])
  expect(figures).not.toMatch(/^0.00 sold/)
})

it.each([
  ['Order ID,Date,Product,Qty,Price / A3,2025-03-09,Mug,1,20.00', 'cancelled orders.csv'],
  ['Order ID,Date,Product,Qty,Price / A3,2025-03-09,Mug,1,20.00', 'Storniert.csv'],
])('counts cancelled orders nowhere, and says so: %s', async (text, name) => {
  const orders = 'Order ID,Date,Product,Qty,Price / A1,2025-03-01,Mug,2,20.00'
  const { figures, warnings } = await imported(['orders.csv', orders], [name, text])
  expect(figures).toBe('40.00 sold, 0.00 returned')
  expect(warnings.map(({ code }) => code)).toContain('cancelled_orders')
})

it('says why a file of purchases alone is refused', async () => {
  const text = 'Order,Date,Item,Qty,Price / 1,2025-02-01,Mug,100,6.00'
  await expect(imported(['purchases.csv', text])).rejects.toMatchObject({
    details: { problem: expect.stringContaining('bought from its suppliers') },
  })
})

describe('refunds beside orders', () => {
  const refunds = 'Refund ID,Order,Refund date,Amount / 77,2,2024-05-15,8'
  const orders = (header: string, values: readonly [string, string]) =>
    `Order,Date,Product,Qty,Price,${header} / 1,2024-05-13,Mug,2,5,${values[0]} / 2,2024-05-14,Cup,1,8,${values[1]}`

  it('that state refunds too may count twice, and it is said', async () => {
    const { warnings } = await imported(
      ['orders.csv', orders('Refund amount', ['0', '8'])],
      ['refunds.csv', refunds],
    )
    expect(warnings.map(({ code }) => code)).toContain('returns_twice')
  })

  it('that never counted lessen net sales, and it is said', async () => {
    const { figures, warnings } = await imported(
      ['orders.csv', orders('Status', ['Done', 'Cancelled'])],
      ['refunds.csv', refunds],
    )
    expect(figures).toBe('10.00 sold, 8.00 returned')
    expect(warnings.find(({ code }) => code === 'returns_uncounted')?.text).toMatch(
      /^8.00 went back of 1 order of this import that is cancelled/,
    )
  })

  it('that only say so are told by the refunds', async () => {
    const { figures, warnings } = await imported(
      ['orders.csv', orders('Status', ['Done', 'Refunded'])],
      ['refunds.csv', refunds],
    )
    expect(figures).toBe('18.00 sold, 8.00 returned')
    const codes = warnings.map(({ code }) => code)
    expect(codes).not.toContain('returns_twice')
    expect(codes).not.toContain('returns_uncounted')
  })
})

it('leaves purchases from suppliers out, and says so', async () => {
  const { figures, warnings } = await imported(
    ['sales.csv', 'order,date,product,quantity,unit_price / A1,2025-03-01,Mug,3,10.00'],
    [
      'bought.csv',
      'purchase_order,date,supplier,product,quantity,unit_price / P1,2025-02-01,Acme,Mug,100,6.00',
    ],
    ['Wareneingang.csv', 'Nr,Datum,Artikel,Menge,Preis / 1,2025-02-01,Mug,100,6.00'],
  )
  expect(figures).toBe('30.00 sold, 0.00 returned')
  const said = warnings.filter(({ code }) => code === 'ignored_file').map(({ text }) => text)
  expect(said.join()).toMatch(/bought.csv.*bought from its suppliers.*Wareneingang.csv/)
})

it('counts what a marketplace sold for its vendors', async () => {
  const text = 'order_id,purchase date,vendor,product,qty,price / A1,2025-03-01,Acme,Mug,3,10.00'
  expect((await imported(['sales.csv', text])).figures).toBe('30.00 sold, 0.00 returned')
})

it('loads returns that come after their orders, and the same file twice once', async () => {
  const source = { source: 'later' }
  await shop.importText(
    'o.csv',
    'Order ID,Date,Product,Qty,Price\nA1,2025-03-01,Mug,2,20.00\n',
    source,
  )
  const refunds = shop.file(
    'refunds.csv',
    'Refund No,Refund Date,Order ID,Product,Qty,Unit Price,Status\nF1,2025-03-09,A1,Mug,1,20.00,done\nF2,2025-03-09,A1,Mug,1,20.00,declined\n',
  )
  await shop.import([refunds], source)
  const again = await shop.import([refunds], source)
  expect(again.questions).toEqual([])
  expect(
    await shop.value(
      "SELECT string_agg(concat(order_id IN (SELECT order_id FROM orders), ' ', quantity::DOUBLE, ' ', amount::DOUBLE)) FROM returns_fact WHERE source = 'later'",
    ),
  ).toBe('true 1.0 20.0')
})

it.each([
  ['Status', 'wc-completed', 'wc-cancelled', '20.00 sold, 0.00 returned'],
  ['State', 'COMPLETED', 'CANCELED', '20.00 sold, 0.00 returned'],
  ['Estado', 'Pagado', 'Anulado', '20.00 sold, 0.00 returned'],
  ['State', 'NSW', 'VIC', '30.00 sold, 0.00 returned'],
])('tells by the words of "%s" what counts: %s, %s', async (header, one, other, figures) => {
  const text = `Order,Date,Product,Qty,Price,${header} / 1,2025-03-01,Mug,2,10.00,${one} / 2,2025-03-02,Bowl,1,10.00,${other}`
  expect((await imported(['sales.csv', text])).figures).toBe(figures)
})

it('tells of a status that nobody knows with its orders', async () => {
  const text =
    'Order,Date,Product,Qty,Price,Status / 1,2025-03-01,Mug,2,10.00,done / 2,2025-03-02,Bowl,1,10.00,zurückgehalten / 2,2025-03-02,Cup,1,10.00,zurückgehalten'
  const { warnings } = await imported(['sales.csv', text])
  expect(warnings.find(({ code }) => code === 'unknown_status')?.text).toMatch(
    /a status in "Status" of .*: "zurückgehalten" \(1 order\)\.$/,
  )
})

it.each([
  ['Refunds', '10.00', '0', '10.00'],
  ['Rückerstattung', '10.00', '', '10.00'],
  ['Return value', '10.00', '0', '10.00'],
  ['Qty returned', '1', '0', '10.00'],
  ['Returned', '2', '0', '20.00'],
  ['Retourmenge', '1', '0', '10.00'],
  ['Qté retournée', '1', '', '10.00'],
])('takes for a return what came back of a line: %s %s', async (header, one, other, back) => {
  const text = `Order,Date,Product,Qty,Price,${header} / 1,2025-03-01,Mug,3,10.00,${one} / 1,2025-03-01,Cup,1,5.00,${other} / 2,2025-03-02,Bowl,2,10.00,${other}`
  const { figures } = await imported(['sales.csv', text])
  expect(figures).toBe(`55.00 sold, ${back} returned`)
})

it.each([
  [
    'refunds without products',
    'refund_id,order_id,refund_date,refund_amount / 1,A1,2025-03-09,12.50 / 2,A2,2025-03-10,7.50',
  ],
  [
    'numbers that are no quantities',
    'Refund ID,Order ID,Refund Date,Product,Quantity,Refund Amount / 5001,A1,2025-03-09,Mug,1,12.50 / 5002,A2,2025-03-09,Bowl,1,7.50',
  ],
])('takes off what was given back: %s', async (_what, refunds) => {
  const { figures } = await imported(
    ['order_lines.csv', 'order_id,product,quantity,price / A1,Mug,2,20.00 / A2,Bowl,1,30.00'],
    ['order_list.csv', 'order_id,order_date,customer_id / A1,2025-03-01,C1 / A2,2025-03-02,C2'],
    ['money.csv', refunds],
  )
  expect(figures).toBe('70.00 sold, 20.00 returned')
})

it('counts a rejected line once in what it corrects, and no total of a month', async () => {
  const text = `Order,Date,Product,Qty,Price / ${[1, 2, 3, 4, 5]
    .map((order) => `${order},2025-03-01,Mug,1,12.00`)
    .join(' / ')} / March total,,,5,60.00 / 6,2025-04-01,Mug,1,-12.00 / Aprilsumme,,,1,-12.00`
  const { figures, warnings } = await imported(['sales.csv', text])
  expect(figures).toBe('60.00 sold, 0.00 returned')
  const texts = warnings.map(({ code, text }) => `${code}: ${text}`).join('\n')
  expect(texts).toMatch(/offsetting_rejects: 12.00 of revenue/)
  expect(texts).toMatch(/rejected_rows: 1 of 8 rows/)
})

const header = ['Order', 'Date', 'Product', 'Qty', 'Price']
const sold = [header, ['A1', '2025-03-01', 'Mug', 3, 10], ['A2', '2025-03-02', 'Bowl', 1, 10]]

it.each([
  [
    'on sheets of their own',
    [
      { name: 'Orders', rows: sold },
      { name: 'Returns', rows: [header, ['A1', '2025-03-05', 'Mug', 1, 10]] },
      { name: 'Cancelled', rows: [header, ['A3', '2025-03-05', 'Mug', 7, 10]] },
    ],
  ],
  [
    'below each other',
    [
      {
        name: 'Orders',
        rows: [
          ...sold,
          ['Refunds'],
          header,
          ['A1', '2025-03-05', 'Mug', 1, 10],
          ['Cancelled orders'],
          header,
          ['A3', '2025-03-05', 'Mug', 7, 10],
        ],
      },
    ],
  ],
])('tells what a workbook holds by titles, %s', async (where, sheets) => {
  const report = await shop.importText(`${where}.xlsx`, workbookOf({ sheets }), { source: where })
  expect(report.questions).toEqual([])
  expect(report.totals).toMatchObject({ revenue: '40.00', returns: '10.00', orders: 2 })
  expect(report.rows).toMatchObject({ accepted: 3, rejected: 0 })
})
