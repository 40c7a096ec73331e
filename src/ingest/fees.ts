/**
 * Lines that a shop sells as products but that are no goods: postage, bank charges, vouchers. Told by
 * the words of the name, or of the key where it is a word; letters alone make no fee.
 */

const feeNames = [
  'postage',
  '(dotcom )?postage( .*)?',
  '(next day |standard |express )?carriage',
  'shipping( .*)?',
  'delivery( charge| fee| cost)?s?',
  'freight( .*)?',
  'handling( fee| charge)?s?',
  'bank charges?',
  '.*\\bbank charges?',
  '(amazon|ebay|etsy|paypal|stripe|service|transaction|handling|booking|processing|listing|marketplace) ?fees?',
  '.*\\bcommission',
  'manual',
  'discount( .*)?',
  'samples?',
  'adjust(ment)?( bad debt| .*)?',
  'bad debt( .*)?',
  '.*\\bgift (voucher|card|certificate)\\b.*',
  'versand(kosten)?( .*)?',
  'porto( .*)?',
  'rabatt',
  'gutschein( .*)?',
  'frais de (port|livraison)( .*)?',
  'remise',
  'gastos de envio',
  'frete',
  'spese di spedizione',
  'verzendkosten',
  'tip',
  'rounding( .*)?',
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
