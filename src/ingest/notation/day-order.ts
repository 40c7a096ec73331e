import type { DayOrder, MomentFamily } from './moment-families.ts'

/**
 * Which number of a date is the day. Numbers over 12 and, where years have two digits, how often each number
 * changes tell it for a whole family; what they leave open the order of the rows may tell.
 */

/** What the numbers in the three places of a family say over all of its values. */
export interface PartEvidence {
  readonly key: string
  readonly firstMost: number
  readonly secondMost: number
  readonly firstOver12: number
  readonly secondOver12: number
  readonly thirdMost: number
  /** How many different numbers stand in each place. */
  readonly firstKinds: number
  readonly secondKinds: number
  readonly thirdKinds: number
  /** Steps from row to row; absent where the numbers settle the order. */
  readonly steps?: Steps
}

/** From one row to the next with another date: how often a reading goes on in time, and how often back. */
export interface Steps {
  readonly dayFirst: { readonly on: number; readonly back: number }
  readonly monthFirst: { readonly on: number; readonly back: number }
  /** How often the text itself is less than the one before, and more. */
  readonly text: { readonly on: number; readonly back: number }
}

/** `open` and `contradictory` need an answer. */
export type SettledOrder = DayOrder | 'open' | 'contradictory'

/** Families whose numbers can be read in several orders. */
export function hasDayOrder({ kind, yearDigits, named }: MomentFamily): boolean {
  return kind === 'numeric' || (kind === 'named' && yearDigits === 2 && named?.order === 'dmy')
}

/** The day order each family proves; those that prove nothing follow the others of their column. */
export function settleOrders(
  families: readonly MomentFamily[],
  parts: readonly PartEvidence[],
): Readonly<Record<string, SettledOrder>> {
  const orders: Record<string, SettledOrder> = {}
  for (const family of families.filter(hasDayOrder)) {
    const part = parts.find(({ key }) => key === family.key)
    orders[family.key] = orderOf(family, part)
  }
  const proven = new Set(
    Object.values(orders).filter((order) => order === 'dmy' || order === 'mdy'),
  )
  if (proven.size === 1) {
    const [order] = proven
    for (const family of families) {
      const possible = readingsOf(
        family,
        parts.find(({ key }) => key === family.key),
      )
      if (orders[family.key] === 'open' && order && possible.includes(order))
        orders[family.key] = order
    }
  }
  return orders
}

/** The orders in which the numbers of a family can be read, the likelier first; none where they contradict each other. */
export function readingsOf(family: MomentFamily, part: PartEvidence | undefined): DayOrder[] {
  const most = { first: 0, second: 0, third: 0, ...(part && mostOf(part)) }
  if (family.kind === 'named') return namedReadings(part)
  const readings: DayOrder[] = []
  if (most.second <= 12) readings.push('dmy')
  if (most.first <= 12) readings.push('mdy')
  if (!part || family.yearDigits === 4 || family.separator === '.') return readings
  if (most.third > 31 || most.second > 12 || isYearLast(part)) return readings
  const yearOnly = isYearFirst(part)
  if (yearOnly || most.first > 31) return ['ymd']
  return [...readings, 'ymd']
}

function mostOf({ firstMost, secondMost, thirdMost }: PartEvidence) {
  return { first: firstMost, second: secondMost, third: thirdMost }
}

/** 24-Feb-03 is a day of 2003 or of 2024. */
function namedReadings(part: PartEvidence | undefined): DayOrder[] {
  if (!part || part.thirdMost > 31 || isYearLast(part)) return ['dmy']
  if (part.firstMost > 31 || isYearFirst(part)) return ['ymd']
  return ['dmy', 'ymd']
}

function orderOf(family: MomentFamily, part: PartEvidence | undefined): SettledOrder {
  const readings = readingsOf(family, part)
  const [only] = readings
  if (only === undefined) return 'contradictory'
  if (readings.length === 1) return only
  return family.separator === '.' ? 'dmy' : 'open'
}

/** 15-01-24: the last number hardly changes, one before it runs through the days of a month. */
function isYearLast({ firstKinds, secondKinds, thirdKinds }: PartEvidence): boolean {
  return thirdKinds * 2 <= Math.max(firstKinds, secondKinds)
}

/** 24-01-15: the first number hardly changes, the last one runs through the days of a month. */
function isYearFirst({ firstKinds, thirdKinds }: PartEvidence): boolean {
  return firstKinds * 2 <= thirdKinds
}

const fewestSteps = 6

/**
 * What the order of the rows tells: in one reading all of them go one way in time, in the other they jump to
 * and fro. Rows that are sorted by their text look so too where months stand first, and tell nothing.
 */
export function orderOfRows({ steps }: PartEvidence): 'dmy' | 'mdy' | null {
  if (!steps || isSorted(steps.text)) return null
  const { dayFirst, monthFirst } = steps
  if (isSorted(dayFirst) && jumps(monthFirst)) return 'dmy'
  return isSorted(monthFirst) && jumps(dayFirst) ? 'mdy' : null
}

type Way = Steps['text']

function isSorted({ on, back }: Way): boolean {
  return on + back >= fewestSteps && Math.min(on, back) === 0
}

function jumps({ on, back }: Way): boolean {
  return Math.min(on, back) >= 2
}
