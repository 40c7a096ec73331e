import type { LiveKind } from '../../model/live.ts'
import { chargeRoles } from '../role.ts'
import type { LiveDocument } from './document.ts'

/** One row of texts as `document-rows.ts` writes them. */
export type Row = Readonly<Record<string, string | null>>

/** Puts rows that follow one another back together: an order with its lines, a return with its. */
export function documentsOf(kind: LiveKind, rows: AsyncIterable<Row>): AsyncIterable<LiveDocument> {
  switch (kind) {
    case 'orders':
      return grouped(rows, 'order_number', orderOf)
    case 'returns':
      return grouped(rows, 'return_number', returnOf)
    default:
      return each(rows)
  }
}

async function* each(rows: AsyncIterable<Row>): AsyncGenerator<LiveDocument> {
  for await (const row of rows) yield filled(row)
}

async function* grouped(
  rows: AsyncIterable<Row>,
  key: string,
  make: (first: Row, rows: readonly Row[]) => LiveDocument,
): AsyncGenerator<LiveDocument> {
  let group: Row[] = []
  for await (const row of rows) {
    const [first] = group
    if (first && first[key] !== row[key]) {
      yield make(first, group)
      group = []
    }
    group.push(row)
  }
  const [first] = group
  if (first) yield make(first, group)
}

function orderOf(first: Row, rows: readonly Row[]): LiveDocument {
  const { state } = first
  const charges = chargeRoles.map((kind) => [kind, first[kind] ?? null] as const)
  return filled({
    order_number: first.order_number,
    ordered_at: first.at,
    order_date: first.at ? null : first.day,
    state,
    source_version: first.source_version,
    ...sharedBy(first),
    ...Object.fromEntries(charges),
    // What was cancelled has nothing that counts, whatever its lines said.
    lines: state === 'cancelled' ? [] : rows.map((row) => lineOf(row, state === 'counted')),
  })
}

/** An order that does not count yet may lack what one that does must have. */
function lineOf(row: Row, counts: boolean): LiveDocument {
  const { quantity, unit_price, total_price, unit_cost } = row
  const price = counts || isAmount(total_price) ? total_price : '0'
  const pieces = counts || isAmount(quantity) ? quantity : '1'
  return filled({
    ...productOf(row),
    ...(counts || row.product_key ? {} : { product_name: '?' }),
    quantity: pieces,
    unit_price: counts || isAmount(unit_price) ? unit_price : null,
    total_price: price,
    unit_cost,
  })
}

function isAmount(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && !text.startsWith('-') && /[1-9]/.test(text)
}

function returnOf(first: Row, rows: readonly Row[]): LiveDocument {
  return filled({
    return_number: first.return_number,
    order_number: first.order_number,
    returned_at: first.at,
    return_date: first.at ? null : first.day,
    ...sharedBy(first),
    lines: rows.map((row) =>
      filled({ ...productOf(row), quantity: row.quantity, amount: row.amount }),
    ),
  })
}

/** What orders and returns say alike. */
function sharedBy(row: Row): LiveDocument {
  const { customer_key, customer_name, customer_email, country, subdivision, region } = row
  return {
    customer: part({ customer_key, name: customer_name, email: customer_email }),
    region: part({ country, subdivision, region }),
    channel: row.channel,
    currency: row.currency,
  }
}

function productOf({ product_key, sku, product_name, category }: Row): LiveDocument {
  return { product_key, sku, product_name, category }
}

/** Null where nothing of it is stated. */
function part(values: LiveDocument): LiveDocument | null {
  const stated = filled(values)
  return Object.keys(stated).length > 0 ? stated : null
}

/** Only what is stated: the schema knows no null. */
function filled(values: LiveDocument): LiveDocument {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  )
}
