import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csv, TemporaryShop } from './temporary-shop.ts'

/** What must not change a figure: the order and the names of columns, further columns, and in how many files lines come. */

let shop: TemporaryShop
beforeAll(async () => {
  shop = await TemporaryShop.open()
})
afterAll(() => shop.close())

const names = {
  order: [
    'Order ID',
    'order_number',
    'Bestellnummer',
    'N° commande',
    'Número de pedido',
    'Número do Pedido',
    'N. ordine',
    'Bestelnummer',
    'OrderNo',
  ],
  date: [
    'Order Date',
    'created_at',
    'Bestelldatum',
    'Date de commande',
    'Fecha del pedido',
    'Data do Pedido',
    'Data ordine',
    'Besteldatum',
    'Posting Date',
  ],
  customer: [
    'Customer ID',
    'customer_no',
    'Kundennummer',
    'N° client',
    'Cliente',
    'Código do Cliente',
    'Codice cliente',
    'Klantnummer',
  ],
  sku: [
    'SKU',
    'item_no',
    'Artikelnummer',
    'Réf. produit',
    'Código',
    'Código do Produto',
    'Codice articolo',
    'Artikelcode',
  ],
  product: [
    'Product Name',
    'item_description',
    'Artikelbezeichnung',
    'Désignation',
    'Descripción',
    'Descrição',
    'Descrizione',
    'Omschrijving',
  ],
  quantity: [
    'Quantity',
    'qty',
    'Menge',
    'Quantité',
    'Cantidad',
    'Qtde',
    'Q.tà',
    'Aantal',
    'Anzahl',
  ],
  price: [
    'Unit Price',
    'price_each',
    'Einzelpreis',
    'Prix unitaire',
    'Precio unitario',
    'Valor unitário',
    'Prezzo unitario',
    'Prijs per stuk',
  ],
  total: [
    'Line Total',
    'row_total',
    'Gesamtpreis',
    'Total HT',
    'Importe',
    'Valor Total',
    'Importo',
    'Totaalbedrag',
  ],
} as const
type Field = keyof typeof names
const fields = Object.keys(names) as Field[]

const unknown = ['Zorbl', 'internal memo', 'xq_17', 'Regalplatz', 'couleur', 'Notes (intern)']

const line = fc.record({
  order: fc.integer({ min: 1, max: 40 }),
  sku: fc.integer({ min: 1, max: 9 }),
  quantity: fc.integer({ min: 1, max: 12 }),
  cents: fc.integer({ min: 1, max: 500_000 }),
})

interface Written {
  readonly headers: Readonly<Record<Field, string>>
  readonly columns: readonly (Field | number)[]
  readonly files: readonly number[]
}

const written: fc.Arbitrary<Written> = fc.record({
  headers: fc.record(
    Object.fromEntries(fields.map((field) => [field, fc.constantFrom(...names[field])])) as Record<
      Field,
      fc.Arbitrary<string>
    >,
  ),
  columns: fc.shuffledSubarray([...fields, 0, 1, 2, 3, 4, 5] as (Field | number)[], {
    minLength: 14,
  }),
  files: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 60, maxLength: 60 }),
})

const amount = (cents: number) =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

function textIn(
  column: Field | number,
  { order, sku, quantity, cents }: { order: number; sku: number; quantity: number; cents: number },
): string {
  if (typeof column === 'number') return `note ${(order * 7 + column) % 5}`
  return {
    order: `O-${order}`,
    date: `2024-${String(1 + (order % 9)).padStart(2, '0')}-${String(1 + (order % 28)).padStart(2, '0')}`,
    customer: `C-${order % 11}`,
    sku: `S-${sku}`,
    product: `Product ${sku}`,
    quantity: String(quantity),
    price: amount(cents),
    total: amount(cents * quantity),
  }[column]
}

describe('the figures of order lines', () => {
  it('stay the same under any names and order of columns, beside unknown ones, in one file or several', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 20, maxLength: 60 }),
        written,
        async (lines, { headers, columns, files }) => {
          const header = columns.map((column) =>
            typeof column === 'number' ? (unknown[column] ?? '') : headers[column],
          )
          const parts = [0, 1, 2]
            .map((part) => lines.filter((_, at) => files[at] === part))
            .filter((own) => own.length > 0)
          const paths = parts.map((own, part) =>
            shop.file(
              `part-${part}.csv`,
              csv(header, ...own.map((one) => columns.map((column) => textIn(column, one)))),
            ),
          )
          // Lines of one order that are alike in two files could be one line: a person says that they are two.
          const report = await shop.import(paths, {
            dryRun: true,
            answers: { 'repeated-lines': 'all' },
          })
          const sum = lines.reduce((all, { quantity, cents }) => all + quantity * cents, 0)
          expect(report.questions).toEqual([])
          expect(report.totals).toMatchObject({
            revenue: amount(sum),
            orders: new Set(lines.map(({ order }) => order)).size,
            units: String(lines.reduce((all, { quantity }) => all + quantity, 0)),
          })
          expect(report.rows).toMatchObject({ in: lines.length, rejected: 0, ignored: 0 })
        },
      ),
      { numRuns: 12 },
    )
  })
})
