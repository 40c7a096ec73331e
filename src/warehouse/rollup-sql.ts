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
  const source = summedFacts[fact]
  const { from = source.table, where, sign = 1, instead = {} } = rows
  const wanted = measuresOf(rollup, fact)
  const cells = [
    ...(rollup.unit === 'ever' ? [] : [bucketOf(rollup.unit, `f.${source.day}`)]),
    ...rollup.keys.map((key) => keyOf(fact, key).sql),
  ]
  const names = cellColumns(rollup)
  const columns = [
    ...cells.map((cell, index) => `${cell} AS ${names[index]}`),
    ...wanted.map(
      (name) =>
        `${sign === 1 ? '' : '-'}coalesce(${instead[name] ?? measures[name].sum}, 0) AS ${name}`,
    ),
  ]
  const needed = new Set<SummedJoin>()
  for (const key of rollup.keys) for (const need of neededBy(keyOf(fact, key))) needed.add(need)
  for (const name of wanted.filter((each) => instead[each] === undefined))
    for (const need of measureOf(name).needs ?? []) needed.add(need)
  const conditions = [source.where, where].filter((one) => one !== undefined)
  return [
    `SELECT ${columns.join(', ')}`,
    `FROM ${from} AS f`,
    ...[...needed].map((need) => joins[need]),
    ...(conditions.length > 0
      ? [`WHERE ${conditions.map((one) => `(${one})`).join(' AND ')}`]
      : []),
    ...(cells.length > 0 ? [`GROUP BY ${cells.join(', ')}`] : []),
  ].join('\n')
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

/**
 * The SQL type of a measure, the same on every engine: a cell may hold more than a line can, by far in currencies of small
 * value, and an import must not fail for it.
 */
export function measureType(name: MeasureName): string {
  return measureTypes[measures[name].type]
}

const measureTypes: Readonly<Record<MeasureType, string>> = {
  count: 'BIGINT',
  money: 'DECIMAL(24,4)',
  quantity: 'DECIMAL(24,3)',
  cost: 'DECIMAL(38,7)',
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

/** Appends what `select` gives for a fact, columns as `sumUp` orders them. */
export function insertInto(rollup: Rollup, fact: SummedFact, select: string): string {
  const columns = [...cellColumns(rollup), ...measuresOf(rollup, fact)]
  return `INSERT INTO ${rollup.name} (${columns.join(', ')})\n${select}`
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
