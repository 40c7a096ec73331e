/**
 * Lines that a shop sells as products but that are no goods: postage, bank charges, vouchers. Told by
 * the words of the name, or of the key where it is a word; letters alone make no fee.
 */

/** What may follow the words of a fee: which kind, how much, where to. Other words make it a thing to buy. */
const more =
  '( ?[-:(/&].*| (and|to|for|within|nach|vers|para) .*| (costs?|charges?|fees?|rate|insurance|surcharge|option|international|worldwide|standard|express|economy|priority|premium|domestic|overseas|air|class|uk|eu|us|usa|kosten|pauschale|dhl|dpd|gls|ups|hermes)\\b.*)?'
const howMuch = '( ?[-:(/&£$€%].*| [0-9£$€].*| (of|off|on|for|from|code|value|worth|von|auf) .*)?'

const feeNames = [
  `(dotcom )?postage${more}`,
  `(next day |standard |express |first class |second class )?carriage${more}`,
  `(standard |express |free |international |flat rate )?(shipping|delivery|postage|freight)${more}`,
  'deliver(y|ies) charges?',
  'handling( fee| charge)?s?',
  'bank charges?',
  '.*\\bbank charges?',
  '(amazon|ebay|etsy|paypal|stripe|service|transaction|handling|booking|processing|listing|marketplace) ?fees?',
  '.*\\bcommission',
  'manual',
  `discounts?${howMuch}`,
  'samples?',
  'adjust(ment)?( bad debt)?',
  `adjust(ment)?${howMuch}`,
  `bad debt${more}`,
  `(.*\\b)?gift (voucher|card|certificate)s?${howMuch}`,
  `versand(kosten)?${more}`,
  `porto${more}`,
  `rabatt${howMuch}`,
  `(geschenk)?gutschein${howMuch}`,
  `frais de (port|livraison)${more}`,
  `remise${howMuch}`,
  `gastos de envio${more}`,
  `frete${more}`,
  `spese di spedizione${more}`,
  `verzendkosten${more}`,
  'tip',
  `rounding${howMuch}`,
]

const feeKeys = [
  'post',
  'postage',
  'dot',
  'amazonfee',
  'bank charges',
  'cruk',
  'shipping',
  'shp',
  'ship',
  'versand',
  'porto',
]

/** SQL that gives 'fee' or 'goods' for a product's name and key. */
export function kindOf(name: string, key: string): string {
  const expression = `^(${feeNames.join('|')})$`
  return `CASE WHEN regexp_matches(lower(trim(${name})), '${expression}') THEN 'fee'
    WHEN ${name} IS NULL AND lower(${key}) IN (${feeKeys.map((word) => `'${word}'`).join(', ')}) THEN 'fee'
    ELSE 'goods' END`
}
