import { words } from './headers.ts'
import { fileStem, type InputFile } from './input.ts'

/**
 * What the name of a file or sheet says its rows are, where that is no sales: they may have the very columns that
 * sales have. A name that speaks of sales as well says nothing, nor does one that has such a word in another sense.
 */
export type NamedKind = 'returns' | 'cancelled' | 'purchases'

const returns = wordsOf(
  `returns?|returned|refunds?|refunded|credit notes?|creditnotes?|credit memos?|creditmemos?|rmas?|chargebacks?`,
  `(kunden|waren|verkaufs)?retouren?|ru?e?cksendung(en)?|ru?e?ckgaben?|gutschrift(en)?|(ru?e?ck)?erstattung(en)?|stornorechnung(en)?|rechnungskorrekturen?|retourniert|erstattet`,
  `retours?|avoirs?|remboursements?|notes? de credit|retournees?|remboursees?`,
  `devuelt[oa]s|devolvid[oa]s|reembolsad[oa]s|rimborsat[ei]|geretourneerde?|devolucion(es)?|reembolsos?|notas? de (credito|abono)|devolucao|devolucoes|estornos?`,
  `resi|reso|rimborsi|rimborso|not[ae] (di )?credito|retourzending(en)?|terugbetaling(en)?|creditnotas?|creditnota s|creditfactuur|creditfacturen`,
)

/** "Sales returns" are no sales, and "returned orders" no orders. */
const phrases = [
  /\b(order|sales?|customers?|products?|items?|goods|payments?|invoice) (?=(returns?|refunds?|credit notes?|credit memos?)\b)/g,
  /(?<=\b(returned|refunded|retournierte|erstattete) )(orders?|sales|items?|products?|goods|lines|bestellungen|auftraege|auftrage|artikel)\b/g,
  /\b(commandes?|pedidos?|ordini|bestellingen) (?=(retourne|rembourse|devuelt|devolvid|reembolsad|rimborsat|geretourneerd))/g,
  /(?<=\breturn )orders?\b/g,
]

const cancelled = wordsOf(
  `cancell?ed|cancell?ations?|voided|voids|storniert|stornos?|stornierungen|stornierte|annulees?|annules?|annulations?`,
  `cancelad[oa]s?|cancelacion(es)?|cancelamentos?|anulad[oa]s?|annullat[oi]|annullamenti|geannuleerde?|annuleringen`,
)

const purchases = wordsOf(
  `purchases|purchase orders?|purchasing|supplier (orders?|invoices?)|vendor (orders?|invoices?|bills?)|goods receipts?`,
  `einka(ue)?ufe?|einkauf|wareneinga(e)?nge?|wareneingang|lieferantenrechnung(en)?|lieferantenbestellung(en)?`,
  `achats|commandes? fournisseurs?|factures? fournisseurs?|compras|acquisti|inkoop|inkopen|inkooporders?`,
)

const sales = wordsOf(
  `orders?|sales?|sold|invoices?|purchases?|transactions?|payments?|revenue|shipments?|shipped|turnover|kept`,
  `bestellung(en)?|verka(e)?ufe?|verkauf|umsa(e)?tze?|umsatz|rechnung(en)?|auftra(e)?ge?|auftrag`,
  `commandes?|ventes?|factures?|pedidos?|ventas?|facturas?|vendas?|faturas?|ordin[ei]|vendit[ae]|fattur[ae]`,
  `bestelling(en)?|verko(o)?p(en)?|factu(u)?r(en)?`,
)

const otherSense = wordsOf(
  `customers?|clients?|buyers?|visitors?|users?|kunden|clientes?|clienti|klanten|tax(es)?|steuern?|vat|iva|tva|btw`,
  `polic(y|ies)|labels?|reasons?|rates?|codes?|forms?|address(es)?|investments?|roi|roas|on|points?|tickets?|suppliers?|vendors?|lieferanten`,
  `without|excl|excluding|exclude[sd]?|incl|including|includes?|inkl|with|less|net|netto|minus|after|before|no|non|not|never|un`,
  `ohne|mit|nach|vor|nicht|keine|sans|avec|hors|sin|con|sem|com|senza|zonder|met`,
)

/** What the table is by the name of its sheet, else by that of its file. */
export function namedKind(file: InputFile): NamedKind | null {
  const sheet = words(file.sheet?.name ?? '')
  return kindIn(sheet) ?? (isOfSales(sheet) ? null : kindIn(words(fileStem(file))))
}

function isOfSales(name: string): boolean {
  return sales.test(name) || otherSense.test(name)
}

/** What a name, as words, says of the rows below it. */
export function kindIn(name: string): NamedKind | null {
  if (purchases.test(name) && !/\b(customers?|clients?|kunden|clientes|sales)\b/.test(name))
    return 'purchases'
  const own = phrases.reduce((rest, phrase) => rest.replace(phrase, ' '), name)
  const [back, off] = [returns.test(own), cancelled.test(own)]
  if (back && !off && !isOfSales(own)) return 'returns'
  const several = /\b(and|und|et|y|e|en|or|oder)\b/.test(own)
  return off && !back && !several && !otherSense.test(own) ? 'cancelled' : null
}

function wordsOf(...lists: readonly string[]): RegExp {
  return new RegExp(`\\b(${lists.join('|')})\\b`)
}
