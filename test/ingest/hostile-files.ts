import type { Encoding } from './notation-variant.ts'
import { encoded } from './written-variant.ts'

/** Order lines in five ways of writing, and what may be wrong or odd with them. */

/** One row as it is meant: days as yyyy-mm-dd and numbers with a point, or any other text. */
export interface Line {
  readonly order: string
  readonly date: string
  readonly product: string
  readonly quantity: string
  readonly price: string
  /** Further columns. */
  readonly more?: Readonly<Record<string, string>>
}

export interface Writing {
  readonly name: string
  readonly extension: 'csv' | 'tsv' | 'ndjson'
  readonly encoding: Encoding
  readonly delimiter: string
  readonly newline: '\n' | '\r\n'
  readonly headers: Readonly<Record<'order' | 'date' | 'product' | 'quantity' | 'price', string>>
  readonly date: (day: string) => string
  readonly number: (amount: string) => string
}

const days = (order: string, separator: string) => (day: string) => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)
  if (!match) return day
  const by: Record<string, string> = { y: match[1] ?? '', m: match[2] ?? '', d: match[3] ?? '' }
  return [...order].map((part) => by[part]).join(separator)
}
const isAmount = /^[-(]?\d+(\.\d+)?[-)]?$/
const commas = (amount: string) => (isAmount.test(amount) ? amount.replace('.', ',') : amount)

const english = {
  order: 'Order Number',
  date: 'Order Date',
  product: 'Product',
  quantity: 'Quantity',
  price: 'Unit Price',
}
const german = {
  order: 'Bestellnummer',
  date: 'Bestelldatum',
  product: 'Artikel',
  quantity: 'Menge',
  price: 'Einzelpreis',
}
const french = {
  order: 'N° commande',
  date: 'Date de commande',
  product: 'Désignation',
  quantity: 'Quantité',
  price: 'Prix unitaire',
}
const keys = {
  order: 'order_id',
  date: 'created_at',
  product: 'product',
  quantity: 'quantity',
  price: 'price',
}

export const writings: readonly Writing[] = [
  {
    name: 'commas, UTF-8, ISO',
    extension: 'csv',
    encoding: 'utf8',
    delimiter: ',',
    newline: '\n',
    headers: english,
    date: (day) => day,
    number: (amount) => amount,
  },
  {
    name: 'semicolons, Windows-1252, German',
    extension: 'csv',
    encoding: 'cp1252',
    delimiter: ';',
    newline: '\r\n',
    headers: german,
    date: days('dmy', '.'),
    number: commas,
  },
  {
    name: 'tabs, UTF-16, American',
    extension: 'tsv',
    encoding: 'utf16le',
    delimiter: '\t',
    newline: '\r\n',
    headers: english,
    date: days('mdy', '/'),
    number: (amount) => amount,
  },
  {
    name: 'pipes, UTF-8 with a mark, French',
    extension: 'csv',
    encoding: 'utf8-bom',
    delimiter: '|',
    newline: '\n',
    headers: french,
    date: days('dmy', '/'),
    number: commas,
  },
  {
    name: 'NDJSON',
    extension: 'ndjson',
    encoding: 'utf8',
    delimiter: '',
    newline: '\n',
    headers: keys,
    date: (day) => day,
    number: (amount) => amount,
  },
]

/** Thirty lines of January 2024 for a product each, their prices all different. */
export const base: readonly Line[] = Array.from({ length: 30 }, (_, at) => ({
  order: String(1001 + at),
  date: `2024-01-${String(at + 1).padStart(2, '0')}`,
  product: `Mug ${at % 4}`,
  quantity: String(1 + (at % 3)),
  price: `${12 + at}.${String(10 + at)}`,
}))

export const line = (own: Partial<Line>): Line => ({
  order: '2001',
  date: '2024-01-17',
  product: 'Cup',
  quantity: '2',
  price: '4.50',
  ...own,
})

export function recordOf(line: Line, writing: Writing): string[] {
  const { order, date, product, quantity, price, more = {} } = line
  const own = [order, writing.date(date), product, writing.number(quantity), writing.number(price)]
  return [...own, ...Object.values(more).map(writing.number)]
}

function headerOf(lines: readonly Line[], { headers }: Writing): string[] {
  return [...Object.values(headers), ...Object.keys(lines[0]?.more ?? {})]
}

export function text(lines: readonly Line[], writing: Writing): string {
  const header = headerOf(lines, writing)
  const records = lines.map((one) => recordOf(one, writing))
  const { delimiter, newline, extension } = writing
  if (extension === 'ndjson') {
    const objects = records.map((record) =>
      Object.fromEntries(record.map((value, index) => [header[index], value])),
    )
    return objects.map((object) => `${JSON.stringify(object)}${newline}`).join('')
  }
  const field = (value: string) =>
    value.includes(delimiter) || /["\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
  return [header, ...records].map((record) => record.map(field).join(delimiter) + newline).join('')
}

/** The text with the numbers of its orders as those of one file. */
export function ownOrders(content: string, file: string): string {
  return content.replace(/\b0*(?:10[0-3]\d|200[12])\b/g, (order) => `${file}-${order}`)
}

export function bytes(content: string, { encoding }: Writing): Uint8Array {
  return encoded(content, encoding)
}

/** Quantity x price of the lines in cents, by hand; those of at most two decimals. */
export function revenueOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { quantity, price }) => sum + BigInt(quantity) * cents(price), 0n)
}

export function cents(amount: string): bigint {
  const [whole = '0', places = ''] = amount.split('.')
  return BigInt(whole) * 100n + BigInt(places.padEnd(2, '0'))
}

export function inCents(sum: bigint): string {
  const digits = String(sum).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
