/**
 * The published schema of records that come one by one: `POST /api/v1/orders` and its sisters. Amounts and quantities are
 * decimal text, `.` before the decimals; a JSON number is taken where it is exact. Days and times are ISO 8601.
 */

/** Runs that applied live records have tokens that begin so: there are as many of them as batches. */
export const liveRunPrefix = 'live-'

/** Settings that say how far a journal of live records was applied have keys that begin so. */
export const appliedPrefix = 'journal_applied.'

export const liveKinds = ['orders', 'returns', 'products', 'customers', 'stock'] as const
export type LiveKind = (typeof liveKinds)[number]

export interface LiveRegion {
  /** Name or ISO 3166-1 code. */
  readonly country?: string | undefined
  /** State or province: name or ISO 3166-2 code. */
  readonly subdivision?: string | undefined
  /** What the source calls the place, where it is neither. */
  readonly region?: string | undefined
}

interface LiveMoment {
  /** With a time, and with a zone where it is known: the day counts as written, but times in UTC are those of the shop's zone. */
  readonly at: string
}

interface LiveDocument extends LiveMoment {
  readonly customer?:
    | {
        readonly customer_key?: string | undefined
        readonly name?: string | undefined
        readonly email?: string | undefined
      }
    | undefined
  readonly region?: LiveRegion | undefined
  readonly channel?: string | undefined
  /** ISO 4217; the shop's where it is left out. */
  readonly currency?: string | undefined
  /** What one unit of `currency` is in the shop's. */
  readonly exchange_rate?: string | undefined
}

interface LiveProductNames {
  readonly product_key?: string | undefined
  readonly sku?: string | undefined
  readonly product_name?: string | undefined
  readonly category?: string | undefined
}

/** One order, whole: the same number again replaces it. */
export interface LiveOrder extends LiveDocument {
  readonly order_number: string
  readonly state: 'counted' | 'not_counted' | 'cancelled'
  /** When the source last changed it: an older version never replaces a newer one. */
  readonly source_version?: string | undefined
  /** Taken off the whole order, beside what its lines say. */
  readonly discount?: string | undefined
  readonly shipping?: string | undefined
  readonly tax?: string | undefined
  readonly tip?: string | undefined
  readonly duty?: string | undefined
  readonly fee?: string | undefined
  readonly lines: readonly LiveOrderLine[]
}

export interface LiveOrderLine extends LiveProductNames {
  readonly line_number?: string | undefined
  readonly quantity: string
  readonly unit_price?: string | undefined
  /** After the discount of the line. */
  readonly total_price?: string | undefined
  readonly discount?: string | undefined
  readonly unit_cost?: string | undefined
}

/** What came back under one number, whole: the same number again replaces it. */
export interface LiveReturn extends LiveDocument {
  readonly return_number: string
  readonly order_number?: string | undefined
  readonly lines: readonly LiveReturnLine[]
}

export interface LiveReturnLine extends LiveProductNames {
  readonly quantity: string
  /** What was paid back; what the order's lines say where it is left out. */
  readonly amount?: string | undefined
}

export interface LiveProduct extends LiveProductNames {
  readonly product_key: string
  readonly price?: string | undefined
  readonly unit_cost?: string | undefined
}

export interface LiveCustomer {
  readonly customer_key: string
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly age?: string | undefined
  readonly country?: string | undefined
}

export interface LiveStock extends LiveMoment {
  readonly product_key: string
  readonly kind: 'count' | 'receipt' | 'adjustment'
  readonly quantity: string
  readonly location?: string | undefined
}

export interface LiveRecords {
  readonly orders: LiveOrder
  readonly returns: LiveReturn
  readonly products: LiveProduct
  readonly customers: LiveCustomer
  readonly stock: LiveStock
}

/** One record that was taken in, and in what place. */
export type LiveRecord = {
  readonly [Kind in LiveKind]: {
    readonly kind: Kind
    readonly source: string
    readonly record: LiveRecords[Kind]
  }
}[LiveKind]

/** Shop systems whose webhooks are understood. */
export const platformNames = ['shopify', 'woocommerce'] as const
export type PlatformName = (typeof platformNames)[number]

/** What a shop system sent of one of its orders, products or the like, as it came: its layout says what it means. */
export interface PlatformDocument {
  readonly platform: PlatformName
  readonly source: string
  /** What happened, in the words of the system: orders/updated. */
  readonly topic: string
  /** JSON, byte for byte. */
  readonly text: string
}

/** A record as it was looked at, or a document that nobody looked into yet. */
export type LiveItem =
  | { readonly fits: LiveRecord }
  | { readonly misfit: MisfitRecord }
  | { readonly document: PlatformDocument }

/** One that does not fit the schema: kept as it came, with what is wrong with it. */
export interface MisfitRecord {
  readonly kind: LiveKind
  readonly source: string
  /** Path of the value that does not fit, such as `lines.0.quantity`; null where it is the whole. */
  readonly path: string | null
  readonly problem: string
  /** As it came. */
  readonly text: string
}
