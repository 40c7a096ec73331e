import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Staging } from '../staging/staging.ts'

/** Where the demo's tables are made before they become files. */
export interface Workshop {
  readonly staging: Staging
  /** Holds the finished files until all are done, and what is needed on the way. */
  readonly folder: string
  readonly format: DemoFormat
}

export const demoFormats = ['csv', 'json', 'ndjson', 'parquet'] as const
export type DemoFormat = (typeof demoFormats)[number]

export interface DemoFile {
  /** Without folder: `sales_fact.csv`. */
  readonly name: string
  /** Records, header not counted. */
  readonly rows: number
}

const copyOptions: Readonly<Record<DemoFormat, string>> = {
  csv: 'FORMAT csv, HEADER true',
  json: 'FORMAT json, ARRAY true',
  ndjson: 'FORMAT json',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
}

/** Writes the rows of a SELECT, in its order. `table` is the file's name without its ending. */
export async function writeTable(
  workshop: Workshop,
  table: string,
  select: string,
): Promise<DemoFile> {
  const name = `${table}.${workshop.format}`
  const path = join(workshop.folder, name)
  const [written] = await workshop.staging.rows(
    `COPY (${select}) TO ${text(path)} (${copyOptions[workshop.format]})`,
  )
  return { name, rows: Number(written?.Count ?? 0) }
}

/** Makes a table of a few columns from rows that were worked out here. */
export async function loadTable(
  workshop: Workshop,
  table: string,
  load: { columns: Readonly<Record<string, string>>; rows: readonly object[] },
): Promise<void> {
  const path = join(workshop.folder, `${table}.load`)
  await writeFile(path, load.rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const columns = Object.entries(load.columns).map(([name, type]) => `${name}: '${type}'`)
  await workshop.staging.run(
    `CREATE OR REPLACE TABLE ${table} AS SELECT * FROM read_json(${text(path)},
     format = 'newline_delimited', columns = {${columns.join(', ')}})`,
  )
  await rm(path)
}

/** SQL for a decimal of two places from whole cents; exact. */
export function money(cents: string): string {
  return `((${cents})::DECIMAL(16,0) * 0.01::DECIMAL(2,2))`
}

/** SQL for a text. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** SELECT of the calendar file from table `days`, which has a column `day`. */
export const datesSelect = `
  SELECT strftime(day, '%Y%m%d')::INTEGER AS DateID, day AS "Date", monthname(day) AS "Month",
    year(day) AS "Year", dayname(day) AS Weekday
  FROM days ORDER BY day`
