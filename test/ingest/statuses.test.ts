import { expect, it } from 'vitest'
import { knownState, stateOf } from '../../src/ingest/statuses.ts'

it.each([
  [
    'cancelled',
    'wc-cancelled|Order cancelled|Cancelled by buyer|Cancelled by customer|Canceled - refunded|Storno|Widerrufen|storniert|Storniert / Abgelehnt|Vorgang wurde abgebrochen|Annulée|Commande annulée|Cancelado|Anulado|Pedido cancelado|Annullato|Geannuleerd|VOIDED',
  ],
  [
    'refunded',
    'wc-refunded|Refunded|Refunded (full)|Fully refunded|Chargeback|Shipped - Returned to Seller|Retoure|zurückgeschickt|Zurueckgegeben|Rückerstattet|Erstattet|Wiedergutschrift|Remboursé|Retournée|Devuelto|Reembolsado|Devolvido|Rimborsato|Reso|Terugbetaald|Geretourneerd|Return received',
  ],
  [
    'not_counted',
    'wc-failed|wc-pending|Payment pending|pending_payment|fraud|payment_review|holded|nicht bezahlt|Not paid|Unpaid|Awaiting payment|Awaiting bank wire payment|Awaiting PayPal payment|On backorder (not paid)|Warten auf Zahlungseingang|En attente du paiement par chèque|Pendiente de pago|Aguardando pagamento|In attesa di pagamento|Wacht op betaling|Draft|Payment error|Niet betaald|On hold',
  ],
  [
    'counted',
    'wc-completed|Completed|PartiallyShipped|Payment accepted|Not cancelled|not returned|Nicht storniert|Non remboursé|Partially refunded|partially_refunded|Teilweise erstattet|Komplett bezahlt|Bezahlt|En cours de préparation|Enviado|Entregue|Spedito|Verzonden|Closed|Shipped - Delivered to Buyer|Awaiting Fulfillment',
  ],
])('knows what is %s', (state, statuses) => {
  for (const status of statuses.split('|'))
    expect([status, knownState(status)]).toEqual([status, state])
})

it.each([
  'Return requested',
  'Cancellation requested',
  'Refund declined',
  'Refund pending',
  'Rückgabe beantragt',
  'Refunded (partial)',
  'Lost',
  'Disputed',
])('counts what it does not know: %s', (status) => {
  expect(stateOf(status)).toBe('counted')
  expect(knownState(status)).toBeNull()
})
