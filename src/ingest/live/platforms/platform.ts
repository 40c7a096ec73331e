import type { PlatformName } from '../../../model/live.ts'
import type { Layout } from '../../layout.ts'
import type { OrderState } from '../../statuses.ts'

/**
 * The contract of a shop system whose webhooks are taken: which topics it has, and where its documents say which one they
 * are. What they mean is the business of its layout, as in files.
 */
export interface Platform {
  readonly name: PlatformName
  readonly layout: Layout
  /** What a message of a topic is about; null for a topic of which nothing is loaded, undefined for an unknown one. */
  subjectOf(topic: string): Subject | null | undefined
  /** The topic that brings what a message of another one is about; null where none is needed. */
  broughtBy(topic: string): string | null
  /** Members of its documents. */
  readonly members: DocumentMembers
  /** Statuses of orders that mean something else than they do elsewhere. */
  readonly states: ReadonlyMap<string, OrderState>
  /** When a document was changed last, as an ISO instant; null where it does not say. */
  versionOf(changed: string): string | null
  /** An order that was deleted may come back, and is changed then. */
  readonly restoresOrders: boolean
  /** Members of a document that was changed at this ISO instant. */
  changedAt(instant: string): Readonly<Record<string, string>>
  /** An order that was deleted, as a document of which its layout says that it does not count. */
  deletedOrder(order: DeletedOrder): object
  /**
   * A list in its orders that names refunds, of which no webhook says what was given back for which goods; null where
   * orders hold their refunds whole. `amount`: the member that says how much it was together.
   */
  readonly refundsApart: { readonly list: string; readonly amount: string } | null
  readonly stock: StockMessages
}

/** What a message is about. */
export type Subject =
  | 'order'
  | 'deleted_order'
  | 'restored_order'
  | 'product'
  | 'customer'
  | 'stock_level'

/** Names of members, of the document itself. */
export interface DocumentMembers {
  readonly id: string
  /** Of several the first that is stated. */
  readonly changed: readonly string[]
  readonly number: string
  readonly created: string
  /** Of an order. */
  readonly status: string
}

export interface DeletedOrder {
  readonly number: string
  /** As its document states it. */
  readonly created: string
  /** ISO instant from which on it is deleted. */
  readonly deletedAt: string
}

/**
 * Which message tells how many there are of a product. It is read as a document that holds the message itself under
 * `holds`, and beside it what the message does not say in a form that the layout reads.
 */
export type StockMessages =
  /** The product's own. `quantity`: the member that states it; `taken_at` stands beside it, an instant. */
  | { readonly told: 'by_product'; readonly holds: string; readonly quantity: string }
  /** One of its own, which names an item of stock that products list. What they say of it stands beside it, as `variant`. */
  | {
      readonly told: 'by_level'
      readonly holds: string
      readonly item: string
      /** List in the product's document, whose members have the item's id under the same name. */
      readonly items: string
      /** Members of the item, and of its product by the names that they get. */
      readonly saysOfItem: readonly string[]
      readonly saysOfProduct: Readonly<Record<string, string>>
    }
