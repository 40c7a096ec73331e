import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeAll } from '../../src/ingest/judge-all.ts'
import { PromiseBroken } from '../../src/ingest/promise.ts'
import { settle } from '../../src/ingest/settle.ts'
import { understand } from '../../src/ingest/understand.ts'
import { Workbench } from '../../src/ingest/workbench.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { openStaging } from '../../src/staging/staging.ts'
import { TemporaryShop } from './temporary-shop.ts'

/**
 * Large files are cleaned by what their first rows promise. Whatever a later row brings, the outcome must
 * be that of looking at all rows first: every case is imported both ways and compared.
 */

const header = 'Order,Line,Date,SKU,Quantity,Price,Total,Customer,Country,Currency,Status'
const usualRows = 3_000

/** Order lines of two to an order, priced 1.25 to 30.75, of which the first rows show every trait. */
function usual(number: number): string {
  const order = 1_000 + Math.floor(number / 2)
  const day = String(1 + (Math.floor(number / 200) % 28)).padStart(2, '0')
  const quantity = 1 + (number % 4)
  const cents = 125 + (number % 60) * 50
  const price = (cents / 100).toFixed(2)
  const total = ((cents * quantity) / 100).toFixed(2)
  return `${order},${1 + (number % 2)},2024-03-${day},sku-${number % 50},${quantity},${price},${total},${number % 70},France,EUR,paid`
}

const rows = Array.from({ length: usualRows }, (_, number) => usual(number))

/** The usual rows with these at the end, where no sample reaches. */
function withLater(...later: readonly string[]): string {
  return `${[header, ...rows, ...later].join('\n')}\n`
}

/** Later rows that keep the promise: sound, kept aside, or a return. */
const kept: Readonly<Record<string, readonly string[]>> = {
  'nothing out of the way': [],
  'a return': ['C9001,1,2024-03-30,sku-1,-1,1.75,-1.75,3,France,EUR,paid'],
  'a row without a quantity': ['9002,1,2024-03-30,sku-1,,1.75,1.75,3,France,EUR,paid'],
  'a negative price': ['9003,1,2024-03-30,sku-1,1,-1.75,-1.75,3,France,EUR,paid'],
  'a date that does not exist': ['9004,1,2024-02-30,sku-1,1,1.75,1.75,3,France,EUR,paid'],
  'a line number that is taken': ['1000,1,2024-03-01,sku-9,1,1.75,1.75,3,France,EUR,paid'],
  'an order on two days': [
    '9005,1,2024-03-30,sku-1,1,1.75,1.75,3,France,EUR,paid',
    '9005,2,2024-03-31,sku-2,1,1.75,1.75,3,France,EUR,paid',
  ],
  'the same line again under another number': [
    '9006,1,2024-03-30,sku-1,1,1.75,1.75,3,France,EUR,paid',
    '9006,2,2024-03-30,sku-1,1,1.75,1.75,3,France,EUR,paid',
  ],
  'a total row': ['Total,,,,,,99999.00,,,,'],
  'a line break in a quoted field': ['9008,1,2024-03-30,"sku\n1",1,1.75,1.75,3,France,EUR,paid'],
  'missing customers and countries': ['9007,1,2024-03-30,sku-1,1,1.75,1.75,,,EUR,paid'],
}

/** Later rows that break it: all rows must be looked at before any is read. */
const broken: Readonly<Record<string, readonly string[]>> = {
  'a decimal comma': ['9101,1,2024-03-30,sku-1,1,"1,75","1,75",3,France,EUR,paid'],
  thousands: ['9102,1,2024-03-30,sku-1,1,"1,234.50","1,234.50",3,France,EUR,paid'],
  'a quantity that may be a thousand or one and a bit': [
    '9103,1,2024-03-30,sku-1,1.234,1.75,2.16,3,France,EUR,paid',
  ],
  'five decimals': ['9104,1,2024-03-30,sku-1,1,1.75005,1.75,3,France,EUR,paid'],
  'a word for a price': ['9105,1,2024-03-30,sku-1,1,free,0,3,France,EUR,paid'],
  'a currency sign': ['9106,1,2024-03-30,sku-1,1,€1.75,1.75,3,France,EUR,paid'],
  'a date written day first': ['9107,1,30.03.2024,sku-1,1,1.75,1.75,3,France,EUR,paid'],
  'a time with its zone': ['9108,1,2024-03-30T23:30:00Z,sku-1,1,1.75,1.75,3,France,EUR,paid'],
  'another currency': ['9109,1,2024-03-30,sku-1,1,1.75,1.75,3,France,USD,paid'],
  'a cancelled order': ['9110,1,2024-03-30,sku-1,1,1.75,1.75,3,France,EUR,cancelled'],
  'a refunded order': ['9111,1,2024-03-30,sku-1,1,1.75,1.75,3,France,EUR,refunded'],
  'a repeated header': [header],
  'a line that lacks columns': ['9112,1,2024-03-30'],
  'a line with too many columns': [
    '9113,1,2024-03-30,sku-1,1,1.75,1.75,3,France,EUR,paid,more,more',
  ],
}

let shop: TemporaryShop

beforeAll(async () => {
  shop = await TemporaryShop.open()
})

afterAll(async () => {
  await shop.close()
})

/** What must be equal: everything but times and the person's paths. */
function told({ files, ...report }: ImportReport): unknown {
  return { ...report, files: files.map(({ path: _path, ...file }) => file) }
}

describe.each([...Object.entries(kept), ...Object.entries(broken)])(
  'a large file with %s far behind',
  (name, later) => {
    const file = () => shop.file('rows.csv', withLater(...later))
    const breaks = name in broken

    it('is understood as if all rows had been looked at first', async () => {
      const path = file()
      const options = { dryRun: true, answers: { currency: 'EUR' }, maxRejects: 1 }
      const thorough = await shop.import(path, { ...options, largeFrom: Number.POSITIVE_INFINITY })
      const quick = await shop.import(path, { ...options, largeFrom: 0 })
      expect(told(quick)).toEqual(told(thorough))
      expect(thorough.rows.in).toBe(usualRows + later.length)
    })

    it(breaks ? 'is looked at again' : 'is read once', async () => {
      const folder = join(shop.workFolder, 'bench')
      mkdirSync(folder, { recursive: true })
      const staging = await openStaging({ folder: join(folder, 'engine'), memoryLimit: '512MB' })
      const bench = new Workbench(staging, folder)
      try {
        const understanding = await understand(bench, {
          paths: [file()],
          names: {},
          largeFrom: 0,
          onProgress: () => {},
        })
        expect(understanding.tables[0]?.profile.promise).not.toBeNull()
        const judging = judgeAll(bench, {
          understanding,
          settled: settle(understanding.tables, {}),
          answers: {},
          source: 'shop',
          timeZone: 'UTC',
          latest: '2025-01-01',
          currency: null,
        })
        if (breaks) await expect(judging).rejects.toThrow(PromiseBroken)
        else expect((await judging).figures.orders).toBeGreaterThanOrEqual(usualRows / 2)
      } finally {
        await staging.close()
      }
    })
  },
)

describe('what first rows leave open', () => {
  it.each([
    ['days and months', 'Date', '03/04/2024'],
    ['thousands and decimals', 'Total', '1.234'],
    ['two currencies', 'Currency', 'USD'],
  ])('is not promised: %s', async (_what, column, value) => {
    const position = header.split(',').indexOf(column)
    const changed = rows.map((row, number) => {
      const fields = row.split(',')
      if (column !== 'Currency' || number % 2 === 0) fields[position] = value
      return fields.join(',')
    })
    const text = `${[header, ...changed].join('\n')}\n`
    const answers = { 'day-order': 'day-first', 'decimal-sign': 'point', currency: 'EUR' }
    const path = shop.file('open.csv', text)
    const options = { dryRun: true, answers, maxRejects: 1 }
    const thorough = await shop.import(path, { ...options, largeFrom: Number.POSITIVE_INFINITY })
    expect(told(await shop.import(path, { ...options, largeFrom: 0 }))).toEqual(told(thorough))
  })
})

describe('a large file', () => {
  const usualText = `${[header, ...rows].join('\n')}\n`

  it.each([
    ['with line ends of carriage returns', usualText.replaceAll('\n', '\r')],
    ['with blank lines before its header', `\n \n\r\n${usualText}`],
    ['with a byte order mark and a blank line', `\uFEFF\n${usualText}`],
  ])('%s is read as a small one is', async (_what, text) => {
    const path = shop.file('whole.csv', text)
    const thorough = await shop.import(path, { dryRun: true, largeFrom: Number.POSITIVE_INFINITY })
    expect(thorough.rows).toMatchObject({ in: usualRows, accepted: usualRows })
    expect(told(await shop.import(path, { dryRun: true, largeFrom: 0 }))).toEqual(told(thorough))
  })
})

describe('identifiers that are blank in the first rows', () => {
  /** Later customers as a spreadsheet wrote them, some or all as numbers with ".0". */
  const later: Readonly<Record<string, (number: number) => string>> = {
    'end in ".0" later': (number) => `${number % 70}.0`,
    'end in ".0" in one later row': (number) => (number === 2_990 ? '17.0' : `${number % 70}`),
    'have no ".0" later': (number) => `${number % 70}`,
    'stay blank': () => '',
  }

  it.each(Object.entries(later))('are read alike where they %s', async (_what, customer) => {
    const changed = rows.map((row, number) => {
      const fields = row.split(',')
      fields[header.split(',').indexOf('Customer')] = number < 2_000 ? '' : customer(number)
      return fields.join(',')
    })
    const keys: unknown[] = []
    for (const largeFrom of [0, Number.POSITIVE_INFINITY]) {
      const own = await TemporaryShop.open()
      try {
        await own.import(own.file('rows.csv', `${[header, ...changed].join('\n')}\n`), {
          largeFrom,
        })
        keys.push(await own.query('SELECT customer_key FROM customer_keys ORDER BY ALL'))
      } finally {
        await own.close()
      }
    }
    expect(keys[0]).toEqual(keys[1])
  })
})

describe('files in two currencies', () => {
  it('are asked about with the number of rows that state each', async () => {
    const priced = (count: number, currency: string) =>
      Array.from({ length: count }, (_, number) =>
        usual(number).replace(',EUR,', `,${currency},`).replace(/^/, currency),
      )
    const write = (name: string, records: readonly string[]) =>
      shop.file(name, `${[header, ...records].join('\n')}\n`)
    const paths = [
      write('euro.csv', [...priced(2_500, 'EUR'), ...priced(100, '')]),
      write('dollar.csv', priced(2_200, 'USD')),
    ]
    for (const largeFrom of [0, Number.POSITIVE_INFINITY]) {
      const { questions } = await shop.import(paths, { dryRun: true, largeFrom })
      expect(questions.map(({ key }) => key)).toEqual(['currency'])
      expect(questions[0]?.evidence).toMatch(/^EUR on 2500 rows, USD on 2200 rows\. /)
    }
  })
})

describe('facts', () => {
  it('are the same after either way', async () => {
    const later = [...(kept['a return'] ?? []), ...(kept['missing customers and countries'] ?? [])]
    const contents: unknown[] = []
    for (const largeFrom of [0, Number.POSITIVE_INFINITY]) {
      const own = await TemporaryShop.open()
      try {
        await own.import(own.file('rows.csv', withLater(...later)), { largeFrom })
        const tables = ['sales_fact', 'orders', 'returns_fact', 'customers', 'products', 'regions']
        const rowsOf = tables.map((table) => own.query(`SELECT * FROM ${table} ORDER BY ALL`))
        contents.push(await Promise.all(rowsOf))
      } finally {
        await own.close()
      }
    }
    expect(contents[0]).toEqual(contents[1])
    expect(contents[0]).toHaveLength(6)
  })
})
