import type { LiveKind } from '../../model/live.ts'
import type { BuiltShop } from '../build-shop.ts'
import {
  cancelledDocument,
  customerDocument,
  orderDocument,
  returnDocument,
  stockDocument,
} from './documents.ts'
import type { DrawnLine, DrawnOrder } from './draw-orders.ts'
import type { Cancellation, ComingBack, LifeState } from './life-state.ts'
import type { LocalClock, LocalSecond } from './local-time.ts'
import type { Span } from './order-times.ts'
import { countingAt, isDelivery, type Receipt, type Shelf } from './shelf.ts'

/** A live record, and when it is to be sent. */
export interface LifeEvent {
  /** Seconds since 1970. */
  readonly at: number
  readonly kind: LiveKind
  /** As the published schema has it. */
  readonly document: object
  readonly what: 'customer' | 'order' | 'cancellation' | 'return' | 'receipt' | 'count'
}

const kinds = {
  customer: 'customers',
  order: 'orders',
  cancellation: 'orders',
  return: 'returns',
  receipt: 'stock',
  count: 'stock',
} as const satisfies Readonly<Record<LifeEvent['what'], LiveKind>>

/** Something that a person may want to hear of. */
export type Happening = { readonly at: number } & (
  | { readonly kind: 'sold_out'; readonly product: string }
  | { readonly kind: 'delivery'; readonly products: number; readonly pieces: number }
  | { readonly kind: 'cancelled'; readonly order: string }
  | { readonly kind: 'returned'; readonly product: string; readonly amount: string }
)

/** What a stretch of time brought. */
export interface Stretch {
  /** In order of time; of one second customers, orders, returns and stock in this order. */
  readonly events: readonly LifeEvent[]
  readonly happenings: readonly Happening[]
  /** What of its orders will come back on later days. */
  readonly comingBack: readonly ComingBack[]
  /** At its end. */
  readonly state: LifeState
}

export interface LivedThrough {
  readonly state: LifeState
  readonly span: Span
  /** Orders of the span, drawn from `state.nextOrder` on. */
  readonly drawn: readonly DrawnOrder[]
  /** What comes back on the days of the span. */
  readonly due: readonly ComingBack[]
  /** Orders of a mean day, at the pace of the span. */
  readonly ordersPerDay: number
  /** At its first second a lorry comes that brings whatever is short. */
  readonly opensWithDelivery?: boolean
}

interface Place {
  readonly built: BuiltShop
  readonly shelf: Shelf
  readonly clock: LocalClock
}

/**
 * What happens in a span, second by second: the same whenever it is asked, and however the span is cut. Nothing is sold
 * that is not there: lines that find an empty shelf are left out, and orders without any.
 */
export function liveThrough(place: Place, lived: LivedThrough): Stretch {
  const { state, span, drawn } = lived
  const floor = new ShopFloor(place, lived)
  const orders = drawn[Symbol.iterator]()
  let next = orders.next()
  for (let at = span.from; at < span.to; at += 1) {
    const local = place.clock.at(at)
    for (; !next.done && next.value.at === at; next = orders.next()) {
      floor.sell(next.value, local)
    }
    floor.cancel(at)
    floor.takeBack(at, local)
    if (isDelivery(local.second) || (lived.opensWithDelivery && at === span.from)) {
      floor.deliver(at, local)
    }
    if (local.second === countingAt) floor.count(at, local)
  }
  const inside = drawn.filter(({ at }) => at < span.to)
  return floor.stretch({
    livedTo: span.to,
    nextOrder: inside.length > 0 ? (inside.at(-1)?.index ?? 0) + 1 : state.nextOrder,
  })
}

/** Orders that are cancelled, as a share, and seconds after which. */
const cancelledShare = 0.015
const cancelledAfter = { least: 120, more: 2280 }
/** Local time in which parcels with returned goods are opened. */
const opening = { from: 9 * 3600, length: 8 * 3600 }

class ShopFloor {
  readonly #place: Place
  readonly #lived: LivedThrough
  readonly #onHand: Map<number, number>
  readonly #events: LifeEvent[] = []
  readonly #happenings: Happening[] = []
  readonly #comingBack: ComingBack[] = []
  readonly #due = new Map<string, ComingBack[]>()
  #cancellations: readonly Cancellation[]
  #newestCustomer: number

  constructor(place: Place, lived: LivedThrough) {
    this.#place = place
    this.#lived = lived
    const { state } = lived
    this.#onHand = new Map(
      Object.entries(state.onHand).map(([product, pieces]) => [Number(product), pieces]),
    )
    this.#cancellations = state.cancellations
    this.#newestCustomer = state.newestCustomer
    for (const back of lived.due) {
      const moment = `${back.day} ${this.#openedAt(back)}`
      this.#due.set(moment, [...(this.#due.get(moment) ?? []), back])
    }
  }

  sell(order: DrawnOrder, local: LocalSecond): void {
    const lines = order.lines.filter(
      ({ productId, quantity }) => (this.#onHand.get(productId) ?? 0) >= quantity,
    )
    if (lines.length === 0) return
    for (const { productId, quantity } of lines) {
      if (this.#move(productId, -quantity) > 0) continue
      this.#tell({ at: order.at, kind: 'sold_out', product: this.#nameOf(productId) })
    }
    if (order.customer.key > this.#newestCustomer) {
      this.#newestCustomer = order.customer.key
      this.#send(order.at, 'customer', customerDocument(order))
    }
    const document = orderDocument(order, lines)
    this.#send(order.at, 'order', document)
    const cancelledAt = this.#cancelledAt(order, local)
    if (cancelledAt === null) this.#comingBack.push(...lines.flatMap((line) => back(order, line)))
    else this.#cancellations = [...this.#cancellations, { at: cancelledAt, order: document }]
  }

  cancel(at: number): void {
    const now = this.#cancellations.filter((one) => one.at <= at)
    if (now.length === 0) return
    this.#cancellations = this.#cancellations.filter((one) => one.at > at)
    for (const cancellation of now) {
      const { order_number: order, lines } = cancellation.order
      for (const line of lines) this.#move(Number(line.product_key), Number(line.quantity))
      this.#send(at, 'cancellation', cancelledDocument(cancellation))
      this.#tell({ at, kind: 'cancelled', order })
    }
  }

  takeBack(at: number, { day, second }: LocalSecond): void {
    for (const one of this.#due.get(`${day} ${second}`) ?? []) {
      this.#move(one.productId, one.quantity)
      this.#send(at, 'return', returnDocument(one, at))
      const product = this.#nameOf(one.productId)
      this.#tell({ at, kind: 'returned', product, amount: one.amount })
    }
  }

  deliver(at: number, local: LocalSecond): void {
    const receipts = this.#place.shelf.receipts(this.#onHand, local, {
      orders: this.#lived.ordersPerDay,
      everyone: !isDelivery(local.second),
    })
    if (receipts.length === 0) return
    for (const { product, quantity } of receipts) {
      this.#move(product.id, quantity)
      const document = stockDocument({ at, productId: product.id, kind: 'receipt', quantity })
      this.#send(at, 'receipt', document)
    }
    this.#tell({ at, kind: 'delivery', products: receipts.length, pieces: piecesOf(receipts) })
  }

  count(at: number, { day }: LocalSecond): void {
    for (const { id } of this.#place.shelf.counted(day)) {
      const quantity = this.#onHand.get(id) ?? 0
      this.#send(at, 'count', stockDocument({ at, productId: id, kind: 'count', quantity }))
    }
  }

  stretch(reached: Pick<LifeState, 'livedTo' | 'nextOrder'>): Stretch {
    return {
      events: this.#events,
      happenings: this.#happenings,
      comingBack: this.#comingBack,
      state: {
        ...reached,
        newestCustomer: this.#newestCustomer,
        onHand: Object.fromEntries(this.#onHand),
        cancellations: this.#cancellations,
      },
    }
  }

  /** Null where it stands. None is cancelled after its goods were counted: the count has them as gone. */
  #cancelledAt({ at, index }: DrawnOrder, local: LocalSecond): number | null {
    const { chance } = this.#place.built.shop
    if (chance.number('order is cancelled', index) >= cancelledShare) return null
    const after =
      cancelledAfter.least +
      Math.floor(chance.number('cancelled after', index) * cancelledAfter.more)
    const staysBefore = (moment: number) => local.second >= moment || local.second + after < moment
    return staysBefore(countingAt) ? at + after : null
  }

  #openedAt({ order, lineNumber }: ComingBack): number {
    const { chance } = this.#place.built.shop
    const luck = chance.number('parcel is opened', order * 8 + lineNumber)
    return opening.from + Math.floor(luck * opening.length)
  }

  /** Gives what is left. */
  #move(productId: number, pieces: number): number {
    const left = (this.#onHand.get(productId) ?? 0) + pieces
    this.#onHand.set(productId, left)
    return left
  }

  #nameOf(productId: number): string {
    return this.#place.built.products.find(({ id }) => id === productId)?.name ?? ''
  }

  #send(at: number, what: LifeEvent['what'], document: object): void {
    this.#events.push({ at, what, kind: kinds[what], document })
  }

  #tell(happening: Happening): void {
    this.#happenings.push(happening)
  }
}

function piecesOf(receipts: readonly Receipt[]): number {
  return receipts.reduce((sum, { quantity }) => sum + quantity, 0)
}

function back(order: DrawnOrder, line: DrawnLine): ComingBack[] {
  if (!line.back) return []
  return [
    {
      day: line.back.day,
      order: order.index,
      lineNumber: line.lineNumber,
      productId: line.productId,
      quantity: line.back.quantity,
      amount: line.back.amount,
      customer: order.customer.key,
      country: order.country,
      channel: order.channel,
    },
  ]
}
