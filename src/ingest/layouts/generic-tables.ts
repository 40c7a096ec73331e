import { isFullName } from '../full-names.ts'
import { meanings, surelyMeans, words } from '../headers.ts'
import { fileStem } from '../input.ts'
import type { Claim, ColumnClaim, Holds, Layout } from '../layout.ts'
import type { Role } from '../role.ts'
import { type ColumnSample, numbersOf, type TableSample } from '../sample.ts'
import { claimOf, generic } from './generic.ts'
import { claimReturns } from './generic-returns.ts'

/**
 * The tables that stand beside order lines, by what their headers mean: products, customers, regions and
 * returns. A key that stands once in each row tells them from tables of something else.
 */
export const genericTables: Layout = { name: generic.name, source: generic.source, claim }

interface TableKind {
  readonly holds: Holds
  /** The first of these that stands once in every row is the key. */
  readonly keys: readonly Role[]
  readonly roles: Readonly<Partial<Record<Role, Role>>>
  /** One of these makes the table more than a list of keys. */
  readonly telling: readonly Role[]
}

/** By the meaning of the header in an order line: a product's own table states its list price. */
const kinds: readonly TableKind[] = [
  {
    holds: 'products',
    keys: ['product_key', 'sku'],
    roles: {
      product_key: 'product_key',
      sku: 'sku',
      product_name: 'product_name',
      category: 'category',
      unit_price: 'list_price',
      unit_cost: 'unit_cost',
      stock: 'stock',
    },
    telling: ['product_name', 'list_price'],
  },
  {
    holds: 'customers',
    keys: ['customer_key'],
    roles: {
      customer_key: 'customer_key',
      customer_name: 'customer_name',
      customer_email: 'customer_email',
      customer_age: 'customer_age',
      region_key: 'region_key',
      country: 'country',
    },
    telling: ['customer_name', 'customer_email'],
  },
  {
    holds: 'regions',
    keys: ['region_key'],
    roles: {
      region_key: 'region_key',
      region: 'region',
      country: 'country',
      subdivision: 'subdivision',
    },
    telling: ['region', 'country'],
  },
]

function claim(sample: TableSample): Claim | null {
  const { table } = sample
  if (!table.headerStated || sample.rows.length === 0 || table.ofPurchases) return null
  // What can be read as order lines is order lines.
  if (generic.claim(sample)) return null
  const rates = claimRates(sample)
  if (rates) return rates
  const returns = claimReturns(sample)
  if (returns || table.ofReturns) return returns
  // Rows that name an order are lines of it, few and different as their products may be.
  if (sample.columns.some(({ name }) => surelyMeans(name, 'order_number'))) return null
  for (const kind of kinds) {
    const columns = columnsOf(sample, kind)
    if (columns) return claimOf(kind.holds, columns)
  }
  return null
}

function columnsOf(sample: TableSample, kind: TableKind): Map<string, ColumnClaim> | null {
  const key = [
    ...kind.keys.flatMap((role) => keyColumns(sample, role)),
    ...plainKey(sample, kind),
  ][0]
  if (!key) return null
  const [main] = kind.keys
  const claimed = main ? { ...key.claim, role: main } : key.claim
  const columns = new Map<string, ColumnClaim>([[key.column.sql, claimed]])
  const taken = new Set<Role>([claimed.role])
  const found = sample.columns
    .filter(({ sql }) => sql !== key.column.sql)
    .flatMap((column) =>
      ownMeanings(column.name, kind.holds).flatMap(({ role, score }) => {
        const own = kind.roles[role]
        return own ? [{ column, role: own, score }] : []
      }),
    )
    .sort((a, b) => b.score - a.score)
  for (const { column, role, score } of found) {
    if (taken.has(role) || columns.has(column.sql) || column.filled === 0) continue
    if (role === 'stock' && isOversold(sample, column)) continue
    taken.add(role)
    columns.set(column.sql, said(column, role, score))
  }
  return kind.telling.some((role) => taken.has(role)) ? columns : null
}

/** A count below zero is none, and would cost its product's row. */
function isOversold(sample: TableSample, { sql }: ColumnSample): boolean {
  return numbersOf(sample, sql).some((value) => value !== null && value < 0)
}

function said({ name }: ColumnSample, role: Role, confidence: number): ColumnClaim {
  return { role, confidence, evidence: `the header "${name}"` }
}

/** Columns that mean the key and hold it once each. */
function keyColumns(sample: TableSample, role: Role) {
  return sample.columns.flatMap((column) => {
    const score = meanings(column.name).find((match) => match.role === role)?.score ?? 0
    const once = column.filled === sample.rows.length && column.distinct === column.filled
    return once && surelyMeans(column.name, role)
      ? [{ column, claim: said(column, role, score) }]
      : []
  })
}

/** A plain "id" is that of the table's members where the file's name says what they are. */
function plainKey(sample: TableSample, { holds, keys }: TableKind) {
  const [role] = keys
  if (!role || !fileNames[holds]?.test(words(fileStem(sample.table.file)))) return []
  return sample.columns.flatMap((column) => {
    const once = column.filled === sample.rows.length && column.distinct === column.filled
    return once && words(column.name) === 'id' ? [{ column, claim: said(column, role, 0.8) }] : []
  })
}

const fileNames: Readonly<Partial<Record<Holds, RegExp>>> = {
  products:
    /\b(products?|articles?|catalogue?|artikel|produkte?|produits?|productos?|prodotti|producten|artikelen)\b/,
  customers: /\b(customers?|clients?|users?|buyers?|kunden?|clientes?|clienti|klanten)\b/,
  regions: /\b(regions?|territories|territory|markets?)\b/,
}

/** In a table of its own a plain "name", "price" or "stock" is that of its members. */
function ownMeanings(header: string, holds: Holds): readonly { role: Role; score: number }[] {
  const own = words(header)
  const plain =
    plainNames[holds]?.[own] ??
    (holds === 'customers' && isFullName(own) ? 'customer_name' : undefined)
  if (plain) return [{ role: plain, score: 1 }]
  const bare = own.replace(/^(product|item|article|customer|client) /, '')
  const withoutOwner = bare === own ? undefined : plainNames[holds]?.[bare]
  return [...meanings(header), ...(withoutOwner ? [{ role: withoutOwner, score: 0.8 }] : [])]
}

const plainNames: Readonly<Partial<Record<Holds, Readonly<Record<string, Role>>>>> = {
  products: {
    name: 'product_name',
    price: 'unit_price',
    'list price': 'unit_price',
    'regular price': 'unit_price',
    cost: 'unit_cost',
    'standard cost': 'unit_cost',
    stock: 'stock',
    'units in stock': 'stock',
    'stock quantity': 'stock',
    'in stock': 'stock',
    'on hand': 'stock',
    inventory: 'stock',
    lagerbestand: 'stock',
    bestand: 'stock',
  },
  customers: {
    name: 'customer_name',
    'full name': 'customer_name',
    company: 'customer_name',
    'company name': 'customer_name',
    email: 'customer_email',
    age: 'customer_age',
  },
}

const rateHeader = /\b(rate|rates|kurs|wechselkurs|taux|tipo|tasa|cambio|tasso|koers|wisselkoers)\b/
const mostRateColumns = 6

/** A day, a currency and what it is worth, and little else. */
function claimRates({ columns }: TableSample): Claim | null {
  if (columns.length > mostRateColumns) return null
  const day = columns.find(({ moments, filled }) => filled > 0 && moments > 0.95)
  const codes = columns.filter(
    ({ examples, filled }) =>
      filled > 0 && examples.every((text) => /^[A-Za-z]{3}$/.test(text.trim())),
  )
  // From and to: the rates of each day towards one currency. Towards several they are no such list.
  const varied = codes.filter(({ distinct }) => distinct > 1)
  const code = varied[0] ?? codes[0]
  const rate = columns.find(({ name, numbers }) => numbers > 0.95 && rateHeader.test(words(name)))
  const sold = columns.some(({ name }) =>
    surelyMeans(name, 'quantity', 'product_name', 'order_number'),
  )
  if (!day || !code || !rate || day === rate || sold || varied.length > 1) return null
  const claimed = (role: Role, evidence: string) => ({ role, confidence: 0.9, evidence })
  return claimOf(
    'rates',
    new Map([
      [day.sql, claimed('order_date', 'its values are dates')],
      [code.sql, claimed('currency', 'its values are codes of currencies')],
      [rate.sql, claimed('exchange_rate', `the header "${rate.name}"`)],
    ]),
  )
}
