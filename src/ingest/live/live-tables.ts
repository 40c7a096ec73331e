import type {
  LiveCustomer,
  LiveKind,
  LiveOrder,
  LiveOrderLine,
  LiveProduct,
  LiveRecord,
  LiveRegion,
  LiveReturn,
  LiveReturnLine,
  LiveStock,
} from '../../model/live.ts'
import { add } from '../../model/money.ts'
import type { Holds } from '../layout.ts'
import type { Role } from '../role.ts'

/**
 * The published schema as tables: one row of texts for each line of an order or a return, and for each other record. What
 * a column means is declared, so nothing is guessed and nothing asked.
 */
export interface LiveTable {
  readonly kind: LiveKind
  readonly holds: Holds
  readonly columns: readonly LiveColumn[]
}

export interface LiveColumn {
  /** Path inside the record, as people see it among rejected rows. */
  readonly path: string
  readonly role: Role
}

/** One text for each column of its table; null where the record says nothing. */
export type LiveRow = readonly (string | null)[]

const column = (path: string, role: Role): LiveColumn => ({ path, role })

const regionColumns = [
  column('region.country', 'country'),
  column('region.subdivision', 'subdivision'),
  column('region.region', 'region'),
]

const customerColumns = [
  column('customer.customer_key', 'customer_key'),
  column('customer.name', 'customer_name'),
  column('customer.email', 'customer_email'),
]

const moneyColumns = [column('currency', 'currency'), column('exchange_rate', 'exchange_rate')]

const productColumns = [
  column('lines[].product_key', 'product_key'),
  column('lines[].sku', 'sku'),
  column('lines[].product_name', 'product_name'),
  column('lines[].category', 'category'),
  column('lines[].quantity', 'quantity'),
]

export const liveTables: Readonly<Record<LiveKind, LiveTable>> = {
  orders: {
    kind: 'orders',
    holds: 'order_lines',
    columns: [
      column('order_number', 'order_number'),
      column('at', 'order_date'),
      column('state', 'status'),
      column('source_version', 'updated_at'),
      ...customerColumns,
      ...regionColumns,
      column('channel', 'channel'),
      ...moneyColumns,
      column('discount', 'order_discount'),
      column('shipping', 'shipping'),
      column('tax', 'tax'),
      column('tip', 'tip'),
      column('duty', 'duty'),
      column('fee', 'fee'),
      column('lines[].line_number', 'line_id'),
      ...productColumns,
      column('lines[].unit_price', 'unit_price'),
      column('lines[].total_price', 'line_total'),
      column('lines[].discount', 'discount'),
      column('lines[].unit_cost', 'unit_cost'),
    ],
  },
  returns: {
    kind: 'returns',
    holds: 'returns',
    columns: [
      column('return_number', 'return_id'),
      column('order_number', 'order_number'),
      column('at', 'order_date'),
      ...customerColumns,
      ...regionColumns,
      column('channel', 'channel'),
      ...moneyColumns,
      ...productColumns,
      column('lines[].amount', 'return_amount'),
    ],
  },
  products: {
    kind: 'products',
    holds: 'products',
    columns: [
      column('product_key', 'product_key'),
      column('sku', 'sku'),
      column('product_name', 'product_name'),
      column('category', 'category'),
      column('price', 'list_price'),
      column('unit_cost', 'unit_cost'),
    ],
  },
  customers: {
    kind: 'customers',
    holds: 'customers',
    columns: [
      column('customer_key', 'customer_key'),
      column('name', 'customer_name'),
      column('email', 'customer_email'),
      column('age', 'customer_age'),
      column('country', 'country'),
    ],
  },
  stock: {
    kind: 'stock',
    holds: 'stock',
    columns: [
      column('product_key', 'product_key'),
      column('at', 'counted_at'),
      column('kind', 'stock_kind'),
      column('quantity', 'stock'),
      column('location', 'location'),
    ],
  },
}

type Texts = readonly (string | undefined)[]

function filled(texts: Texts): LiveRow {
  return texts.map((text) => text ?? null)
}

function placeOf(region: LiveRegion | undefined): Texts {
  return [region?.country, region?.subdivision, region?.region]
}

function orderRows(order: LiveOrder): LiveRow[] {
  const { customer, lines } = order
  const own = [
    order.order_number,
    order.at,
    order.state,
    order.source_version,
    customer?.customer_key,
    customer?.name,
    customer?.email,
    ...placeOf(order.region),
    order.channel,
    order.currency,
    order.exchange_rate,
    order.discount,
    order.shipping,
    order.tax,
    order.tip,
    order.duty,
    order.fee,
  ]
  const lineTexts = (line: LiveOrderLine, index: number) => [
    line.line_number ?? String(index + 1),
    line.product_key,
    line.sku,
    line.product_name,
    line.category,
    line.quantity,
    line.unit_price,
    line.total_price,
    // A total is what is left after it.
    line.total_price === undefined ? line.discount : undefined,
    line.unit_cost,
  ]
  // A cancelled order may say nothing of its lines, and is an order all the same.
  if (lines.length === 0) return [filled([...own, ...lineTexts({ quantity: '1' }, 0)])]
  return lines.map((line, index) => filled([...own, ...lineTexts(line, index)]))
}

/**
 * Lines of a return with those of one product put together: two rows that are the same would be taken for one that is
 * told twice. Lines without an amount stay apart from those with one.
 */
function addedUp(lines: readonly LiveReturnLine[]): readonly LiveReturnLine[] {
  const found = new Map<string, LiveReturnLine>()
  for (const line of lines) {
    const { product_key, sku, product_name, amount } = line
    const key = JSON.stringify([product_key ?? sku ?? product_name, amount === undefined])
    const known = found.get(key)
    found.set(key, known ? together(known, line) : line)
  }
  return [...found.values()]
}

function together(known: LiveReturnLine, line: LiveReturnLine): LiveReturnLine {
  const quantity = add(known.quantity, line.quantity)
  if (known.amount === undefined || line.amount === undefined) return { ...known, quantity }
  return { ...known, quantity, amount: add(known.amount, line.amount) }
}

function returnRows({ customer, lines, ...own }: LiveReturn): LiveRow[] {
  return addedUp(lines).map((line) =>
    filled([
      own.return_number,
      own.order_number,
      own.at,
      customer?.customer_key,
      customer?.name,
      customer?.email,
      ...placeOf(own.region),
      own.channel,
      own.currency,
      own.exchange_rate,
      line.product_key,
      line.sku,
      line.product_name,
      line.category,
      line.quantity,
      line.amount,
    ]),
  )
}

function productRow(product: LiveProduct): LiveRow {
  const { product_key, sku, product_name, category, price, unit_cost } = product
  return filled([product_key, sku, product_name, category, price, unit_cost])
}

function customerRow({ customer_key, name, email, age, country }: LiveCustomer): LiveRow {
  return filled([customer_key, name, email, age, country])
}

function stockRow({ product_key, at, kind, quantity, location }: LiveStock): LiveRow {
  return filled([product_key, at, kind, quantity, location])
}

/** The rows of a record in the table of its kind. */
export function rowsOf(one: LiveRecord): readonly LiveRow[] {
  switch (one.kind) {
    case 'orders':
      return orderRows(one.record)
    case 'returns':
      return returnRows(one.record)
    case 'products':
      return [productRow(one.record)]
    case 'customers':
      return [customerRow(one.record)]
    case 'stock':
      return [stockRow(one.record)]
  }
}

/** What two records share of which the later one replaces the earlier. */
export function identityOf(one: LiveRecord): string {
  return [one.kind, ...keyOf(one)].join('\u001f')
}

function keyOf(one: LiveRecord): readonly string[] {
  switch (one.kind) {
    case 'orders':
      return [one.record.order_number]
    case 'returns':
      return [one.record.return_number]
    case 'products':
      return [one.record.product_key]
    case 'customers':
      return [one.record.customer_key]
    case 'stock': {
      const { product_key, at, kind, location = '' } = one.record
      return [product_key, instantOf(at), kind, location]
    }
  }
}

/** One text for an instant, whatever its offset; parts of a second to the microsecond, as they are loaded. */
function instantOf(at: string): string {
  const [, second = '', parts = '', zone] =
    /^(.*T\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/.exec(at) ?? []
  // Without a zone it is a time of the shop's clocks.
  const time = Date.parse(
    `${second}${zone === undefined ? 'Z' : zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`,
  )
  if (Number.isNaN(time)) return at
  const fraction = parts.slice(0, 6).replace(/0+$/, '')
  return [
    new Date(time).toISOString().slice(0, 19),
    fraction,
    zone === undefined ? 'local' : '',
  ].join(' ')
}
