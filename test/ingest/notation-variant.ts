/** One order line of the demo shop, as text. */
export interface DemoLine {
  readonly order: string
  readonly day: string
  /** hh:mm:ss */
  readonly time: string
  readonly customer: string
  readonly sku: string
  readonly product: string
  readonly quantity: string
  readonly price: string
  readonly discount: string
  readonly total: string
}

export type Field =
  | 'order'
  | 'date'
  | 'customer'
  | 'sku'
  | 'product'
  | 'quantity'
  | 'price'
  | 'discount'
  | 'total'

/** How a shop of some place writes its orders down. */
export interface Variant {
  readonly name: string
  readonly headers: Headers
  /** Columns beside order, date, customer, SKU, product and quantity. */
  readonly amounts: readonly ('price' | 'discount' | 'total')[]
  readonly layout: 'lines' | 'first-row' | 'two-files' | 'json' | 'json-nested' | 'ndjson-nested'
  readonly delimiter?: ',' | ';' | '\t' | '|'
  readonly encoding?: Encoding
  readonly date: (day: string, time: string) => string
  /** Of decimal text with a point. */
  readonly money: (amount: string) => string
  readonly quantity?: (count: string) => string
  /** What a person answers; a variant without it may not ask. */
  readonly answers?: Readonly<Record<string, string>>
}

type Headers = Readonly<Record<Field, string>>
export type Encoding = 'utf8' | 'utf8-bom' | 'cp1252' | 'utf16le' | 'utf16be'

const fields: readonly Field[] = [
  'order',
  'date',
  'customer',
  'sku',
  'product',
  'quantity',
  'price',
  'discount',
  'total',
]

function headersOf(names: string): Headers {
  const all = names.split('|')
  return Object.fromEntries(fields.map((field, index) => [field, all[index] ?? ''])) as Headers
}

export const english = headersOf(
  'Order ID|Order Date|Customer ID|SKU|Product Name|Quantity|Unit Price|Discount Amount|Line Total',
)
export const accounting = headersOf(
  'Document No.|Posting Date|Sell-to Customer No.|Item No.|Description|Qty|Unit Price (EUR)|Line Discount Amount|Line Amount (EUR)',
)
export const german = headersOf(
  'Bestellnummer|Bestelldatum|Kundennummer|Artikelnummer|Artikelbezeichnung|Menge|Einzelpreis|Rabattbetrag|Gesamtpreis',
)
export const germanShort = headersOf(
  'Beleg-Nr.|Datum|Kd.-Nr.|Art.-Nr.|Bezeichnung|Anz.|E-Preis (€)|Rabatt in EUR|Ges.-Preis (€)',
)
export const french = headersOf(
  'N° commande|Date de commande|N° client|Réf. produit|Désignation|Qté|Prix unitaire HT|Montant remise|Total HT',
)
export const spanish = headersOf(
  'Nº de pedido|Fecha del pedido|Cliente|Código|Descripción|Cantidad|Precio unitario|Importe descuento|Importe',
)
export const spanishOther = headersOf(
  '# de venta|Fecha de venta|ID cliente|SKU|Título del producto|Unidades|Precio de venta|Descuento|Total',
)
export const portuguese = headersOf(
  'Número do Pedido|Data do Pedido|Código do Cliente|SKU|Descrição|Quantidade|Valor Unitário|Valor do Desconto|Valor Total',
)
export const italian = headersOf(
  'N. ordine|Data ordine|Codice cliente|Codice articolo|Descrizione|Q.tà|Prezzo unitario|Sconto riga|Importo',
)
export const dutch = headersOf(
  'Bestelnummer|Besteldatum|Klantnummer|Artikelcode|Omschrijving|Aantal|Prijs per stuk|Korting|Totaalbedrag',
)
export const swedish = headersOf(
  'Ordernummer|Orderdatum|Kundnummer|Artikelnummer|Benämning|Antal|Styckpris|Rabatt belopp|Summa',
)
export const platform = headersOf(
  'order_id|created_at|customer_id|sku|product_title|qty_ordered|base_price|discount_amount|row_total',
)

type Grouping = { readonly decimal: string; readonly group: string; readonly indian?: true }

/** Decimal text in groups of digits: 1234.50 as 1.234,50. */
export function grouped({ decimal, group, indian }: Grouping) {
  return (amount: string) => {
    const [whole = '', cents] = amount.split('.')
    const digits = whole.replace(indian ? /\B(?=(\d\d)*\d{3}$)/g : /\B(?=(\d{3})+$)/g, group)
    return cents === undefined ? digits : `${digits}${decimal}${cents}`
  }
}

export const point = grouped({ decimal: '.', group: ',' })
export const comma = grouped({ decimal: ',', group: '.' })
export const bare = (amount: string) => amount
export const bareComma = (amount: string) => amount.replace('.', ',')

function parts(day: string): [year: string, month: string, date: string] {
  const [year = '', month = '', date = ''] = day.split('-')
  return [year, month, date]
}
export const short = (text: string) => String(Number(text))

export function numeric(
  order: string,
  separator: string,
  options: { short?: boolean; shortYear?: boolean } = {},
) {
  return (day: string) => {
    const [year, month, date] = parts(day)
    const number = options.short ? short : (text: string) => text
    const by: Record<string, string> = {
      y: options.shortYear ? year.slice(2) : year,
      m: number(month),
      d: number(date),
    }
    return [...order].map((part) => by[part]).join(separator)
  }
}

export function named(
  months: string,
  write: (date: string, month: string, year: string) => string,
) {
  const names = months.split(' ')
  return (day: string) => {
    const [year, month, date] = parts(day)
    return write(short(date), names[Number(month) - 1] ?? '', year)
  }
}

export function half(time: string): string {
  const hour = Number(time.slice(0, 2))
  return `${hour % 12 || 12}:${time.slice(3, 5)} ${hour < 12 ? 'AM' : 'PM'}`
}

export const mdy = numeric('mdy', '/', { short: true })
export const dmy = numeric('dmy', '/')
export const dotted = numeric('dmy', '.')
export const iso = (day: string) => day
/** Days since 1899-12-30, with the part of the day that is over. */
export const serial = (day: string, time: string) => {
  const whole = Math.round((Date.parse(day) - Date.parse('1899-12-30')) / 86_400_000)
  const seconds = (Date.parse(`1970-01-01T${time}Z`) / 1000) % 86_400
  return `${whole}.${String(Math.round((seconds / 86_400) * 1e9)).padStart(9, '0')}`
}
