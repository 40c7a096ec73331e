import type { Role } from './role.ts'

/**
 * What headers mean, in the words that shops' exports use: English, German, French, Spanish, Portuguese,
 * Italian and Dutch. A header that fits whole counts more than one that only contains the words.
 */

const synonyms: Partial<Record<Role, string>> = {
  order_number: `order number|order no|order nr|order id|order|order ref|order reference|invoice|invoice no|invoice number|invoice id|
    transaction id|transaction number|transaction|receipt|receipt number|receipt no|receipt nr|receipt id|bon|bon nr|bonnummer|beleg nr|sale id|sales order|sales order number|purchase id|order key|order code|document number|bill no|bill number|
    bestellnummer|bestellung|bestell nr|auftragsnummer|auftrag|rechnungsnummer|rechnung|rechnungs nr|belegnummer|auftragsnr|bestellnr|
    numero de commande|n commande|commande|no commande|numero facture|n facture|facture|numero de facture|reference commande|id commande|
    numero de pedido|pedido|n pedido|id pedido|numero pedido|factura|numero factura|numero de factura|nota fiscal|
    numero ordine|ordine|n ordine|id ordine|numero fattura|fattura|ordernummer|bestelnummer|factuurnummer|factuur|order name|
    order nbr|order num|ordernr|order id number|sales record number|sales document|document no|doc no|doc number|increment id|
    purchase order|purchase order number|sales invoice|invoice nr|invoice num|num facture|ref commande|id de commande|numero ordre|cde|n cde|
    bon de commande|beleg nr|beleg|belegnr|auftrags nr|auftrag nr|rechnungsnr|rechnung nr|re nr|rg nr|vorgang|vorgangsnummer|
    externe bestellnummer|bestell id|bestellung nr|bon nr|bonnummer|de venta|numero de venta|n de venta|venta|id de pedido|codigo pedido|ticket|
    nro pedido|nro factura|no pedido|no factura|codigo do pedido|n do pedido|numero do pedido|numero da nota|nf|nf e|venda|id do pedido|n de pedido|
    n fattura|num ordine|nr ordine|codice ordine|ordine n|scontrino|documento|bestelling|bestelnr|bestel nr|order nummer|bonnr|factuurnr|factuur nr|
    verkooporder|ordrenummer|tilausnumero|zamowienie|numer zamowienia`,
  line_id: `line number|line id|line no|line item id|order line id|line|order line|order line item|position|item number in order|order item id|
    positionsnummer|pos|zeile|ligne|numero de ligne|linea|linha|riga|regel|regelnummer|sales key`,
  order_date: `order date|date|invoice date|ordered at|created at|order created at|purchase date|transaction date|sale date|sales date|sold at|order time|timestamp|datetime|date time|
    created|placed at|date of order|date of sale|paid at|order placed|date created|order datetime|sold on|day|processed at|order purchase timestamp|
    datum|bestelldatum|rechnungsdatum|auftragsdatum|kaufdatum|verkaufsdatum|belegdatum|
    date facture|date de facture|date commande|date de commande|date de vente|date achat|
    fecha|fecha pedido|fecha de pedido|fecha factura|fecha de factura|fecha de compra|data|data do pedido|data pedido|data da compra|data da venda|data ordine|data fattura|
    data vendita|besteldatum|factuurdatum|orderdatum|verkoopdatum|
    order placed at|order placed on|order creation date|creation date|create date|date placed|posting date|document date|doc date|billing date|
    purchased on|purchased at|payments date|date paid|date sold|sale time|date utc|date and time|order date time|orderdate|created date|created time|
    created on|completed at|transaction time|bestelldatum uhrzeit|bestellt am|bestellzeitpunkt|bestelltag|erstellt am|angelegt am|kauf am|verkauft am|
    tag|zeitpunkt|datum uhrzeit|datum und uhrzeit|re datum|rg datum|auftragsdatum uhrzeit|date de la commande|date d achat|date cde|date creation|
    date de creation|cree le|commande le|date vente|date heure|jour|date du document|date piece|fecha de venta|fecha venta|fecha compra|
    fecha del pedido|fecha de creacion|fecha y hora|fecha documento|fecha emision|data de venda|data venda|data compra|data de compra|data da criacao|
    data de criacao|data emissao|data de emissao|data hora|data e hora|emissao|data acquisto|data di acquisto|data dell ordine|data documento|
    data creazione|data e ora|data dell acquisto|bestel datum|aankoopdatum|aangemaakt op|geplaatst op|datum tijd|transactiedatum|orderns datum|
    kopdatum|ordredato`,
  order_time: `time|time of day|uhrzeit|zeit|heure|hora|ora|tijd|order hour|
    uhrzeit der bestellung|bestellzeit|heure commande|heure de commande|hora del pedido|hora do pedido|ora ordine|tijdstip`,
  updated_at: `updated at|last updated|modified|modified at|date modified|last modified|last updated date|geaendert am|mis a jour le|actualizado`,
  status: `status|order status|state of order|financial status|payment status|order state|bestellstatus|auftragsstatus|statut|etat|statut commande|estado|estado del pedido|situacao|stato|
    stato ordine|orderstatus|bestelstatus|
    fulfillment status|order line status|bestellstatus text|statut de commande|statut de la commande|etat commande|estado do pedido|estado pedido|
    status do pedido|status pedido|stato dell ordine|status zamowienia`,
  channel: `channel|sales channel|source channel|sales type|origin|store type|kanal|vertriebskanal|verkaufskanal|canal|canal de vente|canal de venta|canale|verkoopkanaal|sold via`,
  customer_key: `customer id|customer|customer no|customer number|customer nr|customer code|customer key|client id|client|buyer id|buyer|user id|account id|account number|member id|cust id|
    kundennummer|kunde|kunden nr|kunden id|kundennr|n client|numero client|id client|code client|
    id cliente|cliente|numero cliente|numero de cliente|codigo cliente|codice cliente|klantnummer|klant|klant id|klantnr|
    buyer username|customer unique id|
    customer account|sold to|sold to party|sell to customer no|bill to customer no|cust no|cust nbr|cust|client no|client number|client code|
    kunden nummer|kd nr|kdnr|debitor|debitorennummer|debitornr|n de client|numero de client|no client|ref client|identifiant client|id del cliente|
    n cliente|cod cliente|cod do cliente|id do cliente|codigo do cliente|codigo de cliente|num cliente|cliente id|nr cliente|id klant|klantcode|
    debiteur|debiteurnummer|debiteurnr|kundnummer|kund|kundenummer`,
  customer_name: `customer name|client name|buyer name|full name|name of customer|billing name|shipping name|kundenname|name des kunden|nom client|nom du client|nombre cliente|nombre del cliente|
    nome cliente|nome do cliente|klantnaam|contact name|recipient name|
    customer full name|purchaser|purchaser name|ship to name|bill to name|sold to name|recipient|kunden name|name kunde|empfaenger|rechnung name|
    nom acheteur|nom|nom complet|raison sociale|nombre del comprador|comprador|razon social|nome comprador|nome do comprador|ragione sociale|
    nominativo|naam|naam klant|koper`,
  customer_email: `email|e mail|email address|customer email|buyer email|mail|contact email|kunden email|courriel|adresse email|correo|correo electronico|e mail adresse|billing email|emailadres|
    kunde e mail|email kunde|kunden e mail|e mail kunde|email client|mail client|email du client|e mail client|email do cliente|email del cliente|
    correo del cliente|email cliente|e mail klant|email klant|mailadres|e post`,
  customer_age: `age|customer age|alter|edad|idade|eta|leeftijd`,
  country: `country|ship country|shipping country|country code|ship to country|delivery country|billing country|customer country|country name|land|lieferland|pays|pays de livraison|
    pais|pais de envio|paese|nazione|bestemmingsland|landcode|shipping country code|
    delivery country code|shipping address country|billing address country|ship to country code|country region|shipping country name|land lieferung|
    lieferanschrift land|versandland|zielland|pays livraison|pays destination|pays client|code pays|pais de entrega|pais destino|pais entrega|
    pais de destino|paese di spedizione|paese spedizione|stato estero|land levering|verzendland|leveringsland`,
  subdivision: `state|province|ship state|shipping state|shipping province|state province|county|bundesland|departement|provincia|estado envio|uf|customer state`,
  region: `region|region name|sales region|territory|sales territory|area|market|verkaufsgebiet|gebiet|zona|regione|regio|regiao|shipping region`,
  region_key: `region id|region key|territory id|territory key|sales territory key`,
  region_level: `level|region level|region type`,
  product_key: `product id|product|product code|product no|product number|product key|item id|item|item no|item number|item code|stock code|stockcode|article|article number|article no|article id|
    asin|variant id|part number|product reference|
    artikelnummer|artikel|artikel nr|artikelnr|produktnummer|produkt id|produkt nr|
    reference|ref|code article|code produit|id produit|reference produit|reference article|
    id producto|producto|codigo producto|codigo de producto|codigo|referencia|id produto|produto|codigo do produto|codice articolo|codice prodotto|articolo|prodotto|id prodotto|codice|
    artikelcode|productnummer|productcode|
    product nr|prod code|product ref|item ref|item reference|itemno|item nr|item nbr|material|material number|material no|style|style number|
    inventory item code|catalog number|catalogue number|artikel nummer|art nr|artnr|artikel id|artikelnummer lieferant|artikel no|
    produkt nummer|produktnr|warennummer|materialnummer|ref produit|ref article|reference du produit|code produits|reference interne|id article|
    n article|numero article|num article|code art|cod producto|cod articulo|codigo articulo|codigo del producto|codigo de articulo|ref producto|
    id articulo|articulo|referencia producto|referencia del producto|cod produto|cod do produto|codigo produto|codigo do item|id do produto|
    ref produto|referencia do produto|cod articolo|cod prodotto|cod art|codice art|codice del prodotto|riferimento|rif|art code|artikel code|
    product id nummer|product code nummer|productnr|artikelnummer klant|artikkelnummer|varenummer|indeks`,
  sku: `sku|seller sku|product sku|item sku|lineitem sku|line item sku|custom label|variant sku|merchant sku|ean|gtin|barcode|
    sku id|sku number|sku code|asin sku|ean13|ean 13|ean code|ean nummer|gtin13|upc|upc code|isbn|codigo de barras|code barres|code barre|strichcode|
    barcode nummer|codice a barre|codice ean|code ean|codigo ean|streepjescode`,
  product_name: `product name|title|item name|item title|product title|description|product description|item description|article name|name of product|lineitem name|line item name|
    bezeichnung|artikelbezeichnung|produktname|produkt|artikelname|beschreibung|
    designation|libelle|nom du produit|nom produit|nom article|description produit|produit|intitule|
    descripcion|nombre del producto|nombre producto|descripcion del producto|descricao|nome do produto|nome produto|descrizione|nome prodotto|denominazione|
    omschrijving|productnaam|artikelomschrijving|model name|
    product service|product item|item desc|item text|line item|goods|article description|short description|
    material description|artikel bezeichnung|artikel name|artikeltext|artikelbeschreibung|produktbezeichnung|produktbeschreibung|ware|warenbezeichnung|
    positionstext|titel|titre|article designation|nom de l article|libelle article|libelle produit|designation article|nom du produit ou service|
    titre du produit|nombre articulo|nombre del articulo|nombre de producto|titulo|titulo de la publicacion|titulo del producto|desc|concepto|detalle|
    descripcion articulo|descripcion producto|nome do item|titulo do anuncio|titulo do produto|descricao do produto|descricao produto|
    item descricao|descrizione articolo|descrizione prodotto|nome articolo|nome del prodotto|titolo|titolo prodotto|product naam|producttitel|
    productomschrijving|naam product|artikelnaam|omschrijving artikel|benamning|produktnamn|varunamn|beskrivning|nazwa produktu|nazwa`,
  category: `category|product category|category name|product type|product group|department|kategorie|warengruppe|produktgruppe|categorie|rayon|famille|categoria|categoria produto|reparto|
    productgroep|item type|product line|
    product subcategory|sub category|collection|product family|item group|item category|material group|artikelgruppe|hauptwarengruppe|produktkategorie|
    sortiment|categorie produit|categorie de produit|famille produit|sous categorie|rubrique|categoria de producto|categoria del producto|
    categoria de produto|categoria do produto|familia|rubro|grupo|categoria prodotto|gruppo merceologico|gruppo|famiglia|categorie naam|artikelgroep|
    productcategorie|groep|kategori|varugrupp|kategoria`,
  quantity: `quantity|qty|quantity ordered|quantity purchased|order quantity|units|units sold|pieces|pcs|count|number of items|amount of items|ordered quantity|lineitem quantity|items sold|volume|
    menge|anzahl|stueck|stuck|stueckzahl|stuckzahl|bestellmenge|quantite|qte|nombre|quantite commandee|
    cantidad|cant|unidades|quantidade|qtd|qtde|quantita|qta|pezzi|aantal|hoeveelheid|stuks|item quantity|
    qty ordered|qty shipped|qty sold|quantity sold|quantity shipped|quantity invoiced|invoiced quantity|sold quantity|sales quantity|sales qty|
    total qty|total quantity|no of items|no of units|number of units|num items|unit count|qnty|qty purchased|pcs sold|product quantity|order qty|anz|
    stk|stck|bestellte menge|menge bestellt|verkaufte menge|liefermenge|rechnungsmenge|artikelanzahl|anzahl artikel|absatz|qty bestellt|q te|qtes|
    qte commandee|qte vendue|quantite vendue|nb|nombre d articles|nbre|nb articles|unites|cantidad vendida|cantidad pedida|cantidad de productos|uds|
    ud|unid|piezas|pzas|quantidade vendida|quantidade do produto|qtd vendida|qtde vendida|quant|pecas|unids|q ta|qta ordinata|quantita ordinata|
    quantita venduta|n pezzi|pz|aantal besteld|verkocht aantal|besteld aantal|stk verkocht|antal|antall|maara|ilosc`,
  unit_price: `unit price|price|price each|price per unit|item price|sale price|selling price|unit cost price|lineitem price|rate|price unit|sold for|unit selling price|
    einzelpreis|preis|stueckpreis|stuckpreis|verkaufspreis|vk preis|einheitspreis|prix unitaire|prix|pu|prix de vente|p u|
    precio unitario|precio|precio por unidad|preco unitario|preco|valor unitario|prezzo unitario|prezzo|eenheidsprijs|prijs|stukprijs|stuksprijs|
    sales price|net price|net unit price|unit net price|unit amount|product price|retail price|price net|item net price|price per item|price per piece|
    single price|base price|list item price|unit retail price|price paid each|stk preis|e preis|ep|preis pro stueck|preis pro stuck|preis je stueck|
    preis je stuck|netto einzelpreis|nettopreis|nettoeinzelpreis|vk|vk netto|einzelpreis netto|artikelpreis|stueckpreis netto|einzel preis|
    produktpreis|preis stueck|preis stuck|prix de vente unitaire|prix vente|prix net|prix unit|prix a l unite|tarif|prix unitaire net|prix produit|
    prix article|pu ht|p u ht|p unit|p unitario|precio de venta|precio venta|precio neto|pvp|precio unit|precio unitario de venta|
    precio unitario de venta de la publicacion|precio producto|importe unitario|valor unit|vl unit|vlr unit|preco unit|preco de venda|preco venda|
    preco por unidade|valor do item|preco do produto|valor unitario do produto|prezzo unit|prezzo di vendita|prezzo netto|prezzo al pezzo|
    prezzo vendita|prezzo cad|p unitario netto|costo al pezzo cliente|verkoopprijs|prijs per stuk|prijs per eenheid|stuk prijs|eenheids prijs|
    netto prijs|prijs stuk|a pris|pris|styckpris|enhedspris|enhetspris|cena|cena jednostkowa`,
  line_total: `total price|line total|total|amount|total amount|sales|sale amount|sales amount|revenue|line amount|net amount|net sales|extended price|subtotal|total spent|row total|order line total|
    item total|turnover|value|total sales|total value|line item total|net total|line price|item subtotal|
    gesamtpreis|gesamt|summe|betrag|umsatz|zeilensumme|positionssumme|gesamtbetrag|nettobetrag|
    montant|prix total|total ligne|montant total|chiffre affaires|ca|montant ht|total ht|
    importe|total linea|precio total|importe total|ventas|valor total|preco total|valor|total da linha|importo|totale|totale riga|prezzo totale|
    totaal|regeltotaal|bedrag|totaalprijs|omzet|
    line total net|line value|ext price|ext amount|extended amount|extended total|net value|line net amount|line net|row amount|amount net|
    untaxed amount|untaxed total|price subtotal|product sales|item amount|total line amount|sum|line sum|sub total|line subtotal|line item subtotal|
    total net|net line total|total product price|gp|ges preis|gesamt preis|gesamtpreis netto|positionsbetrag|positionswert|positionspreis|zeilenbetrag|
    zeilenpreis|zeilenwert|pos summe|pos betrag|zwischensumme position|netto summe|nettosumme|nettowert|nettoumsatz|summe netto|netto gesamt|
    gesamt netto|wert|erloes|erlos|endpreis|total de ligne|total de la ligne|prix total ht|sous total|montant net|montant ligne|total net|
    montant total ht|valeur|valeur totale|chiffre d affaires|importe neto|importe de la linea|importe linea|subtotal linea|total producto|monto|
    monto total|total neto|valor de venta|total de linea|precio total linea|valor liquido|valor total do item|total do item|vl total|vlr total|
    valor total item|subtotal item|total produto|total dos produtos|montante|importo totale|importo riga|totale netto|prezzo totale netto|imponibile|
    totale imponibile|valore|totale prodotto|tot riga|regelbedrag|regel totaal|subtotaal|netto bedrag|nettobedrag|totaal bedrag|totaalbedrag|
    totaal prijs|totaal excl|waarde|summa|belopp|radsumma|belob|sum netto|wartosc|kwota`,
  discount: `discount|discount amount|discount rate|discount percent|discount pct|discount percentage|rebate|line discount|item discount|promotion discount|item promotion discount|rabatt|nachlass|skonto|
    remise|reduction|taux de remise|descuento|desconto|sconto|korting|unit discount|lineitem discount|
    disc|disc amount|disc pct|disc percent|line discount amount|discount value|discount total|total discount|coupon amount|voucher|promo discount|
    price reduction|rabattbetrag|rabatt betrag|rabatt prozent|rabattsatz|preisnachlass|ermaessigung|montant remise|remise ligne|rabais|ristourne|
    taux remise|valor descuento|importe descuento|dto|dcto|descuento linea|bonificacion|valor do desconto|valor desconto|desc valor|desconto item|
    importo sconto|sconto riga|sc|ribasso|discounts|discount given|discount applied|discount per piece|discount per unit|discount each|
    loyalty discount|staff discount|member discount|employee discount|rabatte|remises|descuentos|descontos|sconti|kortingen|bon de reduction|kortingsbedrag|korting bedrag|rabat|rabatt belopp`,
  unit_cost: `unit cost|cost|cost price|product cost|cost of goods|cogs|cost per item|item cost|einkaufspreis|ek preis|kosten|cout|prix de revient|cout unitaire|costo|costo unitario|custo|custo unitario|
    inkoopprijs|kostprijs|
    item unit cost|purchase price|buying price|wholesale price|landed cost|avg cost|average cost|standard cost|cost each|ek|ek netto|ek preis netto|
    einstandspreis|wareneinsatz|selbstkosten|einkaufspreis netto|prix achat|prix d achat|pa|pa ht|cout d achat|cout produit|precio de compra|
    precio compra|precio de costo|precio de coste|coste|coste unitario|preco de custo|preco de compra|preco custo|valor de custo|prezzo di acquisto|
    prezzo acquisto|costo prodotto|inkoop|inkoop prijs|kost prijs|inkopspris`,
  currency: `currency|currency code|waehrung|wahrung|devise|monnaie|moneda|divisa|moeda|valuta|order currency|
    curr|ccy|iso currency|transaction currency|currency iso|waehrungscode|wahrungscode|wkz|code devise|devise commande|codigo de moneda|codigo moneda|
    codice valuta|munt|munteenheid|valutacode|valutakod`,
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

/** What stands beside a better header often enough: the price before a discount counts before the net one. */
const secondBest = new Set(
  `net price|net unit price|unit net price|price net|item net price|base price|retail price|product price|nettopreis|netto einzelpreis|vk|
    prix net|prix unitaire net|tarif|precio neto|pvp|prezzo netto|p unitario netto|netto prijs|list item price|single price|
    subtotal|sub total|net value|value|wert|valeur|valore|waarde|total neto|valor liquido|imponibile|netto summe|nettosumme|summe netto|
    nom|naam|desc|concepto|detalle|ware|goods|venta|documento|ticket|vorgang|beleg|tag|jour|day|created|created on|created time`
    .split('|')
    .map((word) => word.trim()),
)

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

const measures = /^((shop|presentment) money|money|amount|cent amount|value|decimal value)$/

/** Behind the name of a column of cents whose amounts were divided. */
export const inMajorUnits = ' in major units'

/** Behind the words of what stands in cents. */
export const minorUnits =
  /(?<=.)( in)? ?\b(cents?|pence|centimes?|centesimi|centavos?|centimos?|ore|øre|groszy?|minor units?|minor)$/

/** What money is called below the name of what it is: not the name of a thing or a person, which has amounts itself. */
const holders: ReadonlySet<Role> = new Set(['order_number', 'product_key', 'product_name'])

/**
 * A path without what amounts are called below the name that says what they are: `price.amount` and
 * `price_set.shop_money.amount` are a price, `order.amount` is an amount of an order.
 */
export function withoutMeasure(header: string): string {
  if (header.endsWith(inMajorUnits)) return withoutMinorUnits(header.slice(0, -inMajorUnits.length))
  if (/\s/.test(header)) return header
  const path = header.split('.')
  let length = path.length
  while (length > 1 && measures.test(words(path[length - 1] ?? '')) && isName(path[length - 2]))
    length -= 1
  if (length === path.length) return header
  return withLast(path.slice(0, length), (own) => own.replace(/(.) (money|set)$/, '$1'))
}

function withoutMinorUnits(header: string): string {
  if (/\s/.test(header)) return words(header).replace(minorUnits, '')
  return withLast(withoutMeasure(header).split('.'), (own) => own.replace(minorUnits, ''))
}

/** The path with its last name written otherwise, and without blanks, which no path has. */
function withLast(path: readonly string[], change: (own: string) => string): string {
  const own = change(words(path.at(-1) ?? '')).replaceAll(' ', '_')
  return [...path.slice(0, -1), own].join('.')
}

function isName(step: string | undefined): boolean {
  if (!step || step.endsWith('[]')) return false
  const role = exact.get(words(step)) ?? looseRoles[words(step)]
  return role === undefined || !holders.has(role)
}

/**
 * What a header may mean, best first. Inside a document the path counts: `items[].name` is a product's
 * name, `customer.name` a person's.
 */
export function meanings(header: string): readonly HeaderMatch[] {
  const path = withoutMeasure(header).split('.')
  const own = words(path.at(-1) ?? header)
  const inItem = header.includes('[].')
  const whole = inItem ? own : words(path.join(' '))
  const matches = new Map<Role, number>()
  const note = (role: Role | undefined, score: number) => {
    if (role && (matches.get(role) ?? 0) < score) matches.set(role, score)
  }
  note(exact.get(whole), secondBest.has(whole) ? 0.9 : 1)
  if (inItem) {
    note(itemRoles[own], 0.95)
  } else if (path.length === 1) note(looseRoles[own], 0.5)
  if (path.length > 1 && !inItem)
    note(exact.get(own), contextFits(path, exact.get(own)) ? 0.8 : 0.3)
  const stripped = whole.replace(/^(shop|lineitem|line item|item|order|sales?|the|original) /, '')
  if (stripped !== whole) note(exact.get(stripped), 0.7)
  // "Subtotal ex tax" stands beside shipping and a total ex tax: all of them are of the order.
  const withoutUnit = whole.replace(
    / (eur|usd|gbp|chf|sek|nok|dkk|pln|czk|inr|brl|jpy|cad|aud|euro|euros|in|incl|excl|inkl|exkl|net|netto|neto|liquido|brutto|gross|ht|ttc|htva|tvac|ex vat|inc vat|(?<!^sub ?total )(?:ex|inc) (?:tax|gst)|iva|mwst|local|utc|gmt)\b.*$/,
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

const momentWords =
  /\b(date|datetime|timestamp|time|day|datum|tag|zeit|zeitpunkt|jour|heure|fecha|hora|data|dia|giorno|ora|dag|tijd|at|on)\b/

/** True where the header names a day or a time, whatever it is the day of. */
export function meansMoment(header: string): boolean {
  return (
    momentWords.test(words(header)) ||
    surelyMeans(header, 'order_date', 'updated_at', 'counted_at', 'order_time')
  )
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

/** customer.country is a country; customer.number is no order number; a currency is one wherever it stands. */
function contextFits(path: readonly string[], role: Role | undefined): boolean {
  if (role === 'currency') return true
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
