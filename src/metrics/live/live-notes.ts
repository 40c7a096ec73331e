import type { LiveFigures, LiveNote } from '../../model/live-page.ts'
import { plural } from '../../model/sentence.ts'
import { setAsideNotes } from '../set-aside-notes.ts'
import type { ShopFacts } from '../shop-facts.ts'
import { hasNameless, type LiveDays } from './day-sums.ts'
import type { LiveMoment } from './live-moment.ts'

/** What the figures of the day leave out or cannot know. */
export function liveNotes(
  days: LiveDays,
  moment: LiveMoment,
  { shop, precision }: { shop: ShopFacts; precision: LiveFigures['precision'] },
): LiveNote[] {
  const ranges = [moment.comparedCut.day, moment.day].map((day) => ({ from: day, to: day }))
  const notes: LiveNote[] = setAsideNotes(shop, ranges).map(({ text }) => ({
    code: 'month_set_aside',
    text,
  }))
  return [...notes, ...timeNotes(days, moment, precision), ...countNotes(days)]
}

function timeNotes(
  { day }: LiveDays,
  { cut, kind }: LiveMoment,
  precision: LiveFigures['precision'],
): LiveNote[] {
  const { sales, returns, laterOrders, laterReturns } = day
  const notes: LiveNote[] = []
  const isReplay = kind === 'replay' && cut.counts !== 'all'
  if (precision === 'day') {
    const counted = isReplay ? ' They count when the day is over.' : ''
    const text = `The orders of this shop tell a day and no time, so minutes and hours are not known.${counted}`
    notes.push({ code: 'orders_without_time', text })
  } else if (precision === 'hour') {
    const counted = isReplay ? ' Each counts when its hour is over.' : ''
    const text = `The orders of this shop tell their hour and no minute: bars are by the hour.${counted}`
    notes.push({ code: 'orders_by_hour', text })
  } else if (sales.withoutMinute > 0) {
    const lines = plural(String(sales.withoutMinute), 'order line', 'order lines')
    const counted = isReplay ? ' They count when their hour, or the day, is over.' : ''
    const text = `${lines} of the day without minute: not among the minutes.${counted}`
    notes.push({ code: 'orders_without_time', text })
  }
  if (cut.counts === 'here' && laterOrders > 0) {
    const text = `${plural(String(laterOrders), 'order', 'orders')} of today with a later time: counted when it comes.`
    notes.push({ code: 'later_today', text })
  }
  if (isReplay && laterReturns > 0 && returns.withoutHour > 0) {
    const text = `${plural(String(returns.withoutHour), 'return', 'returns')} of the day without a time: counted when the day is over.`
    notes.push({ code: 'returns_without_time', text })
  }
  return notes
}

function countNotes({ day, compared }: LiveDays): LiveNote[] {
  const notes: LiveNote[] = []
  if (day.withoutAmount + compared.withoutAmount > 0) {
    const text = `${plural(String(day.withoutAmount + compared.withoutAmount), 'return', 'returns')} without amount on the compared days: not in net sales.`
    notes.push({ code: 'returns_without_amount', text })
  }
  if (hasNameless(day) || hasNameless(compared)) {
    const text =
      'Some lines have no order number: orders, and what is reckoned per order, are not known where they lie.'
    notes.push({ code: 'orders_unavailable', text })
  }
  return notes
}
