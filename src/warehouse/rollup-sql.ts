import {
  type Measure,
  type MeasureName,
  type MeasureType,
  measures,
  type Rollup,
  type RollupKey,
  rollupKeys,
  rowCounts,
  type SummedFact,
  type SummedJoin,
  summedFacts,
} from '../model/rollups.ts'
import type { Dialect } from './schema.ts'

/** SQL of rollups, the same on every engine. */

/** Other than what a rollup sums up by itself. */
export interface SummedRows {
  /** SQL condition on the rows `f`. */
  readonly where?: string
  /** A relation with the columns of the fact that holds the rows. */
  readonly from?: string
  /** -1 takes the rows away. */
  readonly sign?: 1 | -1
  /** Other SQL for the sum of a measure. */
  readonly instead?: Readonly<Partial<Record<MeasureName, string>>>
}

const joins: Readonly<Record<SummedJoin, string>> = {
  products: 'LEFT JOIN products AS p ON p.product_id = f.product_id',
  anonymous:
    'LEFT JOIN (SELECT order_id FROM orders WHERE anonymous) AS a ON a.order_id = f.order_id',
}

/** The facts that a rollup sums up. */
export function factsOf(rollup: Pick<Rollup, 'measures'>): SummedFact[] {
  return [...new Set(rollup.measures.map((name) => measures[name].of))]
}

export function measuresOf(rollup: Pick<Rollup, 'measures'>, fact: SummedFact): MeasureName[] {
  return rollup.measures.filter((name) => measures[name].of === fact)
}

/** Columns that tell the cells of a rollup apart. */
export function cellColumns({ unit, keys }: Pick<Rollup, 'unit' | 'keys'>): string[] {
  return [...(unit === 'ever' ? [] : ['day']), ...keys.map((key) => rollupKeys[key].name)]
}

/** SQL condition on sums of measures: a cell that holds no row of any fact is not there. */
export function holdsRows(rollup: Pick<Rollup, 'measures'>, sum: (name: string) => string): string {
  const counts = factsOf(rollup).map((fact) => rowCounts[fact])
  return counts.map((name) => `${sum(name)} <> 0`).join(' OR ')
}

/**
 * SELECT that sums one fact up to the cells of a rollup: first `cellColumns`, then those of its measures that are of
 * this fact, in their order; nothing where a sum is null.
 */
export function sumUp(rollup: Rollup, fact: SummedFact, rows: SummedRows = {}): string {
  const { instead = {} } = rows
  const wanted = measuresOf(rollup, fact)
  const values = wanted.map((name) => instead[name] ?? measures[name].sum)
  const select = selectFrom([rollup], fact, {
    ...rows,
    columns: columnsOf(rollup, fact, { values, sign: rows.sign }),
    needs: needsOfSums(wanted.filter((name) => instead[name] === undefined)),
  })
  const cells = cellsBy(rollup, fact)
  return cells.length > 0 ? `${select}\nGROUP BY ${cells.join(', ')}` : select
}

/** The same row by row, not summed up; null where a measure depends on several rows. */
export function eachRow(rollup: Rollup, fact: SummedFact, rows: SummedRows = {}): string | null {
  const each = measuresOf(rollup, fact).map((name) => measureOf(name).each)
  const values = each.filter((value) => value !== undefined)
  if (values.length < each.length) return null
  const columns = columnsOf(rollup, fact, { values, sign: rows.sign })
  return selectFrom([rollup], fact, { ...rows, columns, needs: [] })
}

/** Columns with the names of a rollup's cells, and of its measures of a fact, whose SQL is given. */
function columnsOf(
  rollup: Rollup,
  fact: SummedFact,
  { values, sign = 1 }: { readonly values: readonly string[]; readonly sign?: 1 | -1 | undefined },
): string[] {
  const names = cellColumns(rollup)
  const wanted = measuresOf(rollup, fact)
  return [
    ...cellsBy(rollup, fact).map((cell, index) => `${cell} AS ${names[index]}`),
    ...values.map((value, index) => `${signed(value, sign)} AS ${wanted[index]}`),
  ]
}

/** A sum with its sign; 0 where there is none. */
export function signed(value: string, sign: 1 | -1): string {
  return `${sign === 1 ? '' : '-'}coalesce(${value}, 0)`
}

/** What the rows must be joined with for the usual sums of measures. */
export function needsOfSums(names: readonly MeasureName[]): SummedJoin[] {
  return names.flatMap((name) => measureOf(name).needs ?? [])
}

interface Selected {
  readonly columns: readonly string[]
  readonly needs: readonly SummedJoin[]
  readonly where?: string
  readonly from?: string
  /** A relation whose every row stands beside every row of the fact. */
  readonly beside?: string
}

/** SELECT from the rows `f` of a fact, joined with what the cells of some rollups and their measures need. */
export function selectFrom(
  rollups: readonly Pick<Rollup, 'keys'>[],
  fact: SummedFact,
  { columns, needs, where, from, beside }: Selected,
): string {
  const source = summedFacts[fact]
  const keys = rollups.flatMap((rollup) => rollup.keys)
  const needed = new Set([...keys.flatMap((key) => neededBy(keyOf(fact, key))), ...needs])
  const conditions = [source.where, where].filter((one) => one !== undefined)
  return [
    `SELECT ${columns.join(', ')}`,
    `FROM ${from ?? source.table} AS f`,
    ...[...needed].map((need) => joins[need]),
    ...(beside ? [`CROSS JOIN ${beside}`] : []),
    ...(conditions.length > 0
      ? [`WHERE ${conditions.map((one) => `(${one})`).join(' AND ')}`]
      : []),
  ].join('\n')
}

/** SQL of the cell that a row of a fact belongs to. */
export function cellsBy({ unit, keys }: Rollup, fact: SummedFact): string[] {
  return [
    ...(unit === 'ever' ? [] : [bucketOf(unit, `f.${summedFacts[fact].day}`)]),
    ...keys.map((key) => keyOf(fact, key).sql),
  ]
}

/** First day of the bucket that a day lies in. */
export function bucketOf(unit: 'day' | 'month', day: string): string {
  return unit === 'day' ? day : `date_trunc('${unit}', ${day})::DATE`
}

function measureOf(name: MeasureName): Measure {
  return measures[name]
}

function keyOf(fact: SummedFact, key: RollupKey): { readonly sql: string; needs?: SummedJoin } {
  const found = summedFacts[fact].keys[key]
  if (!found) throw new Error(`${fact} has no ${key}`)
  return found
}

function neededBy({ needs }: { readonly needs?: SummedJoin }): SummedJoin[] {
  return needs ? [needs] : []
}

/** The type of a measure's column, the same on every engine: no wider than the facts', because wide ones are read slowly. */
function measureType(name: MeasureName): string {
  return types[measures[name].type].column
}

/** The type of a sum of a measure over any number of rows. */
export function sumType(name: MeasureName): string {
  return types[measures[name].type].sum
}

/**
 * Amounts between this and its negative fit into the column, and so do two of them together; null where every sum does.
 * A cell may hold more than that, by far in currencies of small value: it has several rows then.
 */
export function widestOf(name: MeasureName): string | null {
  return types[measures[name].type].widest
}

interface MeasureTypes {
  readonly column: string
  readonly sum: string
  readonly widest: string | null
}

const types: Readonly<Record<MeasureType, MeasureTypes>> = {
  count: { column: 'BIGINT', sum: 'BIGINT', widest: null },
  money: { column: 'DECIMAL(18,4)', sum: 'DECIMAL(38,4)', widest: '45000000000000' },
  quantity: { column: 'DECIMAL(18,3)', sum: 'DECIMAL(38,3)', widest: '450000000000000' },
  cost: { column: 'DECIMAL(38,7)', sum: 'DECIMAL(38,7)', widest: null },
}

/** The statement that creates a rollup; measures that a row says nothing of are 0. */
export function createRollup(rollup: Rollup, { types }: Dialect): string {
  const columns = [
    ...(rollup.unit === 'ever' ? [] : [`day ${types.date} NOT NULL`]),
    ...rollup.keys.map((key) => {
      const { name, type, nullable } = rollupKeys[key]
      return `${name} ${types[type]}${nullable ? '' : ' NOT NULL'}`
    }),
    ...rollup.measures.map((name) => {
      return `${name} ${measureType(name)} NOT NULL DEFAULT 0`
    }),
    ...(rollup.unit === 'ever' ? [`appended ${types.boolean} NOT NULL DEFAULT true`] : []),
  ]
  return `CREATE TABLE ${rollup.name} (\n  ${columns.join(',\n  ')}\n)`
}

/** SELECT of a rollup's cells, each once, from its own rows or those of a finer rollup. */
export function cellsOf(
  rollup: Rollup,
  options: {
    readonly from?: string
    readonly where?: string
    readonly facts?: readonly SummedFact[]
  } = {},
): string {
  const { from = rollup.name, where, facts = factsOf(rollup) } = options
  const wanted = facts.flatMap((fact) => measuresOf(rollup, fact))
  const names = cellColumns(rollup)
  const cells = names.map((name) =>
    name === 'day' && rollup.unit !== 'ever' && from !== rollup.name
      ? bucketOf(rollup.unit, 'day')
      : name,
  )
  const columns = [
    ...cells.map((cell, index) => `${cell} AS ${names[index]}`),
    ...wanted.map((name) => `sum(${name}) AS ${name}`),
  ]
  return [
    `SELECT ${columns.join(', ')}`,
    `FROM ${from}`,
    ...(where ? [`WHERE ${where}`] : []),
    ...(cells.length > 0 ? [`GROUP BY ${cells.join(', ')}`] : []),
    `HAVING ${holdsRows({ measures: wanted }, (name) => `sum(${name})`)}`,
  ].join('\n')
}
