import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TemporaryShop } from '../temporary-shop.ts'
import { workbookOf } from './workbook-of.ts'
import { type ZipMember, zipOf } from './zip-of.ts'

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

const header = 'order_number,order_date,product,quantity,unit_price'

/** Order lines of 9.50 each. */
function orders(count: number, from: number): string {
  const lines = Array.from({ length: count }, (_, at) => `${from + at},2024-01-15,Red mug,1,9.50`)
  return `${[header, ...lines].join('\n')}\n`
}

describe('a zip archive', () => {
  it('gives each member as a file, and nothing that programs put beside them', async () => {
    const rows = [header.split(','), [3000, '2024-01-16', 'Red mug', 2, 9.5]]
    const content = zipOf(
      { name: 'january.csv', content: orders(10, 1000) },
      { name: 'deep/', content: '', method: 0 },
      { name: 'deep/february.csv', content: orders(5, 2000), method: 0 },
      { name: 'deep/book.xlsx', content: workbookOf({ sheets: [{ name: 'Orders', rows }] }) },
      { name: 'march.csv.gz', content: gzipSync(orders(3, 4000)) },
      { name: '../../april.csv', content: orders(2, 5000) },
      { name: 'sub\\april.csv', content: `${orders(1, 6000)}6001,no day,Cup,1,2\n` },
      { name: '__MACOSX/._january.csv', content: 'x' },
      { name: 'deep/.DS_Store', content: 'x' },
      { name: 'Thumbs.db', content: 'x' },
    )
    const report = await shop.importText('exports.zip', content, { source: 'zip', maxRejects: 0.5 })
    expect(report.rows).toMatchObject({ in: 23, accepted: 22, rejected: 1 })
    // 21 lines of 9.50, and one of two pieces.
    expect(report.totals).toMatchObject({ revenue: '218.50', orders: 22 })
    expect(report.files.map(({ path, format }) => [path.split('/files/')[1], format])).toEqual([
      ['exports.zip/january.csv', 'csv (zip)'],
      ['exports.zip/deep/february.csv', 'csv (zip)'],
      ['exports.zip/deep/book.xlsx', 'xlsx (zip)'],
      ['exports.zip/march.csv.gz', 'csv (gzip)'],
      ['exports.zip/april.csv', 'csv (zip)'],
      ['exports.zip/sub/april.csv', 'csv (zip)'],
    ])
    const [aside] = await shop.query(
      `SELECT path, record_number FROM rejected_rows JOIN run_files USING (run_id, file_number)
       WHERE run_id = ${report.runId}`,
    )
    expect(aside).toMatchObject({
      record_number: '2',
      path: expect.stringContaining('sub/april.csv'),
    })
    expect(existsSync(join(shop.folder, 'april.csv'))).toBe(false)
    expect(shop.leftovers()).toEqual([])
  })

  const besides: readonly ZipMember[] = [
    { name: 'logo.png', content: Buffer.from('\u0089PNG\r\n', 'latin1') },
    { name: 'invoice.pdf', content: '%PDF-1.7' },
    { name: 'older.zip', content: zipOf({ name: 'orders.csv', content: orders(1, 1) }) },
    { name: 'empty.jpg', content: '' },
    { name: '~$orders.xlsx', content: 'x' },
  ]

  it('leaves out what stands beside data, in an archive and in a folder', async () => {
    const data = { name: 'orders.csv', content: orders(2, 7000) }
    const zipped = await shop.importText('besides.zip', zipOf(...besides, data), { source: 'a' })
    const left = (report: typeof zipped) =>
      report.warnings.filter(({ code }) => code === 'ignored_file').map(({ text }) => text)
    expect(zipped.totals).toMatchObject({ revenue: '19.00' })
    expect(left(zipped)).toHaveLength(4)
    expect(left(zipped)[1]).toMatch(/^Left out: .*invoice\.pdf .* it is a PDF\.$/)
    for (const { name, content } of [...besides.filter(({ name }) => name !== 'older.zip'), data])
      shop.file(`folder/${name}`, content)
    const folder = await shop.import(join(shop.folder, 'files', 'folder'), { source: 'b' })
    expect(folder.totals).toMatchObject({ revenue: '19.00' })
    expect(left(folder)).toHaveLength(3)
  })

  it('is refused where nothing else can be read, or where data cannot', async () => {
    const pictures = shop.file('pictures.zip', zipOf(...besides.slice(0, 2)))
    expect((await shop.failure(pictures)).code).toBe('unreadable_format')
    const [logo] = besides
    const data = { name: 'orders.csv', content: orders(2, 8000) }
    const broken = { name: 'more.csv', content: logo?.content ?? '' }
    expect((await shop.failure(shop.file('broken.zip', zipOf(data, broken)))).code).toBe(
      'unreadable_format',
    )
  })

  it('counts what stands in it and beside it once', async () => {
    const paths = [
      shop.file('both/exports.zip', zipOf({ name: 'a.csv', content: orders(10, 1000) })),
      shop.file('both/a.csv', orders(12, 1000)),
    ]
    const report = await shop.import(paths, { dryRun: true })
    expect(report.totals).toMatchObject({ revenue: '114.00', orders: 12 })
    expect(report.rows).toMatchObject({ in: 22, duplicate: 10 })
  })
})

const member = { name: 'a.csv', content: orders(10, 1000) }
/** Bytes that shrink a thousandfold. */
const blanks = Buffer.alloc(280 * 1024 * 1024, 0x20)

const refused: Record<string, { members: readonly ZipMember[]; code: string; says: RegExp }> = {
  'nested.zip': {
    members: [{ name: 'inner.zip', content: zipOf(member) }],
    code: 'unreadable_format',
    says: /nested\.zip\/inner\.zip .*archive inside another/,
  },
  'packed-twice.zip': {
    members: [{ name: 'a.csv.gz.gz', content: gzipSync(gzipSync(orders(3, 1))) }],
    code: 'unreadable_format',
    says: /packed several times/,
  },
  'locked.zip': {
    members: [{ ...member, encrypted: true }],
    code: 'unreadable_format',
    says: /locked\.zip\/a\.csv .*password/,
  },
  'other-method.zip': {
    members: [{ ...member, method: 9 }],
    code: 'unreadable_format',
    says: /method 9/,
  },
  'check-sum.zip': { members: [{ ...member, crc: 42 }], code: 'damaged_file', says: /check sum/ },
  'too-long.zip': { members: [{ ...member, size: 20 }], code: 'damaged_file', says: /a\.csv/ },
  'too-short.zip': { members: [{ ...member, size: 2000 }], code: 'damaged_file', says: /a\.csv/ },
  'nothing.zip': { members: [{ name: '__MACOSX/x', content: 'x' }], code: 'empty_file', says: /./ },
  'no-member.zip': { members: [], code: 'empty_file', says: /./ },
  'empty-member.zip': {
    members: [member, { name: 'b.csv', content: '', method: 0 }],
    code: 'empty_file',
    says: /empty-member\.zip\/b\.csv/,
  },
  'picture.zip': {
    members: [{ name: 'logo.png', content: Buffer.from('\u0089PNG', 'latin1') }],
    code: 'unreadable_format',
    says: /picture\.zip\/logo\.png .*picture/,
  },
  'bomb.zip': {
    members: [{ name: 'a.csv', content: blanks }],
    code: 'unreadable_format',
    says: /more than 200 times its size/,
  },
  'bomb.xlsx': {
    members: [
      { name: '[Content_Types].xml', content: '' },
      { name: 'xl/workbook.xml', content: blanks },
    ],
    code: 'unreadable_format',
    says: /more than 200 times its size/,
  },
}

describe('what is no sound archive', () => {
  it.each(Object.entries(refused))('%s is refused whole', async (name, { members, code, says }) => {
    const error = await shop.failure(shop.file(name, zipOf(...members)))
    expect(error.code, error.message).toBe(code)
    expect(error.message).toMatch(says)
    expect(shop.leftovers()).toEqual([])
  })

  it.each([
    ['cut', (content: Buffer) => content.subarray(0, content.length - 30)],
    ['flipped', (content: Buffer) => content.fill(0x55, 60, 64)],
  ])('%s is refused whole', async (what, spoil) => {
    const error = await shop.failure(shop.file(`${what}.zip`, spoil(zipOf(member))))
    expect(error.code, error.message).toBe('damaged_file')
  })

  it('of one gzip stream that only grows is refused while it is unpacked', async () => {
    const error = await shop.failure(shop.file('bomb.csv.gz', gzipSync(blanks)))
    expect(error).toMatchObject({ code: 'unreadable_format' })
    expect(error.message).toMatch(/more than 200 times its size/)
  })

  it('with more members than anyone exports is refused by their number', async () => {
    const members = Array.from({ length: 10_001 }, (_, at) => ({
      name: `${at}`,
      content: 'x',
      method: 0,
    }))
    const error = await shop.failure(shop.file('many.zip', zipOf(...members)))
    expect(error.code).toBe('too_many_files')
  })
})
