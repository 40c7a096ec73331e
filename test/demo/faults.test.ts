import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/demo/demo.ts'
import {
  duplicateReasons,
  ignoreReasons,
  rejectReasons,
  warningCodes,
} from '../../src/model/reasons.ts'
import {
  cents,
  csvRecords,
  groupBy,
  type Row,
  sum,
  type WrittenDemo,
  writtenDemo,
} from './written-demo.ts'

let dirty: WrittenDemo
let clean: WrittenDemo
let faults: Fault[]

beforeAll(async () => {
  dirty = await writtenDemo({ dirty: true })
  clean = await writtenDemo()
  faults = JSON.parse(readFileSync(join(dirty.folder, 'faults.json'), 'utf8'))
})
afterAll(() => {
  dirty.remove()
  clean.remove()
})

const isCopy = ({ expected }: Fault) => expected.outcome !== 'repaired'
const spoils = ({ fault }: Fault) => fault === 'missing_customer' || fault === 'guest_customer'

/** What each fault must look like in the file. */
const looks: Readonly<Record<string, (row: Row) => boolean>> = {
  negative_price: (row) => (row.UnitPrice ?? row.Price ?? '').startsWith('-'),
  missing_date: (row) => row.OrderDate === '' && row.OrderedAt === '',
  unreadable_date: (row) => row.OrderDate === 'some day in May',
  impossible_date: (row) => row.OrderDate === '2024-02-30',
  date_in_future: (row) => (row.OrderDate ?? '') > '2190',
  date_before_1990: (row) => (row.OrderDate ?? '') < '1990',
  zero_quantity: (row) => row.Quantity === '0',
  unreadable_quantity: (row) => Number.isNaN(Number(row.Quantity)),
  missing_quantity: (row) => row.Quantity === '' && row.TotalPrice !== '',
  number_too_large: (row) => (row.TotalPrice ?? '').split('.')[0]?.length === 18,
  negative_total: (row) => Number(row.TotalPrice) < 0 && Number(row.Quantity) > 0,
  stock_write_off: (row) => Number(row.Quantity) < 0 && row.UnitPrice === '0.00',
  order_cancelled: (row) => row.Status === 'cancelled',
  order_draft: (row) => row.Status === 'draft',
  total_row: (row) => row.OrderID === 'Total',
  blank_row: (row) => Object.values(row).every((value) => value === ''),
  repeated_header: (row) => Object.entries(row).every(([name, value]) => name === value),
  missing_customer: (row) => row.CustomerID === '',
  guest_customer: (row) => row.CustomerID === '0',
  missing_key: (row) => Object.values(row)[0] === '' && Object.values(row)[1] !== '',
  unreadable_price: (row) => row.Price === 'on request',
  spaced_number: (row) => /^ {2}\d+\.\d\d $/.test(row.UnitPrice ?? ''),
  spaced_text: (row) => /^ {2}\S.*\S $/.test(row.Name ?? ''),
  currency_sign: (row) => /^€ \d+\.\d\d$/.test(row.TotalPrice ?? row.Price ?? ''),
  currency_code: (row) => /^\d+\.\d\d EUR$/.test(row.TotalPrice ?? ''),
}

describe('faults.json', () => {
  it('lists what stands at each record', () => {
    expect(faults).toHaveLength(dirty.summary.faults)
    for (const { file, recordNumber, fault } of faults) {
      const row = dirty.table(file.replace('.csv', ''))[recordNumber - 1]
      const look = looks[fault]
      if (look) expect(row && look(row), `${fault} at ${file} ${recordNumber}`).toBe(true)
    }
  })

  it('lists repeated records, doubled lines and doubled keys behind their first', () => {
    const compared = faults.filter(({ fault }) => !looks[fault])
    const kinds = new Set(compared.map(({ fault }) => fault))
    expect([...kinds].sort()).toEqual(['duplicate_key', 'identical_lines', 'repeated_record'])
    for (const { file, recordNumber, fault } of compared) {
      const records = csvRecords(readFileSync(join(dirty.folder, file), 'utf8'))
      const [before = [], record = []] = records.slice(recordNumber - 1, recordNumber + 1)
      const differing = record.flatMap((value, index) => (value === before[index] ? [] : [index]))
      const changed = differing.map((index) => records[0]?.[index])
      if (fault === 'repeated_record') expect(changed).toEqual([])
      if (fault === 'identical_lines') expect(changed).toEqual(['LineNumber'])
      if (fault === 'duplicate_key') expect(changed).toHaveLength(1)
    }
  })

  it('knows every kind, each more than once, with codes of the closed lists', () => {
    const kinds = groupBy(faults, ({ file, fault }) => `${file} ${fault}`)
    expect(kinds.size).toBe(24 + 8 + 6)
    for (const [kind, all] of kinds) expect(all.length, kind).toBeGreaterThanOrEqual(2)
    for (const { fault, expected } of faults) {
      const { outcome, reason } = expected
      if (outcome === 'rejected') expect(rejectReasons, fault).toHaveProperty(reason ?? '')
      else if (outcome === 'ignored') expect(ignoreReasons, fault).toHaveProperty(reason ?? '')
      else if (outcome === 'duplicate') expect(duplicateReasons, fault).toHaveProperty(reason ?? '')
      else if (outcome === 'warning') expect(warningCodes, fault).toHaveProperty(reason ?? '')
      else expect(reason, fault).toBeNull()
    }
  })

  it('leaves nothing unlisted: without them the files are the clean ones', () => {
    for (const table of ['sales_fact', 'products', 'customers']) {
      const own = faults.filter(({ file }) => file === `${table}.csv`)
      const inserted = new Set(
        own.filter((fault) => isCopy(fault) && !spoils(fault)).map((fault) => fault.recordNumber),
      )
      const spoiled = new Set(
        own.filter((fault) => !isCopy(fault) || spoils(fault)).map((fault) => fault.recordNumber),
      )
      const rest = dirty
        .table(table)
        .map((row, index) => ({ row, spoiled: spoiled.has(index + 1), record: index + 1 }))
        .filter(({ record }) => !inserted.has(record))
      const expected = clean.table(table)
      expect(rest).toHaveLength(expected.length)
      for (const [index, { row, spoiled: isSpoiled }] of rest.entries()) {
        if (isSpoiled) expect(row).not.toEqual(expected[index])
        else expect(row).toEqual(expected[index])
      }
    }
  })
})

describe('the totals of a dirty shop', () => {
  it('are those of the clean one and of the doubled lines, which count', () => {
    const doubled = faults
      .filter(({ fault }) => fault === 'identical_lines')
      .map(({ recordNumber }) => dirty.table('sales_fact')[recordNumber - 1] as Row)
    const { totals } = dirty.summary
    expect(totals.lines).toBe(clean.summary.totals.lines + doubled.length)
    expect(totals.units).toBe(
      clean.summary.totals.units + sum(doubled, (row) => Number(row.Quantity)),
    )
    const more = doubled.reduce((total, row) => total + cents(row.TotalPrice ?? ''), 0n)
    expect(cents(totals.revenue)).toBe(cents(clean.summary.totals.revenue) + more)
    expect(totals.orders).toBe(clean.summary.totals.orders)
    expect(totals.returns).toBe(clean.summary.totals.returns)
  })
})

describe('a dirty shop in another format', () => {
  it('leaves out what only a CSV file can have', async () => {
    const json = await writtenDemo({ dirty: true, format: 'json' })
    const listed: Fault[] = JSON.parse(readFileSync(join(json.folder, 'faults.json'), 'utf8'))
    const kinds = new Set(listed.map(({ fault }) => fault))
    expect(kinds.has('blank_row')).toBe(false)
    expect(kinds.has('repeated_header')).toBe(false)
    const rows: Row[] = JSON.parse(readFileSync(join(json.folder, 'sales_fact.json'), 'utf8'))
    const total = listed.find(({ fault }) => fault === 'total_row')
    expect(rows[(total?.recordNumber ?? 0) - 1]?.OrderID).toBe('Total')
    json.remove()
  })
})
