import { withoutMeasure, words } from './headers.ts'
import type { ChargeRole, Role } from './role.ts'

/**
 * What headers say of amounts beside the goods: charges, and what belongs to a whole order. Words of the seven
 * languages of `headers.ts`; columns with them that are no amounts (a tax rate, a shipping method) mean nothing here.
 */

const noAmount =
  /\b(address|adresse|city|zip|postcode|postal|phone|name|company|method|country|state|province|code|number|no|id|rate|percent|pct|prozent|satz|taux|class|type|kind|date|day|days|hour|hours|minutes|time|at|score|rating|stars|count|qty|quantity|status|provider|carrier|speed|option|options|group|title|label|lines|included|inclusive|exempt|taxable|weight|region|zone|instructions|notes?)\b/

const charges: readonly (readonly [ChargeRole, RegExp])[] = [
  [
    'tax',
    /\b(tax|taxes|vat|gst|hst|pst|qst|mwst|mw st|ust|u st|mehrwertsteuer|umsatzsteuer|steuer|steuerbetrag|tva|iva|igic|btw|imposto|impostos|impuesto|impuestos|imposta|imposte|taxe)\b/,
  ],
  ['duty', /\b(duty|duties|customs|zoll|zollgebuhren|douane|aduana|dogana|invoerrechten)\b/],
  ['tip', /\b(tip|tips|gratuity|trinkgeld|pourboire|propina|gorjeta|mancia|fooi)\b/],
  [
    'shipping',
    /\b(shipping|freight|postage|delivery|versand|versandkosten|lieferkosten|porto|fracht|livraison|frais de port|envio|frete|spedizione|verzending|verzendkosten|bezorgkosten)\b/,
  ],
  [
    'fee',
    /\b(handling|gift ?wrap|gift ?wrapping|surcharge|service charge|handling fee|service fee|additional fees?|fees? total|packaging|small order fee|bearbeitungsgebuhr|geschenkverpackung|zuschlag|supplement)\b/,
  ],
]

/** What was taken off a charge is none of these: it would have to be taken off again. */
const takenOff =
  /\b(discounts?|promotion|promo|refund(ed|s)?|credit|rebate|rabatt|remise|descuento|desconto|sconto|korting)\b/

const ofOrder: readonly (readonly [Role, RegExp])[] = [
  [
    'order_discount',
    /^((order|cart|total|basket|coupon|voucher|gift voucher|bestell|gesamt|warenkorb) (discounts?|rebate|rabatt)( (amount|total|value|betrag))?|discounts? total|total discounts?( amount)?|(coupon|voucher|promo|promotion) (amount|value|discount)|discount code amount|gutschein(betrag|wert)?|gesamtrabatt|remise totale|montant remise|descuento total|desconto total|sconto totale|totale korting)$/,
  ],
  [
    'order_subtotal',
    /^((order|cart|current|items?|basket|goods) (subtotal|sub total)( price)?|subtotal( price| amount)?|sub total|zwischensumme|warenwert|sous total|sottototale|subtotaal)$/,
  ],
  [
    'order_total',
    /^((order|grand|invoice|cart|basket|current|sales) total( price| amount)?|total (order|invoice|paid)( amount| value)?|order (amount|value)|amount paid|total price|total amount|total|gesamtsumme|bestellsumme|rechnungsbetrag|total commande|montant (total )?commande|total (del )?pedido|total do pedido|totale ordine|totaal bestelling|order totaal)$/,
  ],
]

/** "Total incl. VAT" is a total, and "Shipping (incl. VAT)" shipping. */
const besides =
  / (incl|excl|inkl|exkl|inc|exc|ex|including|excluding|with|without|before|after|plus|net of|zzgl|mit|ohne|vor|nach|hors|avec|sans|toutes|con|sin|senza|com|sem|met|zonder)\b.*$/

/**
 * Of a path in a document its last name, without what it says beside its own meaning; a point before a blank is an
 * abbreviation's.
 */
function ownWords(header: string): string {
  const whole = withoutMeasure(header)
  const own = /\s/.test(whole) ? whole : whole.split('.').at(-1)
  return words(own ?? header).replace(besides, '')
}

/** The role of a column of charges, by its header; null where it means none. */
export function chargeMeaning(header: string): ChargeRole | null {
  const own = ownWords(header)
  if (header.includes('%') || noAmount.test(own) || takenOff.test(own)) return null
  return charges.find(([, expression]) => expression.test(own))?.[0] ?? null
}

/** What a column says of the whole order, by its header; null where it says nothing of it. */
export function orderAmountMeaning(header: string): Role | null {
  const own = ownWords(header)
  const role = ofOrder.find(([, expression]) => expression.test(own))?.[0] ?? null
  // The total discount of a line item is the line's.
  return role === 'order_discount' && header.includes('[].') ? null : role
}

/** A header that says in so many words that the amount is of a whole order; "total" may be a line's own. */
export function isSurelyOfOrder(header: string): boolean {
  const isTotal = orderAmountMeaning(header) === 'order_total'
  return isTotal && !/^total( price| amount)?$/.test(ownWords(header))
}
