import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runQuery } from '../../src/metrics/metrics.ts'
import type { ImportReport } from '../../src/model/import.ts'
import type { Query, Row } from '../../src/model/query.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'
import {
  byMonth,
  type Count,
  countLines,
  inCents,
  retailLines,
  tenThousandths,
} from './online-retail-count.ts'
import { shared, sharedData, skipReason } from './shared-data.ts'

const span = { from: '2010-12-01', to: '2011-12-09' }

/** Revenue as the metrics give it, by day or by month (yyyy-mm), empty buckets left out. */
async function series(shop: TemporaryShop, by: 'day' | 'month'): Promise<Map<string, bigint>> {
  const rows = await ask(shop, { metrics: ['revenue'], by: [by] })
  const length = by === 'day' ? 10 : 7
  return new Map(
    rows
      .map((row): [string, bigint] => [
        String(row[by]).slice(0, length),
        tenThousandths(String(row.revenue)),
      ])
      .filter(([, revenue]) => revenue !== 0n),
  )
}

async function ask(shop: TemporaryShop, query: Query): Promise<readonly Row[]> {
  return (await runQuery(shop.warehouse, query, { now })).data.rows
}

function sold(days: ReadonlyMap<string, bigint>): Map<string, bigint> {
  return new Map([...days].filter(([, revenue]) => revenue !== 0n).sort())
}

function warning(report: ImportReport, code: string): string {
  return report.warnings.find((one) => one.code === code)?.text ?? `no warning ${code}`
}

if (sharedData === null) {
  console.warn(`\n${'*'.repeat(80)}\n${skipReason}\n${'*'.repeat(80)}\n`)
  describe('real exports', () => {
    it.skip(skipReason)
  })
}

const whole = [
  { name: 'CSV, gzipped', path: 'online_retail/online_retail.csv.gz' },
  { name: 'Parquet', path: 'online_retail/online_retail.parquet' },
]

describe.runIf(sharedData)('Online Retail', () => {
  let counted: Count
  beforeAll(() => {
    counted = countLines(retailLines(shared('online_retail/online_retail.csv.gz')))
  })

  it('is counted by hand to the figures that are known of it', () => {
    expect({ ...counted, days: counted.days.size }).toEqual({
      rows: 541_909,
      sales: 531_283,
      returns: 9_288,
      writeOffs: 1_336,
      negativePrices: 2,
      revenue: 106_666_845_440n,
      returned: 8_968_124_900n,
      units: 5_660_979n,
      orders: 20_726,
      customers: 4_339,
      days: 305,
    })
  })

  describe.each(whole)('as $name', ({ path }) => {
    let shop: TemporaryShop
    let report: ImportReport
    beforeAll(async () => {
      shop = await TemporaryShop.open()
      report = await shop.import(shared(path))
    }, 240_000)
    afterAll(() => shop.close())

    it('is recognised by its headers and values, and nothing is asked', () => {
      expect(report).toMatchObject({ state: 'committed', source: 'shop', questions: [] })
      const [file] = report.files
      expect(file).toMatchObject({ layout: 'generic', holds: 'order lines', rows: 541_909 })
      expect(report.period).toEqual(span)
    })

    it('accounts for every row', () => {
      expect(report.rows).toEqual({
        in: 541_909,
        accepted: 540_571,
        rejected: 2,
        duplicate: 0,
        ignored: 1_336,
      })
      expect(report.ignoredBy).toEqual({ stock_write_off: 1_336 })
      expect(report.rejectedBy).toEqual({ negative_price: 2 })
    })

    it('gives the known totals to the cent', () => {
      expect(report.totals).toEqual({
        revenue: '10666684.54',
        returns: '896812.49',
        net_sales: '9769872.05',
        orders: 20_726,
        units: '5660979',
        currency: null,
      })
    })

    it('warns of revenue that a rejected line takes back, and of what is not stated', () => {
      expect(warning(report, 'offsetting_rejects')).toMatch(/^11,062\.06 of revenue/)
      expect(warning(report, 'missing_customer')).toContain('1,755,276.64')
      expect(warning(report, 'currency_not_stated')).toContain('currency')
      expect(warning(report, 'identical_lines')).toMatch(/^5,2\d\d lines/)
    })

    it('tells goods from fees', async () => {
      const fees = await shop.query(
        `SELECT sum(amount)::DECIMAL(18,2)::VARCHAR AS amount FROM returns_fact
         JOIN products ON products.product_id = returns_fact.product_id WHERE kind = 'fee'`,
      )
      const amount = Number(fees[0]?.amount)
      expect(amount).toBeGreaterThan(415_000)
      expect(amount).toBeLessThan(421_000)
      const kinds = await shop.query(
        `SELECT product_key, kind FROM products WHERE product_key IN
           ('PADS', 'DCGSSBOY', 'DCGSSGIRL', '22423', 'AMAZONFEE', 'POST', 'DOT', 'M', 'D', 'BANK CHARGES', 'CRUK')
         ORDER BY kind, product_key`,
      )
      expect(kinds.map(({ product_key, kind }) => `${product_key} ${kind}`)).toEqual([
        'AMAZONFEE fee',
        'BANK CHARGES fee',
        'CRUK fee',
        'D fee',
        'DOT fee',
        'M fee',
        'POST fee',
        '22423 goods',
        'DCGSSBOY goods',
        'DCGSSGIRL goods',
        'PADS goods',
      ])
    })

    it('gives the same figures through the metrics as in its report', async () => {
      const [row] = await ask(shop, {
        metrics: ['revenue', 'returns', 'net_sales', 'orders', 'units', 'customers'],
        ...span,
      })
      expect(inCents(tenThousandths(String(row?.revenue)))).toBe(report.totals.revenue)
      expect(inCents(tenThousandths(String(row?.returns)))).toBe(report.totals.returns)
      expect(inCents(tenThousandths(String(row?.net_sales)))).toBe(report.totals.net_sales)
      expect(row?.orders).toBe(report.totals.orders)
      expect(Number(row?.units)).toBe(Number(report.totals.units))
      expect(row?.customers).toBe(counted.customers)
    })

    it('gives the revenue of every month and day as counted by hand', async () => {
      expect(await series(shop, 'month')).toEqual(byMonth(counted.days))
      expect(await series(shop, 'day')).toEqual(sold(counted.days))
    })

    it('holds every rule of the star', async () => {
      expect(await shop.warehouse.audit()).toEqual([])
      expect(shop.leftovers()).toEqual([])
    })

    it('changes nothing when it is imported again', async () => {
      const before = await series(shop, 'day')
      const second = await shop.import(shared(path))
      expect(second.state).toBe('unchanged')
      expect(second.orders).toMatchObject({ new: 0, replaced: 0 })
      expect(second.rows).toEqual(report.rows)
      expect(second.totals).toEqual(report.totals)
      expect(await series(shop, 'day')).toEqual(before)
      expect(await shop.value('SELECT count(*) FROM sales_fact')).toBe(String(counted.sales))
      expect(await shop.value('SELECT count(*) FROM returns_fact')).toBe(String(counted.returns))
      expect(await shop.warehouse.audit()).toEqual([])
    }, 240_000)
  })
})

const written = [
  { file: 'us_mdy_latin1.csv', notation: 'month before day', encoding: 'Latin-1' },
  { file: 'de_semicolon_cp1252.csv', notation: 'decimal comma, day before month' },
  { file: 'fr_semicolon_utf8bom.csv', notation: 'day before month', encoding: 'UTF-8 with BOM' },
  { file: 'excel_unicode_utf16.txt', notation: 'month before day', encoding: 'UTF-16' },
  { file: 'iso_pipe.csv', notation: 'dates year first' },
  { file: 'orders_nested.ndjson', notation: 'dates year first' },
]

describe.runIf(sharedData)('December 2010 of Online Retail', () => {
  let counted: Count
  beforeAll(() => {
    counted = countLines(retailLines(shared('online_retail_dev/us_mdy_latin1.csv')))
  })

  it('is counted by hand to the figures that are known of it', () => {
    expect(inCents(counted.revenue)).toBe('823746.14')
    expect(counted).toMatchObject({ rows: 42_481, customers: 885 })
  })

  it.each(written)('gives the same daily series as $file', async ({ file, ...expected }) => {
    const shop = await TemporaryShop.open()
    try {
      const report = await shop.import(shared('online_retail_dev', file))
      expect(report).toMatchObject({
        state: 'committed',
        rows: {
          in: counted.rows,
          accepted: counted.sales + counted.returns,
          rejected: counted.negativePrices,
          duplicate: 0,
          ignored: counted.writeOffs,
        },
        totals: {
          revenue: inCents(counted.revenue),
          returns: inCents(counted.returned),
          orders: counted.orders,
          units: String(counted.units),
        },
      })
      expect(report.files[0]?.notation).toContain(expected.notation)
      if (expected.encoding) expect(report.files[0]?.encoding).toBe(expected.encoding)
      expect(await series(shop, 'day')).toEqual(sold(counted.days))
      const [row] = await ask(shop, { metrics: ['customers', 'returns'] })
      expect(row?.customers).toBe(counted.customers)
      expect(inCents(tenThousandths(String(row?.returns)))).toBe(inCents(counted.returned))
      expect(await shop.warehouse.audit()).toEqual([])
    } finally {
      await shop.close()
    }
  })
})
