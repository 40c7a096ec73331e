import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TemporaryShop } from '../temporary-shop.ts'
import { columnName, workbookOf } from './workbook-of.ts'

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

const names = ['order number', 'order date', 'product', 'quantity', 'unit price']
const header = names.join(',')
const line = (number: number) => `${number},2024-01-15,Red mug,1,9.50`
const orders = (count: number, from = 1000) =>
  Array.from({ length: count }, (_, at) => line(from + at)).join('\n')

/** A worksheet of these rows below the header, as XML. */
function sheetOf(rows: string): Buffer {
  const cells = names.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`).join('')
  const content = `<worksheet><sheetData><row r="1">${cells}</row>${rows}</sheetData></worksheet>`
  return workbookOf({
    sheets: [{ name: 'Orders', rows: [] }],
    replaced: { 'xl/worksheets/sheet1.xml': content },
  })
}

const sheetLine = (row: number, note = '') =>
  `<row r="${row}"><c><v>${1000 + row}</v></c><c t="d"><v>2024-01-15</v></c><c t="inlineStr"><is><t>Red mug</t></is></c><c><v>1</v></c><c><v>9.5</v></c>${note}</row>`

describe('files without measure', () => {
  it('of ten thousand columns are refused by their number', async () => {
    const extra = Array.from({ length: 9_995 }, (_, at) => `extra ${at}`)
    const text = `${[header, ...extra].join(',')}\n${`${line(1)}${','.repeat(9_995)}\n`.repeat(20)}`
    const cells = Array.from(
      { length: 10_000 },
      (_, at) => `<c r="${columnName(at)}1" t="str"><v>name ${at}</v></c>`,
    )
    const book = workbookOf({
      sheets: [{ name: 'Orders', rows: [] }],
      replaced: {
        'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row r="1">${cells.join('')}</row></sheetData></worksheet>`,
      },
    })
    for (const path of [shop.file('wide.csv', text), shop.file('wide.xlsx', book)]) {
      const error = await shop.failure(path)
      expect(error.code).toBe('unreadable_format')
      expect(error.message).toContain('it has 10,000 columns, and 2,000 at most are read')
    }
  })

  it('of many columns are read all the same', async () => {
    const extra = Array.from({ length: 900 }, (_, at) => `extra ${at}`)
    const rows = Array.from({ length: 30 }, (_, at) => `${line(at)}${',x'.repeat(900)}`)
    const text = [[header, ...extra].join(','), ...rows].join('\n')
    const report = await shop.importText('columns.csv', text, { dryRun: true })
    expect(report.totals.revenue).toBe('285.00')
  })

  it('with cells of five megabytes are read; rows longer than eight are set aside', async () => {
    const note = (length: number) => `,"${'n'.repeat(length)}"`
    const rows = [line(1) + note(5_000_000), line(2) + note(3), line(3) + note(9_000_000)]
    const text = [`${header},note`, ...rows, `${orders(17, 4)}`.replace(/$/gm, ',')].join('\n')
    const cell = (length: number) => `<c t="inlineStr"><is><t>${'n'.repeat(length)}</t></is></c>`
    const sheetRows = [sheetLine(2, cell(5_000_000)), sheetLine(3, cell(9_000_000))]
    for (let row = 4; row < 22; row += 1) sheetRows.push(sheetLine(row))
    const files = [
      shop.file('cells.csv', text),
      shop.file('cells.xlsx', sheetOf(sheetRows.join(''))),
    ]
    for (const path of files) {
      const report = await shop.import(path, { dryRun: true })
      expect(report.rows, path).toMatchObject({ in: 20, accepted: 19, rejected: 1 })
      expect(report.rejectedBy).toEqual({ malformed_row: 1 })
      expect(report.totals.revenue).toBe('180.50')
      expect(JSON.stringify(report).length).toBeLessThan(100_000)
    }
  })

  it('with a million empty rows hold what else they hold', async () => {
    const blank = '\n'.repeat(1_000_000)
    const text = `${header}\n${line(1)}\n${blank}${',,,,\n'.repeat(1_000)}${line(2)}\n`
    const inText = await shop.importText('blank.csv', text, { dryRun: true })
    expect(inText.rows).toMatchObject({ in: 1_002, accepted: 2, ignored: 1_000 })
    const styled = '<c s="0"/><c/>'
    const rows = Array.from({ length: 1_000_000 }, (_, at) => `<row r="${at + 3}">${styled}</row>`)
    const book = sheetOf(`${sheetLine(2)}${rows.join('')}${sheetLine(1_000_003)}`)
    const inSheet = await shop.importText('blank.xlsx', book, { dryRun: true })
    expect(inSheet.rows).toMatchObject({ in: 2, accepted: 2, ignored: 0 })
    expect(inSheet.totals.revenue).toBe('19.00')
  })

  it('full of quotes without end are judged line by line', async () => {
    const text = `${header}\n${'""",""a,\n'.repeat(20_000)}`
    const error = await shop.failure(shop.file('quotes.csv', text))
    expect(error).toMatchObject({ code: 'too_many_rejects', details: { rows: 10_000 } })
  })
})

describe('what is no file, or none for long', () => {
  it('a pipe and a device are refused, not waited for', async () => {
    const pipe = join(shop.folder, 'files/pipe.csv')
    mkdirSync(join(shop.folder, 'files'), { recursive: true })
    execFileSync('mkfifo', [pipe])
    for (const path of [pipe, '/dev/zero']) {
      const error = await shop.failure(path)
      expect(error).toMatchObject({
        code: 'not_a_file',
        details: { problem: 'it is no regular file' },
      })
    }
    rmSync(pipe)
  })

  const meddling: Record<string, (path: string) => void> = {
    grows: (path) => appendFileSync(path, `${line(9)}\n`),
    'is written anew': (path) => writeFileSync(path, `${header}\n${orders(30, 5000)}\n`),
    'is cut': (path) => truncateSync(path, 200),
    'is emptied': (path) => truncateSync(path, 0),
  }

  it.each(Object.entries(meddling))(
    'a file that %s while it is read loads nothing',
    async (what, meddle) => {
      const path = shop.file(`${what}.csv`, `${header}\n${orders(40)}\n`)
      let met = false
      const error = await shop.failure(path, {
        onProgress: ({ step }) => {
          if (step !== 'recognising' || met) return
          met = true
          meddle(path)
        },
      })
      expect(error.code, error.message).toBe(what === 'is emptied' ? 'empty_file' : 'damaged_file')
      expect(await shop.value('SELECT count(*) FROM runs')).toBe('0')
    },
  )

  it.each(['reading', 'recognising'])(
    'a file that vanishes while %s is said to be gone, or was read to its end',
    async (at) => {
      const path = shop.file(`gone-${at}.csv`, `${header}\n${orders(40)}\n`)
      const report = await shop
        .import(path, {
          dryRun: true,
          onProgress: ({ step }) => {
            if (step === at) rmSync(path, { force: true })
          },
        })
        .catch((error: { code: string }) => error)
      if ('rows' in report) expect(report.rows).toMatchObject({ in: 40, accepted: 40 })
      else expect(['file_not_found', 'damaged_file']).toContain(report.code)
    },
  )

  it('a sheet of a workbook that changes while it is read loads nothing', async () => {
    const rows = Array.from({ length: 20 }, (_, at) => sheetLine(at + 2)).join('')
    const path = shop.file('changing.xlsx', sheetOf(rows))
    const error = await shop.failure(path, {
      onProgress: ({ step }) => {
        if (step === 'recognising') appendFileSync(path, ' ')
      },
    })
    expect(error).toMatchObject({
      code: 'damaged_file',
      details: { problem: 'it changed while it was read' },
    })
  })
})
