import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/demo/demo.ts'
import { rejectedRows } from '../../src/ingest/ingest.ts'
import type { ImportReport, RejectedRow } from '../../src/model/import.ts'
import { cents, type Row, type WrittenDemo, writtenDemo } from '../demo/written-demo.ts'
import { TemporaryShop } from './temporary-shop.ts'

/** The demo shop with faults planted at known places: each is found there, and costs nothing else. */
let demo: WrittenDemo
let clean: WrittenDemo
let shop: TemporaryShop
let report: ImportReport
let faults: Fault[]
let aside: Map<string, RejectedRow[]>

const place = (file: string, record: number) => `${file} ${record}`

beforeAll(async () => {
  demo = await writtenDemo({ dirty: true })
  clean = await writtenDemo()
  faults = JSON.parse(readFileSync(join(demo.folder, 'faults.json'), 'utf8'))
  shop = await TemporaryShop.open()
  report = await shop.import(demo.summary.files.map(({ path }) => path))
  aside = new Map()
  for (const row of await rejectedRows(shop.warehouse, { limit: 100_000 })) {
    const key = place(row.file.split('/').at(-1) ?? '', row.recordNumber)
    aside.set(key, [...(aside.get(key) ?? []), row])
  }
})
afterAll(async () => {
  await shop.close()
  demo.remove()
  clean.remove()
})

const setAside = ({ expected }: Fault) =>
  ['rejected', 'ignored', 'duplicate'].includes(expected.outcome)

function money(total: bigint): string {
  const text = String(total).padStart(3, '0')
  return `${text.slice(0, -2)}.${text.slice(-2)}`
}

function sum(rows: readonly Row[], column: string): bigint {
  return rows.reduce((total, row) => total + cents(row[column] ?? ''), 0n)
}

describe('an import of the demo shop with faults', () => {
  it('is committed without a question', () => {
    expect(report).toMatchObject({ state: 'committed', questions: [] })
    expect(faults.length).toBeGreaterThan(30)
  })

  it('finds each fault at its record, with its outcome, reason and the row whole', () => {
    const found = faults.filter(setAside).map(({ file, recordNumber, fault, expected }) => {
      const rows = aside.get(place(file, recordNumber)) ?? []
      return {
        file,
        recordNumber,
        fault,
        rows: rows.map((row) => `${row.outcome} ${row.reason}`),
        expected,
      }
    })
    for (const { file, recordNumber, fault, rows, expected } of found) {
      expect(rows, `${fault} at ${file} ${recordNumber}`).toEqual([
        `${expected.outcome} ${expected.reason}`,
      ])
    }
    for (const { file, recordNumber, expected } of faults.filter(setAside)) {
      if (expected.outcome === 'duplicate') continue
      const [row] = aside.get(place(file, recordNumber)) ?? []
      const stated = demo.table(file.replace('.csv', ''))[recordNumber - 1] ?? {}
      const kept = Object.entries(row?.row ?? {}).map(([name, value]) => [name, value ?? ''])
      expect(Object.fromEntries(kept)).toEqual(stated)
    }
  })

  it('sets nothing else aside but the calendar', () => {
    const planted = new Set(
      faults.filter(setAside).map(({ file, recordNumber }) => place(file, recordNumber)),
    )
    const other = [...aside.keys()].filter((key) => !planted.has(key))
    expect(other).toEqual([])
    expect(report.ignoredBy.calendar_row).toBe(
      demo.summary.files.find(({ name }) => name === 'dates.csv')?.rows,
    )
  })

  it('warns of what it kept', () => {
    const codes = report.warnings.map(({ code }) => code)
    const expected = faults
      .filter(({ expected: { outcome } }) => outcome === 'warning')
      .map(({ expected: { reason } }) => reason)
    expect(codes).toEqual(expect.arrayContaining([...new Set(expected), 'rejected_rows']))
  })

  it('accounts for every row of every file', () => {
    const { rows } = report
    expect(rows.in).toBe(demo.summary.files.reduce((total, file) => total + file.rows, 0))
    expect(rows.accepted + rows.rejected + rows.duplicate + rows.ignored).toBe(rows.in)
    const outcomes = (outcome: string) =>
      faults.filter(({ expected }) => expected.outcome === outcome).length
    expect(rows.rejected).toBe(outcomes('rejected'))
    expect(rows.duplicate).toBe(outcomes('duplicate'))
    expect(rows.ignored).toBe(outcomes('ignored') + (report.ignoredBy.calendar_row ?? 0))
  })

  it('gives the figures of the clean shop, plus the lines that were doubled and kept', async () => {
    const sales = clean.table('sales_fact')
    const doubled = faults
      .filter(({ fault }) => fault === 'identical_lines')
      .map(({ recordNumber }) => demo.table('sales_fact')[recordNumber - 1] ?? {})
    expect(doubled.length).toBeGreaterThan(0)
    const revenue = money(sum(sales, 'TotalPrice') + sum(doubled, 'TotalPrice'))
    const units = [...sales, ...doubled].reduce((total, row) => total + Number(row.Quantity), 0)
    const orders = new Set(sales.map((row) => row.OrderID)).size
    expect(report.totals).toMatchObject({ revenue, orders, units: String(units), currency: 'EUR' })
    expect(report.totals.returns).toBe(money(sum(clean.table('returns'), 'Amount')))
    const stored = await shop.query(
      `SELECT sum(total_price)::DECIMAL(18,2)::VARCHAR AS revenue, count(*)::INTEGER AS lines FROM sales_fact`,
    )
    expect(stored).toEqual([{ revenue, lines: sales.length + doubled.length }])
    expect(await shop.warehouse.audit()).toEqual([])
  })

  it('gives the daily series of the clean shop', async () => {
    const spoilt = faults.filter(({ fault }) => fault === 'identical_lines')
    const rows = [
      ...clean.table('sales_fact'),
      ...spoilt.map(({ recordNumber }) => demo.table('sales_fact')[recordNumber - 1] ?? {}),
    ]
    const days = new Map<string, bigint>()
    for (const row of rows) {
      const day = (row.OrderDate ?? '').slice(0, 10)
      days.set(day, (days.get(day) ?? 0n) + cents(row.TotalPrice ?? ''))
    }
    const stored = await shop.query(
      'SELECT order_date::VARCHAR AS day, sum(total_price)::DECIMAL(18,2)::VARCHAR AS revenue FROM sales_fact GROUP BY day ORDER BY day',
    )
    expect(stored.map(({ day, revenue }) => [day, revenue])).toEqual(
      [...days].sort().map(([day, total]) => [day, money(total)]),
    )
  })

  it('changes nothing when it is done again', async () => {
    const again = await shop.import(demo.summary.files.map(({ path }) => path))
    expect(again).toMatchObject({ state: 'unchanged', rows: report.rows, totals: report.totals })
  })
})
