import type { StagedRow, Staging } from '../staging/staging.ts'
import type { SourceColumn, StagedTable } from './format.ts'
import { meansMoment } from './headers.ts'
import { familyOf, isBareNumber } from './notation/moment-families.ts'
import { type NumberEvidence, numberOf, prove, settleNumbers } from './notation/numbers.ts'

/** The first rows of a table and what their values look like: enough to tell what columns are. */
export interface TableSample {
  readonly table: StagedTable
  readonly columns: readonly ColumnSample[]
  /** By position of the column. */
  readonly rows: readonly (readonly (string | null)[])[]
}

export interface ColumnSample extends SourceColumn {
  /** Values that are not blank. */
  readonly filled: number
  readonly distinct: number
  /** Shares of the filled values, 0 to 1. */
  readonly numbers: number
  readonly moments: number
  /** First few different values. */
  readonly examples: readonly string[]
}

/** Tables with fewer rows are in the sample whole. */
export const sampledRows = 2_000

export async function sampleTable(staging: Staging, table: StagedTable): Promise<TableSample> {
  const rows = textsOf(
    table,
    await staging.rows(`SELECT ${heads(table)} FROM ${table.relation} LIMIT ${sampledRows}`),
  )
  return {
    table,
    rows,
    columns: table.columns.map((column, index) => ({
      ...column,
      ...describe(
        rows.map((row) => row[index] ?? null),
        meansMoment(column.name),
      ),
    })),
  }
}

const tellingRows = 500

/** Rows from anywhere in the table in which a column of numbers is not zero. */
export async function telling(
  staging: Staging,
  table: StagedTable,
  sql: string,
): Promise<(string | null)[][]> {
  const rows = await staging.rows(
    `SELECT ${heads(table)} FROM ${table.unnumbered} WHERE regexp_matches(${sql}, '[1-9]') LIMIT ${tellingRows}`,
  )
  return textsOf(table, rows)
}

/** A cell may hold megabytes; what it begins with tells what it is. */
const longestSample = 1_000

function heads({ columns }: StagedTable): string {
  // The document {} has no column, and a row all the same.
  const texts = columns.map(({ sql }) => `left(${sql}, ${longestSample}) AS ${sql}`)
  return ['record_number', ...texts].join(', ')
}

function textsOf(table: StagedTable, rows: readonly StagedRow[]): (string | null)[][] {
  return rows.map((row) =>
    table.columns.map(({ sql }) => {
      const value = row[sql]
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
    }),
  )
}

/** True when a column of times has the day before most of them. */
export function isDated(sample: TableSample, sql: string): boolean {
  return sample.columns.some((column) => column.sql === sql && column.moments > 0.5)
}

/** The sample's values of a column, blanks left out. */
export function valuesOf(sample: TableSample, sql: string): string[] {
  const index = sample.columns.findIndex((column) => column.sql === sql)
  return sample.rows.flatMap((row) => row[index] ?? [])
}

/** Whether the identifiers of a column end in ".0", as a spreadsheet or data frame writes whole numbers. */
export type FloatEnds = 'throughout' | 'not throughout' | 'open'

/** What the first rows tell of it: open where they are blank; only all rows can tell `throughout`. */
export function floatEnds(sample: TableSample, sql: string): FloatEnds {
  const values = valuesOf(sample, sql)
  if (values.length === 0) return 'open'
  return values.every((value) => value.endsWith('.0')) ? 'throughout' : 'not throughout'
}

/** Bare numbers, as 45123 and 1705331100, are moments only under a header that says so. */
function describe(
  values: readonly (string | null)[],
  dated: boolean,
): Omit<ColumnSample, keyof SourceColumn> {
  const filled = values.filter((value) => value !== null)
  const different = new Set(filled)
  // Thousands of values have few shapes.
  const shapes = new Map<string, number>()
  for (const value of filled) {
    const shape = value.replace(/\d/g, '9')
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1)
  }
  const share = (fits: (shape: string) => boolean) => {
    let count = 0
    for (const [shape, times] of shapes) if (fits(shape)) count += times
    return filled.length === 0 ? 0 : count / filled.length
  }
  return {
    filled: filled.length,
    distinct: different.size,
    numbers: share((shape) => prove(shape).kind !== 'unreadable'),
    moments: share((shape) => familyOf(shape) !== null && (dated || !isBareNumber(shape))),
    examples: [...different].slice(0, 5),
  }
}

/** What some values of a column say of its notation. */
export function numberEvidence(values: readonly string[]): NumberEvidence {
  const counts = new Map<string, number>()
  for (const value of values) {
    const shape = value.replace(/\d/g, '9')
    counts.set(shape, (counts.get(shape) ?? 0) + 1)
  }
  return settleNumbers(
    [...counts].map(([shape, count]) => ({ shape, count, leadingZero: 0, example: shape })),
  )
}

/** Whoever looks for a product or a sum asks for the same columns again. */
const readNumbers = new WeakMap<TableSample, Map<string, readonly (number | null)[]>>()

/** The sample's numbers of a column as binary floats, good enough to look for products and sums. */
export function numbersOf(sample: TableSample, sql: string): readonly (number | null)[] {
  const known = readNumbers.get(sample) ?? new Map<string, readonly (number | null)[]>()
  readNumbers.set(sample, known)
  const numbers = known.get(sql) ?? readColumn(sample, sql)
  known.set(sql, numbers)
  return numbers
}

function readColumn(sample: TableSample, sql: string): (number | null)[] {
  const index = sample.columns.findIndex((column) => column.sql === sql)
  const values = sample.rows.map((row) => row[index] ?? null)
  const { notation } = numberEvidence(values.filter((value) => value !== null))
  return values.map((value) => (value === null ? null : numberOf(value, notation)))
}
