import { afterAll, beforeAll, expect, it } from 'vitest'
import { TemporaryShop } from './temporary-shop.ts'

/** Columns that say what a row is: a sale, a return, a line that came back, an order that was cancelled. */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

let count = 0
async function figures(header: string, words: readonly string[]) {
  count += 1
  const lines = [
    `1,2024-05-01,Mug,2,5.00,10.00,${words[0]}`,
    `2,2024-05-02,Cup,1,3.00,3.00,${words[1]}`,
    `3,2024-05-03,Mug,1,5.00,5.00,${words[2]}`,
  ]
  const text = `Order,Date,Product,Qty,Price,Total,${header}\n${lines.join('\n')}\n`
  const report = await shop.importText(`${count}.csv`, text, { source: `kinds ${count}` })
  expect(report.questions).toEqual([])
  const { revenue, returns, units } = report.totals
  return `${revenue} sold, ${returns} returned, ${units} units`
}

const allSold = '18.00 sold, 0.00 returned, 4 units'

it.each([
  ['Type', ['Sale', 'Sale', 'Refund']],
  ['Transaction type', ['sale', 'SALE', 'return']],
  ['Document Type', ['Invoice', 'Invoice', 'Credit note']],
  ['Sales Type', ['Sale', 'Sale', 'Return']],
  ['Status', ['Order', 'Order', 'Refund']],
  ['Belegart', ['Rechnung', 'Rechnung', 'Gutschrift']],
  ['Tipo', ['Venta', 'Venta', 'Devolución']],
  ['Type de document', ['Facture', 'Facture', 'Avoir']],
  ['Is Return', ['false', 'false', 'true']],
])('a row that is a return by itself is no sale: %s', async (header, words) => {
  expect(await figures(header, words)).toBe('13.00 sold, 5.00 returned, 3 units')
})

it.each([
  ['Returned', ['No', 'No', 'Yes']],
  ['returned', ['', '', 'Yes']],
  ['Is Refunded', ['0', '0', '1']],
  ['Retoure', ['nein', 'nein', 'ja']],
  ['Remboursé', ['non', 'non', 'oui']],
  ['Returned at', ['', '', '2024-05-09']],
])('a line that came back was sold first: %s', async (header, words) => {
  expect(await figures(header, words)).toBe('18.00 sold, 5.00 returned, 4 units')
})

it.each([
  ['Cancelled', ['No', 'No', 'Yes']],
  ['is_canceled', ['false', 'false', 'true']],
  ['Storniert', ['nein', 'nein', 'ja']],
  ['Cancelled at', ['', '', '2024-05-04 10:00:00']],
])('a cancelled line counts nowhere: %s', async (header, words) => {
  expect(await figures(header, words)).toBe('13.00 sold, 0.00 returned, 3 units')
})

it.each([
  ['Type', ['Kitchen', 'Kitchen', 'Return']],
  ['Return date', ['2024-06-01', '', '2024-06-03']],
  ['Returned', ['maybe', 'no', 'yes']],
  ['Sale', ['Yes', 'No', 'Yes']],
  ['Payment Type', ['Credit', 'Invoice', 'Credit']],
  ['Payment Type', ['Credit', 'Credit', 'Credit']],
  ['Zahlungsart', ['Rechnung', 'Gutschrift', 'Rechnung']],
  ['Method', ['Invoice', 'Credit', 'Invoice']],
  ['Terms', ['Standard', 'Credit', 'Standard']],
  ['Customer type', ['Regular', 'Credit', 'Regular']],
  ['Sale Type', ['Credit', 'Credit', 'Credit']],
  ['Ticket Type', ['Return', 'Return', 'Return']],
  ['Bill Type', ['Credit', 'Regular', 'Credit']],
  ['Fare', ['Standard', 'Return', 'Return']],
  ['Category', ['Standard', 'Credit', 'Standard']],
  ['Returns', ['30 days', '14 days', '30 days']],
  ['Returned', ['20%', '0%', '0%']],
  ['Retoure', ['bis 15.05.', 'bis 16.05.', 'bis 17.05.']],
  ['Returned', ['1/2', '0/1', '0/1']],
])('other words leave all of them sold: %s', async (header, words) => {
  expect(await figures(header, words)).toBe(allSold)
})

it.each(['Payment Type', 'Ticket Type'])(
  'what %s says of a refund is of the row',
  async (header) => {
    expect(await figures(header, ['Sale', 'Sale', 'Refund'])).toBe(
      '13.00 sold, 5.00 returned, 3 units',
    )
  },
)

it('says that every row is a return by its type alone', async () => {
  const text =
    'Order,Date,Product,Qty,Price,Type\n1,2024-05-01,Mug,2,5.00,Return\n2,2024-05-02,Cup,1,3.00,Return\n'
  const report = await shop.importText('all-back.csv', text, { source: 'all back' })
  expect(report.totals).toMatchObject({ revenue: '0.00', returns: '13.00' })
  expect(report.warnings).toContainEqual({
    code: 'kind_by_name',
    text: expect.stringContaining('by its column "Type" alone'),
  })
})

it('a return says so in its type and in negative numbers at once, and is one still', async () => {
  const text = `Order,Date,Product,Qty,Price,Total,Type
1,2024-05-01,Mug,2,5.00,10.00,Sale
1,2024-05-03,Mug,-1,5.00,-5.00,Refund
2,2024-05-03,Cup,1,-3.00,-3.00,Refund`
  const report = await shop.importText('signs.csv', text, { source: 'signs' })
  expect(report.totals).toMatchObject({ revenue: '10.00', returns: '8.00', units: '2' })
})

it('a return without a quantity is one piece that came back', async () => {
  const text = `Order,Date,Product,Total,Type
1,2024-05-01,Mug,10.00,Sale
2,2024-05-03,Mug,4.00,Refund`
  const report = await shop.importText('pieces.csv', text, { source: 'pieces' })
  expect(report.totals).toMatchObject({ revenue: '10.00', returns: '4.00', units: '1' })
})
