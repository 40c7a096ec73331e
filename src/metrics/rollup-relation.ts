import { type RawBuilder, sql } from 'kysely'
import type { Dimension } from '../model/query.ts'
import {
  type MeasureName,
  type MeasureType,
  measures,
  type Rollup,
  type RollupKey,
  rollupKeys,
  rowCounts,
  type SummedFact,
  summedFacts,
} from '../model/rollups.ts'
import { sumUp } from '../warehouse/warehouse.ts'
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

/**
 * The same with one row for each customer and bucket of time, so that customers can be counted; only cells that meet
 * the conditions.
 */
export function customerRelation(
  plan: RollupPlan,
  by: readonly Dimension[],
  conditions: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const unit = finestUnit(by)
  const day = unit ? sql`date_trunc(${sql.lit(unit)}, f.day)::date` : null
  const sums = columnsOf(plan.measures).map(
    (name) => sql`sum(${sql.ref(`f.${name}`)}) as ${sql.ref(name)}`,
  )
  const group = day ? sql`${day}, f.customer_id` : sql`f.customer_id`
  return sql`(
select ${day ? sql`${day} as day, ` : sql``}f.customer_id, ${sql.join(sums)}
from ${rolledRelation(plan)} as f${conditions}
group by ${group}
)`
}

/** Condition on the sums of a group: it holds a row of one of the facts that are asked. */
export function holdsAnyRow(wanted: readonly MeasureName[]): RawBuilder<unknown> {
  const sums = countsOf(wanted).map((name) => sql`sum(${sql.ref(`f.${name}`)}) <> 0`)
  return sql.join(sums, sql` or `)
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
    const values = columns.map((name) =>
      own.includes(name) ? `${name}::${typeOf[measures[name].type]} as ${name}` : `0 as ${name}`,
    )
    const names = [...cells, ...values]
    const sums = sql.raw(sumUp(virtual, fact, { where, sign: less ? -1 : 1 }))
    return sql`select ${sql.raw(names.join(', '))} from (${sums}) as sums`
  })
}

/** As rollups hold them: sums of wider numbers cost several times as much. */
const typeOf: Readonly<Record<MeasureType, string>> = {
  count: 'bigint',
  money: 'decimal(18, 4)',
  quantity: 'decimal(14, 3)',
  cost: 'decimal(28, 7)',
}
