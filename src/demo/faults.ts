import type { DuplicateReason, IgnoreReason, RejectReason, WarningCode } from '../model/reasons.ts'
import { type DemoFile, text, type Workshop, writeTable } from './workshop.ts'

/** Faults that are planted into a table on its way to a file, and the list of where they ended up. */

export type FaultOutcome = 'rejected' | 'ignored' | 'duplicate' | 'warning' | 'repaired'

/** One entry of `faults.json`. */
export interface Fault {
  readonly file: string
  /** Record in the file, from 1, header not counted. */
  readonly recordNumber: number
  readonly fault: string
  readonly expected: {
    readonly outcome: FaultOutcome
    /** Code of `model/reasons.ts`; null for repairs, which need none. */
    readonly reason: RejectReason | IgnoreReason | DuplicateReason | WarningCode | null
  }
}

/** A fault to plant, in words of the table it goes into. */
export interface Planting {
  readonly fault: string
  readonly outcome: FaultOutcome
  readonly reason: Fault['expected']['reason']
  /** `insert` puts a changed copy behind the row; `change` spoils all rows of its group. */
  readonly how: 'insert' | 'change'
  /** SQL of a text per changed column; columns of the copied row can be used. */
  readonly values: Readonly<Record<string, string>>
  /** Only a CSV file can have it. */
  readonly csvOnly?: true
}

export interface PlantedRow {
  readonly planting: Planting
  /** Value of `group` whose last row it stands behind, or whose rows it spoils. */
  readonly anchor: number
}

export interface PlantOptions {
  /** SELECT of the clean rows. */
  readonly select: string
  readonly columns: readonly string[]
  /** Column whose values hold rows together: the order of a line, the key of a product. */
  readonly group: string
  readonly orderBy: string
  readonly rows: readonly PlantedRow[]
  /** Records that stand before this table in its file. */
  readonly recordsBefore: number
  /** Name of the file, for the list. */
  readonly file: string
}

/** A table of text, `planted`, in the order of its file, and where the faults stand in it. */
export async function plantFaults(workshop: Workshop, options: PlantOptions): Promise<Fault[]> {
  const { staging } = workshop
  const { columns, group } = options
  const asText = columns.map((column) => `${column}::VARCHAR AS ${column}`)
  await staging.run(`
    CREATE OR REPLACE TABLE planted AS
    SELECT row_number() OVER (ORDER BY ${options.orderBy}) AS place, 0 AS behind,
      NULL::INTEGER AS planting, ${group}::BIGINT AS anchor, ${asText.join(', ')}
    FROM (${options.select})`)
  for (const [index, { planting, anchor }] of options.rows.entries()) {
    await staging.run(
      planting.how === 'insert'
        ? insertion(planting, { index, anchor, columns })
        : change(planting, { index, anchor }),
    )
  }
  const found = await staging.rows(`
    SELECT planting, record FROM (
      SELECT planting, row_number() OVER (ORDER BY place, behind) AS record FROM planted
    ) WHERE planting IS NOT NULL ORDER BY record`)
  return found.map((row) => {
    const planting = options.rows[Number(row.planting)]?.planting as Planting
    return {
      file: options.file,
      recordNumber: options.recordsBefore + Number(row.record),
      fault: planting.fault,
      expected: { outcome: planting.outcome, reason: planting.reason },
    }
  })
}

/** Writes a small table with its faults: a dimension. */
export async function writePlanted(
  workshop: Workshop,
  table: string,
  options: Omit<PlantOptions, 'recordsBefore' | 'file'>,
): Promise<{ file: DemoFile; faults: Fault[] }> {
  const file = `${table}.${workshop.format}`
  const faults = await plantFaults(workshop, { ...options, recordsBefore: 0, file })
  return { file: await writeTable(workshop, table, plantedSelect(options.columns)), faults }
}

/** SELECT of the table with its faults, in order. */
export function plantedSelect(columns: readonly string[]): string {
  return `SELECT ${columns.join(', ')} FROM planted ORDER BY place, behind`
}

/** Each planting `copies` times, evenly over groups 0 to `groups` - 1. */
export function spreadPlantings(
  plantings: readonly Planting[],
  spread: { copies: number; groups: number; anchorOf: (group: number) => number },
): PlantedRow[] {
  const total = plantings.length * spread.copies
  return Array.from({ length: total }, (_, index) => {
    const group = Math.floor(((index + 0.5) * spread.groups) / total)
    const planting = plantings[index % plantings.length] as Planting
    return { planting, anchor: spread.anchorOf(group) }
  })
}

function insertion(
  planting: Planting,
  at: { index: number; anchor: number; columns: readonly string[] },
): string {
  const values = at.columns.map((column) => `${planting.values[column] ?? column} AS ${column}`)
  return `
    INSERT INTO planted
    SELECT place, ${at.index + 1}, ${at.index}, anchor, ${values.join(', ')}
    FROM planted WHERE anchor = ${at.anchor} AND behind = 0 ORDER BY place DESC LIMIT 1`
}

function change(planting: Planting, at: { index: number; anchor: number }): string {
  const values = Object.entries(planting.values).map(([column, value]) => `${column} = ${value}`)
  return `
    UPDATE planted SET planting = ${at.index}, ${values.join(', ')}
    WHERE anchor = ${at.anchor} AND behind = 0`
}

/** Values that leave every column empty. */
export function emptyRow(columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, 'NULL']))
}

/** Values that repeat the header. */
export function headerRow(columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, text(column)]))
}
