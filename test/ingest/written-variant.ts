import type { Row } from '../demo/written-demo.ts'
import type { DemoLine, Encoding, Field, Variant } from './notation-variant.ts'

export function linesOf(sales: readonly Row[], products: readonly Row[]): DemoLine[] {
  const byId = new Map(products.map((product) => [product.ProductID, product]))
  return sales.map((row) => ({
    order: row.OrderID ?? '',
    day: row.OrderDate ?? '',
    time: (row.OrderedAt ?? '').slice(11, 19),
    customer: row.CustomerID ?? '',
    sku: byId.get(row.ProductID ?? '')?.SKU ?? '',
    product: byId.get(row.ProductID ?? '')?.ProductName ?? '',
    quantity: row.Quantity ?? '',
    price: dearer(row.UnitPrice),
    discount: dearer(row.Discount),
    total: dearer(row.TotalPrice),
  }))
}

/** Amounts of thousands have more notation to them than the demo's. */
function dearer(amount = ''): string {
  const cents = String(Number(amount.replace('.', '')) * 17).padStart(3, '0')
  return `${cents.slice(0, -2)}.${cents.slice(-2)}`
}

export interface WrittenFile {
  readonly name: string
  readonly content: Uint8Array
}

/** The files of a variant. */
export function written(lines: readonly DemoLine[], variant: Variant): WrittenFile[] {
  const orderFields = ['order', 'date', 'customer'] as const
  const itemFields = ['sku', 'product', 'quantity', ...variant.amounts] as const
  const values = lines.map((line) => valuesOf(line, variant))
  const extension = variant.delimiter === '\t' ? 'tsv' : 'csv'
  if (variant.layout.startsWith('json') || variant.layout.startsWith('ndjson'))
    return [document(values, variant, itemFields)]
  if (variant.layout === 'two-files') {
    const firsts = values.filter(({ order }, at) => at === 0 || values[at - 1]?.order !== order)
    return [
      { name: `orders.${extension}`, content: table(firsts, variant, orderFields) },
      {
        name: `order_items.${extension}`,
        content: table(values, variant, ['order', ...itemFields]),
      },
    ]
  }
  const rows = variant.layout === 'first-row' ? onFirstRow(values) : values
  return [
    { name: `sales.${extension}`, content: table(rows, variant, [...orderFields, ...itemFields]) },
  ]
}

type Values = Readonly<Record<Field, string>>

function valuesOf(line: DemoLine, { date, money, quantity = (one) => one }: Variant): Values {
  const { order, customer, sku, product } = line
  return {
    order,
    customer,
    sku,
    product,
    date: date(line.day, line.time),
    quantity: quantity(line.quantity),
    price: money(line.price),
    discount: money(line.discount),
    total: money(line.total),
  }
}

function onFirstRow(values: readonly Values[]): Values[] {
  return values.map((row, at) =>
    values[at - 1]?.order === row.order ? { ...row, date: '', customer: '' } : row,
  )
}

function table(
  rows: readonly Values[],
  { headers, delimiter = ',', encoding = 'utf8' }: Variant,
  columns: readonly Field[],
): Uint8Array {
  const text = (value: string) =>
    value.includes(delimiter) || value.includes('"') ? `"${value.replaceAll('"', '""')}"` : value
  const records = [
    columns.map((field) => headers[field]),
    ...rows.map((row) => columns.map((field) => row[field])),
  ]
  return encoded(
    records.map((record) => `${record.map(text).join(delimiter)}\r\n`).join(''),
    encoding,
  )
}

function document(
  values: readonly Values[],
  { headers, layout }: Variant,
  items: readonly Field[],
): WrittenFile {
  const named = (row: Values, columns: readonly Field[]) =>
    Object.fromEntries(columns.map((field) => [headers[field], row[field]]))
  const own = ['order', 'date', 'customer'] as const
  if (layout === 'json') {
    const rows = values.map((row) => named(row, [...own, ...items]))
    return { name: 'sales.json', content: Buffer.from(JSON.stringify(rows)) }
  }
  const orders = byOrder(values).map((rows) => ({
    ...(rows[0] ? named(rows[0], own) : {}),
    items: rows.map((row) => named(row, items)),
  }))
  return layout === 'json-nested'
    ? { name: 'orders.json', content: Buffer.from(JSON.stringify({ orders })) }
    : {
        name: 'orders.ndjson',
        content: Buffer.from(orders.map((order) => JSON.stringify(order)).join('\n')),
      }
}

function byOrder(values: readonly Values[]): Values[][] {
  const orders = new Map<string, Values[]>()
  for (const row of values) orders.set(row.order, [...(orders.get(row.order) ?? []), row])
  return [...orders.values()]
}

/** What the table of Windows-1252 has beyond Latin-1 and is written here. */
const windows: Readonly<Record<string, string>> = { '€': '\u0080', '\u2019': '\u0092' }

export function encoded(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf8') return Buffer.from(text)
  if (encoding === 'utf8-bom') return Buffer.from(`\ufeff${text}`)
  if (encoding === 'cp1252')
    return Buffer.from(
      text.replace(/[€\u2019]/g, (sign) => windows[sign] ?? sign),
      'latin1',
    )
  const little = Buffer.from(`\ufeff${text}`, 'utf16le')
  return encoding === 'utf16le' ? little : little.swap16()
}
