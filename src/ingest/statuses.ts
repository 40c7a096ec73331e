/**
 * What the status of an order means for its figures, in the words shops use. A status that stands in
 * no list counts.
 */

export type OrderState = 'counted' | 'not_counted' | 'cancelled' | 'refunded'

const known: Readonly<Record<Exclude<OrderState, 'counted'>, string>> = {
  cancelled: `cancelled|canceled|cancel|voided|void|storniert|annule|annulee|cancelado|cancelada|annullato|
    geannuleerd|trash|abgebrochen`,
  not_counted: `draft|pending|pending payment|checkout draft|failed|payment failed|unpaid|awaiting payment|abandoned|
    expired|declined|quote|ausstehend|offen|fehlgeschlagen|entwurf|en attente|brouillon|echoue|pendiente|pendente|
    in sospeso|in afwachting|mislukt|on hold`,
  refunded: `refunded|fully refunded|returned|erstattet|zurueckgegeben|rembourse|remboursee|retourne|reembolsado|devuelto|
    devolvido|rimborsato|terugbetaald|geretourneerd`,
}

const states = new Map<string, OrderState>()
for (const [state, words] of Object.entries(known)) {
  for (const word of words.split('|'))
    states.set(word.replace(/\s+/g, ' ').trim(), state as OrderState)
}

/** What a status means, however it is written: "Cancelled", "en_attente", "Remboursé". */
export function stateOf(status: string): OrderState {
  const normal = status
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[_\-\s]+/g, ' ')
    .trim()
  return states.get(normal) ?? 'counted'
}
