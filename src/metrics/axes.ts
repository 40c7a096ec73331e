import { addDays, type DayRange, startOf, unitsIn, weekdayOf } from '../model/day.ts'
import type { Cell, Dimension, Row } from '../model/query.ts'
import type { CheckedQuery } from './check.ts'
import { isCalendar } from './dimensions.ts'
import { acceptsDay, acceptsHour } from './filters.ts'
import type { Group } from './gather.ts'
import { placeKeys } from './place-keys.ts'

/**
 * The rows that an answer must have even where no facts are. Buckets of time, weekdays and hours are
 * axes: every step of them is shown. All other dimensions show the combinations that were found.
 */

/** One place on all axes of time together. */
export interface Step {
  /** Position of the bucket in its range: the compared range is aligned by it. */
  readonly position: number
  readonly cells: Row
  /** The place as text, see `placeKeys`. */
  readonly key: string
}

/** More filled rows than this help nobody: a long list is then given as found. */
const mostFilledRows = 100_000

/** The steps of the range in order, or a single empty one when the answer is not split by time. */
export function stepsOf(
  { by, where }: Pick<CheckedQuery, 'by' | 'where'>,
  range: DayRange,
  groups: readonly Group[],
): Step[] {
  const accepts = acceptsDay(where)
  const { stepOf } = placeKeys(by)
  let steps = bucketsOf(by, range, accepts).map(
    (cells, position): Step => ({ position, cells, key: stepOf(cells) }),
  )
  const cross = (dimension: Dimension, values: readonly Cell[]): Step[] =>
    steps.flatMap(({ position, cells: before }) =>
      values.map((value) => {
        const cells = { ...before, [dimension]: value }
        return { position, cells, key: stepOf(cells) }
      }),
    )
  if (by.includes('weekday') && !by.includes('day')) {
    steps = cross('weekday', weekdaysIn(range, accepts))
  }
  if (by.includes('hour')) {
    steps = cross('hour', hoursOf(by.indexOf('hour'), groups).filter(acceptsHour(where)))
  }
  return steps
}

/** Whether all steps can be given for every combination of the other dimensions. */
export function canFill(steps: readonly Step[], combinations: number): boolean {
  return steps.length * combinations <= mostFilledRows
}

/**
 * The calendar cells of each bucket that holds a day the conditions accept; weeks cut by a month's end
 * are two buckets when both are asked.
 */
function bucketsOf(
  by: readonly Dimension[],
  range: DayRange,
  accepts: ((day: string) => boolean) | null,
): Row[] {
  const units = by.filter(isCalendar)
  const [unit] = units
  if (!unit) return [{}]
  const withWeekday = by.includes('weekday') && units.includes('day')
  if (units.length === 1 && !withWeekday && !accepts) {
    return unitsIn(unit, range).map((start) => ({ [unit]: start }))
  }
  const buckets = new Map<string, Row>()
  for (let day = range.from; day <= range.to; day = addDays(day, 1)) {
    if (accepts?.(day) === false) continue
    const cells: Record<string, Cell> = {}
    for (const each of units) cells[each] = startOf(each, day)
    if (withWeekday) cells.weekday = weekdayOf(day)
    buckets.set(JSON.stringify(cells), cells)
  }
  return [...buckets.values()]
}

function weekdaysIn(range: DayRange, accepts: ((day: string) => boolean) | null): number[] {
  const found = new Set<number>()
  for (let day = range.from; day <= range.to && found.size < 7; day = addDays(day, 1)) {
    if (accepts?.(day) !== false) found.add(weekdayOf(day))
  }
  return [...found].sort((a, b) => a - b)
}

/** The whole day where any hour is known, and the unknown hour where there is one. */
function hoursOf(index: number, groups: readonly Group[]): Cell[] {
  const hours = groups.map((group) => group.keys[index] ?? null)
  const known = hours.some((hour) => hour !== null)
  const unknown = hours.some((hour) => hour === null)
  const day = Array.from({ length: 24 }, (_, hour) => hour)
  return [...(known ? day : []), ...(unknown ? [null] : [])]
}
