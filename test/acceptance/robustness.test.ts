import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { extract } from '../../src/ingest/extract.ts'
import type { StagedTable } from '../../src/ingest/format.ts'
import { formats } from '../../src/ingest/formats/formats.ts'
import { TakingsError } from '../../src/model/errors.ts'
import { openStaging, type Staging } from '../../src/staging/staging.ts'
import { TemporaryShop } from '../ingest/temporary-shop.ts'
import { shared, sharedData, skipReason } from './shared-data.ts'

/** The test suites of others for CSV and JSON: what is right is read, what is wrong is refused, nothing hangs. */

if (sharedData === null) {
  console.warn(`\n${'*'.repeat(80)}\n${skipReason}\n${'*'.repeat(80)}\n`)
  describe('suites for CSV and JSON', () => {
    it.skip(skipReason)
  })
}

/** Files through the formats, as an import reads them before it knows what they hold. */
class Reader {
  readonly #staging: Staging
  readonly #folder: string
  #files = 0

  private constructor(staging: Staging, folder: string) {
    this.#staging = staging
    this.#folder = folder
  }

  static async open(): Promise<Reader> {
    const folder = mkdtempSync(join(tmpdir(), 'takings-robustness-'))
    mkdirSync(join(folder, 'work'))
    const staging = await openStaging({ folder: join(folder, 'engine'), memoryLimit: '512MB' })
    return new Reader(staging, folder)
  }

  async tables(name: string, content: Uint8Array): Promise<readonly StagedTable[]> {
    this.#files += 1
    const path = join(this.#folder, `${this.#files}-${name}`)
    writeFileSync(path, content)
    const folder = join(this.#folder, 'work')
    const nextNumber = () => this.#files
    const [file] = await extract({ nextNumber, path, name, folder })
    if (!file) throw new TakingsError('empty_file', { path: name })
    const head = readFileSync(file.path, 'utf8')
    const format = formats.find((candidate) => candidate.claims(file, head))
    if (!format) throw new TakingsError('unreadable_format', { path: name, problem: 'no format' })
    return format.open({ file, head, staging: this.#staging, folder })
  }

  /** Rows of a table by their headers, blanks as ''. */
  async rows({ relation, columns }: StagedTable): Promise<Record<string, string>[]> {
    const rows = await this.#staging.rows(`SELECT * FROM ${relation} ORDER BY record_number`)
    return rows.map((row) =>
      Object.fromEntries(columns.map(({ name, sql }) => [name, String(row[sql] ?? '')])),
    )
  }

  /** How many orders a document holds, or why it is refused; a document may not fail in any other way. */
  async judged(content: Uint8Array): Promise<string> {
    try {
      const [table] = await this.tables('suite.json', content)
      if (!table) return 'no table'
      const malformed = await table.malformed()
      return `${(await this.rows(table)).length} read, ${malformed.length} malformed`
    } catch (error) {
      if (error instanceof TakingsError) return error.code
      throw error
    }
  }

  /** What is said of the bytes of a file. */
  async remarks(content: Uint8Array): Promise<string[]> {
    const [table] = await this.tables('suite.json', content)
    return table?.file.remarks.map(({ code }) => code) ?? []
  }

  async close(): Promise<void> {
    await this.#staging.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

let reader: Reader
beforeAll(async () => {
  reader = await Reader.open()
})
afterAll(() => reader.close())

describe.runIf(sharedData)('csv-spectrum', () => {
  const folder = (kind: string) => shared('robustness/csv-spectrum', kind)
  const names = sharedData
    ? readdirSync(folder('csvs')).map((name) => name.replace('.csv', ''))
    : []

  it('has its twelve files', () => expect(names).toHaveLength(12))

  it.each(names)('%s', async (name) => {
    const content = readFileSync(join(folder('csvs'), `${name}.csv`))
    const [table, ...more] = await reader.tables(`${name}.csv`, content)
    const said = readFileSync(join(folder('json'), `${name}.json`), 'utf8')
    // The suite differs from itself in a made-up number, and where git wrote its newlines anew.
    const told = said.replaceAll('\\r\\n', '\\n').replace('1234567890', '2095257564')
    expect(more).toEqual([])
    expect(table && (await reader.rows(table))).toEqual([JSON.parse(told)].flat())
    expect(await table?.malformed()).toEqual([])
  })
})

interface Case {
  readonly name: string
  readonly content: Buffer
}

describe.runIf(sharedData)('JSONTestSuite', () => {
  const folder = shared('robustness/JSONTestSuite/test_parsing')
  const cases = (kind: string): Case[] =>
    (sharedData ? readdirSync(folder) : [])
      .filter((name) => name.startsWith(kind))
      .map((name) => ({ name, content: readFileSync(join(folder, name)) }))
  // Keys that no export has: an empty one, and one of a NUL.
  const strange = ['y_object_empty_key.json', 'y_object_escaped_null_in_key.json']
  const right = cases('y_').filter(({ name }) => !strange.includes(name))
  const [wrong, open] = [cases('n_'), cases('i_')]
  // What the engine reads beside the standard: a comma too many, and numbers that are none.
  const lenient = /,\s*[\]}]?$|NaN|Inf|infinity/

  /** An order with the case as what it says beside its own fields. */
  const order = (number: string, content: Uint8Array) =>
    Buffer.concat([
      Buffer.from(
        `{"order_number": "${number}", "order_date": "2024-01-15", "product": "Mug", "quantity": 1, "unit_price": "2.50", "note": `,
      ),
      content,
      Buffer.from('}'),
    ])
  const list = (...orders: readonly Uint8Array[]) =>
    Buffer.concat([
      Buffer.from('['),
      ...orders.flatMap((one, at) => (at === 0 ? [one] : [Buffer.from(','), one])),
      Buffer.from(']'),
    ])
  const lines = (...orders: readonly Uint8Array[]) =>
    Buffer.concat(orders.flatMap((one) => [one, Buffer.from('\n')]))
  const good = (number: string) => order(number, Buffer.from('"good"'))
  /** Cases that stand on a line among others of one encoding. */
  const isZeroed = ({ content }: Case) => {
    if (!content.includes(0)) return false
    try {
      JSON.parse(content.toString('utf8').replaceAll('\0', ''))
      return true
    } catch {
      return false
    }
  }

  const isLine = ({ content }: Case) => {
    const text = content.toString('utf8')
    return (
      ![0, 10, 13, 0xfffd].some((code) => text.includes(String.fromCharCode(code))) &&
      !text.startsWith('\ufeff') &&
      text.length < 10_000
    )
  }

  let shop: TemporaryShop
  beforeAll(async () => {
    shop = await TemporaryShop.open()
  })
  afterAll(() => shop.close())

  it('has its 318 files', () => {
    expect([right.length + strange.length, wrong.length, open.length]).toEqual([95, 188, 35])
  })

  it('reads what is right, every order of it', async () => {
    const all = right.map(({ name, content }) => order(name, content))
    const whole = await shop.importText('right.json', list(...all), { dryRun: true })
    expect(whole).toMatchObject({ rows: { in: 93, accepted: 93 }, totals: { revenue: '232.50' } })
    const single = right.filter(isLine).map(({ name, content }) => order(name, content))
    const each = await shop.importText('right.ndjson', lines(...single), { dryRun: true })
    expect(each.rows).toMatchObject({ in: single.length, accepted: single.length })
    expect(single.length).toBeGreaterThan(80)
  })

  it.each(right)('$name', async ({ name, content }) => {
    expect(await reader.judged(list(order(name, content)))).toBe('1 read, 0 malformed')
  })

  it('rejects what is wrong line by line, and costs no good line beside it', async () => {
    const bad = wrong.filter((one) => isLine(one) && !lenient.test(one.content.toString()))
    expect(bad.length).toBeGreaterThan(140)
    const all = bad.flatMap(({ name, content }) => [order(name, content), good(`good ${name}`)])
    const report = await shop.importText('wrong.ndjson', lines(good('first'), ...all), {
      dryRun: true,
      maxRejects: 1,
    })
    expect(report.rows).toMatchObject({ accepted: bad.length + 1, rejected: bad.length })
    expect(report.rejectedBy).toEqual({ malformed_json: bad.length })
    expect(report.totals.revenue).toBe(((bad.length + 1) * 2.5).toFixed(2))
  })

  it.each(wrong.filter((one) => !isZeroed(one)))('$name', async ({ name, content }) => {
    const judged = await reader.judged(list(good('first'), order(name, content)))
    expect(['damaged_file', 'unreadable_format']).toContain(judged)
  })

  // Zero bytes are taken out of every text, and it is said: what is left of these is right.
  it.each(wrong.filter(isZeroed))('$name without its zero bytes', async ({ name, content }) => {
    const whole = list(good('first'), order(name, content))
    expect(await reader.judged(whole)).toBe('2 read, 0 malformed')
    expect(await reader.remarks(whole)).toContain('zero_bytes')
  })

  it.each(open)('$name', async ({ name, content }) => {
    const judged = await reader.judged(list(good('first'), order(name, content)))
    expect(['damaged_file', 'unreadable_format', '2 read, 0 malformed']).toContain(judged)
  })

  it.each(['n_structure_100000_opening_arrays.json', 'n_structure_open_array_object.json'])(
    'refuses %s whole, however deep',
    async (name) => {
      const content = readFileSync(join(folder, name))
      const path = shop.file(name, list(good('first'), order(name, content)))
      expect((await shop.failure(path)).code).toBe('damaged_file')
      expect(shop.leftovers()).toEqual([])
    },
  )
})
