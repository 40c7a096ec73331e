import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/model/errors.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { TemporaryShop } from './temporary-shop.ts'

const header = 'order_number,order_date,product,quantity,unit_price'

/** Order lines of 9.50 in total each, from an order number on. */
function lines(count: number, from = 1000): string[] {
  return Array.from(
    { length: count },
    (_, index) => `${from + index},2024-01-${10 + (index % 20)},"Mug, red",1,9.50`,
  )
}

function file(...records: readonly (string | readonly string[])[]): string {
  return `${[header, ...records.flat()].join('\n')}\n`
}

function everyByte(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256))
}

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

function expectConserved({ rows }: ImportReport): void {
  expect(rows.accepted + rows.rejected + rows.duplicate + rows.ignored).toBe(rows.in)
}

const good = file(lines(20))
const packed = gzipSync(file(lines(2000)))
const refused: Record<string, { content: string | Uint8Array; code: ErrorCode; says?: RegExp }> = {
  'empty.csv': { content: '', code: 'empty_file' },
  'white-space.csv': { content: ' \n\t\n  \r\n', code: 'empty_file' },
  'only-a-mark.csv': { content: Buffer.from([0xef, 0xbb, 0xbf, 10, 10]), code: 'empty_file' },
  'nothing-packed.csv.gz': { content: gzipSync(''), code: 'empty_file' },
  'header-only.csv': { content: `${header}\n`, code: 'empty_file' },
  'cut.csv.gz': { content: packed.subarray(0, packed.length / 2), code: 'damaged_file' },
  'flipped.csv.gz': {
    content: Buffer.concat([packed.subarray(0, 50), Buffer.alloc(8, 0x55), packed.subarray(58)]),
    code: 'damaged_file',
  },
  'cut.parquet': {
    content: Buffer.concat([Buffer.from('PAR1'), everyByte(4000)]),
    code: 'damaged_file',
    says: /end of the Parquet file is missing/,
  },
  'wrong-footer.parquet': {
    content: Buffer.concat([Buffer.from('PAR1'), everyByte(4000), Buffer.from('PAR1')]),
    code: 'damaged_file',
    says: /[Ff]ooter/,
  },
  'tiny.parquet': { content: 'PAR1PAR1', code: 'damaged_file' },
  'garbage.csv': { content: everyByte(5000), code: 'unreadable_format', says: /binary/ },
  'pdf.csv': { content: '%PDF-1.7\n%\u00e2\u00e3', code: 'unreadable_format', says: /PDF/ },
  'zip.csv': {
    content: Buffer.from('PK\u0003\u0004etc', 'latin1'),
    code: 'damaged_file',
    says: /end of the zip data/,
  },
  'cut.xlsx': {
    content: Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000[Content_Types].xml', 'latin1'),
    code: 'damaged_file',
  },
  'login.csv': {
    content: '<!DOCTYPE html>\n<html><body>Please log in, then try again</body></html>\n',
    code: 'unreadable_format',
    says: /web page/,
  },
  'letter.txt': {
    content: 'Dear reader,\nthis is a letter, not a table.\nYours, me\n',
    code: 'not_recognised',
    says: /order date/,
  },
  'no-dates.csv': {
    content: 'order_number,product,quantity,unit_price\n1,Mug,1,9.50\n2,Mug,2,9.50\n',
    code: 'not_recognised',
    says: /order_number, product/,
  },
  'broken.json': { content: '[{"order_number": 1, "order_date": "2024', code: 'damaged_file' },
  'broken-inside.json': { content: '{"orders": [{"id": 1, ', code: 'damaged_file' },
  'numbers.json': { content: '[1, 2, 3]', code: 'unreadable_format', says: /no objects/ },
  'texts.json': { content: '["a", "b"]', code: 'unreadable_format' },
  'empty-list.json': { content: '[]', code: 'unreadable_format' },
  'empty-object.json': { content: '{}', code: 'not_recognised' },
  'broken.ndjson': { content: '{"a": 1\n{"b": \n', code: 'damaged_file' },
  'mostly-wrong.csv': {
    content: file(
      lines(14),
      Array.from({ length: 6 }, (_, i) => `${i},2024-01-12,Mug,some,9.50`),
    ),
    code: 'too_many_rejects',
    says: /6 of 20 rows.*more than 20 %.*quantity is not a number/,
  },
}

describe('files that nothing can be read from', () => {
  afterEach(async () => {
    for (const table of ['runs', 'run_files', 'rejected_rows', 'orders', 'sales_fact', 'settings'])
      expect(await shop.value(`SELECT count(*) FROM ${table}`), table).toBe('0')
    expect(shop.leftovers()).toEqual([])
  })

  it.each(Object.entries(refused))('%s is refused whole', async (name, expected) => {
    const error = await shop.failure(shop.file(name, expected.content))
    expect(error.code, error.message).toBe(expected.code)
    expect(error.details.path).toContain(name)
    expect(error.message).toMatch(expected.says ?? /./)
    expect(error.hint).not.toBe('')
  })

  it('a folder named like a file, a missing path and a pattern without matches are said so', async () => {
    mkdirSync(join(shop.folder, 'files/folder.csv'), { recursive: true })
    const folder = await shop.failure(join(shop.folder, 'files/folder.csv'))
    expect(folder).toMatchObject({ code: 'not_a_file', details: { problem: /without files/ } })
    expect((await shop.failure('/nowhere/orders.csv')).code).toBe('file_not_found')
    expect((await shop.failure(join(shop.folder, 'files/*.absent'))).code).toBe('file_not_found')
    expect((await shop.failure('/dev/null')).code).toBe('not_a_file')
    expect((await shop.failure([])).code).toBe('no_files')
    expect((await shop.failure('-')).code).toBe('no_files')
  })

  it('one bad file keeps the good ones beside it out', async () => {
    const paths = [shop.file('good.csv', good), shop.file('bad.csv', everyByte(3000))]
    expect((await shop.failure(paths)).code).toBe('unreadable_format')
  })

  it('stops at once when it is told to, and leaves nothing', async () => {
    const controller = new AbortController()
    const stopped = shop.importText('stopped.csv', good, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
  })
})

interface Odd {
  readonly content: string | Uint8Array
  /** Rows accepted and rejected. */
  readonly rows: readonly [accepted: number, rejected: number]
  readonly revenue: string
  /** Record numbers and reasons of what was set aside. */
  readonly aside?: readonly string[]
}

const odd: Record<string, Odd> = {
  'too few and too many fields': {
    content: file(
      lines(10),
      '1,2',
      lines(5, 2000),
      '3,nodate,Cup,1,2',
      'a,b,c,d,e,f',
      lines(9, 3000),
    ),
    rows: [24, 3],
    revenue: '228.00',
    aside: ['11 malformed_row', '17 unreadable_date', '18 malformed_row'],
  },
  'quoted delimiters, quotes and newlines': {
    content: file(
      lines(10),
      '2,2024-02-01,"Cup ""big"", red",1,2.00',
      '3,2024-02-02,"two\nlines",1,2',
    ),
    rows: [12, 0],
    revenue: '99.00',
  },
  'a bad record behind a field of two lines': {
    content: file(lines(10), '2,2024-02-01,"two\nlines",1,2.00', '1,2', '3,nodate,Cup,1,2.00'),
    rows: [11, 2],
    revenue: '97.00',
    aside: ['12 malformed_row', '13 unreadable_date'],
  },
  'a quote that is never closed': {
    content: file(lines(10), '2,2024-02-01,"Cup,1,2.00', lines(10, 3000)),
    rows: [21, 0],
    revenue: '192.00',
  },
  'a quote that is never closed where nothing else is quoted': {
    content: file(lines(10), '2,2024-02-01,"Cup,1,2.00', lines(10, 3000)).replaceAll(
      '"Mug, red"',
      'Mug',
    ),
    rows: [21, 0],
    revenue: '192.00',
  },
  'a quote that is never closed at the end': {
    content: file(lines(10), '2,2024-02-01,Cup,1,"2.00').trimEnd(),
    rows: [11, 0],
    revenue: '97.00',
  },
  'two stray quotes with lines between them': {
    content: file(
      lines(10),
      '2,2024-02-01,"Cup,1,2.00',
      lines(10, 3000),
      '4,2024-02-04,6",1,2.00',
      '1,2',
    ).replaceAll('"Mug, red"', 'Mug'),
    rows: [22, 1],
    revenue: '194.00',
    aside: ['23 malformed_row'],
  },
  'quotes for inches and words in quotes': {
    content: file(lines(10), '2,2024-02-01,Cup 12" wide,1,2.00', '3,2024-02-02,"Cup" red,1,2.00'),
    rows: [12, 0],
    revenue: '99.00',
  },
  'quotes escaped with a backslash': {
    content: file(lines(10).map((line) => line.replace('"Mug, red"', '"Mug \\"red\\", big"'))),
    rows: [10, 0],
    revenue: '95.00',
  },
  'a backslash before a closing quote': {
    content: file(lines(10), '2,2024-02-01,"C:\\",1,2.00', '3,2024-02-02,"so ""it"" is",1,2.00'),
    rows: [12, 0],
    revenue: '99.00',
  },
  'single quotes around fields': {
    content: file(lines(10)).replaceAll('"', "'"),
    rows: [10, 0],
    revenue: '95.00',
  },
  'zero bytes in a text': {
    content: file(lines(10), '2,2024-02-01,Cu\u0000p,1,2.00'),
    rows: [11, 0],
    revenue: '97.00',
  },
  'a line of nine megabytes': {
    content: file(lines(10), `2,2024-02-01,"${'x'.repeat(9_000_000)}",1,2.00`, lines(10, 3000)),
    rows: [20, 1],
    revenue: '190.00',
    aside: ['11 malformed_row'],
  },
  'blank lines before, between and after': {
    content: `\n\n${file(lines(10), '', '', lines(5, 2000))}\n\n`,
    rows: [15, 0],
    revenue: '142.50',
  },
  'line ends of three kinds': {
    content: file(lines(21)).replace(/\n/g, (_, at: number) => ['\n', '\r\n', '\r'][at % 3] ?? ''),
    rows: [21, 0],
    revenue: '199.50',
  },
  'another kind of line end far behind the first': {
    content: `${file(lines(40_000))}${lines(40_000, 50_000).join('\r\n')}\r\n`,
    rows: [80_000, 0],
    revenue: '760000.00',
  },
  'CR at the end of lines': {
    content: file(lines(20)).replaceAll('\n', '\r'),
    rows: [20, 0],
    revenue: '190.00',
  },
  'a header that repeats and has blanks': {
    content: file(lines(10))
      .split('\n')
      .map((line, index) => line && (index === 0 ? `${line},quantity,,` : `${line},7,,x`))
      .join('\n'),
    rows: [10, 0],
    revenue: '95.00',
  },
  'two packed files in one': {
    content: Buffer.concat([gzipSync(file(lines(10))), gzipSync(`${lines(5, 2000).join('\n')}\n`)]),
    rows: [15, 0],
    revenue: '142.50',
  },
  'lines of JSON that are none': {
    content: [
      ...lines(10).map((_, i) => document(i)),
      '{"order_number": 99, ',
      'not json',
      '42',
      '',
      document(100),
    ].join('\r\n'),
    rows: [11, 3],
    revenue: '22.00',
    aside: ['11 malformed_json', '12 malformed_json', '13 malformed_json'],
  },
}

function document(number: number): string {
  const items = [{ sku: 'A', quantity: 1, price: '2.00' }]
  return JSON.stringify({ order_number: number + 1, order_date: '2024-01-25', items })
}

describe('odd files', () => {
  it.each(Object.entries(odd))('%s: every line is accounted for', async (name, expected) => {
    const extension = name.includes('JSON') ? 'ndjson' : 'csv'
    const path = shop.file(`${name.replaceAll(/\W+/g, '-')}.${extension}`, expected.content)
    const report = await shop.import(path, { source: name, maxRejects: 0.5 })
    const [accepted, rejected] = expected.rows
    expect(report.rows).toMatchObject({ accepted, rejected, duplicate: 0 })
    expectConserved(report)
    expect(report.totals.revenue).toBe(expected.revenue)
    const aside = await shop.query(
      `SELECT concat(record_number, ' ', reason) AS text FROM rejected_rows
       WHERE run_id = ${report.runId} ORDER BY record_number`,
    )
    expect(aside.map(({ text }) => text)).toEqual(expected.aside ?? [])
    const stored = await shop.value(
      `SELECT sum(total_price)::DECIMAL(18,2)::VARCHAR FROM sales_fact WHERE run_id = ${report.runId}`,
    )
    expect(stored).toBe(expected.revenue)
    expect(shop.leftovers()).toEqual([])
  })

  it('leave the warehouse in order', async () => {
    expect(await shop.warehouse.audit()).toEqual([])
  })

  it('a stray quote in a large file costs no line', async () => {
    const count = 150_000
    const records = lines(count).map((line) => line.replace('"Mug, red"', `Mug ${'x'.repeat(80)}`))
    records[70] = records[70]?.replace('Mug', '"Mug') ?? ''
    const report = await shop.importText('large.csv', file(records), { dryRun: true })
    expect(report.rows).toMatchObject({ in: count, accepted: count })
    expect(report.totals.revenue).toBe('1425000.00')
  })

  it.each([
    ['of two bytes', '\r\n', 'utf8'],
    ['of a carriage return', '\r', 'utf8'],
    ['of two bytes in UTF-16', '\r\n', 'utf16le'],
  ] as const)('one line end %s in a large file costs no line', async (_what, end, encoding) => {
    const count = 120_000
    const text = file(lines(count).map((line) => line.replace('"Mug, red"', 'Mug')))
    // Where it stands no look at parts of the file finds it but a look at every byte.
    const at = text.indexOf('\n', Math.floor(((text.length - 65_536) * 9) / 16) + 80_000)
    const odd = Buffer.from(`${text.slice(0, at)}${end}${text.slice(at + 1)}`, encoding)
    for (const largeFrom of [0, Number.POSITIVE_INFINITY]) {
      const report = await shop.importText('odd-end.csv', odd, { dryRun: true, largeFrom })
      expect(report.rows).toMatchObject({ in: count, accepted: count })
      expect(report.totals.revenue).toBe('1140000.00')
    }
  })

  it('without a header are read once a map says what is where', async () => {
    const path = shop.file('headless.csv', lines(20).join('\n'))
    expect((await shop.failure(path)).code).toBe('not_recognised')
    const mapFile = shop.file(
      'map.json',
      JSON.stringify({
        columns: {
          'column 1': 'order_number',
          'column 2': 'order_date',
          'column 3': 'product_name',
          'column 4': 'quantity',
          'column 5': 'unit_price',
        },
      }),
    )
    const report = await shop.import(path, { mapFile, dryRun: true })
    expect(report.rows.accepted).toBe(20)
    expect(report.totals.revenue).toBe('190.00')
  })

  it('of JSON are read whole: on one line, wrapped, and with fields that only late orders have', async () => {
    const orders = Array.from({ length: 700 }, (_, number) => ({
      id: number + 1,
      created_at: '2024-01-15T10:00:00Z',
      items: [
        { sku: 'A', quantity: 1, price: '2.00', ...(number === 690 && { discount: '0.50' }) },
      ],
    }))
    const writings = {
      'list.json': JSON.stringify(orders),
      'wrapped.json': JSON.stringify({ orders, next: null, count: 700 }),
      'lines.ndjson': orders.map((order) => JSON.stringify(order)).join('\n'),
    }
    for (const [name, content] of Object.entries(writings)) {
      const path = shop.file(name, content)
      const answers = { 'discount-meaning': 'amount' }
      const report = await shop.import(path, { answers, dryRun: true })
      expect(report.rows, name).toMatchObject({ in: 700, accepted: 700 })
      expect(report.totals, name).toMatchObject({ revenue: '1399.50', orders: 700 })
    }
  })

  it('a limit of rejects can be raised, and the rows are then kept whole', async () => {
    const bad = Array.from({ length: 8 }, (_, i) => `${i},2024-01-12,Mug,some,9.50`)
    const report = await shop.importText('raised.csv', file(lines(12), bad), {
      maxRejects: 0.4,
      source: 'raised',
    })
    expect(report.rows).toMatchObject({ accepted: 12, rejected: 8 })
    const row = await shop.value(
      `SELECT row FROM rejected_rows WHERE run_id = ${report.runId} ORDER BY record_number LIMIT 1`,
    )
    expect(JSON.parse(String(row))).toEqual({
      order_number: '0',
      order_date: '2024-01-12',
      product: 'Mug',
      quantity: 'some',
      unit_price: '9.50',
    })
  })
})
