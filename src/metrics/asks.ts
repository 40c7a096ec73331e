import type { DayRange } from '../model/day.ts'
import type { CheckedQuery } from './check.ts'
import type { Ask, Ranking } from './compile.ts'
import type { Members } from './filters.ts'
import type { LeaveOut } from './leave-out.ts'
import type { Family, Part } from './metric.ts'
import { anonymousLines, orderCount } from './parts.ts'
import { type RollupPlan, type RollupState, rollupPlan, wholeMonths } from './rollup-plan.ts'

/** What a question needs to know of the facts, settled into statements: which cells or facts each of them reads. */

export interface Gathering {
  readonly checked: CheckedQuery
  readonly parts: readonly Part[]
  readonly range: DayRange
  readonly leaveOut: readonly LeaveOut[]
  readonly members?: Members
  readonly ranking?: Ranking
  /** Whether there are lines without an order number at all. */
  readonly anonymous: boolean
  readonly rollups: RollupState
}

/** What is asked of the rollups, and of each family of facts where no rollup is exact. */
export function asksOf(gathering: Gathering): Omit<Ask, 'words'>[] {
  const [monthly] = gathering.parts.filter(({ rolled }) => rolled?.monthly)
  const asked = monthly ? monthlyAsks(gathering, monthly) : null
  if (!monthly || !asked) return asksOfRange(gathering)
  const parts = gathering.parts.filter((part) => part !== monthly)
  return [...asked, ...(parts.length > 0 ? asksOfRange({ ...gathering, parts }) : [])]
}

/** Whole months each by itself, and what is left of the range as ever; null where that is not to be had. */
function monthlyAsks(gathering: Gathering, part: Part): Omit<Ask, 'words'>[] | null {
  const { checked, range, members, leaveOut, rollups } = gathering
  const rolled = part.rolled?.monthly
  const [measure] = rolled?.measures ?? []
  const isPlain = checked.where.length === 0 && !members && checked.by.join() === 'month'
  const months = measure && isPlain ? wholeMonths(range, measure, rollups) : null
  if (!rolled || !months) return null
  const base = { by: checked.by, range, where: [], leaveOut, family: 'rollup' } as const
  return [
    { ...base, parts: [{ ...part, rolled }], rollup: months.plan },
    ...months.others.flatMap((days) => asksOfRange({ ...gathering, range: days, parts: [part] })),
  ]
}

function asksOfRange(gathering: Gathering): Omit<Ask, 'words'>[] {
  const { checked, range, leaveOut, members, ranking, anonymous } = gathering
  const parts = [...gathering.parts]
  if (anonymous && parts.includes(orderCount)) parts.push(anonymousLines)
  const base = {
    by: checked.by,
    range,
    where: checked.where,
    ...(members ? { members } : {}),
    ...(ranking ? { ranking } : {}),
  }
  const { rolled, others } = planned(gathering, parts)
  const families = [...new Set(others.map((part) => part.family))]
  return [
    ...rolled.map((each): Omit<Ask, 'words'> => ({ ...base, ...each, family: 'rollup', leaveOut })),
    ...families.map((family) => ({
      ...base,
      family,
      parts: others.filter((part) => part.family === family),
      leaveOut: leavesOut(family) ? leaveOut : [],
    })),
  ]
}

interface Rolled {
  readonly parts: readonly Part[]
  readonly rollup: RollupPlan
}

/**
 * Parts that one rollup tells are asked together. Customers are counted on their own: the rows of each are added up
 * first, which costs all other sums more than a statement.
 */
function planned(
  { checked, range, leaveOut, members, rollups }: Gathering,
  parts: readonly Part[],
): { rolled: Rolled[]; others: Part[] } {
  const question = {
    by: checked.by,
    where: checked.where,
    chosen: members?.dimension ?? null,
    leaveOut: leaveOut.map(({ dimension }) => dimension),
    range,
  }
  const plan = (some: readonly Part[]) => rollupPlan({ ...question, parts: some }, rollups)
  const sets = [
    parts.filter(({ rolled }) => !rolled?.perCustomer),
    parts.filter(({ rolled }) => rolled?.perCustomer),
  ]
  const rolled: Rolled[] = []
  const others: Part[] = []
  for (const set of sets.filter(({ length }) => length > 0)) {
    const whole = plan(set)
    const tries = whole ? [set] : set.map((part) => [part])
    for (const some of tries) {
      const found = whole ?? plan(some)
      const same = rolled.findIndex(({ rollup }) => isSameSource(rollup, found))
      const before = rolled[same]
      if (!found) others.push(...some)
      else if (before && !whole) {
        const together = [...before.parts, ...some]
        rolled[same] = { parts: together, rollup: plan(together) ?? found }
      } else rolled.push({ parts: some, rollup: found })
    }
  }
  return { rolled, others }
}

function isSameSource(a: RollupPlan, b: RollupPlan | null): boolean {
  return JSON.stringify([a.keys, a.segments]) === JSON.stringify([b?.keys, b?.segments])
}

/** Unknown products and fees are never counted, so stock has nothing to leave out. */
function leavesOut(family: Family): boolean {
  return family !== 'stock'
}
