import { meanings, words } from '../headers.ts'
import type { Claim, ColumnClaim, Holds, Layout } from '../layout.ts'
import { isWhyHeader } from '../mended.ts'
import type { Role } from '../role.ts'
import type { TableSample } from '../sample.ts'

/**
 * The star itself as files: the five tables of the data model under their own names, and the tables
 * beside them (returns, stock), as `takings demo` writes them.
 */
export const star: Layout = { name: 'star', source: 'shop', claim }

interface StarTable {
  readonly holds: Holds
  readonly required: readonly string[]
  readonly columns: Readonly<Record<string, Role | 'unused'>>
}

/** The first table whose required headers are all there and whose headers are nearly all known. */
const tables: readonly StarTable[] = [
  {
    holds: 'returns',
    required: ['return id', 'product id', 'quantity', 'return date'],
    columns: {
      'return id': 'return_id',
      'order id': 'order_number',
      'customer id': 'customer_key',
      'product id': 'product_key',
      'region id': 'region_key',
      quantity: 'quantity',
      amount: 'return_amount',
      'return date': 'order_date',
      'returned at': 'order_time',
      channel: 'channel',
    },
  },
  {
    holds: 'order_lines',
    required: ['order id', 'product id', 'quantity', 'order date'],
    columns: {
      'order id': 'order_number',
      'line number': 'line_id',
      'customer id': 'customer_key',
      'product id': 'product_key',
      'region id': 'region_key',
      quantity: 'quantity',
      'unit price': 'unit_price',
      'gross price': 'unused',
      discount: 'discount',
      'total price': 'line_total',
      'unit cost': 'unit_cost',
      'order date': 'order_date',
      'ordered at': 'order_time',
      'order hour': 'unused',
      channel: 'channel',
      currency: 'currency',
      'source currency': 'currency',
      'exchange rate': 'exchange_rate',
      status: 'status',
    },
  },
  {
    holds: 'stock',
    required: ['product id', 'counted at', 'quantity'],
    columns: {
      'product id': 'product_key',
      'counted at': 'counted_at',
      kind: 'stock_kind',
      quantity: 'stock',
      location: 'location',
    },
  },
  {
    holds: 'customers',
    required: ['customer id', 'name'],
    columns: {
      'customer id': 'customer_key',
      name: 'customer_name',
      email: 'customer_email',
      age: 'customer_age',
      'region id': 'region_key',
      'first order date': 'unused',
    },
  },
  {
    holds: 'products',
    required: ['product id', 'product name'],
    columns: {
      'product id': 'product_key',
      sku: 'sku',
      'product name': 'product_name',
      category: 'category',
      price: 'list_price',
      'unit cost': 'unit_cost',
      stock: 'stock',
      kind: 'unused',
    },
  },
  {
    holds: 'regions',
    required: ['region id', 'region name'],
    columns: {
      'region id': 'region_key',
      'region name': 'region',
      country: 'country',
      'country code': 'country',
      level: 'region_level',
      'subdivision code': 'subdivision',
      continent: 'unused',
    },
  },
  {
    holds: 'calendar',
    required: ['date', 'month', 'year', 'weekday'],
    columns: {
      'date id': 'unused',
      date: 'unused',
      month: 'unused',
      year: 'unused',
      weekday: 'unused',
      'month number': 'unused',
      quarter: 'unused',
      'iso week': 'unused',
      'is weekend': 'unused',
    },
  },
]

const knownShare = 0.8

/** Lines with a price or total under another name than the star's are not the star's. */
function statesAmount(table: StarTable) {
  return ({ header }: { readonly header: string }) =>
    !(header in table.columns) &&
    meanings(header).some(
      ({ role, score }) => score >= 0.7 && (role === 'unit_price' || role === 'line_total'),
    )
}

function claim(sample: TableSample): Claim | null {
  if (!sample.table.headerStated) return null
  const headers = sample.columns
    .filter(({ name }) => !isWhyHeader(name))
    .map(({ name, sql }) => ({ sql, header: words(name) }))
  for (const table of tables) {
    const names = headers.map(({ header }) => header)
    if (!table.required.every((name) => names.includes(name))) continue
    const known = headers.filter(({ header }) => header in table.columns)
    if (known.length < headers.length * knownShare) continue
    if (table.holds === 'order_lines' && headers.some(statesAmount(table))) continue
    const columns = new Map<string, ColumnClaim>()
    for (const { sql, header } of known) {
      const role = table.columns[header]
      if (role && role !== 'unused') {
        columns.set(sql, { role, confidence: 1, evidence: 'its name in the data model' })
      }
    }
    return { layout: star.name, source: star.source, holds: table.holds, confidence: 1, columns }
  }
  return null
}
