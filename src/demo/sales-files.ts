import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addDays, weekdayOf } from '../model/day.ts'
import { add } from '../model/money.ts'
import {
  type Fault,
  type PlantedRow,
  plantedSelect,
  plantFaults,
  spreadPlantings,
} from './faults.ts'
import { orderIdBase, orderLines, salesColumns } from './order-lines.ts'
import { type OrderRange, orderHeads, type Shop } from './orders.ts'
import { countedFault, salesFaults } from './planted-faults.ts'
import type { DemoTotals } from './summary.ts'
import { type DemoFile, text, type Workshop, writeTable } from './workshop.ts'

/** Sales are made in chunks of orders, so that memory is bounded at any size, and written file by file. */

export interface SalesOptions {
  readonly dirty: boolean
  readonly ordersPerChunk: number
  readonly ordersPerFile: number
  /** 0 to 1. */
  readonly onProgress: (done: number) => void
}

export interface SalesWritten {
  readonly files: readonly DemoFile[]
  readonly faults: readonly Fault[]
  readonly totals: Omit<DemoTotals, 'customers' | 'products'>
  /** Last day on which a product that runs out was sold. */
  lastSaleOf(productId: number): string | null
}

/** Each sales fault this often. */
const copies = 3

interface Ledger {
  totals: SalesWritten['totals']
  readonly faults: Fault[]
  readonly lastSales: Map<number, string>
}

/** Writes `sales_fact`, and keeps what follows from it in the tables `returned` and `weekly_units`. */
export async function writeSales(
  workshop: Workshop,
  shop: Shop,
  options: SalesOptions,
): Promise<SalesWritten> {
  await workshop.staging.run(`
    CREATE OR REPLACE TABLE returned (OrderID BIGINT, LineNumber INTEGER, ProductID BIGINT, CustomerID BIGINT,
      RegionID INTEGER, back BIGINT, back_cents BIGINT, return_day DATE)`)
  await workshop.staging.run(`
    CREATE OR REPLACE TABLE weekly_units (product_id BIGINT, week INTEGER, sold BIGINT, returned BIGINT)`)
  const ledger: Ledger = { totals: nothing, faults: [], lastSales: new Map() }
  const plantings = options.dirty ? plantingsFor(workshop, shop) : null
  const parts = split({ from: 0, to: shop.orders }, options.ordersPerFile)
  const files: DemoFile[] = []
  for (const [index, part] of parts.entries()) {
    const table =
      parts.length === 1 ? 'sales_fact' : `sales_fact-${String(index + 1).padStart(4, '0')}`
    files.push(await writePart(workshop, { shop, part, table, plantings, options, ledger }))
  }
  const { totals, faults, lastSales } = ledger
  return { files, faults, totals, lastSaleOf: (id) => lastSales.get(id) ?? null }
}

interface PartTask {
  readonly shop: Shop
  readonly part: OrderRange
  readonly table: string
  readonly plantings: readonly PlantedRow[] | null
  readonly options: SalesOptions
  readonly ledger: Ledger
}

/** One file: of one chunk directly, of several through a file per chunk. */
async function writePart(workshop: Workshop, task: PartTask): Promise<DemoFile> {
  const chunks = split(task.part, task.options.ordersPerChunk)
  const single = chunks.length === 1
  const chunkFiles: string[] = []
  let recordsBefore = 0
  for (const chunk of chunks) {
    await makeChunk(workshop, task, chunk)
    const select = await chunkSelect(workshop, task, { chunk, recordsBefore })
    if (single) return finishPart(task, await writeTable(workshop, task.table, select))
    const path = join(workshop.folder, `chunk-${chunk.from}.parquet`)
    const [written] = await workshop.staging.rows(
      `COPY (${select}) TO ${text(path)} (FORMAT parquet, COMPRESSION lz4)`,
    )
    recordsBefore += Number(written?.Count)
    chunkFiles.push(path)
    task.options.onProgress(chunk.to / task.shop.orders)
  }
  const list = chunkFiles.map(text).join(', ')
  const file = await writeTable(workshop, task.table, `SELECT * FROM read_parquet([${list}])`)
  for (const path of chunkFiles) await rm(path)
  return finishPart(task, file)
}

function finishPart(task: PartTask, file: DemoFile): DemoFile {
  task.options.onProgress(task.part.to / task.shop.orders)
  return file
}

/** Makes `lines` of some orders and takes down what follows from them. */
async function makeChunk(workshop: Workshop, task: PartTask, chunk: OrderRange): Promise<void> {
  const { staging } = workshop
  const { shop, ledger } = task
  const { period } = shop.calendar
  const monday = addDays(period.from, 1 - weekdayOf(period.from))
  await staging.run(orderHeads(shop, chunk))
  await staging.run(orderLines(shop))
  await staging.run(`
    INSERT INTO returned
    SELECT OrderID, LineNumber, ProductID, CustomerID, RegionID, back, back_cents, return_day
    FROM lines WHERE back IS NOT NULL`)
  await staging.run(`
    INSERT INTO weekly_units
    SELECT ProductID, week, sum(Quantity), 0 FROM lines GROUP BY ALL
    UNION ALL
    SELECT ProductID, (return_day - DATE ${text(monday)}) // 7, 0, sum(back)
    FROM lines WHERE back IS NOT NULL GROUP BY ALL`)
  const [sums] = await staging.rows(`
    SELECT count(*) AS lines, sum(Quantity) AS units, sum(TotalPrice) AS revenue, sum(Discount) AS discounts,
      count(back) AS returned, coalesce(sum(back_cents), 0)::DECIMAL(18,0) * 0.01 AS returns
    FROM lines`)
  ledger.totals = addTotals(ledger.totals, { ...sums, orders: chunk.to - chunk.from })
  const lastSales = await staging.rows(`
    SELECT ProductID, max(OrderDate) AS day FROM lines
    WHERE ProductID IN (SELECT product_id FROM stock_plans WHERE plan = 'out') GROUP BY ProductID`)
  for (const { ProductID, day } of lastSales) ledger.lastSales.set(Number(ProductID), String(day))
}

/** SELECT of the chunk as it goes into the file, with its faults where there are to be any. */
async function chunkSelect(
  workshop: Workshop,
  task: PartTask,
  at: { chunk: OrderRange; recordsBefore: number },
): Promise<string> {
  if (!task.plantings)
    return `SELECT ${salesColumns.join(', ')} FROM lines ORDER BY OrderID, LineNumber`
  const { from, to } = at.chunk
  const faults = await plantFaults(workshop, {
    select: 'FROM lines',
    columns: salesColumns,
    group: 'OrderID',
    orderBy: 'OrderID, LineNumber',
    rows: task.plantings.filter(
      ({ anchor }) => anchor >= orderIdBase + from && anchor < orderIdBase + to,
    ),
    recordsBefore: at.recordsBefore,
    file: `${task.table}.${workshop.format}`,
  })
  task.ledger.faults.push(...faults)
  await countPlanted(workshop, task, faults)
  return plantedSelect(salesColumns)
}

/** Lines that were planted but count. */
async function countPlanted(
  workshop: Workshop,
  task: PartTask,
  faults: readonly Fault[],
): Promise<void> {
  if (!faults.some(({ fault }) => fault === countedFault)) return
  const indexes = (task.plantings ?? []).flatMap(({ planting, anchor }) =>
    planting.fault === countedFault ? [anchor] : [],
  )
  const [sums] = await workshop.staging.rows(`
    SELECT count(*) AS lines, sum(Quantity::INTEGER) AS units,
      sum(TotalPrice::DECIMAL(18,2)) AS revenue, sum(Discount::DECIMAL(18,2)) AS discounts,
      0 AS returned, 0 AS returns
    FROM planted WHERE behind > 0 AND anchor IN (${indexes.join(', ')})`)
  task.ledger.totals = addTotals(task.ledger.totals, { ...sums, orders: 0 })
}

function plantingsFor(workshop: Workshop, shop: Shop): PlantedRow[] {
  const fitting = salesFaults.filter(({ csvOnly }) => workshop.format === 'csv' || !csvOnly)
  return spreadPlantings(fitting, {
    copies,
    groups: shop.orders,
    anchorOf: (group) => orderIdBase + group,
  })
}

const nothing: SalesWritten['totals'] = {
  orders: 0,
  lines: 0,
  revenue: '0.00',
  grossSales: '0.00',
  discounts: '0.00',
  returns: '0.00',
  returnedLines: 0,
  units: 0,
}

function addTotals(
  before: SalesWritten['totals'],
  sums: Readonly<Record<string, unknown>>,
): SalesWritten['totals'] {
  const revenue = String(sums.revenue)
  const discounts = String(sums.discounts)
  return {
    orders: before.orders + Number(sums.orders),
    lines: before.lines + Number(sums.lines),
    revenue: add(before.revenue, revenue),
    grossSales: add(before.grossSales, add(revenue, discounts)),
    discounts: add(before.discounts, discounts),
    returns: add(before.returns, String(sums.returns)),
    returnedLines: before.returnedLines + Number(sums.returned),
    units: before.units + Number(sums.units),
  }
}

/** Equal parts of at most `most` orders each. */
function split(range: OrderRange, most: number): OrderRange[] {
  const length = range.to - range.from
  const count = Math.ceil(length / most)
  const start = (index: number) => range.from + Math.floor((length * index) / count)
  return Array.from({ length: count }, (_, index) => ({
    from: start(index),
    to: start(index + 1),
  }))
}
