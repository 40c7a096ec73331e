import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TakingsError } from '../model/errors.ts'
import {
  type ExportedTable,
  type ExportFormat,
  type ExportManifest,
  type ExportProgress,
  exportedColumn,
} from '../model/export.ts'
import { type ReportingTable, reportingTables } from '../model/reporting.ts'
import type { Engine, Snapshot } from './engine.ts'

export interface ExportOptions {
  /** Absolute, there and empty; what stands in it when this fails is for the caller to remove. */
  readonly folder: string
  readonly format: ExportFormat
  readonly now: () => Date
  /** Of Takings. */
  readonly version: string
  /** The figures are made up. */
  readonly demo: boolean
  readonly onProgress?: (progress: ExportProgress) => void
  readonly signal?: AbortSignal
}

/**
 * Writes all reporting tables into a folder, a file each, all of one moment. Throws `export_does_not_add_up`,
 * `export_stopped`, `disk_full` and what the engine throws.
 */
export function writeExport(engine: Engine, options: ExportOptions): Promise<ExportManifest> {
  const { signal } = options
  return engine.snapshot(
    async (snapshot) => {
      const counts = await countRows(snapshot)
      const facts = await readFacts(snapshot)
      const tables = await writeTables(snapshot, counts, options)
      return manifestOf(facts, tables, options)
    },
    signal ? { signal } : {},
  )
}

type RowCounts = ReadonlyMap<ReportingTable, number>

/** Of the star's own tables, not of the views: a join that multiplies or loses rows must show. */
async function countRows(snapshot: Snapshot): Promise<RowCounts> {
  const counts = new Map<ReportingTable, number>()
  for (const table of reportingTables) {
    const [row] = await snapshot.query(
      `SELECT count(*) AS found FROM ${table.rowsOf ?? viewOf(table)}`,
    )
    counts.set(table, Number(row?.found))
  }
  return counts
}

async function writeTables(
  snapshot: Snapshot,
  counts: RowCounts,
  { folder, format, onProgress }: ExportOptions,
): Promise<ExportedTable[]> {
  const all = sum(counts.values())
  const tables: ExportedTable[] = []
  let written = 0
  for (const [table, expected] of counts) {
    const { name, meaning, columns, order: orderBy } = table
    const show = (done: number) =>
      onProgress?.({
        table: name,
        done: all === 0 ? 1 : (written + done * expected) / all,
        rows: written + Math.floor(done * expected),
      })
    show(0)
    const file = `${name}.${format}`
    const path = join(folder, file)
    const rows = await snapshot.write({
      from: viewOf(table),
      columns,
      orderBy,
      format,
      path,
      rows: expected,
      onProgress: show,
    })
    if (rows !== expected) {
      const details = { table: name, written: rows, rows: expected }
      throw new TakingsError('export_does_not_add_up', details)
    }
    written += rows
    const { size: bytes } = await stat(path)
    tables.push({ name, file, rows, bytes, meaning, columns: columns.map(exportedColumn) })
  }
  return tables
}

function viewOf({ name }: ReportingTable): string {
  return `reporting.${name}`
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** What the data say of themselves. */
interface Facts {
  readonly settings: ReadonlyMap<string, string>
  readonly data: ExportManifest['data']
  readonly returnsWithoutAmount: number
  readonly ordersWithoutNumber: number
}

async function readFacts(snapshot: Snapshot): Promise<Facts> {
  const settings = await snapshot.query(
    "SELECT key, value FROM settings WHERE key IN ('shop_name', 'currency', 'time_zone')",
  )
  const [run] = await snapshot.query(
    'SELECT run_id, finished_at FROM runs ORDER BY run_id DESC LIMIT 1',
  )
  const [days] = await snapshot.query(
    'SELECT min(order_date) AS first_day, max(order_date) AS last_day FROM sales_fact',
  )
  const [gaps] = await snapshot.query(
    `SELECT (SELECT count(*) FROM returns_fact WHERE amount IS NULL) AS returns,
       (SELECT count(*) FROM orders WHERE anonymous) AS orders`,
  )
  return {
    settings: new Map(settings.map(({ key, value }) => [String(key), String(value)])),
    data: {
      lastRun: run ? Number(run.run_id) : null,
      loadedAt: textOf(run?.finished_at),
      firstDay: textOf(days?.first_day),
      lastDay: textOf(days?.last_day),
    },
    returnsWithoutAmount: Number(gaps?.returns),
    ordersWithoutNumber: Number(gaps?.orders),
  }
}

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null
}

function manifestOf(
  facts: Facts,
  tables: readonly ExportedTable[],
  { format, now, version, demo }: ExportOptions,
): ExportManifest {
  const { settings, data } = facts
  const currency = settings.get('currency') ?? null
  return {
    about: 'The reporting tables of a shop, exported by Takings: all files are of one moment.',
    version: 1,
    takings: version,
    exportedAt: now().toISOString(),
    format,
    shop: {
      name: demo ? 'Demo shop' : (settings.get('shop_name') ?? 'My shop'),
      demo,
      currency,
      timeZone: settings.get('time_zone') ?? 'UTC',
    },
    data,
    warnings: warningsOf(facts),
    notes: [...notes, ...notesOf[format]],
    tables,
  }
}

function warningsOf({ settings, returnsWithoutAmount, ordersWithoutNumber }: Facts): string[] {
  const said: string[] = []
  if (!settings.has('currency')) {
    said.push('No currency is stated: `takings settings currency GBP` states it.')
  }
  if (returnsWithoutAmount > 0) {
    said.push(`Returns without an amount: ${returnsWithoutAmount}. They lower no sum of amounts.`)
  }
  if (ordersWithoutNumber > 0) {
    said.push(
      `Lines that came without an order number: ${ordersWithoutNumber}. Each stands as an order of its own, so orders cannot be counted.`,
    )
  }
  return said
}

const notes = [
  'Revenue is the sum of total_price of sales; net sales are that less the sum of amount of returns, on the day of the return.',
  'Customer, product and region 0 stand for what is not known.',
  'order_id, return_id and OrderID have up to 19 digits. Programs that keep 15, such as Excel, make several orders one: read them as text there.',
]

const notesOf: Readonly<Record<ExportFormat, readonly string[]>> = {
  parquet: [],
  csv: [
    'Text stands in quotes and nothing else does: nothing between two commas is a value that is not there, "" is an empty text.',
    'Amounts are exact decimals, instants are ISO 8601 in UTC. Numbers of orders and products are text, zeros in front included.',
  ],
}
