import { type MeasureName, measures, type Rollup, type SummedFact } from '../model/rollups.ts'
import { cellColumns, cellsBy, measuresOf, needsOfSums, selectFrom, signed } from './rollup-sql.ts'

/**
 * What rows of a fact add up to for several rollups, by one statement: to plan and run one for each takes longer than all
 * the rest of a small load. Each row stands once for each rollup, and one grouping adds all of them up; GROUPING SETS say
 * the same and take twice as long.
 */

/** Rows that are summed up together. */
export interface SummedTogether {
  /** A relation with the columns of the fact. */
  readonly relation: string
  /** -1 takes the rows away. */
  readonly sign: 1 | -1
  /** SQL of measures of a rollup, where it is other than usual. */
  insteadOf(rollup: Rollup): Readonly<Partial<Record<MeasureName, string>>>
}

/** The cells of several rollups, all in one relation. */
export interface SumsOfAll {
  readonly select: string
  /** SELECT of a rollup's cells and its measures of the fact from a relation that holds `select`, side by side. */
  of(rollup: Rollup, relation: string): string
}

interface Column {
  readonly name: string
  /** SQL on each side. */
  readonly values: readonly string[]
}

/** All rollups must sum the fact up. */
export function sumUpAll(
  rollups: readonly Rollup[],
  fact: SummedFact,
  sides: readonly SummedTogether[],
): SumsOfAll {
  const keys = [...new Set(rollups.flatMap((rollup) => cellsBy(rollup, fact)))]
  const cells = keys.map((key) => {
    const own = rollups.flatMap((rollup, index) =>
      cellsBy(rollup, fact).includes(key) ? [index] : [],
    )
    return own.length === rollups.length
      ? key
      : `CASE WHEN each.rollup IN (${own.join(', ')}) THEN ${key} END`
  })
  const columns = new Map<string, Column>()
  const usual = new Set<MeasureName>()
  const keyOf = (rollup: Rollup, name: MeasureName) =>
    JSON.stringify(sides.map((side) => side.insteadOf(rollup)[name] ?? name))
  for (const rollup of rollups)
    for (const measure of measuresOf(rollup, fact)) {
      const instead = sides.map((side) => side.insteadOf(rollup)[measure])
      if (instead.includes(undefined)) usual.add(measure)
      const key = keyOf(rollup, measure)
      const known = columns.get(key)
      const name = known?.name ?? `sum_${columns.size + 1}`
      columns.set(key, { name, values: instead.map((sql) => sql ?? measures[measure].sum) })
    }
  const selects = sides.map(({ relation, sign }, side) => {
    const sums = [...columns.values()].map(
      ({ name, values }) => `${signed(values[side] ?? '0', sign)} AS ${name}`,
    )
    const select = selectFrom(rollups, fact, {
      from: relation,
      columns: [
        'each.rollup',
        ...cells.map((cell, index) => `${cell} AS key_${index + 1}`),
        ...sums,
      ],
      needs: needsOfSums([...usual]),
      beside: `(VALUES ${rollups.map((_, index) => `(${index})`).join(', ')}) AS each (rollup)`,
    })
    return `${select}\nGROUP BY ${['rollup', ...keys].map((_, index) => index + 1).join(', ')}`
  })
  return {
    select: selects.join('\nUNION ALL '),
    of(rollup, relation) {
      const own = cellsBy(rollup, fact)
      const named = cellColumns(rollup).map(
        (name, index) => `key_${keys.indexOf(own[index] ?? '') + 1} AS ${name}`,
      )
      const sums = measuresOf(rollup, fact).map(
        (name) => `${columns.get(keyOf(rollup, name))?.name} AS ${name}`,
      )
      return `SELECT ${[...named, ...sums].join(', ')} FROM ${relation} WHERE rollup = ${rollups.indexOf(rollup)}`
    },
  }
}
