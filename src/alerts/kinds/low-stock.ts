import type { StockStanding } from '../../metrics/metrics.ts'
import type { LowStock } from '../../model/alert.ts'
import { add, compare, isZero, multiply } from '../../model/money.ts'
import { countText, plural } from '../../model/sentence.ts'
import type { AlertKind, Observation } from '../alert-kind.ts'
import { stockStatus, unwatched, watchedOf } from '../watched-products.ts'

/** How far above its threshold a value must be before it is told to have recovered: a fifth of it, and at least so much. */
const marginShare = '0.2'
const leastMargin = { units: '2', days: '1' } as const

export const lowStock: AlertKind<LowStock> = {
  name: 'low_stock',
  settleMinutes: 0,
  whenGone: unwatched,
  async observe(condition, sight) {
    const standings = await sight.stock()
    const watched = watchedOf(standings, condition.products)
    const observations = watched.map((standing) => observationOf(standing, condition))
    const held = observations.filter(({ state }) => state === 'holds').length
    const { measure, threshold } = condition
    const how =
      measure === 'units'
        ? `down to ${plural(threshold, 'unit', 'units')} or fewer`
        : `about to run out within ${plural(threshold, 'day', 'days')}`
    const counted = { watched: watched.length, held, how }
    return { observations, status: stockStatus(standings, condition.products, counted) }
  },
}

function observationOf(standing: StockStanding, { measure, threshold }: LowStock): Observation {
  const { product, name, onHand, pace, daysOfCover } = standing
  const value = measure === 'units' ? onHand : daysOfCover
  return {
    subject: { key: product, name },
    state: stateOf(value, { measure, threshold }),
    text: () => {
      const left = `${plural(onHand, 'unit', 'units')} left`
      const lasts =
        daysOfCover === null || isZero(pace) ? 'none sold lately' : lastsText(daysOfCover)
      return `${name}: ${left}, ${lasts}.`
    },
    figures: () => ({ onHand, pace, daysOfCover, threshold }),
  }
}

function lastsText(days: string): string {
  return `enough for ${days === '1.0' ? '1 day' : `${countText(days)} days`} at the pace of the last weeks`
}

/** What is left and sells nothing lasts for ever. */
function stateOf(
  value: string | null,
  { measure, threshold }: Pick<LowStock, 'measure' | 'threshold'>,
): Observation['state'] {
  if (value === null) return 'clear'
  if (compare(value, threshold) <= 0) return 'holds'
  const share = multiply(threshold, marginShare)
  const margin = compare(share, leastMargin[measure]) > 0 ? share : leastMargin[measure]
  return compare(value, add(threshold, margin)) >= 0 ? 'clear' : 'between'
}
