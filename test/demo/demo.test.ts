import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type DemoProgress, writeDemo } from '../../src/demo/demo.ts'
import { openStaging } from '../../src/staging/staging.ts'
import {
  newFolder,
  parseCsv,
  type Row,
  smallShop,
  type WrittenDemo,
  writtenDemo,
} from './written-demo.ts'

const written: WrittenDemo[] = []
afterEach(() => {
  for (const demo of written.splice(0)) demo.remove()
})

async function demo(options: Parameters<typeof writtenDemo>[0] = {}): Promise<WrittenDemo> {
  const made = await writtenDemo(options)
  written.push(made)
  return made
}

/** Digest per file. */
function digests(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )
}

const tables = ['customers', 'dates', 'products', 'regions', 'returns', 'sales_fact', 'stock']

describe('the same options', () => {
  it('give the same bytes, and another seed gives others', async () => {
    const first = digests((await demo()).folder)
    expect(Object.keys(first)).toEqual(tables.map((name) => `${name}.csv`))
    expect(digests((await demo()).folder)).toEqual(first)
    const other = digests((await demo({ seed: 8 })).folder)
    for (const name of ['sales_fact.csv', 'customers.csv', 'products.csv', 'stock.csv']) {
      expect(other[name]).not.toBe(first[name])
    }
  })

  it('give the same bytes however many orders are made at a time, faults included', async () => {
    const whole = await demo({ dirty: true })
    const chunked = await demo({ dirty: true, ordersPerChunk: 97 })
    expect(digests(chunked.folder)).toEqual(digests(whole.folder))
    expect(chunked.summary.totals).toEqual(whole.summary.totals)
  })

  it('give the same sales in several files, faults counted from the head of each', async () => {
    const whole = await demo({ dirty: true })
    const parted = await demo({ dirty: true, ordersPerFile: 600, ordersPerChunk: 100 })
    const names = ['sales_fact-0001', 'sales_fact-0002', 'sales_fact-0003']
    expect(parted.summary.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(names.map((name) => `${name}.csv`)),
    )
    expect(existsSync(join(parted.folder, 'sales_fact.csv'))).toBe(false)
    expect(names.flatMap((name) => parted.table(name))).toEqual(whole.table('sales_fact'))
    const faults = JSON.parse(readFileSync(join(parted.folder, 'faults.json'), 'utf8'))
    const spoiled = faults.find((fault: { file: string; fault: string }) => {
      return fault.file === 'sales_fact-0003.csv' && fault.fault === 'unreadable_quantity'
    })
    const row = parted.table('sales_fact-0003')[spoiled.recordNumber - 1]
    expect(row?.Quantity).toBe('a few')
  })
})

describe('formats', () => {
  it('hold the same content', async () => {
    const csv = await demo({ orders: 300 })
    for (const format of ['json', 'ndjson', 'parquet'] as const) {
      const other = await demo({ orders: 300, format })
      expect(other.summary.totals).toEqual(csv.summary.totals)
      const read = await readTables(other.folder, format)
      for (const name of tables) expect(read[name], `${name}.${format}`).toEqual(csv.table(name))
    }
  })
})

/** Rows as the CSV writes them. */
async function readTables(
  folder: string,
  format: 'json' | 'ndjson' | 'parquet',
): Promise<Record<string, Row[]>> {
  const paths = tables.map((name) => [name, join(folder, `${name}.${format}`)] as const)
  const documents =
    format === 'parquet'
      ? await readParquet(paths.map(([, path]) => path))
      : paths.map(([, path]) => readJson(path, format))
  return Object.fromEntries(
    paths.map(([name], index) => [name, (documents[index] ?? []).map(asText)]),
  )
}

function asText(row: object): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)]),
  )
}

/** Numbers keep the digits they are written with. */
function readJson(path: string, format: 'json' | 'ndjson'): object[] {
  const text = readFileSync(path, 'utf8').replace(/:(-?\d+(?:\.\d+)?)(?=[,}])/g, ':"$1"')
  if (format === 'json') return JSON.parse(text)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

async function readParquet(paths: readonly string[]): Promise<(readonly object[])[]> {
  const folder = newFolder()
  const staging = await openStaging({ folder, memoryLimit: '256MB' })
  try {
    return await Promise.all(paths.map((path) => staging.rows(`FROM read_parquet('${path}')`)))
  } finally {
    await staging.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('the summary', () => {
  it('names every file with its rows and bytes', async () => {
    const { summary, folder, table } = await demo()
    expect(summary.files.map(({ name }) => name).sort()).toEqual(
      tables.map((name) => `${name}.csv`),
    )
    for (const file of summary.files) {
      expect(file.path).toBe(join(folder, file.name))
      expect(file.rows).toBe(table(file.name.replace('.csv', '')).length)
      expect(file.bytes).toBe(readFileSync(file.path).length)
    }
    expect(summary.period).toEqual({ from: '2024-07-01', to: '2025-06-30' })
    expect(summary.faults).toBe(0)
    expect(summary.faultList).toBeNull()
  })

  it('is preceded by progress that never goes back', async () => {
    const steps: DemoProgress[] = []
    await demo({ ordersPerChunk: 200, onProgress: (progress) => steps.push(progress) })
    const done = steps.map((progress) => progress.done)
    expect(done).toEqual([...done].sort((a, b) => a - b))
    expect(steps.filter(({ step }) => step === 'orders').length).toBeGreaterThan(5)
    expect(done.every((share) => share >= 0 && share <= 1)).toBe(true)
  })
})

describe('the folder', () => {
  it('is created, and replaced as a whole by the next demo', async () => {
    const first = await demo({ orders: 50 })
    const deep = join(first.folder, 'new', 'deeper')
    await writeDemo({ ...smallShop, orders: 50, folder: deep })
    await writeDemo({ ...smallShop, orders: 50, folder: deep, format: 'ndjson', dirty: false })
    const names = readdirSync(deep).filter((name) => !name.startsWith('.'))
    expect(names.sort()).toEqual(tables.map((name) => `${name}.ndjson`))
  })

  it('is refused when it holds anything that no demo wrote', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'customers.csv'), 'mine\n')
    const refused = writeDemo({ ...smallShop, folder })
    await expect(refused).rejects.toMatchObject({ code: 'invalid_option' })
    await expect(refused).rejects.toThrow('customers.csv')
    expect(readdirSync(folder)).toEqual(['customers.csv'])
    expect(readFileSync(join(folder, 'customers.csv'), 'utf8')).toBe('mine\n')
    rmSync(folder, { recursive: true })
  })

  it('is refused when it is a file', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'file'), 'mine')
    const refused = writeDemo({ ...smallShop, folder: join(folder, 'file') })
    await expect(refused).rejects.toMatchObject({ code: 'invalid_option' })
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine')
    rmSync(folder, { recursive: true })
  })

  it('is refused when something was added to an earlier demo', async () => {
    const { folder } = await demo({ orders: 50 })
    mkdirSync(join(folder, 'notes'))
    await expect(writeDemo({ ...smallShop, folder })).rejects.toThrow('notes')
    expect(existsSync(join(folder, 'sales_fact.csv'))).toBe(true)
  })

  it('is as before when the writing is aborted', async () => {
    const { folder } = await demo({ orders: 50 })
    const before = digests(folder)
    const abort = new AbortController()
    const aborted = writeDemo({
      ...smallShop,
      folder,
      ordersPerChunk: 100,
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done > 0.3) abort.abort(new Error('stopped by the person'))
      },
    })
    await expect(aborted).rejects.toThrow('stopped by the person')
    expect(digests(folder)).toEqual(before)
    expect(readdirSync(folder).filter((name) => name.includes('work'))).toEqual([])
  })
})

describe('options', () => {
  it.each([
    [{ orders: 0 }, '--orders'],
    [{ orders: 2.5 }, '--orders'],
    [{ years: 0 }, '--years'],
    [{ years: Number.NaN }, '--years'],
    [{ years: 36 }, '--years'],
    [{ seed: -1 }, '--seed'],
    [{ until: '2025-02-30' }, '--until'],
    [{ orders: 100, dirty: true }, '--dirty'],
    [{ preset: 'brief', dirty: true }, '--dirty'],
  ] as const)('%j is refused', async (options, option) => {
    const folder = newFolder()
    const refused = writeDemo({ ...smallShop, folder, ...options })
    await expect(refused).rejects.toMatchObject({ code: 'invalid_option', details: { option } })
    rmSync(folder, { recursive: true })
  })

  it('work at the smallest: one order in one month', async () => {
    const { summary, table } = await demo({ orders: 1, years: 1 / 12 })
    expect(summary.totals.orders).toBe(1)
    expect(new Set(table('sales_fact').map((row) => row.OrderID)).size).toBe(1)
    expect(table('customers')).toHaveLength(1)
    expect(table('dates')).toHaveLength(30)
  })
})

describe('text', () => {
  it('is UTF-8 with names of the country', async () => {
    const { folder } = await demo()
    const customers = parseCsv(readFileSync(join(folder, 'customers.csv'), 'utf8'))
    expect(customers.some(({ Name }) => /[äöüéèñłąęåç]/.test(Name ?? ''))).toBe(true)
    expect(
      customers.every(({ Email }) => /^[a-z.]+\.\d+@example\.(com|org|net)$/.test(Email ?? '')),
    ).toBe(true)
  })
})
