import type { DayRange } from '../model/day.ts'
import { sum } from '../model/money.ts'
import type { Note, Result } from '../model/query.ts'
import { type Answered, assembleRows } from './assemble.ts'
import type { CheckedQuery } from './check.ts'
import type { Ranking } from './compile.ts'
import { isCalendar } from './dimensions.ts'
import { partsOf } from './figure.ts'
import {
  type Asker,
  type Group,
  gather,
  gatherOther,
  gatherSplit,
  holdsAnything,
} from './gather.ts'
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
import { rankedKeys, rankingInPlace, rankingOf, type Selection, selectionOf } from './rank.ts'
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
  const told = caveatNotes(caveats, sums ?? addedUp(found.all, caveats.parts))
  return { rows, notes: [...plainNotes(plan, found.current), ...told, ...asked] }
}

interface Found {
  readonly current: readonly Group[]
  /** Also those that are not shown, where caveats come with them. */
  readonly all: readonly Group[]
  readonly previous: readonly Group[] | null
}

async function everything(asker: Asker, plan: Plan, carried: boolean): Promise<Found> {
  const { range, compareRange, parts, caveats } = plan
  const base = gatheringOf(plan)
  const all = carried ? [...new Set([...parts, ...caveats.parts])] : parts
  const [current, previous] = await Promise.all([
    gather(asker, { ...base, range, parts: all }),
    compareRange ? gather(asker, { ...base, range: compareRange, parts }) : null,
  ])
  return { current, all: current, previous }
}

/** First who is shown, then all about them, and the others as one. */
async function selected(asker: Asker, plan: Plan, selection: Selection): Promise<Found> {
  const { checked, range, compareRange, leaveOut, shop, rollups } = plan
  const atOnce = splitRanking(plan, selection)
  if (atOnce) return split(asker, plan, { selection, ranking: atOnce })
  const ranked = rankedParts(plan, selection)
  const base = gatheringOf(plan)
  const ranking = rankingInPlace(selection, { ...base, range, parts: ranked })
  const inPlace = ranking !== null && !(shop.anonymous && plan.parts.some(isOrderCount))
  const first = inPlace ? await gather(asker, { ...base, range, parts: ranked, ranking }) : null
  const keys = first
    ? keysOf(first, 0)
    : await rankedKeys(asker, { checked, selection, range, leaveOut, rollups })
  const [current, previous] = await Promise.all([
    ofMembers(asker, plan, { selection, range, keys, known: first }),
    compareRange ? ofMembers(asker, plan, { selection, range: compareRange, keys }) : null,
  ])
  return { current, all: current, previous }
}

interface ToldMembers {
  readonly selection: Selection
  readonly range: DayRange
  readonly keys: readonly (string | null)[]
  readonly known?: readonly Group[] | null
}

async function ofMembers(
  asker: Asker,
  plan: Plan,
  { selection, range, keys, known }: ToldMembers,
): Promise<Group[]> {
  const { dimension, other } = selection
  const members = { dimension, inside: true, keys }
  const gathering = { ...gatheringOf(plan), range, parts: plan.parts, members }
  const [shown, others] = await Promise.all([
    known ?? gather(asker, gathering),
    other ? gatherOther(asker, gathering) : [],
  ])
  return [...shown, ...others]
}

/** Who is shown, all about them, the others as one and the caveats, from one statement. */
async function split(
  asker: Asker,
  plan: Plan,
  { selection, ranking }: { readonly selection: Selection; readonly ranking: Ranking },
): Promise<Found> {
  const { checked, range, compareRange, caveats } = plan
  const { dimension } = selection
  const parts = [...new Set([...rankedParts(plan, selection), ...caveats.parts])]
  const gathering = { ...gatheringOf(plan), range, parts }
  const { shown, others } = await gatherSplit(asker, gathering, { dimension, ranking })
  const told = others.filter(({ sums }) => holdsAnything(plan.parts.map(({ name }) => sums[name])))
  const keys = keysOf(shown, checked.by.indexOf(dimension))
  return {
    current: selection.other ? [...shown, ...told] : shown,
    all: [...shown, ...others],
    previous: compareRange
      ? await ofMembers(asker, plan, { selection, range: compareRange, keys })
      : null,
  }
}

function rankedParts(plan: Plan, { metric }: Selection): Part[] {
  return [...new Set([...plan.parts, ...partsOf(metric.figure)])]
}

function keysOf(groups: readonly Group[], place: number): (string | null)[] {
  const keys = groups.map((group) => group.keys[place] ?? null)
  return [...new Set(keys.map((key) => (key === null ? null : String(key))))]
}

/**
 * The ranking by which one statement tells everything, or null. Stock is worked out anew by every statement, and all
 * that is told of it adds up but over time.
 */
function splitRanking(plan: Plan, selection: Selection): Ranking | null {
  const parts = [...rankedParts(plan, selection), ...plan.caveats.parts]
  return parts.every(isOfStock) && !plan.checked.by.some(isCalendar) ? rankingOf(selection) : null
}

/** What all questions of a plan have in common. */
function gatheringOf({ checked, leaveOut, shop, rollups }: Plan) {
  return { checked, leaveOut, anonymous: shop.anonymous, rollups }
}

function isOrderCount(part: Part): boolean {
  return part.name === 'order_count'
}

/**
 * Caveats are sums over facts: where the answer leaves nothing out they come with it. Stock has nothing to leave out,
 * and does not add up over time.
 */
function carriesCaveats(plan: Plan): boolean {
  const { checked, leaveOut, selection, caveats, parts } = plan
  const isWhole = leaveOut.length === 0 || [...parts, ...caveats.parts].every(isOfStock)
  const addsUp = !caveats.parts.some(isOfStock) || !checked.by.some(isCalendar)
  return isWhole && addsUp && (selection === null || splitRanking(plan, selection) !== null)
}

function isOfStock({ family }: Part): boolean {
  return family === 'stock'
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
