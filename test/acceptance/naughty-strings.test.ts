import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importFiles } from '../../src/ingest/ingest.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { openTestApp, type TestApp } from '../http/open-test-app.ts'
import { csv } from '../ingest/temporary-shop.ts'
import { shared, sharedData, skipReason } from './shared-data.ts'

/** The big list of naughty strings as names of products: from the file to the answers and exports as they are. */

if (sharedData === null) {
  describe('naughty strings', () => {
    it.skip(skipReason)
  })
}

const list = sharedData
  ? (JSON.parse(readFileSync(shared('robustness/blns/blns.json'), 'utf8')) as string[])
  : []
/** Spaces around a name are trimmed; a name of nothing is none. */
const trimmed = (text: string) => text.replace(/^ +| +$/g, '')
const names = [...new Set(list.map(trimmed))]
  // A mark of byte order in front of a text is none of its characters.
  .filter((name) => name !== '' && name !== '\ufeff')

const header = ['order_number', 'order_date', 'sku', 'product_name', 'quantity', 'unit_price']
const sold = names.map((name, at) => ({
  order_number: `A${at}`,
  order_date: '2024-01-15',
  sku: `S${at}`,
  product_name: name,
  quantity: '1',
  unit_price: `${at + 1}.00`,
}))

const formats: readonly (readonly [name: string, content: string])[] = [
  ['names.csv', csv(header, ...sold.map((row) => Object.values(row)))],
  ['names.ndjson', sold.map((row) => JSON.stringify(row)).join('\n')],
]

/** Fields of quoted CSV, read here: what reads our exports is not ours. */
function recordsOf(text: string): string[][] {
  const records: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/g,
  )) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '') break
    if (end !== ',') records.push([])
  }
  return records.filter((record) => record.length > 1)
}

describe.runIf(sharedData).each(formats)('naughty strings in %s', (fileName, content) => {
  let app: TestApp
  beforeAll(async () => {
    app = await openTestApp()
    mkdirSync(join(app.folder, 'work'), { recursive: true })
  })
  afterAll(() => app?.close())

  async function imported(name: string, text: string): Promise<ImportReport> {
    const path = join(app.folder, name)
    writeFileSync(path, text)
    const now = () => new Date('2026-03-10T12:00:00Z')
    const workFolder = join(app.folder, 'work')
    return importFiles(app.warehouse, {
      paths: [path],
      now,
      workFolder,
      memoryLimit: '512MB',
      maxRejects: 1,
    })
  }

  it('are five hundred and more', () => expect(names.length).toBeGreaterThan(500))

  it('are answered as they were written, each with its own revenue', async () => {
    const report = await imported(fileName, content)
    expect(report).toMatchObject({ state: 'committed', rows: { accepted: names.length } })
    const query = {
      metrics: ['revenue'],
      by: ['product'],
      orderBy: [{ column: 'revenue', direction: 'asc' }],
      limit: 1000,
    }
    const answer = await app.app.inject({
      method: 'POST',
      url: '/api/v1/query',
      headers: { host: '127.0.0.1' },
      payload: query,
    })
    expect(answer.statusCode, answer.body).toBe(200)
    const rows = answer.json().data.rows as { product: string; revenue: string }[]
    expect(rows.map(({ product }) => product)).toEqual(names)
    expect(rows.map(({ revenue }) => Number(revenue))).toEqual(names.map((_, at) => at + 1))
  })

  it('come out of the export of rejected rows as they went in', async () => {
    const bad = sold.map((row) => ({
      ...row,
      order_number: `B${row.order_number}`,
      quantity: 'some',
    }))
    const good = { ...sold[0], order_number: 'C' }
    const text = fileName.endsWith('.csv')
      ? csv(header, ...[...bad, good].map((row) => Object.values(row)))
      : [...bad, good].map((row) => JSON.stringify(row)).join('\n')
    const report = await imported(`bad-${fileName}`, text)
    expect(report.rejectedBy).toEqual({ unreadable_quantity: names.length })
    const answer = await app.app.inject({
      method: 'GET',
      url: '/api/v1/rejects/export',
      headers: { host: '127.0.0.1' },
    })
    expect(answer.statusCode).toBe(200)
    const [first = [], ...records] = recordsOf(answer.body.replace(/^\ufeff/, ''))
    const at = first.indexOf('product_name')
    expect(records.map((record) => record[at])).toEqual(names)
  })
})
