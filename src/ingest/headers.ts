import type { Role } from './role.ts'

/**
 * What headers mean, in the words that shops' exports use: English, German, French, Spanish, Portuguese,
 * Italian and Dutch. A header that fits whole counts more than one that only contains the words.
 */

const synonyms: Partial<Record<Role, string>> = {
  order_number: `order number|order no|order nr|order id|order|order ref|order reference|invoice|invoice no|invoice number|invoice id|
    transaction id|transaction number|transaction|receipt|receipt number|sale id|sales order|sales order number|purchase id|order key|order code|document number|bill no|bill number|
    bestellnummer|bestellung|bestell nr|auftragsnummer|auftrag|rechnungsnummer|rechnung|rechnungs nr|belegnummer|auftragsnr|bestellnr|
    numero de commande|n commande|commande|no commande|numero facture|n facture|facture|numero de facture|reference commande|id commande|
    numero de pedido|pedido|n pedido|id pedido|numero pedido|factura|numero factura|numero de factura|nota fiscal|
    numero ordine|ordine|n ordine|id ordine|numero fattura|fattura|ordernummer|bestelnummer|factuurnummer|factuur|order name`,
  line_id: `line number|line id|line no|line item id|order line id|line|order line|order line item|position|item number in order|order item id|
    positionsnummer|pos|zeile|ligne|numero de ligne|linea|linha|riga|regel|regelnummer|sales key`,
  order_date: `order date|date|invoice date|ordered at|created at|order created at|purchase date|transaction date|sale date|sales date|sold at|order time|timestamp|datetime|date time|
    created|placed at|date of order|date of sale|paid at|order placed|date created|order datetime|sold on|day|processed at|order purchase timestamp|
    datum|bestelldatum|rechnungsdatum|auftragsdatum|kaufdatum|verkaufsdatum|belegdatum|
    date facture|date de facture|date commande|date de commande|date de vente|date achat|
    fecha|fecha pedido|fecha de pedido|fecha factura|fecha de factura|fecha de compra|data|data do pedido|data pedido|data da compra|data da venda|data ordine|data fattura|
    data vendita|besteldatum|factuurdatum|orderdatum|verkoopdatum`,
  order_time: `time|time of day|uhrzeit|zeit|heure|hora|ora|tijd|order hour`,
  updated_at: `updated at|last updated|modified|modified at|date modified|last modified|last updated date|geaendert am|mis a jour le|actualizado`,
  status: `status|order status|state of order|financial status|payment status|order state|bestellstatus|auftragsstatus|statut|etat|statut commande|estado|estado del pedido|situacao|stato|
    stato ordine|orderstatus|bestelstatus`,
  channel: `channel|sales channel|source channel|sales type|origin|store type|kanal|vertriebskanal|verkaufskanal|canal|canal de vente|canal de venta|canale|verkoopkanaal|sold via`,
  customer_key: `customer id|customer|customer no|customer number|customer nr|customer code|customer key|client id|client|buyer id|buyer|user id|account id|account number|member id|cust id|
    kundennummer|kunde|kunden nr|kunden id|kundennr|n client|numero client|id client|code client|
    id cliente|cliente|numero cliente|numero de cliente|codigo cliente|codice cliente|klantnummer|klant|klant id|klantnr|
    buyer username|customer unique id`,
  customer_name: `customer name|client name|buyer name|full name|name of customer|billing name|shipping name|kundenname|name des kunden|nom client|nom du client|nombre cliente|nombre del cliente|
    nome cliente|nome do cliente|klantnaam|contact name|recipient name`,
  customer_email: `email|e mail|email address|customer email|buyer email|mail|contact email|kunden email|courriel|adresse email|correo|correo electronico|e mail adresse|billing email|emailadres`,
  customer_age: `age|customer age|alter|edad|idade|eta|leeftijd`,
  country: `country|ship country|shipping country|country code|ship to country|delivery country|billing country|customer country|country name|land|lieferland|pays|pays de livraison|
    pais|pais de envio|paese|nazione|bestemmingsland|landcode|shipping country code`,
  subdivision: `state|province|ship state|shipping state|shipping province|state province|county|bundesland|departement|provincia|estado envio|uf|customer state`,
  region: `region|region name|sales region|territory|sales territory|area|market|verkaufsgebiet|gebiet|zona|regione|regio|regiao|shipping region`,
  region_key: `region id|region key|territory id|territory key|sales territory key`,
  region_level: `level|region level|region type`,
  product_key: `product id|product|product code|product no|product number|product key|item id|item|item no|item number|item code|stock code|stockcode|article|article number|article no|article id|
    asin|variant id|part number|product reference|
    artikelnummer|artikel|artikel nr|artikelnr|produktnummer|produkt id|produkt nr|
    reference|ref|code article|code produit|id produit|reference produit|reference article|
    id producto|producto|codigo producto|codigo de producto|codigo|referencia|id produto|produto|codigo do produto|codice articolo|codice prodotto|articolo|prodotto|id prodotto|codice|
    artikelcode|productnummer|productcode`,
  sku: 'sku|seller sku|product sku|item sku|lineitem sku|line item sku|custom label|variant sku|merchant sku|ean|gtin|barcode',
  product_name: `product name|title|item name|item title|product title|description|product description|item description|article name|name of product|lineitem name|line item name|
    bezeichnung|artikelbezeichnung|produktname|produkt|artikelname|beschreibung|
    designation|libelle|nom du produit|nom produit|nom article|description produit|produit|intitule|
    descripcion|nombre del producto|nombre producto|descripcion del producto|descricao|nome do produto|nome produto|descrizione|nome prodotto|denominazione|
    omschrijving|productnaam|artikelomschrijving|model name`,
  category: `category|product category|category name|product type|product group|department|kategorie|warengruppe|produktgruppe|categorie|rayon|famille|categoria|categoria produto|reparto|
    productgroep|item type|product line`,
  quantity: `quantity|qty|quantity ordered|quantity purchased|order quantity|units|units sold|pieces|pcs|count|number of items|amount of items|ordered quantity|lineitem quantity|items sold|volume|
    menge|anzahl|stueck|stuck|stueckzahl|stuckzahl|bestellmenge|quantite|qte|nombre|quantite commandee|
    cantidad|cant|unidades|quantidade|qtd|qtde|quantita|qta|pezzi|aantal|hoeveelheid|stuks|item quantity`,
  unit_price: `unit price|price|price each|price per unit|item price|sale price|selling price|unit cost price|lineitem price|rate|price unit|sold for|unit selling price|
    einzelpreis|preis|stueckpreis|stuckpreis|verkaufspreis|vk preis|einheitspreis|prix unitaire|prix|pu|prix de vente|p u|
    precio unitario|precio|precio por unidad|preco unitario|preco|valor unitario|prezzo unitario|prezzo|eenheidsprijs|prijs|stukprijs|stuksprijs`,
  line_total: `total price|line total|total|amount|total amount|sales|sale amount|sales amount|revenue|line amount|net amount|net sales|extended price|subtotal|total spent|row total|order line total|
    item total|turnover|value|total sales|total value|line item total|net total|line price|item subtotal|
    gesamtpreis|gesamt|summe|betrag|umsatz|zeilensumme|positionssumme|gesamtbetrag|nettobetrag|
    montant|prix total|total ligne|montant total|chiffre affaires|ca|montant ht|total ht|
    importe|total linea|precio total|importe total|ventas|valor total|preco total|valor|total da linha|importo|totale|totale riga|prezzo totale|
    totaal|regeltotaal|bedrag|totaalprijs|omzet`,
  discount: `discount|discount amount|discount rate|discount percent|discount pct|discount percentage|rebate|line discount|item discount|promotion discount|item promotion discount|rabatt|nachlass|skonto|
    remise|reduction|taux de remise|descuento|desconto|sconto|korting|unit discount|lineitem discount`,
  unit_cost: `unit cost|cost|cost price|product cost|cost of goods|cogs|cost per item|item cost|einkaufspreis|ek preis|kosten|cout|prix de revient|cout unitaire|costo|costo unitario|custo|custo unitario|
    inkoopprijs|kostprijs`,
  currency:
    'currency|currency code|waehrung|wahrung|devise|monnaie|moneda|divisa|moeda|valuta|order currency',
  exchange_rate:
    'exchange rate|fx rate|wechselkurs|taux de change|tipo de cambio|cambio|wisselkoers',
  return_amount:
    'refunded amount|refund amount|amount refunded|refund|refund total|erstattung|erstattungsbetrag|montant rembourse|importe reembolsado|rimborso|terugbetaling',
}

/** Roles that only the tables beside the sales have; the star layout asks for them by their exact names. */
export type HeaderMatch = { readonly role: Role; readonly score: number }

const exact = new Map<string, Role>()
for (const [role, words] of Object.entries(synonyms)) {
  for (const word of words.split('|')) {
    const key = word.replace(/\s+/g, ' ').trim()
    if (!exact.has(key)) exact.set(key, role as Role)
  }
}

/** A header as lower-case words: `InvoiceNo` and `invoice_no` are both "invoice no"; accents go. */
export function words(header: string): string {
  return header
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[°º#]/g, ' ')
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim()
}

/**
 * What a header may mean, best first. Inside a document the path counts: `items[].name` is a product's
 * name, `customer.name` a person's.
 */
export function meanings(header: string): readonly HeaderMatch[] {
  const path = header.split('.')
  const own = words(path.at(-1) ?? header)
  const inItem = header.includes('[].')
  const whole = inItem ? own : words(path.join(' '))
  const matches = new Map<Role, number>()
  const note = (role: Role | undefined, score: number) => {
    if (role && (matches.get(role) ?? 0) < score) matches.set(role, score)
  }
  note(exact.get(whole), 1)
  if (inItem) {
    note(itemRoles[own], 0.95)
  } else if (path.length === 1) note(looseRoles[own], 0.5)
  if (path.length > 1 && !inItem)
    note(exact.get(own), contextFits(path, exact.get(own)) ? 0.8 : 0.3)
  const stripped = whole.replace(/^(shop|lineitem|line item|item|order|sales?|the) /, '')
  if (stripped !== whole) note(exact.get(stripped), 0.7)
  const withoutUnit = whole.replace(
    / (eur|usd|gbp|chf|euro|euros|in|incl|excl|net|netto|brutto|gross|ht|ttc|local|utc)\b.*$/,
    '',
  )
  if (withoutUnit !== whole) note(exact.get(withoutUnit), 0.85)
  return [...matches].map(([role, score]) => ({ role, score })).sort((a, b) => b.score - a.score)
}

/** A header that means this at least as surely does not mean it by one of its words only. */
const surely = 0.7

/** True where the header surely means one of the roles. */
export function surelyMeans(header: string, ...roles: readonly Role[]): boolean {
  return meanings(header).some(({ role, score }) => score >= surely && roles.includes(role))
}

const itemRoles: Readonly<Record<string, Role>> = {
  name: 'product_name',
  id: 'line_id',
  price: 'unit_price',
  total: 'line_total',
  code: 'product_key',
}

const looseRoles: Readonly<Record<string, Role>> = {
  id: 'order_number',
  number: 'order_number',
  name: 'product_name',
  user: 'customer_key',
  code: 'product_key',
  nummer: 'order_number',
}

/** customer.country is a country; customer.number is no order number. */
function contextFits(path: readonly string[], role: Role | undefined): boolean {
  const context = words(path.slice(0, -1).join(' '))
  if (/customer|client|buyer|kunde/.test(context)) {
    return (
      role !== undefined &&
      ['customer_email', 'customer_age', 'country', 'region', 'subdivision'].includes(role)
    )
  }
  return /order|shipping|address|ship|billing|delivery|product|item/.test(context)
}

const itemRolesWanted: readonly Role[] = [
  'quantity',
  'unit_price',
  'line_total',
  'product_key',
  'product_name',
  'sku',
]

/** How many of a line item's roles the names of a list's members have. */
export function itemScore(names: readonly string[]): number {
  const found = names.flatMap((name) => meanings(`items[].${name}`).slice(0, 1))
  return new Set(found.map(({ role }) => role).filter((role) => itemRolesWanted.includes(role)))
    .size
}

/** How many of an order's own roles the fields of a document have. */
export function topLevelScore(names: readonly string[]): number {
  const found = names.flatMap((name) => meanings(name).slice(0, 1))
  const wanted: readonly Role[] = [
    'order_number',
    'order_date',
    'status',
    'currency',
    'customer_key',
    'customer_email',
  ]
  return new Set(found.map(({ role }) => role).filter((role) => wanted.includes(role))).size
}
