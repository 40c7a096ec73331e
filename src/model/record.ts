import type { ColumnType } from './star.ts'

/**
 * Clean records: what cleaning hands to loading, engine-free. Each kind is one relation with at least
 * these columns; staging writes it as Parquet, the loader joins it to the dimensions. Keys are the
 * source's own; ids are given by the loader.
 */

export type RecordKind =
  | 'lines'
  | 'orders'
  | 'returns'
  | 'charges'
  | 'stock'
  | 'products'
  | 'customers'
  | 'regions'
  | 'mended'
  | 'rejected'

export interface RecordColumn {
  readonly name: string
  readonly type: ColumnType
  readonly nullable?: true
}

const nullable = true

/**
 * One judged row of order lines. Rows whose `outcome` is `line` or `refunded` are sales; the others stay
 * in the file, so that it need not be written again without them, and are left out by the loader.
 */
const lines: readonly RecordColumn[] = [
  { name: 'outcome', type: 'text' },
  { name: 'order_id', type: 'bigint' },
  { name: 'line_id', type: 'bigint' },
  { name: 'customer_key', type: 'text', nullable },
  { name: 'product_key', type: 'text', nullable },
  { name: 'place_key', type: 'text', nullable },
  { name: 'quantity', type: 'quantity' },
  { name: 'unit_price', type: 'money', nullable },
  { name: 'gross_price', type: 'money', nullable },
  { name: 'total_price', type: 'money', nullable },
  { name: 'unit_cost', type: 'money', nullable },
  { name: 'order_date', type: 'date' },
  { name: 'order_hour', type: 'smallint', nullable },
  { name: 'ordered_at', type: 'instant', nullable },
  { name: 'channel', type: 'text', nullable },
  { name: 'source_currency', type: 'text', nullable },
  { name: 'exchange_rate', type: 'rate', nullable },
  { name: 'origin', type: 'text', nullable },
]

/** One order, cancelled ones too. */
const orders: readonly RecordColumn[] = [
  { name: 'order_id', type: 'bigint' },
  { name: 'order_number', type: 'text' },
  { name: 'order_date', type: 'date' },
  { name: 'state', type: 'text' },
  { name: 'source_version', type: 'text', nullable },
  { name: 'anonymous', type: 'boolean' },
]

/** Without an amount of its own a return takes the net unit price of its order's line. */
const returns: readonly RecordColumn[] = [
  { name: 'return_id', type: 'bigint' },
  { name: 'order_id', type: 'bigint', nullable },
  { name: 'document_number', type: 'text', nullable },
  { name: 'customer_key', type: 'text', nullable },
  { name: 'product_key', type: 'text', nullable },
  { name: 'place_key', type: 'text', nullable },
  { name: 'quantity', type: 'quantity' },
  { name: 'amount', type: 'money', nullable },
  { name: 'return_date', type: 'date' },
  { name: 'return_hour', type: 'smallint', nullable },
  { name: 'channel', type: 'text', nullable },
  { name: 'origin', type: 'text', nullable },
]

/** What an order carries beside its goods: every kind that its source states, 0 too. */
const charges: readonly RecordColumn[] = [
  { name: 'order_id', type: 'bigint' },
  { name: 'order_date', type: 'date' },
  { name: 'place_key', type: 'text', nullable },
  { name: 'channel', type: 'text', nullable },
  { name: 'kind', type: 'text' },
  { name: 'amount', type: 'money' },
]

/** One entry per product, moment, kind and place, but mended rows apart: they add to what is known of theirs. */
const stock: readonly RecordColumn[] = [
  { name: 'product_key', type: 'text' },
  { name: 'occurred_at', type: 'instant' },
  { name: 'occurred_on', type: 'date' },
  { name: 'kind', type: 'text' },
  { name: 'quantity', type: 'quantity' },
  { name: 'location', type: 'text', nullable },
  { name: 'origin', type: 'text', nullable },
]

/** Attributes are null where the import states none: an older value then stays. */
const products: readonly RecordColumn[] = [
  { name: 'product_key', type: 'text' },
  { name: 'sku', type: 'text', nullable },
  { name: 'product_name', type: 'text', nullable },
  { name: 'category', type: 'text', nullable },
  { name: 'price', type: 'money', nullable },
  { name: 'unit_cost', type: 'money', nullable },
  { name: 'kind', type: 'text' },
  { name: 'stated', type: 'boolean' },
]

const customers: readonly RecordColumn[] = [
  { name: 'customer_key', type: 'text' },
  { name: 'name', type: 'text', nullable },
  { name: 'email', type: 'text', nullable },
  { name: 'age', type: 'integer', nullable },
  { name: 'place_key', type: 'text', nullable },
  { name: 'stated', type: 'boolean' },
]

/** `place_key` is how the other records of the import name the place. */
const regions: readonly RecordColumn[] = [
  { name: 'place_key', type: 'text' },
  { name: 'region_name', type: 'text' },
  { name: 'level', type: 'text' },
  { name: 'country_code', type: 'text', nullable },
  { name: 'subdivision_code', type: 'text', nullable },
  { name: 'country', type: 'text' },
  { name: 'continent', type: 'text' },
]

/** Rows of customers, products and regions that were rejected once and are mended now. */
const mended: readonly RecordColumn[] = [{ name: 'origin', type: 'text' }]

/** Rows not loaded: rejected, ignored or duplicate, kept whole; `origin` where the row was rejected before. */
const rejected: readonly RecordColumn[] = [
  { name: 'file_number', type: 'integer' },
  { name: 'record_number', type: 'bigint' },
  { name: 'outcome', type: 'text' },
  { name: 'reason', type: 'text' },
  { name: 'column_name', type: 'text', nullable },
  { name: 'value', type: 'text', nullable },
  { name: 'row', type: 'text' },
  { name: 'origin', type: 'text', nullable },
]

export const records: Readonly<Record<RecordKind, readonly RecordColumn[]>> = {
  lines,
  orders,
  returns,
  charges,
  stock,
  products,
  customers,
  regions,
  mended,
  rejected,
}
