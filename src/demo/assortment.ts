import { categoryOf } from './assortment-words.ts'
import type { AssortmentStep } from './calendar.ts'
import type { Product } from './catalogue.ts'

/**
 * How the sales of each stretch of days spread over the products: a ring of slots on which a product
 * holds a run as long as its share. The lines of an order stand far apart on the ring, so that a
 * product whose run is short enough never stands twice in one order.
 */

export const mostLines = 6
/** Lines of one order are at least 1/12 of the ring apart. */
const largestShare = 1 / 13

export interface Run {
  readonly step: number
  readonly product_id: number
  readonly first_slot: number
  readonly slots: number
}

/** Slots on the ring, enough that the least popular product has one. */
export function ringSize(products: number): number {
  return products <= 300 ? 4096 : 32_768
}

export function buildAssortment(
  products: readonly Product[],
  steps: readonly AssortmentStep[],
): Run[] {
  const size = ringSize(products.length)
  return steps.flatMap((step, index) => {
    const weights = products.map((product) => weightOf(product, step))
    let reached = 0
    return capped(weights).flatMap((share, place) => {
      const first = Math.round(reached * size)
      reached += share
      const slots = Math.round(reached * size) - first
      const id = products[place]?.id ?? 0
      return slots > 0 ? [{ step: index, product_id: id, first_slot: first, slots }] : []
    })
  })
}

function weightOf(product: Product, step: AssortmentStep): number {
  if (step.share < product.launched) return 0
  if (product.plan === 'out' && step.kind === 'after_stock_out') return 0
  const popularity = (product.rank + 3) ** -0.85
  const season = categoryOf(product.category).season[step.month - 1] ?? 1
  const onSale = step.onSale.includes(product.category)
  return popularity * season * (onSale ? 9 : 1) * lifeOf(product, step.share)
}

/** A dying product sells well until 40 % of the period and nothing in its last tenth. */
function lifeOf(product: Product, share: number): number {
  if (product.plan !== 'dying') return 1
  return Math.min(1, Math.max(0, (0.9 - share) / 0.5))
}

/** Shares of the whole, none above the largest; what is cut off goes to the others. */
function capped(weights: readonly number[]): number[] {
  const held = new Set<number>()
  for (;;) {
    const loose = weights.reduce((sum, weight, index) => sum + (held.has(index) ? 0 : weight), 0)
    const factor = (1 - held.size * largestShare) / loose
    const shares = weights.map((weight, index) =>
      held.has(index) ? largestShare : weight * factor,
    )
    const above = shares.flatMap((share, index) => (share > largestShare ? [index] : []))
    if (above.length === 0) return shares
    for (const index of above) held.add(index)
  }
}
