import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TemporaryShop } from '../temporary-shop.ts'
import { biffText, compoundOf, float, record, u16, u32, type XlsContent, xlsOf } from './xls-of.ts'

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

const header = ['order number', 'order date', 'sku', 'product name', 'quantity', 'unit price']
const names = ['Red mug', 'A-1', 'Tasse groß ☕', '00042']

/** The table of shared texts; the third breaks off in the middle and goes on in another width. */
function texts(): Buffer[] {
  const all = [...header, ...names]
  const before = all.slice(0, 8).map(biffText)
  const broken = names[2] ?? ''
  return [
    record(
      0xfc,
      u32(all.length),
      u32(all.length),
      ...before,
      u16(broken.length),
      [0],
      Buffer.from(broken.slice(0, 9), 'latin1'),
    ),
    record(0x3c, [1], Buffer.from(broken.slice(9), 'utf16le'), biffText(names[3] ?? '')),
  ]
}

const shared = (row: number, column: number, index: number) =>
  record(0xfd, u16(row, column, 0), u32(index))
const number = (row: number, column: number, value: number, style = 0) =>
  record(0x203, u16(row, column, style), float(value))
/** A whole number in 30 bits, or one with two decimals. */
const short = (value: number, hundredths = false) => u32((value << 2) | 2 | (hundredths ? 1 : 0))

const headerCells = header.map((_, column) => shared(1, column, column))

/** 5 January 2024. */
const january5 = 45296

const cells: readonly Buffer[] = [
  // A title above, a blank row, and cells out of order.
  record(0x204, u16(0, 0, 0), biffText('Sales report')),
  ...headerCells,
  number(3, 1, january5, 1),
  shared(3, 2, 7),
  shared(3, 3, 6),
  record(0x27e, u16(3, 4, 0), short(2)),
  record(0x27e, u16(3, 5, 0), short(1210, true)),
  record(0x27e, u16(3, 0, 0), short(1001)),
  number(4, 0, 1002),
  number(4, 1, january5 + 0.5, 2),
  shared(4, 2, 9),
  shared(4, 3, 8),
  // Two numbers in one record: 3 pieces at 0.1, which is the upper part of a float.
  record(0xbd, u16(4, 4), u16(0), short(3), u16(3), short(450, true), u16(5)),
  // Formulas: a number, a text, an error.
  record(0x06, u16(5, 0, 0), float(1003), u16(0), u32(0), u16(0)),
  number(5, 1, january5 + 1, 1),
  record(0x06, u16(5, 2, 0), [0, 0, 0, 0, 0, 0, 0xff, 0xff], u16(0), u32(0), u16(0)),
  record(0x207, biffText('F-1')),
  shared(5, 3, 6),
  number(5, 4, 1),
  number(5, 5, 0.1 + 0.2),
  number(6, 0, 1004),
  number(6, 1, january5, 1),
  shared(6, 3, 6),
  record(0x06, u16(6, 4, 0), [2, 0, 0x2a, 0, 0, 0, 0xff, 0xff], u16(0), u32(0), u16(0)),
  record(0x205, u16(6, 5, 0), [7, 1]),
]

const book: XlsContent = {
  formats: ['yyyy\\-mm\\-dd', 'dd.mm.yyyy hh:mm', '"€"#,##0.00'],
  texts: texts(),
  sheets: [
    { name: 'Orders', cells },
    { name: 'Old', hidden: true, cells: headerCells },
  ],
}

describe('an old workbook', () => {
  it.each([
    ['in small sectors', book],
    ['in large sectors', { ...book, globals: [record(0x5c, Buffer.alloc(6000))] }],
  ])('is read to the cent: every kind of cell, %s', async (what, content) => {
    const report = await shop.importText(`${what}.xls`, xlsOf(content), {
      source: what,
      maxRejects: 0.5,
    })
    // 2 x 12.10 + 3 x 4.50 + 0.30; the last row states #N/A pieces.
    expect(report.totals).toMatchObject({ revenue: '38.00', orders: 3, units: '6' })
    expect(report.rows).toMatchObject({ in: 4, accepted: 3, rejected: 1 })
    expect(report.period).toEqual({ from: '2024-01-05', to: '2024-01-06' })
    expect(report.files).toMatchObject([
      { format: 'xls', notation: expect.stringContaining('header in row 2') },
    ])
    expect(report.warnings.map(({ code }) => code)).toContain('hidden_sheets')
    const stored = await shop.query(
      `SELECT sku, product_name, nullif(order_hour, 0) AS order_hour FROM sales_fact JOIN products USING (product_id)
       WHERE run_id = ${report.runId} ORDER BY total_price`,
    )
    expect(stored).toEqual([
      { sku: 'F-1', product_name: 'Red mug', order_hour: null },
      { sku: '00042', product_name: 'Tasse groß ☕', order_hour: 12 },
      { sku: 'A-1', product_name: 'Red mug', order_hour: null },
    ])
    const aside = await shop.query(
      `SELECT record_number, value FROM rejected_rows WHERE run_id = ${report.runId}`,
    )
    expect(aside).toEqual([{ record_number: '7', value: '#N/A' }])
  })

  it('counts its days from 1904 where it says so', async () => {
    const content = xlsOf({ ...book, globals: [record(0x22, u16(1))] })
    const report = await shop.importText('mac.xls', content, { dryRun: true, maxRejects: 1 })
    // Four years and a day later: none of them has come yet.
    expect(report.rejectedBy).toEqual({ date_out_of_range: 4 })
  })
})

const refused: Record<string, { content: Buffer; code: string; says: RegExp }> = {
  'locked.xls': {
    content: xlsOf({ ...book, globals: [record(0x2f, Buffer.alloc(54))] }),
    code: 'unreadable_format',
    says: /protected with a password/,
  },
  'locked.xlsx': {
    content: compoundOf('EncryptedPackage', Buffer.alloc(5000)),
    code: 'unreadable_format',
    says: /protected with a password/,
  },
  'excel-95.xls': {
    content: xlsOf({ ...book, version: 0x500 }),
    code: 'unreadable_format',
    says: /Excel 95/,
  },
  'letter.xls': {
    content: compoundOf('WordDocument', Buffer.alloc(5000)),
    code: 'unreadable_format',
    says: /Word document/,
  },
  'cut.xls': { content: xlsOf(book).subarray(0, 1500), code: 'damaged_file', says: /missing/ },
  'cut-header.xls': { content: xlsOf(book).subarray(0, 60), code: 'damaged_file', says: /missing/ },
}

describe('what is no sound old workbook', () => {
  it.each(Object.entries(refused))('%s is refused whole', async (name, expected) => {
    const error = await shop.failure(shop.file(name, expected.content))
    expect(error.code, error.message).toBe(expected.code)
    expect(error.message).toMatch(expected.says)
  })

  it('whose sectors form a ring is refused', async () => {
    const content = xlsOf({ ...book, globals: [record(0x5c, Buffer.alloc(6000))] })
    // The last sector is the table: what follows sector 3 is sector 2 again.
    content.writeUInt32LE(2, content.length - 512 + 4 * 3)
    const error = await shop.failure(shop.file('ring.xls', content))
    expect(error.code).toBe('damaged_file')
  })
})
