/**
 * What the status of an order means for its figures, in the words of shop systems and of people. A status that no
 * list knows counts, and is told.
 */

export type OrderState = 'counted' | 'not_counted' | 'cancelled' | 'refunded'

/** Whole statuses. */
const known: Readonly<Record<OrderState, string>> = {
  cancelled: `cancelled|canceled|cancel|voided|void|annule|annulee|trash|deleted|geloscht|abgelehnt|rejected|rejetee|rejete|rechazado|rejeitado|rifiutato|geweigerd`,
  not_counted: `draft|pending|pending payment|checkout draft|failed|failure|error|unpaid|abandoned|incomplete|unconfirmed|
    expired|declined|denied|quote|quotation|ausstehend|offen|unbezahlt|nicht bezahlt|noch nicht bezahlt|fehlgeschlagen|entwurf|angebot|en attente|brouillon|echoue|echouee|
    non paye|non payee|impaye|impayee|devis|pendiente|pendiente de pago|no pagado|sin pagar|impagado|fallido|borrador|presupuesto|pendente|aguardando pagamento|nao pago|falhou|rascunho|orcamento|
    in sospeso|in attesa|in attesa di pagamento|non pagato|fallito|bozza|preventivo|in afwachting|niet betaald|onbetaald|mislukt|concept|offerte|on hold|holded|
    fraud|suspected fraud|fraudulent|fraudulento|betrug|betrugsverdacht|test|test order|testbestellung|not paid|payment review|payment error|payment failed|payment pending|
    payment processing|payment declined|payment expired|payment cancelled|payment canceled|zahlungserinnerung|zahlungsfehler|erreur de paiement|paiement accepte en attente|
    on backorder not paid|pending paypal|awaiting check|reminded|erinnert`,
  refunded: `zuruck|retour|retoure|wiedergutschrift|gutschrift|gutgeschrieben|rimborso|reso|devolucion|devolucao|remboursement|chargeback|charged back|charge back|ruckbuchung|ruckerstattung|erstattung`,
  counted: `complete|completed|completely paid|paid|fully paid|partially paid|paid partially|shipped|partially shipped|partiallyshipped|unshipped|shipping|delivered|partially delivered|processing|processed|in process|
    in progress|fulfilled|unfulfilled|partial|partially fulfilled|closed|invoiced|partially invoiced|confirmed|accepted|payment accepted|remote payment accepted|payment received|approved|authorized|authorised|captured|
    succeeded|success|successful|settled|done|finished|dispatched|sent|in transit|out for delivery|ready|ready to ship|ready for shipping|ready for pickup|ready for delivery|awaiting fulfillment|
    awaiting shipment|awaiting pickup|picked up|picked|packed|packing|preparing|preparation in progress|processing in progress|in preparation|new|placed|received|ordered|ok|active|archived|valid|
    sale|sold|posted|backordered|on backorder|on backorder paid|partially refunded|refunded partially|shipped delivered to buyer|shipped picked up|yes|true|collected|order completed|order shipped|order delivered|
    abgeschlossen|komplett abgeschlossen|teilweise abgeschlossen|bezahlt|komplett bezahlt|teilweise bezahlt|versandt|versendet|verschickt|geliefert|ausgeliefert|komplett ausgeliefert|teilweise ausgeliefert|zugestellt|in bearbeitung|
    bearbeitet|erledigt|fertig|bestatigt|angenommen|neu|bestellt|verkauft|berechnet|fakturiert|verbucht|versandbereit|zur lieferung bereit|teilweise erstattet|teilweise versendet|aktiv|abgeholt|
    terminee|termine|complet|complete|payee|paye|paiement accepte|expediee|expedie|livree|livre|en cours|en cours de traitement|en cours de preparation|en preparation|preparation en cours|traitee|facturee|facture|confirmee|confirme|validee|valide|
    acceptee|nouvelle|nouveau|partiellement remboursee|partiellement rembourse|envoyee|envoye|
    completado|completada|completo|pagado|pagada|enviado|enviada|entregado|entregada|procesando|en proceso|procesado|facturado|facturada|confirmado|confirmada|aceptado|nuevo|nueva|cerrado|finalizado|finalizada|vendido|preparado|
    en preparacion|parcialmente reembolsado|concluido|concluida|pago|paga|entregue|em processamento|processando|processado|faturado|faturada|aprovado|aprovada|novo|nova|fechado|em separacao|em transporte|parcialmente devolvido|
    completato|completata|pagato|pagata|spedito|spedita|consegnato|consegnata|in lavorazione|in elaborazione|elaborato|fatturato|confermato|confermata|accettato|nuovo|nuova|chiuso|evaso|evasa|venduto|parzialmente rimborsato|
    voltooid|afgerond|betaald|verzonden|geleverd|bezorgd|in behandeling|verwerkt|verwerken|gefactureerd|bevestigd|geaccepteerd|nieuw|gesloten|klaar|verkocht|gedeeltelijk terugbetaald|
    slutford|betald|skickad|betalt|sendt|zrealizowane|oplacone|wyslane`,
}

/** What layouts call an order whose refunds come by themselves. */
const refundsApart = 'refunded see its refunds'

const states = new Map<string, OrderState>([[refundsApart, 'counted']])
for (const [state, words] of Object.entries(known)) {
  for (const word of words.split('|')) {
    const key = word.replace(/\s+/g, ' ').trim()
    if (!states.has(key)) states.set(key, state as OrderState)
  }
}

/** Words that tell wherever they stand in a status: "Cancelled by buyer", "Shipped - Returned to Seller". */
const telling: readonly (readonly [OrderState, RegExp])[] = [
  [
    'cancelled',
    /\b(cancell?ed|cancell?ation|voided|storniert|storno|stornierung|widerrufen|widerruf|abgebrochen|annulee?|cancelad[oa]|anulad[oa]|annullat[oa]|annullato|geannuleerd|anulowane)\b/,
  ],
  [
    'refunded',
    /\b(refunded|refund (issued|completed?|sent|processed)|returned|return (received|completed?)|chargeback|charged back|retour(e|niert|nee?)?|(zuruck|zurueck)(geschickt|gesendet|gesandt|gegeben|erstattet|gekommen)|(ruck|rueck)?erstattet|gutgeschrieben|remboursee?|retournee?|reembolsad[oa]|devuelt[oa]|devolvid[oa]|rimborsat[oa]|restituit[oa]|teruggestuurd|terugbetaald|geretourneerd)\b/,
  ],
  [
    'not_counted',
    /\b(not paid|unpaid|payment (pending|failed|error|review|declined|expired)|pending payment|(awaiting|waiting for) ([a-z]+ )*payment|(suspected |potential )?fraud|nicht bezahlt|unbezahlt|zahlung (ausstehend|fehlgeschlagen|offen)|(wartet auf|warten auf) zahlung(seingang)?|en attente (de|du) ([a-z]+ )*paiement|(pendiente|a la espera) de(l)? pago|(aguardando|pendente de) pagamento|in attesa (di|del) pagamento|in afwachting van ([a-z]+ )*betaling|wacht op betaling)\b/,
  ],
]

/** What was only asked for, refused, done in part or not at all is told by no single word. */
const unsure =
  /\b(not|no|non|never|nicht|kein|keine|pas|sans|sin|nao|sem|senza|niet|geen|part|partial|partially|partly|teil|teils|teilweise|partielle?|partiellement|parcial|parcialmente|parzial|parziale|parzialmente|gedeeltelijk|deels|request|requested|requests|asked|initiated|in progress|in process|eligible|possible|beantragt|angefragt|gewunscht|demandee?|solicitad[oa]|richiest[oa]|aangevraagd|(refund|return|cancellation|chargeback) (rejected|declined|denied|refused|expired|closed|reversed|failed|pending|won)|(rejected|declined|denied|refused|failed|pending) (refund|return|cancellation|chargeback))\b/

/** A word of the state that it denies: nothing happened to the order. */
const denied =
  /^(not|no|never|nicht|kein|keine|non|pas|sin|nao|niet|geen) (cancell?ed|returned|refunded|return|refund|retourniert|storniert|erstattet|retoure|annulee?|retournee?|remboursee?|cancelad[oa]|devuelt[oa]|reembolsad[oa]|devolvid[oa]|annullat[oa]|rimborsat[oa]|geannuleerd|geretourneerd|terugbetaald)$/

/** What a status means, however it is written: "Cancelled", "en_attente", "wc-refunded", "Cancelled by buyer". */
export function stateOf(status: string): OrderState {
  return knownState(status) ?? 'counted'
}

/** What a status is known to mean; null where it stands in no list. */
export function knownState(status: string): OrderState | null {
  const own = plainStatus(status)
  const whole = states.get(own)
  if (whole) return whole
  if (denied.test(own)) return 'counted'
  const unpaid = telling.filter(([state]) => state === 'not_counted')
  const patterns = unsure.test(own) ? unpaid : telling
  return patterns.find(([, pattern]) => pattern.test(own))?.[0] ?? null
}

/** In small letters without accents and signs, nor what WooCommerce's database puts before it. */
function plainStatus(status: string): string {
  return status
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim()
    .replace(/^wc (?=.)/, '')
}
