import { afterAll, beforeAll, expect, it } from 'vitest'
import { TemporaryShop } from './temporary-shop.ts'

/** Columns that may say which rows went back, and of which nothing can be made. */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

let count = 0
/** What is said of the columns that were not used, of three lines with further columns. */
async function said(headers: string, values: readonly string[]) {
  count += 1
  const lines = values.map((own, at) => `${at + 1},2024-05-0${at + 1},Mug,1,10.00,${own}`)
  const text = `Order,Date,Product,Qty,Price,${headers}\n${lines.join('\n')}\n`
  const report = await shop.importText(`${count}.csv`, text, { source: `untold ${count}` })
  expect(report.questions).toEqual([])
  return report.warnings.filter(({ code }) => code === 'ignored_columns').map((one) => one.text)
}

it.each([
  ['Returned', ['', 'Damaged', '']],
  ['Returned', ['2024-05-08', '2024-05-09', '2024-05-10']],
  ['Refund date', ['', '2024-05-09', '']],
  ['Return status', ['', 'Refunded', '']],
  ['Return reason', ['', 'too small', '']],
  ['Cancelled', ['', 'customer changed mind', '']],
  ['Cancelled qty', ['0', '1', '0']],
  ['Delivery status', ['Delivered', 'Returned to sender', 'Delivered']],
  ['Versandstatus', ['versendet', 'retourniert', 'versendet']],
  ['Payment status', ['Paid', 'Refunded', 'Paid'], 'Status', ['Done', 'Done', 'Done']],
  ['Bill Type', ['Credit', 'Regular', 'Credit']],
  ['Type', ['Sale', 'Return', 'Exchange']],
  ['Class', ['Order', 'Return', 'Standard']],
])(
  'says that %s was not used',
  async (header, values, other?: string, others?: readonly string[]) => {
    const headers = other ? `${other},${header}` : header
    const rows = values.map((value, at) => (others ? `${others[at]},${value}` : value))
    expect(await said(headers, rows)).toEqual([
      expect.stringMatching(`^"${header}" in .*${count}.csv was not used: if it tells of rows`),
    ])
  },
)

it.each([
  ['Returned', ['no', 'No', '']],
  ['Return by', ['2024-06-01', '2024-06-02', '2024-06-03']],
  ['Return Date', ['2024-05-08', '2024-05-09', '2024-05-10']],
  ['Cancelled qty', ['0', '0', '0']],
  ['Returnable', ['Yes', 'Yes', 'No']],
  ['Delivery status', ['Delivered', 'Pending', 'Delivered']],
  ['Notes', ['return gift', 'refund?', 'cancel']],
  ['Returned,Return reason', ['No,', 'Yes,too small', 'No,']],
  ['Status,Cancellation reason', ['Done,', 'Cancelled,late', 'Done,']],
])('says nothing of %s', async (header, values) => {
  expect(await said(header, values)).toEqual([])
})

it.each([
  ['Retour', '1', '0', true],
  ['Retour', '0', '1', false],
  ['Is Returned', '1', '0', false],
  ['Retour', 'ja', 'nee', false],
])(
  'says that 1 of several pieces was taken for yes: %s %s %s',
  async (header, several, one, isSaid) => {
    count += 1
    const text = `Order,Date,Product,Qty,Price,${header}\n1,2024-05-01,Mug,3,10.00,${several}\n2,2024-05-02,Mug,1,10.00,${one}\n`
    const report = await shop.importText(`${count}.csv`, text, { source: `untold ${count}` })
    expect(report.warnings.some(({ code }) => code === 'returned_assumed')).toBe(isSaid)
  },
)
