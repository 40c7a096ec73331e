import { daysBetween } from '../../model/day.ts'
import { buildAssortment, ringSize } from '../assortment.ts'
import type { BuiltShop } from '../build-shop.ts'
import type { Product } from '../catalogue.ts'
import { ordinaryStep } from './draw-orders.ts'

/** What lies on the shelf, what is delivered, and what is counted when. */

/** Local times of the lorries, in seconds since midnight. */
const deliveries = [7 * 3600, 13 * 3600]
/** Just before midnight, after the last goods that came back, because a count holds what its own day brought. */
export const countingAt = 23 * 3600 + 50 * 60
/** Everything is counted once in so many days, a part of it every night. */
const daysBetweenCounts = 28
/** Days of sales that are left when more is delivered. */
const reorderDays = 1.5
/** Suppliers that are late this time, as a share; a delivery later the goods may be there. */
const lateShare = 0.35
const lateShareOfPlanned = 0.6
/** About how many pieces an order holds, as `orders.ts` and `order-lines.ts` draw lines and quantities. */
const linesPerOrder = 2.18
const piecesPerLine = (price: number) => (price < 2500 ? 2.03 : price < 8000 ? 1.32 : 1.09)

export interface Receipt {
  readonly product: Product
  readonly quantity: number
}

/** Whether a lorry comes in this second of the day. */
export function isDelivery(second: number): boolean {
  return deliveries.includes(second)
}

export class Shelf {
  readonly #built: BuiltShop
  readonly #shares = new Map<number, ReadonlyMap<number, number>>()

  constructor(built: BuiltShop) {
    this.#built = built
  }

  /**
   * What comes in now: of whatever is about to run out as much as sells in some days, unless its supplier is late.
   * `orders`: those of a mean day. `everyone`: no supplier is late.
   */
  receipts(
    onHand: ReadonlyMap<number, number>,
    at: { readonly day: string; readonly second: number },
    { orders, everyone = false }: { readonly orders: number; readonly everyone?: boolean },
  ): Receipt[] {
    const { chance } = this.#built.shop
    const moment = daysBetween('1970-01-01', at.day) * 24 + Math.floor(at.second / 3600)
    return this.#built.products.flatMap((product, index) => {
      const key = moment * 10_000 + index
      const share = this.#shareOf(product, Number(at.day.slice(5, 7)))
      const daily = share * orders * linesPerOrder * piecesPerLine(product.price)
      const left = onHand.get(product.id) ?? 0
      // What is not sold any more is not ordered any more.
      if (daily === 0 || left > Math.max(1, daily * reorderDays)) return []
      const late =
        product.plan === 'out' || product.plan === 'running_out' ? lateShareOfPlanned : lateShare
      if (!everyone && chance.number('supplier is late', key) < late) return []
      const cover = 4 + Math.floor(chance.number('days delivered', key) * 5)
      const lot = 6
      return [{ product, quantity: Math.ceil((daily * cover) / lot) * lot }]
    })
  }

  /** The products that are counted in a night. */
  counted(day: string): Product[] {
    const turn = daysBetween('1970-01-01', day) % daysBetweenCounts
    return this.#built.products.filter((_, index) => index % daysBetweenCounts === turn)
  }

  /** Of all lines of a month, 0 to 1. */
  #shareOf({ id }: Product, month: number): number {
    let shares = this.#shares.get(month)
    if (!shares) {
      const { products } = this.#built
      const runs = buildAssortment(products, [ordinaryStep(month)])
      const size = ringSize(products.length)
      shares = new Map(runs.map(({ product_id, slots }) => [product_id, slots / size]))
      this.#shares.set(month, shares)
    }
    return shares.get(id) ?? 0
  }
}
