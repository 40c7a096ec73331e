import { quote } from './format.ts'
import { words } from './headers.ts'
import type { ColumnClaim } from './layout.ts'
import type { Role } from './role.ts'
import { type ColumnSample, type TableSample, valuesOf } from './sample.ts'

/**
 * Columns that say of each row what it is: a sale or a return of its own ("Type: Refund"), a line that came back
 * ("Returned: Yes"), an order that was cancelled ("Cancelled: Yes"). Left out, what went back would count as sold.
 */

const saleWords =
  'sale|sales|sold|order|invoice|purchase|charge|normal|regular|standard|verkauf|rechnung|bestellung|kauf|vente|achat|facture|commande|venta|factura|pedido|compra|venda|fatura|vendita|fattura|ordine|acquisto|verkoop|factuur|bestelling|aankoop'

/** What a row is, not what became of it: a "Refund" went back, and a "Refunded" one was sold first. */
const returnWords =
  'refund|refunds|return|returns|sales return|sale return|credit|credit note|credit memo|creditnote|chargeback|reversal|retoure|ruckgabe|rueckgabe|rucksendung|gutschrift|storno|erstattung|ruckerstattung|remboursement|retour|avoir|devolucion|reembolso|abono|nota de credito|devolucao|estorno|reso|rimborso|nota di credito|nota credito|terugbetaling|creditnota|creditfactuur'

const yesWords = 'yes|y|true|t|1|x|ja|j|oui|o|si|sim|s|vero|returned|refunded|cancelled|canceled'
const noWords =
  'no|n|false|f|0|-|none|nein|non|nee|nao|falso|not returned|not refunded|not cancelled|null|nan'

/** What is said of prices, customers and payments as well: it tells only below a header that asks for a kind. */
const weakWords = 'charge|normal|regular|standard|credit'

/** What no payment, no ticket and no product is called. */
const plainWords =
  'refund|refunds|sales return|sale return|credit memo|chargeback|reversal|erstattung|ruckerstattung|remboursement|reembolso|rimborso|terugbetaling'

/** Of how it was paid, of whom, of tickets and of goods: "Credit", "Invoice" and "Return" are no kinds of rows there. */
const ofOthers =
  /\b(pay|payments?|paid|tender|terms|methods?|card|account|customer|client|buyer|member|ticket|fare|trip|journey|travel|product|price|shipping|delivery|zahl\w*|bezahl\w*|kunden?\w*|karten?\w*|fahr\w*|reise\w*|versand\w*|lieferart|preisart|produkt\w*|artikel\w*|paiement|reglement|billet|trajet|produit|pago|cobro|billete|cliente|viaje|producto|pagamento|biglietto|viaggio|prodotto|produto|betal\w*|betaal\w*|klant\w*|reis)\b/

const setOf = (list: string) => new Set(list.split('|'))
const [weak, plainly] = [setOf(weakWords), setOf(plainWords)]
const [sale, back, yes, no] = [saleWords, returnWords, yesWords, noWords].map(setOf) as [
  Set<string>,
  Set<string>,
  Set<string>,
  Set<string>,
]

/** SQL of a text in small letters without accents, signs and double blanks, as the words above are. */
function plainText(text: string): string {
  return `trim(regexp_replace(strip_accents(lower(${text})), '[_\\s-]+', ' ', 'g'))`
}

function listed(text: string, list: string): string {
  const members = list.split('|').map(quote).join(', ')
  return `coalesce(list_contains([${members}], ${plainText(text)}), false)`
}

/** SQL condition, never null: the row is a return by itself. */
export function isReturnRow(text: string): string {
  return listed(text, `${returnWords}|${yesWords}`)
}

/** SQL condition, never null: the text says yes, or when. */
export function isMarked(text: string): string {
  return `(${text} IS NOT NULL AND NOT ${listed(text, noWords)})`
}

type Kind = Extract<Role, 'movement' | 'cancelled_at' | 'returned_at'>

const marks: readonly (readonly [Kind, RegExp])[] = [
  [
    'cancelled_at',
    /^(is |was |order )*(cancelled|canceled|voided|void|storniert|annule|annulee|cancelado|cancelada|annullato|geannuleerd)( at| on| date| flag| am| le)?$/,
  ],
  ['movement', /^is (return|refund|credit|retoure|retour)$/],
  [
    'returned_at',
    /^(is |was |item )*(returned|refunded|retoure|retourniert|erstattet|zuruckgegeben|retourne|retournee|rembourse|devuelto|devolvido|reembolsado|reso|restituito|rimborsato|geretourneerd|retour)( at| on| flag| status| item)?$/,
  ],
]

/** Roles that such a column may have been taken for by its header. */
const vague: readonly (Role | undefined)[] = [undefined, 'status', 'channel', 'category']

/** Gives columns whose values are such words their role. */
export function assignRowKinds(sample: TableSample, columns: Map<string, ColumnClaim>): void {
  for (const { name, sql } of sample.columns) {
    if (!vague.includes(columns.get(sql)?.role)) continue
    const kind = kindOf(sample, sql, name)
    if (!kind || [...columns.values()].some(({ role }) => role === kind)) continue
    const evidence = `the header "${name}" and the words in it`
    columns.set(sql, { role: kind, confidence: 0.9, evidence })
  }
}

/** True where a column says of each row that it is a sale or that it is a return, and both are there. */
export function tellsBothKinds(sample: TableSample): boolean {
  return sample.columns.some(({ name, sql }) => {
    const said = saidIn(sample, sql)
    return (
      isOfRows(name, said) && [sale, back].every((set) => [...said].some((text) => set.has(text)))
    )
  })
}

/** The different words of a column. */
function saidIn(sample: TableSample, sql: string): ReadonlySet<string> {
  return new Set(valuesOf(sample, sql).map(plain))
}

function isOfOthers(name: string): boolean {
  return ofOthers.test(words(name))
}

/** Whether words such as "Credit" and "Return" below this header are said of rows. */
function isOfRows(name: string, said: ReadonlySet<string>): boolean {
  if (isOfOthers(name)) return [...said].some((text) => plainly.has(text))
  return isTypeHeader(name) || ![...said].some((text) => weak.has(text))
}

/** "Credit" beside "Regular": given back, or sold on credit. */
function isVague(said: ReadonlySet<string>): boolean {
  return said.has('credit') && [...said].every((text) => weak.has(text))
}

/** True where a column seems to tell returns from sales, in words of which some are not known or may mean another thing. */
export function speaksOfReturns(sample: TableSample, { name, sql }: ColumnSample): boolean {
  const said = [...saidIn(sample, sql)]
  if (isOfOthers(name)) return false
  const clear = (set: ReadonlySet<string>) => said.some((text) => set.has(text) && !weak.has(text))
  const known = said.every((text) => sale.has(text) || back.has(text))
  const isKind = isTypeHeader(name) && said.length > 1 && isVague(new Set(said))
  return isKind || (clear(back) && (known || clear(sale)))
}

/** True where each row says that it is a return. */
export function saysReturnsOnly(sample: TableSample, { sql, filled }: ColumnSample): boolean {
  return filled === sample.rows.length && [...saidIn(sample, sql)].every((text) => back.has(text))
}

/** True for a word that says something else than that nothing happened. */
export function isNoDenial(text: string): boolean {
  return /\p{Letter}|[1-9]/u.test(text) && !no.has(plain(text))
}

function kindOf(sample: TableSample, sql: string, name: string): Kind | null {
  const texts = valuesOf(sample, sql)
  const said = saidIn(sample, sql)
  const [only] = said
  if (only === undefined) return null
  const all = (...sets: readonly Set<string>[]) =>
    [...said].every((text) => sets.some((set) => set.has(text)))
  // A word alone must say it by itself: where all was sold on credit every type is "Credit".
  const tells = said.size > 1 || (isTypeHeader(name) && !weak.has(only))
  if (all(sale, back) && tells && isOfRows(name, said) && !isVague(said)) return 'movement'
  const mark = marks.find(([, header]) => header.test(words(name)))?.[0]
  if (!mark) return null
  if (all(yes, no)) return mark
  const dated = sample.columns.find((column) => column.sql === sql)?.moments ?? 0
  return mark !== 'movement' && dated > 0.9 && texts.length < sample.rows.length ? mark : null
}

function isTypeHeader(name: string): boolean {
  return /\b(type|typ|kind|art|tipo|soort|belegart|vorgangsart|movement)\b/.test(words(name))
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[_\s-]+/g, ' ')
    .trim()
}
