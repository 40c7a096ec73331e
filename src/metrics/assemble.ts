import type { DayRange } from '../model/day.ts'
import type { Cell, Dimension, ResultColumn, Row } from '../model/query.ts'
import { canFill, groupStepKey, restKey, type Step, stepKey, stepsOf } from './axes.ts'
import type { CheckedQuery } from './check.ts'
import { dimensions, hasKeyColumn, isAxis, isCalendar } from './dimensions.ts'
import { cellOf, changeOf, figureOf } from './figure.ts'
import { type Group, isOther } from './gather.ts'
import type { Sums } from './metric.ts'
import { type Ordered, rowOrder } from './row-order.ts'

/** From merged sums to the rows people see: filled, compared, ordered, limited. */

/** One range with what was found in it. */
export interface Answered {
  /** The days that can hold anything. */
  readonly range: DayRange
  readonly groups: readonly Group[]
  /** False when the whole range lies before the data: its figures are not known, not 0. */
  readonly known: boolean
}

export interface Assembly {
  readonly checked: CheckedQuery
  readonly current: Answered
  readonly previous: Answered | null
}

/** A row with what orders it. */
interface Draft extends Ordered {
  readonly row: Row
}

const nothing: Sums = {}

export function assembleRows(assembly: Assembly): Row[] {
  const { checked, current, previous } = assembly
  const { by, limit } = checked
  const steps = stepsOf(checked, current.range, current.groups)
  const index = indexOf(by, current.groups)
  const before = previous ? lookupOf(checked, previous) : null
  const drafts = placesOf(assembly, steps).map(({ step, rest }) => {
    const group = index.get(stepKey(by, step) + rest.key)
    const earlier = before?.(step, rest.key) ?? null
    return draft(checked, {
      step,
      rest,
      sums: group?.sums ?? nothing,
      earlier,
      compared: before !== null,
    })
  })
  drafts.sort(rowOrder(checked))
  return (limit === null ? drafts : drafts.slice(0, limit)).map(({ row }) => row)
}

/** The columns of the rows, in order. */
export function columnsOf({ by, metrics }: CheckedQuery, compared: boolean): ResultColumn[] {
  const columns: ResultColumn[] = []
  for (const name of by) {
    const { label, unit } = dimensions[name]
    columns.push({ name, label, kind: 'dimension', unit })
    if (hasKeyColumn(name)) {
      columns.push({ name: `${name}_key`, label: `${label} key`, kind: 'key', unit: 'text' })
    }
  }
  for (const { name, label, unit } of metrics) {
    columns.push({ name, label, kind: 'metric', unit })
    if (!compared) continue
    columns.push(
      { name: `${name}_previous`, label: `${label}, before`, kind: 'previous', unit },
      { name: `${name}_change`, label: `${label}, change`, kind: 'change', unit: 'ratio' },
    )
  }
  return columns
}

/** The members of a row that are not time. */
interface Rest {
  readonly key: string
  readonly group: Group
}

/** Where rows stand: every step for every combination found, or only what was found. */
function placesOf(
  { checked, current, previous }: Assembly,
  steps: readonly Step[],
): { step: Step; rest: Rest }[] {
  const { by, top, limit } = checked
  const rests = new Map<string, Group>()
  const all = limit === null && top === null && previous ? previous.groups : []
  for (const group of [...current.groups, ...all]) {
    const key = restKey(by, group)
    if (!rests.has(key)) rests.set(key, group)
  }
  if (by.every(isAxis) && rests.size === 0) rests.set('[]', { keys: [], cells: {}, sums: {} })
  if (canFill(steps, rests.size)) {
    const combinations = [...rests].map(([key, group]): Rest => ({ key, group }))
    return steps.flatMap((step) => combinations.map((rest) => ({ step, rest })))
  }
  const byKey = new Map(steps.map((step) => [stepKey(by, step), step]))
  return current.groups.flatMap((group) => {
    const step = byKey.get(groupStepKey(by, group))
    return step ? [{ step, rest: { key: restKey(by, group), group } }] : []
  })
}

function indexOf(by: readonly Dimension[], groups: readonly Group[]): Map<string, Group> {
  return new Map(groups.map((group) => [groupStepKey(by, group) + restKey(by, group), group]))
}

/**
 * The sums of the compared range: the bucket at the same position, the same weekday, hour and
 * members. Null where the compared range has no such bucket, or where nothing is known of it.
 */
function lookupOf(
  { by, where }: CheckedQuery,
  { range, groups, known }: Answered,
): (step: Step, rest: string) => Sums | null {
  const index = indexOf(by, groups)
  const dated = by.includes('day')
  const calendar = by.filter((name) => isCalendar(name) || (dated && name === 'weekday'))
  const buckets = stepsOf({ by: calendar, where }, range, groups)
  return (step, rest) => {
    const bucket = buckets[step.position]
    if (!known || !bucket) return null
    const cells = { ...step.cells, ...bucket.cells }
    const key = stepKey(by, { position: step.position, cells })
    return index.get(key + rest)?.sums ?? nothing
  }
}

interface DraftParts {
  readonly step: Step
  readonly rest: Rest
  readonly sums: Sums
  readonly earlier: Sums | null
  readonly compared: boolean
}

function draft({ by, metrics }: CheckedQuery, parts: DraftParts): Draft {
  const { step, rest, sums, earlier, compared } = parts
  const cells: Record<string, Cell> = {}
  for (const name of by) {
    cells[name] = (isAxis(name) ? step.cells[name] : rest.group.cells[name]) ?? null
    if (hasKeyColumn(name)) cells[`${name}_key`] = rest.group.cells[`${name}_key`] ?? null
  }
  const figures: Record<string, string | null> = {}
  const row = { ...cells }
  for (const metric of metrics) {
    const figure = figureOf(metric, sums)
    figures[metric.name] = figure
    row[metric.name] = cellOf(metric.unit, figure)
    if (!compared) continue
    const before = earlier ? figureOf(metric, earlier) : null
    row[`${metric.name}_previous`] = cellOf(metric.unit, before)
    row[`${metric.name}_change`] = changeOf(metric.unit, figure, before)
  }
  const keys = by.map(
    (name, index) => (isAxis(name) ? cells[name] : rest.group.keys[index]) ?? null,
  )
  return { cells, keys, other: isOther(rest.group), figures, row }
}
