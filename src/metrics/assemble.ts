import type { DayRange } from '../model/day.ts'
import type { Cell, ResultColumn, Row } from '../model/query.ts'
import { canFill, type Step, stepsOf } from './axes.ts'
import type { CheckedQuery } from './check.ts'
import { dimensions, hasKeyColumn, isAxis, isCalendar } from './dimensions.ts'
import { cellOf, changeOf, figureOf } from './figure.ts'
import { type Group, isOther } from './gather.ts'
import type { Sums } from './metric.ts'
import { placeKeys } from './place-keys.ts'
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

const nothing: Sums = {}

export function assembleRows(assembly: Assembly): Row[] {
  const { checked, current, previous } = assembly
  const steps = stepsOf(checked, current.range, current.groups)
  const index = indexOf(current.groups)
  const before = previous ? lookupOf(checked, previous, steps) : null
  const draft = drafterOf(checked, before !== null)
  const drafts = placesOf(assembly, steps).map((place) => {
    const { step, rest } = place
    const sums = index.get(step.key + rest.rest)?.sums ?? nothing
    return draft(place, sums, before?.(step, rest) ?? null)
  })
  drafts.sort(rowOrder(checked))
  return (checked.limit === null ? drafts : drafts.slice(0, checked.limit)).map(({ row }) => row)
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

/** Where a row stands: its step, and a group that has its members. */
interface Place {
  readonly step: Step
  readonly rest: Group
}

/** Where rows stand: every step for every combination found, or only what was found. */
function placesOf({ checked, current, previous }: Assembly, steps: readonly Step[]): Place[] {
  const { by, top, limit } = checked
  const rests = new Map<string, Group>()
  const all = limit === null && top === null && previous ? previous.groups : []
  for (const group of [...current.groups, ...all]) {
    if (!rests.has(group.rest)) rests.set(group.rest, group)
  }
  if (by.every(isAxis) && rests.size === 0) rests.set('', withoutMembers)
  const places: Place[] = []
  if (canFill(steps, rests.size)) {
    for (const step of steps) for (const rest of rests.values()) places.push({ step, rest })
    return places
  }
  const byKey = new Map(steps.map((step) => [step.key, step]))
  for (const group of current.groups) {
    const step = byKey.get(group.step)
    if (step) places.push({ step, rest: group })
  }
  return places
}

/** Stands beside every step of an answer that is split by time alone and found nothing. */
const withoutMembers: Group = { keys: [], cells: {}, sums: {}, step: '', rest: '' }

function indexOf(groups: readonly Group[]): Map<string, Group> {
  const index = new Map<string, Group>()
  for (const group of groups) index.set(group.step + group.rest, group)
  return index
}

/**
 * The sums of the compared range: the bucket at the same position, the same weekday, hour and
 * members. Null where the compared range has no such bucket, or where nothing is known of it.
 */
function lookupOf(
  { by, where }: CheckedQuery,
  { range, groups, known }: Answered,
  steps: readonly Step[],
): (step: Step, rest: Group) => Sums | null {
  const index = indexOf(groups)
  const { stepOf } = placeKeys(by)
  const dated = by.includes('day')
  const calendar = by.filter((name) => isCalendar(name) || (dated && name === 'weekday'))
  const buckets = known ? stepsOf({ by: calendar, where }, range, groups) : []
  const earlier = new Map<string, string>()
  for (const { position, cells, key } of steps) {
    const bucket = buckets[position]
    if (bucket) earlier.set(key, stepOf({ ...cells, ...bucket.cells }))
  }
  return (step, { rest }) => {
    const key = earlier.get(step.key)
    return key === undefined ? null : (index.get(key + rest)?.sums ?? nothing)
  }
}

/** Makes rows; what is the same for all of them is settled once. */
function drafterOf(
  { by, metrics }: CheckedQuery,
  compared: boolean,
): (place: Place, sums: Sums, earlier: Sums | null) => Ordered {
  const columns = by.map((name) => ({
    name,
    axis: isAxis(name),
    keyName: hasKeyColumn(name) ? `${name}_key` : null,
  }))
  const measures = metrics.map((metric) => ({
    metric,
    previousName: `${metric.name}_previous`,
    changeName: `${metric.name}_change`,
  }))
  return ({ step, rest }, sums, earlier) => {
    const row: Record<string, Cell> = {}
    for (const { name, axis, keyName } of columns) {
      row[name] = (axis ? step.cells[name] : rest.cells[name]) ?? null
      if (keyName !== null) row[keyName] = rest.cells[keyName] ?? null
    }
    for (const { metric, previousName, changeName } of measures) {
      const figure = figureOf(metric, sums)
      row[metric.name] = cellOf(metric.unit, figure)
      if (!compared) continue
      const before = earlier ? figureOf(metric, earlier) : null
      row[previousName] = cellOf(metric.unit, before)
      row[changeName] = changeOf(metric.unit, figure, before)
    }
    return { row, keys: rest.keys, other: isOther(rest) }
  }
}
