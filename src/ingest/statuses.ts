/**
 * What the status of an order means for its figures, in the words shops use. A status that stands in
 * no list counts, and the report names it.
 */

export type OrderState = 'counted' | 'not_counted' | 'cancelled' | 'refunded'

const known: Readonly<Record<Exclude<OrderState, 'counted'>, string>> = {
  cancelled: `cancelled|canceled|cancel|voided|void|storniert|annule|annulee|cancelado|cancelada|annullato|geannuleerd|trash|abgebrochen`,
  not_counted: `draft|pending|pending payment|checkout draft|failed|payment failed|unpaid|awaiting payment|abandoned|expired|declined|quote|
    ausstehend|offen|fehlgeschlagen|entwurf|en attente|brouillon|echoue|pendiente|pendente|in sospeso|in afwachting|mislukt|on hold`,
  refunded: `refunded|fully refunded|returned|erstattet|zurueckgegeben|rembourse|remboursee|retourne|reembolsado|devuelto|devolvido|rimborsato|terugbetaald|geretourneerd`,
}

export function wordsOf(state: Exclude<OrderState, 'counted'>): string[] {
  return known[state].split('|').map((word) => word.replace(/\s+/g, ' ').trim())
}

/** SQL that gives the state of a status text. */
export function stateOf(text: string): string {
  const normal = `lower(translate(strip_accents(trim(${text})), '_-', '  '))`
  const list = (state: Exclude<OrderState, 'counted'>) =>
    wordsOf(state)
      .map((word) => `'${word}'`)
      .join(', ')
  return `CASE WHEN ${text} IS NULL THEN 'counted'
    WHEN ${normal} IN (${list('cancelled')}) THEN 'cancelled'
    WHEN ${normal} IN (${list('not_counted')}) THEN 'not_counted'
    WHEN ${normal} IN (${list('refunded')}) THEN 'refunded' ELSE 'counted' END`
}
