import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../src/model/errors.ts'
import { TemporaryShop } from '../temporary-shop.ts'
import { type Cell, styled, workbookOf } from './workbook-of.ts'
import { zipOf } from './zip-of.ts'

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

const header = ['order number', 'order date', 'sku', 'product name', 'quantity', 'unit price']
const styles = ['yyyy-mm-dd', 'dd/mm/yyyy hh:mm', '0.0%', '00000', '#,##0.00 "€"']
const [day, moment, percent, padded, euros] = [1, 2, 3, 4, 5]

/** 5 January 2024 is day 45296 of a spreadsheet: 45292 is the first of that January. */
const january5 = 45296

/** Lines at 9.50 each. */
function lines(count: number, from = 1000): Cell[][] {
  return Array.from({ length: count }, (_, index) => [
    from + index,
    styled(january5 + index, day),
    `A-${index}`,
    'Red mug',
    1,
    9.5,
  ])
}

describe('the cells of a workbook', () => {
  it('are read to the cent: days, texts, and numbers as they are meant', async () => {
    const rows = [
      header,
      ['1001', styled(january5, day), '00042', 'Mug & "saucer" <1>', 2, 12.1],
      ['1001', styled(january5, day), styled(42, padded), 'Bowl', 1, styled(4.35, euros)],
      [1002, styled(january5 + 0.75, moment), 'C-1', 'Cup\nwide', 3, 0.1],
      [styled('1.2345678901234568E+17', 0), styled(january5 + 31, day), 'D', 'Dish', 1.234, 1000],
    ]
    const content = workbookOf({ styles, sheets: [{ name: 'Orders', rows }] })
    const report = await shop.importText('orders.xlsx', content, { source: 'typed' })
    // 24.20 + 4.35 + 0.30 + 1234.00
    expect(report.totals).toMatchObject({ revenue: '1262.85', orders: 3, units: '7.234' })
    expect(report.totals.currency).toBe('EUR')
    expect(report.rows).toEqual({ in: 4, accepted: 4, rejected: 0, duplicate: 0, ignored: 0 })
    expect(report.period).toEqual({ from: '2024-01-05', to: '2024-02-05' })
    expect(report.files).toMatchObject([{ format: 'xlsx', encoding: 'binary', rows: 4 }])
    const stored = await shop.query(
      `SELECT order_number, sales_fact.order_date::VARCHAR AS day, order_hour, sku, product_name
       FROM sales_fact JOIN orders USING (order_id) JOIN products USING (product_id) ORDER BY total_price`,
    )
    expect(stored.map(({ sku }) => sku)).toEqual(['C-1', '00042', '00042', 'D'])
    expect(stored[0]).toMatchObject({ order_number: '1002', order_hour: 18 })
    expect(stored[0]).toMatchObject({ product_name: 'Cup\nwide' })
    expect(stored[2]).toMatchObject({ order_number: '1001', day: '2024-01-05' })
    expect(stored[3]).toMatchObject({ order_number: '123456789012345680', day: '2024-02-05' })
  })

  it('of formulas count with their results; errors and missing results are told', async () => {
    const formula = (result: string, type = '') => ({ xml: `${type}><f>SUM(A1)</f>${result}` })
    const rows = [
      [...header, 'line total'],
      ...lines(8).map((row) => [...row, 9.5]),
      ['2001', styled(january5, day), 'F', 'Cup', 2, 1.5, formula('<v>3</v>')],
      ['2002', styled(january5, day), formula('<v>G-1</v>', ' t="str"'), 'Cup', 1, 2, 2],
      ['2003', styled(january5, day), 'H', 'Cup', formula('<v>#N/A</v>', ' t="e"'), 4, 'x'],
      ['2004', styled(january5, day), 'I', 'Cup', 1, 8, formula('')],
    ]
    const content = workbookOf({ styles, sheets: [{ name: 'Orders', rows }] })
    const report = await shop.importText('formulas.xlsx', content, { dryRun: true })
    // 8 x 9.50 + 3 + 2 + 8, the last told by its price; the row with #N/A states no quantity.
    expect(report.totals.revenue).toBe('89.00')
    expect(report.rows).toMatchObject({ in: 12, accepted: 11, rejected: 1 })
    expect(report.warnings).toContainEqual({
      code: 'formulas_without_results',
      text: expect.stringContaining('1 cell of "Orders"'),
    })
  })

  it('in percent are rates: a discount of 10 % is a tenth of the price', async () => {
    const rows = [
      [...header, 'discount'],
      ['1', styled(january5, day), 'A', 'Cup', 2, 10, styled(0.1, percent)],
      ['2', styled(january5, day), 'A', 'Cup', 1, 10, styled(0.075, percent)],
      ['3', styled(january5, day), 'A', 'Cup', 1, 10, styled(0, percent)],
    ]
    const content = workbookOf({ styles, sheets: [{ name: 'Orders', rows }] })
    const report = await shop.importText('rates.xlsx', content, { dryRun: true })
    expect(report.questions).toEqual([])
    // 18.00 + 9.25 + 10.00
    expect(report.totals.revenue).toBe('37.25')
  })

  it('without places follow each other; texts of runs, inline and with codes are whole', async () => {
    const cell = (inside: string, type: string) => `<c${type}>${inside}</c>`
    const inline = (text: string) => cell(`<is><t>${text}</t></is>`, ' t="inlineStr"')
    const number = (value: number, style = 0) => cell(`<v>${value}</v>`, ` s="${style}"`)
    const runs =
      '<is><r><t>Red </t></r><r><t xml:space="preserve">mug</t></r><rPh><t>no</t></rPh></is>'
    const row = (...cells: string[]) => `<row>${cells.join('')}</row>`
    const sheet = [
      row(...header.map(inline)),
      row(
        inline('1'),
        cell('<v>2024-01-05T10:30:00</v>', ' t="d"'),
        inline('A_x002D_1'),
        cell(runs, ' t="inlineStr"'),
        number(2),
        number(3),
      ),
      row(inline('2'), number(january5, day), inline('B'), inline('Cup'), number(1), number(4)),
    ].join('')
    const content = workbookOf({
      styles,
      sheets: [{ name: 'Orders', rows: [] }],
      replaced: {
        'xl/worksheets/sheet1.xml': `<x:worksheet xmlns:x="urn:x"><sheetData>${sheet}</sheetData></x:worksheet>`,
      },
    })
    const report = await shop.importText('bare.xlsx', content, { source: 'bare' })
    expect(report.totals).toMatchObject({ revenue: '10.00', orders: 2 })
    const names = await shop.query(
      `SELECT sku, product_name FROM products JOIN sales_fact USING (product_id) WHERE run_id = ${report.runId} ORDER BY sku`,
    )
    expect(names).toEqual([
      { sku: 'A-1', product_name: 'Red mug' },
      { sku: 'B', product_name: 'Cup' },
    ])
  })

  it.each([
    ['are doubtful where all texts beside them have', 12, true],
    ['are not where one of them has', 13, false],
  ])('without a day after the 12th %s', async (_, last, doubtful) => {
    const line = (order: number, cell: Cell) => [String(order), cell, 'A', 'Cup', 1, 10]
    const read = Array.from({ length: 11 }, (_, at) => styled(january5 - 3 + at, day))
    const texts = ['13/05/2024', '20/05/2024', '31/05/2024']
    const cells = [...read, styled(january5 - 5 + last, day), ...texts]
    const content = workbookOf({
      styles,
      sheets: [{ name: 'Orders', rows: [header, ...cells.map((cell, at) => line(at, cell))] }],
    })
    const report = await shop.importText('swapped.xlsx', content, { dryRun: true })
    const codes = report.warnings.map(({ code }) => code)
    expect(codes.includes('day_month_swapped')).toBe(doubtful)
  })

  it.each<[string, Cell]>([
    ['a day', styled(january5 - 1462, day)],
    ['a mere number', january5 - 1462],
    ['a mere number with a time', january5 - 1462 + 0.5],
  ])('count their days from 1904 where the workbook says so: %s', async (_, cell) => {
    const rows = [header, ['1', cell, 'A', 'Cup', 1, 10]]
    const content = workbookOf({ styles, from1904: true, sheets: [{ name: 'Orders', rows }] })
    const report = await shop.importText('mac.xlsx', content, { dryRun: true })
    expect(report.period).toEqual({ from: '2024-01-05', to: '2024-01-05' })
  })
})

describe('the sheets of a workbook', () => {
  it('are read each as a file; empty and hidden ones are left out, hidden ones with a word', async () => {
    const content = workbookOf({
      styles,
      sheets: [
        { name: 'January', rows: [header, ...lines(10)] },
        { name: 'Notes', rows: [['Dear colleague'], ['please look at these']] },
        { name: 'Old', state: 'hidden', rows: [header, ...lines(5, 3000)] },
        {
          name: 'February',
          rows: [header, ...lines(10, 2000), [2010, 'no day', 'A', 'Cup', 1, 1]],
        },
        { name: 'Empty', rows: [] },
        { name: 'Secret', state: 'veryHidden', rows: [['x']] },
      ],
    })
    const report = await shop.importText('year.xlsx', content, { source: 'sheets' })
    expect(report.rows).toMatchObject({ in: 22, accepted: 20, rejected: 1, ignored: 1 })
    expect(report.totals).toMatchObject({ revenue: '190.00', orders: 20 })
    expect(report.files.map(({ path, rows }) => [path.split('/files/')[1], rows])).toEqual([
      ['year.xlsx/January', 10],
      ['year.xlsx/Notes', 1],
      ['year.xlsx/February', 11],
    ])
    expect(report.warnings).toContainEqual({
      code: 'hidden_sheets',
      text: expect.stringContaining('"Old", "Secret"'),
    })
    const [aside] = await shop.query(
      `SELECT path, record_number FROM rejected_rows JOIN run_files USING (run_id, file_number)
       WHERE run_id = ${report.runId} AND outcome = 'rejected'`,
    )
    // The number of its row in the sheet.
    expect(aside).toMatchObject({
      record_number: '12',
      path: expect.stringContaining('year.xlsx/February'),
    })
  })

  it('that repeat each other count once', async () => {
    const content = workbookOf({
      styles,
      sheets: [
        { name: 'All', rows: [header, ...lines(10)] },
        { name: 'Page 1', rows: [header, ...lines(6)] },
      ],
    })
    const report = await shop.importText('twice.xlsx', content, { source: 'twice' })
    expect(report.totals).toMatchObject({ revenue: '95.00', orders: 10 })
    expect(report.rows).toMatchObject({ in: 16, accepted: 10, duplicate: 6 })
  })

  it('are found below titles, beside blank columns, around blank rows, totals and remarks', async () => {
    const shifted = (cells: readonly Cell[]) => [null, ...cells]
    const [first = [], second = [], ...others] = lines(10).map(shifted)
    const rows: Record<number, readonly Cell[]> = {
      2: [null, 'Shop Ltd'],
      3: [null, 'Sales report', null, 'January 2024'],
      5: [null, 'from', styled(january5, day), 'to', styled(january5 + 9, day)],
      // Merged cells: the value belongs to the first.
      7: [null, 'Order', null, 'Product', null, 'Amounts'],
      8: shifted(header),
      9: first,
      12: second,
      13: shifted(header),
      ...Object.fromEntries(others.map((cells, index) => [14 + index, cells])),
      22: [null, null, styled('', day)],
      23: [null, 'Total', null, null, null, 10, 95],
      25: [null, 'Generated by Shop 2.1'],
      26: [null, 'wrong', styled(january5, day), 'A', 'Cup', 'many', 9.5],
      27: [null, 1099, styled(january5, day), 'B', 'Cup', 1, 5, null, null, 'checked'],
    }
    const content = workbookOf({ styles, sheets: [{ name: 'Report', rows }] })
    const report = await shop.importText('report.xlsx', content, { source: 'report' })
    expect(report.totals).toMatchObject({ revenue: '100.00', orders: 11 })
    expect(report.ignoredBy).toEqual({ repeated_header: 1, total_row: 1, remark_row: 1 })
    expect(report.rows).toMatchObject({ in: 15, accepted: 11, rejected: 1, ignored: 3 })
    expect(report.files[0]?.notation).toMatch(/^header in row 8, /)
    const aside = await shop.query(
      `SELECT record_number, reason FROM rejected_rows WHERE run_id = ${report.runId} ORDER BY record_number`,
    )
    expect(aside.map(({ record_number, reason }) => `${record_number} ${reason}`)).toEqual([
      '13 repeated_header',
      '23 total_row',
      '25 remark_row',
      '26 unreadable_quantity',
    ])
  })

  it('may be wider further down than at their start', async () => {
    const rows = [header, ...lines(500)]
    rows[450] = [...(rows[450] ?? []), null, null, 'a remark beside the table']
    const content = workbookOf({ styles, sheets: [{ name: 'Orders', rows }] })
    const report = await shop.importText('wide.xlsx', content, { dryRun: true })
    expect(report.rows).toMatchObject({ in: 500, accepted: 500 })
    expect(report.totals.revenue).toBe('4750.00')
    expect(report.files[0]?.columns).toHaveLength(9)
  })
})

const sheet = (inside: string) =>
  workbookOf({
    sheets: [{ name: 'Orders', rows: [] }],
    replaced: {
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${inside}</sheetData></worksheet>`,
    },
  })
const types = { name: '[Content_Types].xml', content: '<Types/>' }

const refused: Record<string, { content: Uint8Array | string; code: ErrorCode; says: RegExp }> = {
  'letter.docx': {
    content: zipOf(types, { name: 'word/document.xml', content: '<w/>' }),
    code: 'unreadable_format',
    says: /Word document/,
  },
  'binary.xlsb': {
    content: zipOf(types, { name: 'xl/workbook.bin', content: 'x' }),
    code: 'unreadable_format',
    says: /save it as \.xlsx/,
  },
  'open.ods': {
    content: zipOf(
      { name: 'mimetype', content: 'application/x' },
      { name: 'content.xml', content: '<o/>' },
    ),
    code: 'unreadable_format',
    says: /OpenDocument/,
  },
  'no-parts.xlsx': {
    content: zipOf(types),
    code: 'damaged_file',
    says: /xl\/workbook\.xml is missing/,
  },
  'empty.xlsx': {
    content: workbookOf({ sheets: [{ name: 'A', rows: [] }] }),
    code: 'empty_file',
    says: /./,
  },
  'page.xls': {
    content: '<html><table><tr><td>1',
    code: 'unreadable_format',
    says: /web page named like an Excel file/,
  },
  'old.xls': {
    content: '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
    code: 'unreadable_format',
    says: /XML named like an Excel file/,
  },
  'cut-xml.xlsx': { content: sheet('<row><c><v>1</v>'), code: 'damaged_file', says: /sheet1\.xml/ },
  'entities.xlsx': {
    content: workbookOf({
      sheets: [{ name: 'A', rows: [] }],
      replaced: {
        'xl/worksheets/sheet1.xml': `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(99)}">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`,
      },
    }),
    code: 'damaged_file',
    says: /entity/i,
  },
  'backwards.xlsx': {
    content: sheet('<row r="3"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>'),
    code: 'damaged_file',
    says: /row 2 stands behind row 3/,
  },
  'far.xlsx': {
    content: sheet('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'),
    code: 'damaged_file',
    says: /out of place/,
  },
  'no-text.xlsx': {
    content: sheet('<row r="1"><c t="s"><v>7</v></c></row>'),
    code: 'damaged_file',
    says: /text 7 is missing/,
  },
}

describe('what is no sound workbook', () => {
  it.each(Object.entries(refused))('%s is refused whole', async (name, expected) => {
    const error = await shop.failure(shop.file(name, expected.content))
    expect(error.code, error.message).toBe(expected.code)
    expect(error.details.path).toContain(name)
    expect(error.message).toMatch(expected.says)
    expect(shop.leftovers()).toEqual([])
  })

  it('named .xls and full of text is read as text', async () => {
    const text = `${header.join('\t')}\n1\t2024-01-05\tA\tCup\t2\t3.50\n`
    const report = await shop.importText('text.xls', text, { dryRun: true })
    expect(report.totals.revenue).toBe('7.00')
    expect(report.files[0]?.format).toBe('csv')
  })

  it('stops being read when the import is told to', async () => {
    const controller = new AbortController()
    const content = workbookOf({
      styles,
      sheets: [{ name: 'Orders', rows: [header, ...lines(9)] }],
    })
    const stopped = shop.importText('stopped.xlsx', content, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
  })
})
