import type { LiveKind } from '../../model/live.ts'
import type { DocumentName, KnownDocument, KnownKind } from './known-documents.ts'
import type { Subject } from './platforms/platform.ts'

/** A document of a batch, by its place in it, and what it says of itself. */
export interface DocumentHead {
  readonly place: number
  readonly subject: Subject
  /** Null where it does not say. */
  readonly id: string | null
  /** ISO instant. */
  readonly version: string | null
  /** Of documents of one version the one with the greatest counts. */
  readonly standing: string
  readonly number: string | null
  readonly created: string | null
  /** Id of the item of stock that it is about. */
  readonly item: string | null
  /** What a product says of its own stock. */
  readonly stock: string | null
  /** Rows that its lines are. */
  readonly rows: number
  /** ISO instant at which it came. */
  readonly receivedAt: string
}

/** An item of stock as a document of its product describes it. */
export interface StockItem {
  /** Place of the product's document. */
  readonly place: number
  readonly id: string
  readonly said: KnownDocument['said']
}

/** A refund that the document of its order names and does not hold. */
export interface NamedRefund {
  /** Place of the order's document. */
  readonly place: number
  readonly id: string
  /** As it is stated. */
  readonly amount: string
}

export const kinds: Readonly<Record<Subject, KnownKind>> = {
  order: 'order',
  deleted_order: 'order',
  restored_order: 'order',
  product: 'product',
  customer: 'customer',
  stock_level: 'stock_item',
}

const tables: Readonly<Record<Subject, LiveKind>> = {
  order: 'orders',
  deleted_order: 'orders',
  restored_order: 'orders',
  product: 'products',
  customer: 'customers',
  stock_level: 'stock',
}

/** Where its documents stand among rejected rows. */
export function tableOf(subject: Subject): LiveKind {
  return tables[subject]
}

/** What has to be known of earlier messages to decide on these. */
export function namesIn(
  heads: readonly DocumentHead[],
  refunds: readonly NamedRefund[],
): DocumentName[] {
  const named = refunds.map(({ id }) => ({ kind: 'refund' as const, id }))
  const told = heads.flatMap(({ subject, id, item }) => {
    const own = subject === 'stock_level' ? item : id
    return own === null ? [] : [{ kind: kinds[subject], id: own }]
  })
  return [...told, ...named]
}
