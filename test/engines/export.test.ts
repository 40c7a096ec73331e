import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ExportFormat,
  type ExportManifest,
  type ExportProgress,
  exportedColumn,
  exportFormats,
} from '../../src/model/export.ts'
import { type ReportingTable, reportingTables } from '../../src/model/reporting.ts'
import { type SqlCell, type Warehouse, writeExport } from '../../src/warehouse/warehouse.ts'
import { writtenDemo } from '../demo/written-demo.ts'
import { now, TemporaryShop } from '../ingest/temporary-shop.ts'
import { temporaryFolder, temporaryWarehouse, write } from '../warehouse/temporary-warehouse.ts'
import { everyEngine } from './engines.ts'

/**
 * What is exported is read again by other means than it was written by, CSV by a reader of this file's own, and
 * compared as text with what the views answer, and between engines.
 */

/** Texts that formats stumble over; the last is longer than what readers buffer. */
const oddTexts = [
  '',
  'say "x"',
  '""',
  'two\nlines, one,comma',
  'carriage\r\nreturn\r',
  '\\N',
  '\\.',
  'NULL',
  ' spaces ',
  "it's; a\ttab",
  '#comment',
  '00123',
  'Ünïcödé 你好 🙂',
  '=1+2',
  'x'.repeat(3_000_000),
]

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** What no demo holds: odd texts, the largest amounts, instants to the microsecond. */
const oddRows = [
  ...oddTexts.map(
    (text, index) =>
      `UPDATE products SET product_name = ${literal(text)}, category = ${literal(text.slice(0, 40))} WHERE product_id = ${index + 1}`,
  ),
  "UPDATE products SET price = 99999999999999.9999, stock = 99999999999.999, sku = '' WHERE product_id = 2",
  "UPDATE customers SET email = '', age = 130 WHERE customer_id = 1",
  `UPDATE sales_fact SET ordered_at = TIMESTAMPTZ '2025-03-30 01:30:00.123457+02', unit_price = 0.0001, exchange_rate = 1.23456789
   WHERE order_id = (SELECT min(order_id) FROM sales_fact)`,
  `INSERT INTO order_charges_fact
   SELECT order_id, kind, order_id % 1000 / 7.0, 0, order_date, NULL, source, loaded_at, run_id
   FROM orders, (SELECT 'tax' AS kind UNION ALL SELECT 'shipping') AS kinds`,
]

async function oddShop(address: string | null, files: string): Promise<TemporaryShop> {
  const shop = await TemporaryShop.open(address)
  const report = await shop.import(files, { maxRejects: 1 })
  expect(report.state).toBe('committed')
  await write(shop.warehouse, ...oddRows)
  return shop
}

async function exported(
  warehouse: Warehouse,
  folder: string,
  format: ExportFormat,
): Promise<ExportManifest> {
  await mkdir(folder, { recursive: true })
  return writeExport(warehouse, { folder, format, now, version: '1.2.3', demo: false })
}

/** Records of a CSV file; what stands in no quotes and is empty is null. */
function recordsOf(text: string): (string | null)[][] {
  const records: (string | null)[][] = []
  let record: (string | null)[] = []
  const field = /"((?:[^"]|"")*)"(,|\n)|([^",\n]*)(,|\n)/y
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const match = field.exec(text)
    if (!match) throw new Error(`no field at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`)
    const [, quoted, quotedEnd, plain = '', plainEnd] = match
    record.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'))
    if ((quotedEnd ?? plainEnd) === '\n') {
      records.push(record)
      record = []
    }
  }
  return records
}

/** What a view answers, written as files write it. */
function fileText(cell: SqlCell, type: string): string | null {
  if (cell === null) return null
  const text = String(cell)
  const [, places] = /^DECIMAL\(\d+,(\d+)\)$/.exec(type) ?? []
  if (places !== undefined) {
    const [whole = '', decimals = ''] = text.split('.')
    expect(decimals.slice(Number(places)).replaceAll('0', '')).toBe('')
    return `${whole}.${decimals.padEnd(Number(places), '0').slice(0, Number(places))}`
  }
  if (type !== 'TIMESTAMP WITH TIME ZONE') return text
  const [, moment = '', fraction = ''] = /^(.*)\.(\d+)Z$/.exec(text) ?? []
  return `${moment}.${fraction.padEnd(6, '0')}Z`
}

async function viewRows(warehouse: Warehouse, table: ReportingTable) {
  const names = table.columns.map(({ name }, index) => `${name} AS c${index}`)
  const rows = await warehouse.query(
    `SELECT ${names.join(', ')} FROM reporting.${table.name} ORDER BY ${table.order.join(', ')}`,
  )
  return rows.map((row) =>
    table.columns.map((column, index) =>
      fileText(row[`c${index}`] ?? null, exportedColumn(column).type),
    ),
  )
}

/** Types and rows of a Parquet file, values as text of one form. */
async function parquetOf(path: string) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run("SET TimeZone = 'UTC'")
    const from = `read_parquet(${literal(path)})`
    const described = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)).getRows()
    const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }))
    const texts = columns.map(({ name, type }) =>
      type === 'TIMESTAMP WITH TIME ZONE'
        ? `strftime("${name}", '%Y-%m-%dT%H:%M:%S.%fZ')`
        : `"${name}"::VARCHAR`,
    )
    const rows = await connection.runAndReadAll(`SELECT ${texts.join(', ')} FROM ${from}`)
    return { columns, rows: rows.getRows() as (string | null)[][] }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const engines = everyEngine()

describe.each(engines)('$name', (engine) => {
  it('exports every view of the schema, with every column and its type', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const found = await warehouse.query(
      `SELECT lower(table_name) AS name, lower(column_name) AS column_name, data_type
       FROM information_schema.columns WHERE table_schema = 'reporting' ORDER BY table_name, ordinal_position`,
    )
    const listed = reportingTables.flatMap(({ name, columns }) =>
      columns.map((column) => ({
        name: name.toLowerCase(),
        column_name: column.name.toLowerCase(),
        data_type: engine.name === 'duckdb' ? exportedColumn(column).type : expect.anything(),
      })),
    )
    expect(found).toHaveLength(listed.length)
    for (const { name } of reportingTables) {
      const own = (rows: readonly { name?: unknown }[]) =>
        rows.filter((row) => row.name === name.toLowerCase())
      expect(own(found)).toEqual(own(listed))
    }
  })

  it.each(exportFormats)('writes headers and no rows of an empty shop: %s', async (format) => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const folder = await temporaryFolder()
    const manifest = await exported(warehouse, folder, format)
    expect(manifest.data).toEqual({ lastRun: null, loadedAt: null, firstDay: null, lastDay: null })
    expect((await readdir(folder)).sort()).toEqual(manifest.tables.map(({ file }) => file).sort())
    for (const { file, columns, name } of manifest.tables) {
      const path = join(folder, file)
      const names = columns.map((column) => column.name)
      // The Unknown members stand in every shop.
      const rows = ['Customers', 'Products', 'Regions'].includes(name) ? 1 : 0
      if (format === 'csv') {
        const [header, ...records] = recordsOf(await readFile(path, 'utf8'))
        expect({ header, rows: records.length }).toEqual({ header: names, rows })
      } else {
        const read = await parquetOf(path)
        expect(read.columns.map((column) => column.name)).toEqual(names)
        expect(read.rows).toHaveLength(rows)
      }
    }
  })

  it('holds one moment, whatever is committed meanwhile', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const folder = await temporaryFolder()
    const region = (id: number) =>
      `INSERT INTO regions VALUES (${id}, 'Region ${id}', 'other', NULL, NULL, 'Unknown', 'Unknown')`
    await write(warehouse, region(1))
    const count = 'SELECT count(*)::INTEGER AS n FROM reporting.Regions'
    const rows = {
      from: 'reporting.Regions',
      columns: [{ name: 'RegionID', type: 'bigint' as const }],
      orderBy: ['RegionID'],
      format: 'csv' as const,
      rows: 2,
      onProgress: () => undefined,
    }
    const written = await warehouse.snapshot(async (snapshot) => {
      expect(await snapshot.query(count)).toEqual([{ n: 2 }])
      await write(warehouse, region(2), 'DELETE FROM regions WHERE region_id = 1')
      expect(
        await warehouse.query('SELECT max(RegionID)::INTEGER AS n FROM reporting.Regions'),
      ).toEqual([{ n: 2 }])
      expect(await snapshot.query(count)).toEqual([{ n: 2 }])
      return snapshot.write({ ...rows, path: join(folder, 'then.csv') })
    })
    expect(written).toBe(2)
    expect(await readFile(join(folder, 'then.csv'), 'utf8')).toBe('RegionID\n0\n1\n')
    await warehouse.snapshot((snapshot) =>
      snapshot.write({ ...rows, path: join(folder, 'now.csv') }),
    )
    expect(await readFile(join(folder, 'now.csv'), 'utf8')).toBe('RegionID\n0\n2\n')
  })

  it('writes nothing of the warehouse in a snapshot', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const writing = warehouse.snapshot((snapshot) =>
      snapshot.query("INSERT INTO settings VALUES ('a', 'b')"),
    )
    await expect(writing).rejects.toThrow(/read-only/i)
    expect(await warehouse.query('SELECT key FROM settings')).toEqual([])
  })

  it.each(exportFormats)('is stopped by its signal, and readers go on: %s', async (format) => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    await write(
      warehouse,
      `CREATE VIEW reporting.endless AS SELECT a.n AS n, 'x' AS t
       FROM generate_series(1, 1000000) AS a(n), generate_series(1, 1000000) AS b(n) WHERE (a.n * b.n) % 7 = 3`,
    )
    const folder = await temporaryFolder()
    const controller = new AbortController()
    const reason = new Error('enough')
    const writing = warehouse.snapshot(
      (snapshot) =>
        snapshot.write({
          from: 'reporting.endless',
          columns: [
            { name: 'n', type: 'bigint' },
            { name: 't', type: 'text' },
          ],
          orderBy: ['t'],
          format,
          path: join(folder, `endless.${format}`),
          rows: 1000,
          onProgress: () => undefined,
        }),
      { signal: controller.signal },
    )
    setTimeout(() => controller.abort(reason), 300)
    await expect(writing).rejects.toBe(reason)
    for (let reader = 0; reader < 5; reader += 1) {
      expect(await warehouse.query('SELECT key FROM settings')).toEqual([])
    }
  })

  it.each(exportFormats)('says why a file cannot be written: %s', async (format) => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const folder = join(await temporaryFolder(), 'gone')
    const options = { folder, format, now, version: '1', demo: false }
    await expect(writeExport(warehouse, options)).rejects.toMatchObject({
      code: 'export_stopped',
      details: { path: folder },
    })
    expect(await warehouse.query('SELECT key FROM settings')).toEqual([])
  })

  it('refuses to export rows that a join multiplies', async () => {
    const warehouse = await temporaryWarehouse(await engine.newAddress())
    const folder = await temporaryFolder()
    const [own] = await warehouse.query('SELECT current_schema() AS name')
    const schema = String(own?.name)
    await write(
      warehouse,
      "INSERT INTO orders VALUES (7, 'shop', '7', '2024-01-01', 'counted', NULL, false, now(), 1)",
      'DROP VIEW reporting.orders',
      `CREATE VIEW reporting.orders AS SELECT o.*, 1 AS lines, 1 AS units, 1 AS revenue
       FROM ${schema}.orders AS o, (SELECT 1 AS n UNION ALL SELECT 2) AS twice`,
    )
    const options = { folder, format: 'csv' as const, now, version: '1', demo: false }
    await expect(writeExport(warehouse, options)).rejects.toMatchObject({
      code: 'export_does_not_add_up',
      details: { table: 'orders', written: 2, rows: 1 },
    })
  })
})

describe('a shop full of odd values', () => {
  let demo: Awaited<ReturnType<typeof writtenDemo>>
  const shops: TemporaryShop[] = []
  const folderOf = (index: number, format: ExportFormat) =>
    join(shops[index]?.folder ?? '', 'exported', format)

  beforeAll(async () => {
    demo = await writtenDemo({ orders: 400 })
    for (const engine of engines) shops.push(await oddShop(await engine.newAddress(), demo.folder))
    for (const [index, { warehouse }] of shops.entries()) {
      for (const format of exportFormats) {
        await exported(warehouse, folderOf(index, format), format)
      }
    }
  })
  afterAll(async () => {
    for (const shop of shops) {
      await shop.warehouse.rebuildRollups()
      await shop.close()
    }
    demo.remove()
  })

  describe.each(engines.map(({ name }, index) => ({ name, index })))('$name', ({ index }) => {
    it.each(reportingTables)('$name holds the rows of its view', async (table) => {
      const shop = shops[index]
      if (!shop) throw new Error('the shop is not there')
      const rows = await viewRows(shop.warehouse, table)
      expect(rows.length).toBeGreaterThan(0)
      const text = await readFile(join(folderOf(index, 'csv'), `${table.name}.csv`), 'utf8')
      const [header, ...records] = recordsOf(text)
      expect(header).toEqual(table.columns.map(({ name }) => name))
      expect(records).toEqual(rows)
      const parquet = await parquetOf(join(folderOf(index, 'parquet'), `${table.name}.parquet`))
      expect(parquet.columns).toEqual(
        table.columns.map((column) => ({ name: column.name, type: exportedColumn(column).type })),
      )
      expect(parquet.rows).toEqual(rows)
    })
  })

  it.each(reportingTables)('$name is the same from every engine', async ({ name }) => {
    const texts = await Promise.all(
      shops.map((_, index) => readFile(join(folderOf(index, 'csv'), `${name}.csv`), 'utf8')),
    )
    const parquet = await Promise.all(
      shops.map((_, index) => parquetOf(join(folderOf(index, 'parquet'), `${name}.parquet`))),
    )
    expect(texts.length).toBe(engines.length)
    for (const text of texts) expect(text === texts[0]).toBe(true)
    for (const file of parquet) expect(file).toEqual(parquet[0])
  })

  it('tells of itself, and how far it is', async () => {
    for (const { warehouse } of shops) {
      const folder = await temporaryFolder()
      const told: ExportProgress[] = []
      const manifest = await writeExport(warehouse, {
        folder,
        format: 'csv',
        now,
        version: '1.2.3',
        demo: false,
        onProgress: (progress) => told.push(progress),
      })
      expect(manifest).toMatchObject({
        takings: '1.2.3',
        exportedAt: now().toISOString(),
        shop: { name: 'My shop', demo: false, currency: 'EUR' },
        data: { lastRun: 1, lastDay: expect.stringMatching(/^2025-/) },
      })
      const shares = told.map(({ done }) => done)
      expect(shares).toEqual([...shares].sort((a, b) => a - b))
      expect(new Set(told.map(({ table }) => table)).size).toBe(reportingTables.length)
      for (const { file, rows, bytes } of manifest.tables) {
        const text = await readFile(join(folder, file))
        expect({ file, bytes }).toEqual({ file, bytes: text.length })
        expect(recordsOf(text.toString('utf8'))).toHaveLength(rows + 1)
      }
    }
  })

  it('says in a database what its list says here', async () => {
    for (const [index, { warehouse }] of shops.entries()) {
      if (engines[index]?.name !== 'postgres') continue
      const comments = await warehouse.query(
        `SELECT c.relname AS name, obj_description(c.oid) AS meaning FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'reporting' AND c.relkind = 'v'`,
      )
      const listed = reportingTables.map(({ name, meaning }) => ({
        name: name.toLowerCase(),
        meaning,
      }))
      const byName = (a: { name?: unknown }, b: { name?: unknown }) =>
        String(a.name) < String(b.name) ? -1 : 1
      expect([...comments].sort(byName)).toEqual([...listed].sort(byName))
    }
  })
})
