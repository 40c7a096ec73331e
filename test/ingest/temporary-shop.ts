import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type ImportRequest, importFiles } from '../../src/ingest/ingest.ts'
import type { TakingsError } from '../../src/model/errors.ts'
import type { ImportReport } from '../../src/model/import.ts'
import { openWarehouse, type SqlRow, type Warehouse } from '../../src/warehouse/warehouse.ts'
import { now } from './still-clock.ts'

export { now }

export type ImportOptions = Partial<Omit<ImportRequest, 'paths' | 'now' | 'workFolder'>>

/** A warehouse as it was just made: the first shop of a test file makes it, the others begin with a copy. */
let empty: Buffer | null = null

/** An empty warehouse with a folder for files, gone when it is closed. */
export class TemporaryShop {
  readonly warehouse: Warehouse
  readonly folder: string
  readonly workFolder: string

  private constructor(warehouse: Warehouse, folder: string) {
    this.warehouse = warehouse
    this.folder = folder
    this.workFolder = join(folder, 'work')
  }

  /** In the data folder, or in the database of this address. */
  static async open(address: string | null = null): Promise<TemporaryShop> {
    const folder = mkdtempSync(join(tmpdir(), 'takings-ingest-'))
    mkdirSync(join(folder, 'work'))
    mkdirSync(join(folder, 'files'))
    mkdirSync(join(folder, 'data'))
    const data = join(folder, 'data')
    if (address !== null) {
      return new TemporaryShop(await openWarehouse({ folder: data, address, now }), folder)
    }
    const file = join(data, 'takings.duckdb')
    if (empty) writeFileSync(file, empty)
    const warehouse = await openWarehouse({ folder: data, now })
    // The journal is empty: what a migration did rests in the file.
    empty ??= readFileSync(file)
    return new TemporaryShop(warehouse, folder)
  }

  /** Whatever was imported, the rollups hold what a recount of the facts gives. */
  async close(): Promise<void> {
    const wrong = await this.warehouse.auditRollups()
    await this.warehouse.close()
    rmSync(this.folder, { recursive: true, force: true })
    if (wrong.length > 0)
      throw new Error(`the rollups differ from the facts: ${JSON.stringify(wrong)}`)
  }

  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, 'files', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }

  import(paths: string | readonly string[], options: ImportOptions = {}): Promise<ImportReport> {
    return importFiles(this.warehouse, {
      paths: typeof paths === 'string' ? [paths] : paths,
      now,
      workFolder: this.workFolder,
      memoryLimit: '512MB',
      ...options,
    })
  }

  /** Imports one file with this content. */
  importText(
    name: string,
    content: string | Uint8Array,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    return this.import(this.file(name, content), options)
  }

  /** The error of an import that must fail. */
  async failure(
    paths: string | readonly string[],
    options: ImportOptions = {},
  ): Promise<TakingsError> {
    const report = await this.import(paths, options).catch((error: TakingsError) => error)
    if (report instanceof Error) return report
    throw new Error(`the import did not fail: ${JSON.stringify(report.rows)}`)
  }

  query(sql: string): Promise<SqlRow[]> {
    return this.warehouse.query(sql)
  }

  /** The first cell of the first row. */
  async value(sql: string): Promise<unknown> {
    const [row = {}] = await this.query(sql)
    return Object.values(row)[0]
  }

  /** The order lines: order, day, product, quantity, gross and total price, customer, country and subdivision. */
  async lines(): Promise<string[]> {
    const found = await this.query(
      `SELECT concat_ws(' ', order_number, sales_fact.order_date, product_key, quantity::DOUBLE, gross_price::DECIMAL(18,2), total_price::DECIMAL(18,2),
         customers.name, country_code, subdivision_code) AS line
       FROM sales_fact JOIN orders ON orders.order_id = sales_fact.order_id
       JOIN products ON products.product_id = sales_fact.product_id
       JOIN customers ON customers.customer_id = sales_fact.customer_id
       JOIN regions ON regions.region_id = sales_fact.region_id ORDER BY line`,
    )
    return found.map(({ line }) => String(line))
  }

  /** What imports left behind in their work folder: always nothing. */
  leftovers(): string[] {
    return readdirSync(this.workFolder)
  }
}

/** CSV of order lines, comma-separated, LF. */
export function csv(...records: readonly (readonly (string | number | null)[])[]): string {
  const field = (value: string | number | null) => {
    const text = value === null ? '' : String(value)
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return `${records.map((record) => record.map(field).join(',')).join('\n')}\n`
}
