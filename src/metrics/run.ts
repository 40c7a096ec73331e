import type { DayRange } from '../model/day.ts'
import { sum } from '../model/money.ts'
import type { Note, Result } from '../model/query.ts'
import { type Answered, assembleRows } from './assemble.ts'
import type { CheckedQuery } from './check.ts'
import { isCalendar } from './dimensions.ts'
import { partsOf } from './figure.ts'
import { type Asker, type Group, gather, gatherOther } from './gather.ts'
import { type LeaveOut, leaveOutsOf } from './leave-out.ts'
import type { Part } from './metric.ts'
import {
  askedNotes,
  type CaveatPlan,
  caveatNotes,
  caveatsOf,
  gatherCaveats,
  plainNotes,
} from './notes.ts'
import { comparedRange, pastPart } from './ranges.ts'
import { rankedKeys, rankingInPlace, type Selection, selectionOf } from './rank.ts'
import type { RollupState } from './rollup-plan.ts'
import type { ShopFacts } from './shop-facts.ts'

/** Everything settled before the first fact is read. */
export interface Plan {
  readonly checked: CheckedQuery
  readonly shop: ShopFacts
  readonly range: DayRange
  readonly compareRange: DayRange | null
  readonly leaveOut: readonly LeaveOut[]
  readonly selection: Selection | null
  /** Parts of the figures asked. */
  readonly parts: readonly Part[]
  readonly caveats: CaveatPlan
  readonly rollups: RollupState
}

export function planOf(checked: CheckedQuery, shop: ShopFacts, range: DayRange): Plan {
  const { by, where, includeUnknown } = checked
  const leaveOut = includeUnknown ? [] : leaveOutsOf(by, where)
  return {
    checked,
    shop,
    range,
    compareRange: comparedRange(checked, range, shop),
    leaveOut,
    selection: selectionOf(checked),
    parts: [...new Set(checked.metrics.flatMap((metric) => partsOf(metric.figure)))],
    caveats: caveatsOf(checked, leaveOut),
    rollups: { dirtyDays: shop.dirtyDays, span: shop.span },
  }
}

/** Asks everything the plan needs at once and puts the rows and notes together. */
export async function answer(
  asker: Asker,
  plan: Plan,
): Promise<Pick<Result['data'], 'rows'> & { notes: Note[] }> {
  const { checked, shop, range, compareRange, caveats, rollups } = plan
  const carried = carriesCaveats(plan)
  const [found, asked, sums] = await Promise.all([
    plan.selection ? selected(asker, plan, plan.selection) : everything(asker, plan, carried),
    askedNotes(asker, plan),
    carried ? null : gatherCaveats(asker, caveats, { checked, range, anonymous: false, rollups }),
  ])
  const rows = assembleRows({
    checked,
    current: answeredOf(found.current, range, shop),
    previous:
      found.previous && compareRange ? answeredOf(found.previous, compareRange, shop) : null,
  })
  const told = caveatNotes(caveats, sums ?? addedUp(found.current, caveats.parts))
  return { rows, notes: [...plainNotes(plan, found.current), ...told, ...asked] }
}

interface Found {
  readonly current: readonly Group[]
  readonly previous: readonly Group[] | null
}

async function everything(asker: Asker, plan: Plan, carried: boolean): Promise<Found> {
  const { checked, range, compareRange, parts, leaveOut, caveats, shop, rollups } = plan
  const base = { checked, leaveOut, anonymous: shop.anonymous, rollups }
  const all = carried ? [...new Set([...parts, ...caveats.parts])] : parts
  const [current, previous] = await Promise.all([
    gather(asker, { ...base, range, parts: all }),
    compareRange ? gather(asker, { ...base, range: compareRange, parts }) : null,
  ])
  return { current, previous }
}

/** First who is shown, then all about them, and the others as one. */
async function selected(asker: Asker, plan: Plan, selection: Selection): Promise<Found> {
  const { checked, range, compareRange, leaveOut, shop, rollups } = plan
  const { dimension } = selection
  const ranked = [...new Set([...plan.parts, ...partsOf(selection.metric.figure)])]
  const base = { checked, leaveOut, anonymous: shop.anonymous, rollups }
  const ranking = rankingInPlace(selection, { ...base, range, parts: ranked })
  const inPlace = ranking !== null && !(shop.anonymous && plan.parts.some(isOrderCount))
  const first = inPlace ? await gather(asker, { ...base, range, parts: ranked, ranking }) : null
  const keys = first
    ? first.map((group) => (group.keys[0] === null ? null : String(group.keys[0])))
    : await rankedKeys(asker, { checked, selection, range, leaveOut, rollups })
  const members = { dimension, inside: true, keys }
  const ask = async (of: DayRange, known: readonly Group[] | null): Promise<Group[]> => {
    const gathering = { ...base, range: of, parts: plan.parts, members }
    const [shown, other] = await Promise.all([
      known ?? gather(asker, gathering),
      selection.other ? gatherOther(asker, gathering) : [],
    ])
    return [...shown, ...other]
  }
  const [current, previous] = await Promise.all([
    ask(range, first),
    compareRange ? ask(compareRange, null) : null,
  ])
  return { current, previous }
}

function isOrderCount(part: Part): boolean {
  return part.name === 'order_count'
}

/**
 * Caveats are sums over facts: where the answer leaves nothing out they come with it. Stock has nothing to leave out,
 * and does not add up over time.
 */
function carriesCaveats({ checked, leaveOut, selection, caveats, parts }: Plan): boolean {
  const isStock = (part: Part) => part.family === 'stock'
  const isWhole = leaveOut.length === 0 || [...parts, ...caveats.parts].every(isStock)
  const addsUp = !caveats.parts.some(isStock) || !checked.by.some(isCalendar)
  return isWhole && addsUp && selection === null
}

function addedUp(groups: readonly Group[], parts: readonly Part[]): Record<string, string | null> {
  const sums: Record<string, string | null> = {}
  for (const { name } of parts) {
    const values: string[] = []
    for (const group of groups) {
      const value = group.sums[name] ?? null
      if (value !== null) values.push(value)
    }
    sums[name] = values.length > 0 ? sum(values) : null
  }
  return sums
}

function answeredOf(groups: readonly Group[], range: DayRange, shop: ShopFacts): Answered {
  const known = shop.span === null || range.to >= shop.span.from
  return { range: pastPart(range, shop), groups, known }
}
