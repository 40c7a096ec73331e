import { addMonths, type DayRange, dayIn } from '../model/day.ts'
import type { Note, Query } from '../model/query.ts'
import { dayText, monthText } from '../model/sentence.ts'
import type { ShopFacts } from './shop-facts.ts'

/** The days that an answer is about; null where it is about all that went before. */
export interface ToldRange {
  readonly from: string | null
  readonly to: string | null
}

/** What was asked: a range that states no end has none, whatever days the data have left. */
export function toldRanges(
  { from, to }: Pick<Query, 'from' | 'to'>,
  compareRange: DayRange | null,
  ofStock: boolean,
): ToldRange[] {
  // Stock is what is left of all that was counted and sold before.
  const own = { from: ofStock ? null : (from ?? null), to: to ?? null }
  if (compareRange === null) return [own]
  return [own, ofStock ? { ...compareRange, from: null } : compareRange]
}

/** One note for the months of one day that a range touches: their lines are not counted. */
export function setAsideNotes(
  { setAside, timeZone }: Pick<ShopFacts, 'setAside' | 'timeZone'>,
  ranges: readonly ToldRange[],
): Note[] {
  const told = new Map<string, string[]>()
  for (const { month, setAsideAt, droppedAt } of setAside) {
    const isTouched = ranges.some(
      ({ from, to }) =>
        (to === null || month <= to) && (from === null || from < addMonths(month, 1)),
    )
    if (!isTouched) continue
    const day = dayText(dayIn(timeZone, new Date(droppedAt ?? setAsideAt)))
    const end =
      droppedAt === null
        ? `were set aside on ${day} and are not counted`
        : `were dropped on ${day} and are not counted; what was imported since is`
    told.set(end, [...(told.get(end) ?? []), monthText(month)])
  }
  return [...told].map(([end, names]) => ({
    code: 'month_set_aside',
    text: `The lines of ${listed(names)} ${end}.`,
  }))
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last
}
