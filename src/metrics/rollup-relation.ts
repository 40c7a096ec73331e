import { type RawBuilder, sql } from 'kysely'
import type { Dimension } from '../model/query.ts'
import {
  type MeasureName,
  measures,
  type Rollup,
  type RollupKey,
  rollupKeys,
  rowCounts,
  type SummedFact,
  summedFacts,
} from '../model/rollups.ts'
import { eachRow, sumType, sumUp } from '../warehouse/warehouse.ts'
import { finestUnit } from './dimensions.ts'
import { plainValue } from './plain-value.ts'
import type { RollupPlan, Segment } from './rollup-plan.ts'

/** The cells that a plan reads, as one relation with the columns `day`, its keys and its measures. */
export function rolledRelation({
  keys,
  measures: wanted,
  segments,
}: RollupPlan): RawBuilder<unknown> {
  const isTimed = segments.every(({ rollup }) => rollup?.unit !== 'ever')
  const cells = [...(isTimed ? ['day'] : []), ...keys.map((key) => rollupKeys[key].name)]
  const all = segments.flatMap((segment) =>
    selectsOf(segment, { keys, cells, columns: columnsOf(wanted) }),
  )
  return sql`(
${sql.join(all, sql`\nunion all\n`)}
)`
}

/** Whether the plan reads a rollup of all days, less what lies outside of the range. */
export function isOfEver({ segments }: RollupPlan): boolean {
  return segments.some(({ rollup }) => rollup?.unit === 'ever')
}

/**
 * The cells of such a plan, each in a single row. Nearly all of them have one already, so only those that were appended
 * to, or have facts outside the range, are added up: to group all of them costs twenty times as much.
 */
export function singleCells(plan: RollupPlan): RawBuilder<unknown> {
  const { changed, unchanged, touched } = cellsOfEver(plan)
  return sql`(
with changed as materialized (
${changed}
)
${unchanged}
union all
${touched}
)`
}

export interface CellsOfEver {
  /** Rows of the relation `changed`, which the others read. */
  readonly changed: RawBuilder<unknown>
  /** Nearly all cells, with sums as narrow as they are kept. */
  readonly unchanged: RawBuilder<unknown>
  /** The others, with sums as wide as they may become. */
  readonly touched: RawBuilder<unknown>
}

export function cellsOfEver({ keys, measures: wanted, segments }: RollupPlan): CellsOfEver {
  const cells = keys.map((key) => rollupKeys[key].name)
  const columns = columnsOf(wanted)
  const rollup = segments.find((segment) => segment.rollup)?.rollup
  if (!rollup) throw new Error('there is no rollup of all days in the plan')
  const key = sql.raw(cells.join(', '))
  const names = sql.raw([...cells, ...columns].join(', '))
  const sums = sql.raw(
    [...cells, ...columns.map((name) => `sum(${name})::${sumType(name)} as ${name}`)].join(', '),
  )
  const table = sql.ref(rollup.name)
  const others = segments
    .filter((segment) => !segment.rollup)
    .flatMap((segment) => selectsOf(segment, { keys, cells, columns }))
  return {
    changed: sql.join(
      [sql`select ${names} from ${table} where appended`, ...others],
      sql`\nunion all\n`,
    ),
    unchanged: sql`select ${names} from ${table} where not appended and (${key}) not in (select ${key} from changed)`,
    // As a value and not as a condition, or engines that take the facts outside the range for many would look all cells
    // up in them the other way round.
    touched: sql`select ${sums} from (
select ${names} from ${table} where not appended and coalesce((${key}) in (select ${key} from changed), false)
union all
select ${names} from changed) as touched
group by ${key}`,
  }
}

/** Condition on one cell: it holds a row of one of the facts that are asked. */
export function cellHoldsAnyRow(wanted: readonly MeasureName[]): RawBuilder<unknown> {
  return sql`${linesOf(wanted)} <> 0`
}

/**
 * The same with one row for each customer and bucket of time, so that customers can be counted; only cells that meet
 * the conditions.
 */
export function customerRelation(
  plan: RollupPlan,
  by: readonly Dimension[],
  conditions: RawBuilder<unknown> | null,
): RawBuilder<unknown> {
  if (isOfEver(plan) && conditions === null) return singleCells(plan)
  const unit = finestUnit(by)
  const day = unit ? sql`date_trunc(${sql.lit(unit)}, f.day)::date` : null
  const sums = columnsOf(plan.measures).map(
    (name) => sql`sum(${sql.ref(`f.${name}`)}) as ${sql.ref(name)}`,
  )
  const group = day ? sql`${day}, f.customer_id` : sql`f.customer_id`
  return sql`(
select ${day ? sql`${day} as day, ` : sql``}f.customer_id, ${sql.join(sums)}
from ${rolledRelation(plan)} as f${conditions ?? sql``}
group by ${group}
)`
}

/** Condition on the sums of a group: it holds a row of one of the facts that are asked. */
export function holdsAnyRow(wanted: readonly MeasureName[]): RawBuilder<unknown> {
  return sql`sum(${linesOf(wanted)}) <> 0`
}

/** No cell has fewer than none. */
function linesOf(wanted: readonly MeasureName[]): RawBuilder<unknown> {
  return sql.join(
    countsOf(wanted).map((name) => sql.ref(`f.${name}`)),
    sql` + `,
  )
}

function factsOf(wanted: readonly MeasureName[]): SummedFact[] {
  return [...new Set(wanted.map((name) => measures[name].of))]
}

function countsOf(wanted: readonly MeasureName[]): MeasureName[] {
  return factsOf(wanted).map((fact) => rowCounts[fact])
}

/** With the counts that tell whether a cell holds anything. */
function columnsOf(wanted: readonly MeasureName[]): MeasureName[] {
  return [...new Set([...wanted, ...countsOf(wanted)])]
}

interface Selected {
  readonly keys: readonly RollupKey[]
  /** Columns of the keys, and of the day where all segments have it. */
  readonly cells: readonly string[]
  readonly columns: readonly MeasureName[]
}

function selectsOf(
  { rollup, range, less }: Segment,
  { keys, cells, columns }: Selected,
): RawBuilder<unknown>[] {
  if (rollup) {
    const names = [...cells, ...columns]
    const within = range
      ? sql` where day >= ${plainValue(range.from)}::date and day <= ${plainValue(range.to)}::date`
      : sql``
    return [sql`select ${sql.raw(names.join(', '))} from ${sql.ref(rollup.name)}${within}`]
  }
  if (!range) throw new Error('facts are read for days')
  return factsOf(columns).map((fact) => {
    const own = columns.filter((name) => measures[name].of === fact)
    const virtual: Rollup = { name: 'facts', unit: 'day', keys, measures: own }
    const { day } = summedFacts[fact]
    const where = `f.${day} >= '${range.from}'::date and f.${day} <= '${range.to}'::date`
    const rows = { where, sign: less ? -1 : 1 } as const
    // Rows as they are have the narrow types of the rollups; sums would make wide ones of all that is read beside them.
    const each = eachRow(virtual, fact, rows)
    const values = columns.map((name) => {
      if (!own.includes(name)) return `0 as ${name}`
      return each ? name : `${name}::${sumType(name)} as ${name}`
    })
    const names = [...cells, ...values]
    return sql`select ${sql.raw(names.join(', '))} from (${sql.raw(each ?? sumUp(virtual, fact, rows))}) as facts`
  })
}
