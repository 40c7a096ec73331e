import type { LiveFigures, LiveTotal } from '../../model/live-page.ts'
import type { MetricName } from '../../model/query.ts'
import { metrics } from '../definitions/definitions.ts'
import { cellOf, changeOf, figureOf, partsOf } from '../figure.ts'
import type { ShopFacts } from '../shop-facts.ts'
import type { LiveDays, ToldTimes } from './day-sums.ts'
import type { LiveMoment } from './live-moment.ts'

/** The figures at the top of the page, in their order. */
const shown: readonly MetricName[] = ['revenue', 'net_sales', 'orders', 'units', 'aov']

/** How precisely two days can be cut at the same time. */
type Precision = 'moment' | 'hour' | null

export function liveTotals(
  { day, compared }: LiveDays,
  moment: LiveMoment,
  { orderSpan }: Pick<ShopFacts, 'orderSpan'>,
): LiveTotal[] {
  const isBefore = orderSpan === null || moment.comparedCut.day < orderSpan.from
  const ofSales = precisionOf(moment, day.sales, compared.sales)
  const ofReturns = precisionOf(moment, day.returns, compared.returns)
  return shown.map((name): LiveTotal => {
    const metric = metrics[name]
    const { label, unit, goodDirection, definition } = metric
    const withReturns = partsOf(metric.figure).some(({ family }) => family === 'returns')
    const precision = withReturns ? coarser(ofSales, ofReturns) : ofSales
    const cut = isBefore ? null : precision
    const value = figureOf(metric, day.soFar)
    const own = cut === 'hour' ? figureOf(metric, day.byHour) : value
    const previous =
      cut === null ? null : figureOf(metric, cut === 'hour' ? compared.byHour : compared.soFar)
    const until = cut === 'hour' ? moment.hourCut.at : moment.at
    return {
      name,
      label,
      unit,
      goodDirection,
      definition,
      value: cellOf(unit, value),
      comparedUntil: cut === null ? null : until.toISOString(),
      previous: cellOf(unit, previous),
      change: changeOf(unit, own, previous),
      reason: isBefore
        ? 'no data a week before'
        : precision === null
          ? untoldReason(ofSales === null)
          : null,
    }
  })
}

function untoldReason(ofSales: boolean): string {
  return `${ofSales ? 'orders' : 'returns'} tell no time`
}

/** Rows of the compared day must tell when they happened, or some that came later would count. */
function precisionOf({ cut }: LiveMoment, own: ToldTimes, compared: ToldTimes): Precision {
  if (cut.counts === 'all') return 'moment'
  const ownTells = cut.counts === 'here' || own.withoutMinute === 0
  if (compared.withoutMinute === 0 && ownTells) return 'moment'
  return own.withoutHour + compared.withoutHour === 0 ? 'hour' : null
}

function coarser(a: Precision, b: Precision): Precision {
  if (a === null || b === null) return null
  return a === 'hour' || b === 'hour' ? 'hour' : 'moment'
}

/** What the orders of the days tell of their time, at best. */
export function toldPrecision({ day, before, compared }: LiveDays): LiveFigures['precision'] {
  for (const days of [[day, before], [compared]]) {
    const times = days.map(({ sales }) => sales)
    if (times.some(({ rows, withoutMinute }) => rows > withoutMinute)) return 'minute'
    if (times.some(({ rows, withoutHour }) => rows > withoutHour)) return 'hour'
    if (times.some(({ rows }) => rows > 0)) return 'day'
  }
  return null
}
