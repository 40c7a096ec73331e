/** What the living shop knows when it goes on. */
export interface LifeState {
  /** Seconds since 1970 up to which it has lived, that one not included. */
  readonly livedTo: number
  /** Index of the next order, from 0 over the whole life of the shop, its history included. */
  readonly nextOrder: number
  /** Key of the newest customer. */
  readonly newestCustomer: number
  /** Pieces by product id. */
  readonly onHand: Readonly<Record<string, number>>
  /** Orders that will be cancelled. */
  readonly cancellations: readonly Cancellation[]
}

export interface Cancellation {
  /** Seconds since 1970. */
  readonly at: number
  /** The order as it was sent. */
  readonly order: OrderDocument
}

/** An order as the published schema has it; only what is read again is named. */
export interface OrderDocument {
  readonly order_number: string
  readonly lines: readonly { readonly product_key: string; readonly quantity: string }[]
}

/** One line of an order of which something will come back. */
export interface ComingBack {
  /** The shop's day, yyyy-mm-dd. */
  readonly day: string
  /** Index of its order. */
  readonly order: number
  readonly lineNumber: number
  readonly productId: number
  readonly quantity: number
  /** Decimal text, euros. */
  readonly amount: string
  readonly customer: number
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly channel: string
}
