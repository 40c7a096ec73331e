import { type StockStanding, type StockStandings, soldWithinDays } from '../metrics/metrics.ts'
import type { ProductScope } from '../model/alert.ts'
import { countText, plural } from '../model/sentence.ts'
import type { AlertKind } from './alert-kind.ts'

/**
 * The products of a rule. Those that nobody bought for so long are not sold any more: their shelf is empty on purpose.
 * One that is named is watched whatever it sells.
 */
export function watchedOf(
  { products }: StockStandings,
  scope: ProductScope,
): readonly StockStanding[] {
  switch (scope.of) {
    case 'all':
      return products.filter(({ isSold }) => isSold)
    case 'category':
      return products.filter(({ isSold, category }) => isSold && category === scope.category)
    case 'product':
      return products.filter(({ product }) => product === scope.product)
  }
}

export const unwatched: AlertKind['whenGone'] = {
  resolution: 'not_watched',
  text: (name) =>
    `${name} is not watched any more: it was not sold for ${soldWithinDays} days, or the rule is about other products.`,
}

interface Counted {
  readonly watched: number
  readonly held: number
  /** `out of stock`. */
  readonly how: string
}

/** `3 of 120 products are out of stock. 4 products sold in the last 90 days were never counted: how they stand is not known.` */
export function stockStatus(
  { neverCounted }: StockStandings,
  scope: ProductScope,
  { watched, held, how }: Counted,
): string {
  if (scope.of === 'product') {
    if (watched === 0) return `${scope.name} was never counted: how it stands is not known.`
    return held === 0 ? `${scope.name} is not ${how}.` : `${scope.name} is ${how}.`
  }
  const uncounted =
    neverCounted === 0
      ? ''
      : ` ${plural(String(neverCounted), 'product', 'products')} sold in the last ${soldWithinDays} days without any stock count: not watched.`
  if (watched === 0)
    return `No product that sold in the last ${soldWithinDays} days was counted.${uncounted}`
  const are = held === 1 ? 'is' : 'are'
  return `${countText(String(held))} of ${plural(String(watched), 'product', 'products')} ${are} ${how}.${uncounted}`
}
