import {
  type MeasureName,
  measures,
  type Rollup,
  rollupKeys,
  type SummedFact,
} from '../model/rollups.ts'
import type { AppendedRows } from './engine.ts'
import { cellColumns, measuresOf, widestOf } from './rollup-sql.ts'

/**
 * How sums become rows of a rollup. Its columns are no wider than those of the facts, because wide ones take ten times as
 * long to read; a sum that does not fit is spread over several rows, which add up to it like any others.
 */

/** Sums of some facts for the cells of a rollup; the columns of `select` have the names of `columns`. */
export function rowsOf(rollup: Rollup, facts: readonly SummedFact[], select: string): AppendedRows {
  const columns = [...cellColumns(rollup), ...facts.flatMap((fact) => measuresOf(rollup, fact))]
  return { table: rollup.name, columns, select }
}

/** The same where each cell has one row, which is told apart from those that are appended later. */
export function singleRowsOf(
  rollup: Rollup,
  facts: readonly SummedFact[],
  select: string,
): AppendedRows {
  const rows = rowsOf(rollup, facts, select)
  return rollup.unit === 'ever'
    ? {
        ...rows,
        columns: [...rows.columns, 'appended'],
        select: `SELECT cells.*, false AS appended FROM (${select}) AS cells`,
      }
    : rows
}

/** The statement that appends sums which are known to fit. */
export function inserted({ table, columns, select }: AppendedRows): string {
  return `INSERT INTO ${table} (${columns.join(', ')})\n${select}`
}

const sums = 'sums_to_append'

/** The statements that append sums of any size. */
export function insertedInPieces(rows: AppendedRows): string[] {
  const { table, columns, select } = rows
  const wide = columns.flatMap((name) => {
    const widest = isMeasure(name) ? widestOf(name) : null
    return widest === null ? [] : [{ name, widest }]
  })
  if (wide.length === 0) return [inserted(rows)]
  const keys = columns.filter((name) => keyNames.has(name))
  const names = [...keys, ...wide.map(({ name }) => name)].join(', ')
  const isWhole = wide.map(fits).join(' AND ')
  const whole = columns.map((name) => {
    const one = wide.find((each) => each.name === name)
    if (one) return `CASE WHEN ${fits(one)} THEN ${name} ELSE 0 END`
    return name === 'appended' ? `NOT (${isWhole})` : name
  })
  const rest = wide.map(
    (one) => `CASE WHEN ${fits(one)} THEN 0 ELSE ${one.name} END AS ${one.name}`,
  )
  const left = wide.map((one) => `${one.name} - ${piece(one)}`)
  return [
    `CREATE TEMP TABLE ${sums} AS ${select}`,
    `INSERT INTO ${table} (${columns.join(', ')})\nSELECT ${whole.join(', ')} FROM ${sums}`,
    `INSERT INTO ${table} (${names})
WITH RECURSIVE pieces AS (
  SELECT ${[...keys, ...rest].join(', ')} FROM ${sums} WHERE NOT (${isWhole})
  UNION ALL
  SELECT ${[...keys, ...left].join(', ')} FROM pieces WHERE ${left.map((one) => `${one} <> 0`).join(' OR ')}
)
SELECT ${[...keys, ...wide.map(piece)].join(', ')} FROM pieces`,
    `DROP TABLE ${sums}`,
  ]
}

/** What `everySumFits` is where no sum could be too large. */
export const everything = 'true'

/** SQL condition on the rows `f` of a fact: whatever they are summed up to fits. */
export function everySumFits(fact: SummedFact): string {
  const conditions = Object.entries(measures).flatMap(([name, measure]) => {
    const widest = widestOf(name as MeasureName)
    const isOfRows = measure.of === fact && 'each' in measure
    return widest !== null && isOfRows
      ? [`coalesce(sum(abs(${measure.each})), 0) <= ${widest}`]
      : []
  })
  return conditions.length > 0 ? conditions.join(' AND ') : everything
}

const keyNames: ReadonlySet<string> = new Set([
  'day',
  ...Object.values(rollupKeys).map(({ name }) => name),
])

function isMeasure(name: string): name is MeasureName {
  return name in measures
}

interface WideColumn {
  readonly name: string
  readonly widest: string
}

function fits({ name, widest }: WideColumn): string {
  return `abs(${name}) <= ${widest}`
}

/** As much of a sum as one row holds. */
function piece({ name, widest }: WideColumn): string {
  return `greatest(-${widest}, least(${widest}, ${name}))`
}
