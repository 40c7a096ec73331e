import { addDays, type DayRange, daysBetween, endOf, lengthOf, startOf } from '../model/day.ts'
import type { Dimension, Filter } from '../model/query.ts'
import { type MeasureName, type Rollup, type RollupKey, rollups } from '../model/rollups.ts'
import { plural } from '../model/sentence.ts'
import { isCalendar } from './dimensions.ts'
import type { Part } from './metric.ts'

/**
 * Which rollup answers a question exactly. Whole months come from rollups by month, the days at the edges from the
 * same by day, or from the facts; days that plain SQL touched always come from the facts.
 */

/** Days in a row, and where they are read. */
export interface Segment {
  /** Null: the facts, summed up as the rollup would be. */
  readonly rollup: Rollup | null
  /** Null: all there are. */
  readonly range: DayRange | null
  /** Taken away from the other segments. */
  readonly less?: true
}

export interface RollupPlan {
  readonly keys: readonly RollupKey[]
  readonly measures: readonly MeasureName[]
  readonly segments: readonly Segment[]
}

/** What a rollup must be able to tell. */
export interface RollupQuestion {
  readonly parts: readonly Part[]
  readonly by: readonly Dimension[]
  readonly where: readonly Filter[]
  /** Of which some members are asked. */
  readonly chosen: Dimension | null
  /** Some of whose members are left out. */
  readonly leaveOut: readonly Dimension[]
  readonly range: DayRange
}

/** What is known of the rollups as a whole. */
export interface RollupState {
  /** Days that others than the loader wrote since the rollups were made, in order. */
  readonly dirtyDays: readonly string[]
  /** The days of all facts, as far as known: there may be more by now. */
  readonly span: DayRange | null
}

/** Rollups of the same keys, by bucket of time. */
interface Cube {
  readonly keys: readonly RollupKey[]
  readonly day?: Rollup
  readonly month?: Rollup
  readonly ever?: Rollup
}

const cubes: readonly Cube[] = cubesOf(rollups)

function cubesOf(all: readonly Rollup[]): Cube[] {
  const found = new Map<string, Cube>()
  for (const rollup of all) {
    const name = rollup.keys.join()
    found.set(name, { keys: rollup.keys, ...found.get(name), [rollup.unit]: rollup })
  }
  return [...found.values()]
}

/** The key that tells a dimension; null: the day does. */
const keyOf: Readonly<Record<Dimension, RollupKey | null>> = {
  day: null,
  week: null,
  month: null,
  quarter: null,
  year: null,
  weekday: null,
  hour: 'hour',
  region: 'region',
  country: 'region',
  continent: 'region',
  category: 'category',
  product: 'product',
  product_kind: 'product',
  customer: 'customer',
  channel: 'channel',
  source: 'source',
}

/** Months hold these whole. */
const ofMonths: readonly Dimension[] = ['month', 'quarter', 'year']

/** Days of their own in a range that is put together from rollups and facts. */
const mostSegments = 12

/** The smallest rollup that is exact for the question, or null where only the facts are. */
export function rollupPlan(question: RollupQuestion, state: RollupState): RollupPlan | null {
  const { parts } = question
  if (!parts.every(({ rolled }) => rolled && isAllowed(question, rolled))) return null
  const asked = dimensionsOf(question)
  const needed = [...new Set(parts.flatMap(({ rolled }) => rolled?.measures ?? []))]
  for (const cube of cubes) {
    if (!asked.every((dimension) => tells(cube.keys, dimension))) continue
    if (!countsOrders(question, cube, needed)) continue
    const segments = segmentsOf(cube, { question, asked, needed, state })
    if (segments) return { keys: cube.keys, measures: needed, segments }
  }
  return null
}

function dimensionsOf({ parts, by, where, chosen, leaveOut }: RollupQuestion): Dimension[] {
  const all = [
    ...by,
    ...where.map(({ dimension }) => dimension),
    ...(chosen ? [chosen] : []),
    ...leaveOut,
    ...parts.flatMap(({ rolled }) => rolled?.dimensions ?? []),
  ]
  return [...new Set(all)]
}

function isAllowed(
  { by, where, chosen }: RollupQuestion,
  { unfiltered, perCustomer }: NonNullable<Part['rolled']>,
): boolean {
  if (unfiltered) return where.length === 0 && chosen === null && by.every(isCalendar)
  return !perCustomer || by.every((dimension) => isCalendar(dimension) || dimension === 'customer')
}

/** Whether the keys tell members of the dimension apart; products tell their category. */
function tells(keys: readonly RollupKey[], dimension: Dimension): boolean {
  const key = keyOf[dimension]
  return key === null || keys.includes(key) || (key === 'category' && keys.includes('product'))
}

/** An order may have several hours: its count adds up over all else, but each hour must be asked alone. */
function countsOrders(
  { by, where }: RollupQuestion,
  { keys }: Cube,
  needed: readonly MeasureName[],
): boolean {
  if (!needed.includes('order_count') || !keys.includes('hour')) return true
  const alone = where.some(
    ({ dimension, op, values }) => dimension === 'hour' && op === 'in' && values.length === 1,
  )
  return by.includes('hour') || alone
}

interface Wanted {
  readonly question: RollupQuestion
  readonly asked: readonly Dimension[]
  readonly needed: readonly MeasureName[]
  readonly state: RollupState
}

function segmentsOf(cube: Cube, { question, asked, needed, state }: Wanted): Segment[] | null {
  const has = (rollup: Rollup | undefined) =>
    rollup && needed.every((name) => rollup.measures.includes(name)) ? rollup : null
  const { range } = question
  const dirty = state.dirtyDays.filter((day) => day >= range.from && day <= range.to)
  // Plain SQL may have spread an order over days and places.
  if (dirty.length > 0 && needed.includes('order_count')) return null
  const ofTime = asked.filter((dimension) => keyOf[dimension] === null)
  const ever = has(cube.ever)
  if (ever && ofTime.length === 0 && state.dirtyDays.length === 0 && isNearlyAll(range, state))
    return [{ rollup: ever, range: null }, ...outside(range)]
  const [day, month] = [has(cube.day), has(cube.month)]
  const byMonth = month && ofTime.every((dimension) => ofMonths.includes(dimension)) ? month : null
  const runs = byMonth ? monthRuns(range, dirty) : []
  if (!day && runs.length === 0) return null
  const segments = [
    ...runs.map((run): Segment => ({ rollup: byMonth, range: run })),
    ...gapsBetween(runs, range).flatMap((days) => daySegments(days, dirty, day)),
  ]
  return segments.length <= mostSegments ? segments : null
}

/** So many days more than the range are taken away from all there are, rather than months added up. */
const mostOutside = 31

function isNearlyAll({ from, to }: DayRange, { span }: RollupState): boolean {
  if (span === null || lengthOf({ from, to }) <= mostOutside) return false
  const before = Math.max(0, daysBetween(span.from, from))
  const after = Math.max(0, daysBetween(to, span.to))
  return before + after <= mostOutside
}

const [firstDay, lastDay] = ['0001-01-01', '9999-12-31']

/** What lies before and after the range, mostly nothing, so that the answer holds whatever was added meanwhile. */
function outside({ from, to }: DayRange): Segment[] {
  return [
    { rollup: null, range: { from: firstDay, to: addDays(from, -1) }, less: true },
    { rollup: null, range: { from: addDays(to, 1), to: lastDay }, less: true },
  ]
}

/** Whole months of the range, but for those with dirty days, joined where they follow each other. */
function monthRuns(range: DayRange, dirty: readonly string[]): DayRange[] {
  const spoilt = new Set(dirty.map((day) => startOf('month', day)))
  const runs: DayRange[] = []
  const whole = startOf('month', range.from) === range.from
  let first = whole ? range.from : addDays(endOf('month', range.from), 1)
  for (let last = endOf('month', first); last <= range.to; last = endOf('month', first)) {
    const before = runs.at(-1)
    if (!spoilt.has(first)) {
      if (before && addDays(before.to, 1) === first)
        runs[runs.length - 1] = { from: before.from, to: last }
      else runs.push({ from: first, to: last })
    }
    first = addDays(last, 1)
  }
  return runs
}

export interface WholeMonths {
  readonly plan: RollupPlan
  /** The days before and after, and months that plain SQL touched. */
  readonly others: readonly DayRange[]
}

/** What a measure of single months tells of a range; null where it holds no whole month. */
export function wholeMonths(
  range: DayRange,
  measure: MeasureName,
  { dirtyDays }: RollupState,
): WholeMonths | null {
  const rollup = rollups.find(
    ({ unit, keys, measures }) =>
      unit === 'month' && keys.length === 0 && measures.includes(measure),
  )
  const runs = monthRuns(range, dirtyDays)
  if (!rollup || runs.length === 0) return null
  const segments = runs.map((run): Segment => ({ rollup, range: run }))
  return {
    plan: { keys: [], measures: [measure], segments },
    others: gapsBetween(runs, range),
  }
}

/** The days of a range before, between and after some of it, which are in order. */
function gapsBetween(runs: readonly DayRange[], range: DayRange): DayRange[] {
  const gaps: DayRange[] = []
  let next = range.from
  for (const { from, to } of runs) {
    if (next < from) gaps.push({ from: next, to: addDays(from, -1) })
    next = addDays(to, 1)
  }
  if (next <= range.to) gaps.push({ from: next, to: range.to })
  return gaps
}

/** Days by day: dirty ones from the facts, and all of them where no rollup has single days. */
function daySegments(range: DayRange, dirty: readonly string[], day: Rollup | null): Segment[] {
  if (!day) return [{ rollup: null, range }]
  const segments: Segment[] = []
  const add = (rollup: Rollup | null, from: string, to: string) => {
    const before = segments.at(-1)
    const joins = before?.rollup === rollup && before.range && addDays(before.range.to, 1) === from
    if (joins && before.range) {
      segments[segments.length - 1] = { rollup, range: { from: before.range.from, to } }
    } else segments.push({ rollup, range: { from, to } })
  }
  let next = range.from
  for (const one of dirty.filter((each) => each >= range.from && each <= range.to)) {
    if (next < one) add(day, next, addDays(one, -1))
    add(null, one, one)
    next = addDays(one, 1)
  }
  if (next <= range.to) add(day, next, range.to)
  return segments
}

/** Where the days come from, in words. */
export function segmentsText(segments: readonly Segment[]): string {
  const added = segments.filter(({ less }) => !less)
  const days = (rollup: Rollup | null) =>
    added
      .filter((one) => one.rollup === rollup)
      .reduce((sum, { range }) => sum + (range ? lengthOf(range) : 0), 0)
  const sources = [...new Set(added.map(({ rollup }) => rollup))]
  if (sources.length === 1) return sources[0]?.name ?? 'the facts'
  return sources
    .map(
      (rollup) => `${rollup?.name ?? 'the facts'} (${plural(String(days(rollup)), 'day', 'days')})`,
    )
    .join(' + ')
}
