import { chargeMeaning, isSurelyOfOrder } from '../charge-headers.ts'
import { type GoodsTotal, goodsTotal, taxedTotal } from '../goods-total.ts'
import { meanings, surelyMeans, words } from '../headers.ts'
import type { Claim, ColumnClaim, Holds, Layout } from '../layout.ts'
import { assignReturned } from '../returned-columns.ts'
import { type Role, readingOf } from '../role.ts'
import { assignRowKinds } from '../row-kinds.ts'
import { type ColumnSample, numbersOf, type TableSample } from '../sample.ts'
import { withStateTold } from '../state-columns.ts'

/**
 * Any table or nested document of order lines, by what its headers mean, what its values are, and which
 * column is the product of which. Nothing here knows a file or a shop.
 */
export const generic: Layout = { name: 'generic', source: 'shop', claim }

const lineRoles: readonly Role[] = [
  'order_number',
  'line_id',
  'order_date',
  'order_time',
  'updated_at',
  'status',
  'channel',
  'customer_key',
  'customer_name',
  'customer_email',
  'country',
  'subdivision',
  'region',
  'product_key',
  'sku',
  'product_name',
  'category',
  'quantity',
  'unit_price',
  'line_total',
  'discount',
  'unit_cost',
  'currency',
  'exchange_rate',
  'return_amount',
]

/** What is of a whole order would count again on each of its lines. */
const ofLine: readonly Role[] = [
  'line_id',
  'quantity',
  'unit_price',
  'line_total',
  'discount',
  'unit_cost',
  'return_amount',
]

function claim(whole: TableSample): Claim | null {
  if (whole.table.ofReturns || whole.table.ofPurchases) return null
  const { columns, goods } = lineColumns(whole)
  const has = (...roles: Role[]) => [...columns.values()].some(({ role }) => roles.includes(role))
  if (!has('order_date')) return null
  if (!has('unit_price', 'line_total')) return null
  if (!has('product_key', 'sku', 'product_name', 'order_number')) return null
  if (!has('quantity') && !isOrdered(columns)) return null
  const core = [...columns.values()].filter(({ role }) =>
    [
      'order_number',
      'order_date',
      'quantity',
      'unit_price',
      'line_total',
      'product_key',
      'product_name',
    ].includes(role),
  )
  const confidence = core.reduce((sum, { confidence }) => sum + confidence, 0) / core.length
  const discount = goods?.discount === 'line' ? { discount: 'line_amount' as const } : {}
  return {
    layout: generic.name,
    source: generic.source,
    holds: 'order_lines',
    confidence,
    columns,
    ...discount,
    ...(whole.table.ofCancelled ? { cancelled: true as const } : {}),
  }
}

/** What the columns of a table are where its rows are lines, and which of its amounts is of the goods. */
export function lineColumns(whole: TableSample): {
  readonly columns: Map<string, ColumnClaim>
  readonly goods: GoodsTotal | null
} {
  const sample = withoutMade(whole)
  const columns = new Map<string, ColumnClaim>()
  assignByHeader(sample, columns)
  assignRowKinds(sample, columns)
  assignReturned(sample, columns)
  const goods = goodsTotal(sample, columns)
  if (goods) assignGoods(columns, goods)
  const taxed = taxedTotal(sample, columns)
  if (taxed) columns.delete(taxed)
  assignByValues(sample, columns)
  return { columns, goods }
}

/** A claim of any kind of table by its headers, as sure as these are on the whole. */
export function claimOf(holds: Holds, columns: ReadonlyMap<string, ColumnClaim>): Claim {
  const scores = [...columns.values()].map(({ confidence }) => confidence)
  const confidence = scores.reduce((sum, score) => sum + score, 0) / scores.length
  return { layout: generic.name, source: generic.source, holds, confidence, columns }
}

/** Of several amounts the one that is of the goods is the line's. */
function assignGoods(
  columns: Map<string, ColumnClaim>,
  { sql, evidence, discount }: GoodsTotal,
): void {
  for (const [other, { role }] of columns) {
    if (role === 'line_total' && other !== sql) columns.delete(other)
    if (role === 'discount' && discount === 'order')
      columns.set(other, { role: 'order_discount', confidence: 0.8, evidence })
  }
  if (columns.get(sql)?.role !== 'line_total')
    columns.set(sql, { role: 'line_total', confidence: 0.9, evidence })
}

/** What is made of other columns says nothing by its name, and would be a second word of the same by its values. */
function withoutMade(sample: TableSample): TableSample {
  const kept = sample.columns.flatMap(({ made }, index) => (made ? [] : [index]))
  if (kept.length === sample.columns.length) return sample
  return {
    ...sample,
    columns: sample.columns.filter(({ made }) => !made),
    rows: sample.rows.map((row) => kept.map((index) => row[index] ?? null)),
  }
}

const surelyOrdered = 0.7

/**
 * A date, a name and a price also stand in a list of products, of customers or of payments. Without a
 * quantity it takes a column that surely holds order numbers; "id" alone says nothing.
 */
function isOrdered(columns: ReadonlyMap<string, ColumnClaim>): boolean {
  return [...columns.values()].some(
    ({ role, confidence }) => role === 'order_number' && confidence >= surelyOrdered,
  )
}

interface Candidate {
  readonly column: ColumnSample
  readonly role: Role
  readonly score: number
}

function assignByHeader(sample: TableSample, columns: Map<string, ColumnClaim>): void {
  if (!sample.table.headerStated) return
  const priced = sample.columns.some(
    ({ name, numbers }) =>
      numbers > 0.5 && !isSurelyOfOrder(name) && surelyMeans(name, 'unit_price', 'line_total'),
  )
  const candidates = sample.columns.flatMap((column): Candidate[] =>
    withStateTold(column, meanings(column.name))
      .filter(({ role }) => lineRoles.includes(role) && !(column.ofOrder && ofLine.includes(role)))
      .filter(({ role }) => role !== 'line_total' || !priced || !isSurelyOfOrder(column.name))
      .map(({ role, score }) => ({ column, role, score: score * valueFit(column, role) }))
      .filter(({ score }) => score >= 0.3),
  )
  candidates.sort((a, b) => b.score - a.score)
  const taken = new Set<Role>()
  for (const { column, role, score } of candidates) {
    if (taken.has(role) || columns.has(column.sql)) continue
    taken.add(role)
    columns.set(column.sql, { role, confidence: score, evidence: `the header "${column.name}"` })
  }
}

/** What makes "Mug 1" a name, though a number with a unit is written alike. */
const word = /\p{Letter}{2}/u

/** 0 to 1: how well the values of a column suit a role. A blank column suits anything a little. */
function valueFit(column: ColumnSample, role: Role): number {
  if (column.filled === 0) return 0.4
  const reading = readingOf(role)
  // Left out for its bad values, a column of amounts would change the figures without a word; kept, its
  // rows are rejected with a reason.
  if (reading === 'number') return column.numbers > 0 ? Math.max(column.numbers, 0.35) : 0
  if (reading === 'moment') return column.moments >= 0.5 ? column.moments : 0
  // A product's name or a country is no number; "Product" with numbers in it is an id.
  if (['product_name', 'customer_name', 'country', 'category'].includes(role)) {
    return column.numbers > 0.9 && !column.examples.some((text) => word.test(text)) ? 0.2 : 1
  }
  if (role === 'order_time')
    return column.moments > 0.5 || column.examples.some((text) => /\d:\d\d/.test(text)) ? 1 : 0
  return column.moments > 0.9 && column.numbers < 0.5 ? 0.2 : 1
}

/** Days that orders and lines have beside the one on which they were made. */
const otherDay =
  /\b(synced|sync|added|listed|loaded|imported|exported|extracted|inserted|updated|modified|changed|deleted|expires|expiry|expiration|due|required|shipped|shipping|delivered|delivery|birth|birthday|born|valid|until|cancelled|canceled|refunded|closed)\b/

/** What headers leave open, the values may tell: the one date, and quantity x price = total. */
function assignByValues(sample: TableSample, columns: Map<string, ColumnClaim>): void {
  const roles = () => new Set([...columns.values()].map(({ role }) => role))
  const free = () => sample.columns.filter(({ sql, filled }) => !columns.has(sql) && filled > 0)
  if (!roles().has('order_date')) {
    const dates = free().filter(
      ({ moments, filled }) => moments > 0.95 && filled > sample.rows.length * 0.9,
    )
    const [only] = dates.filter(
      ({ name, examples }) =>
        !examples.every((text) => /^\d{8}$/.test(text)) && !otherDay.test(words(name)),
    )
    if (only)
      columns.set(only.sql, {
        role: 'order_date',
        confidence: 0.6,
        evidence: 'its values are dates',
      })
  }
  if (!roles().has('unit_price') && !roles().has('line_total'))
    assignProduct(sample, columns, free())
  if (!sample.table.headerStated) assignTexts(sample, columns, free())
}

/** A rate of tax or of discount x an amount is an amount too, and no total of a line. */
const isShare = /%|\b(rate|percent|pct|satz|prozent|taux|tipo|aliquota|tarief)\b/i

function assignProduct(
  sample: TableSample,
  columns: Map<string, ColumnClaim>,
  free: readonly ColumnSample[],
): void {
  const numeric = free.filter(
    ({ name, numbers, ofOrder }) =>
      numbers > 0.95 && !ofOrder && !isShare.test(name) && chargeMeaning(name) === null,
  )
  const counted = sample.columns.filter(({ sql }) => columns.get(sql)?.role === 'quantity')
  for (const [first, second, total] of triples(
    counted.length > 0 ? [...counted, ...numeric] : numeric,
  )) {
    // What is counted already is no other column's to count.
    if (counted.length > 0 && !counted.includes(first)) continue
    if (!isProduct(sample, [first, second, total])) continue
    const whole = numbersOf(sample, first.sql).every(
      (value) => value === null || Number.isInteger(value),
    )
    const [quantity, price] = whole || counted.includes(first) ? [first, second] : [second, first]
    const evidence = `${quantity.name} x ${price.name} = ${total.name}`
    columns.set(quantity.sql, { role: 'quantity', confidence: 0.7, evidence })
    columns.set(price.sql, { role: 'unit_price', confidence: 0.7, evidence })
    columns.set(total.sql, { role: 'line_total', confidence: 0.7, evidence })
    return
  }
}

function* triples(
  columns: readonly ColumnSample[],
): Generator<[ColumnSample, ColumnSample, ColumnSample]> {
  for (const [index, first] of columns.entries()) {
    for (const second of columns.slice(index + 1)) {
      for (const total of columns)
        if (total !== first && total !== second) yield [first, second, total]
    }
  }
}

type Named = Pick<ColumnSample, 'sql'>

/** True when the third column is the product of the two others in nearly all rows, and not by being all the same. */
function isProduct(sample: TableSample, columns: readonly [Named, Named, Named]): boolean {
  const [a, b, c] = columns.map(({ sql }) => numbersOf(sample, sql))
  let compared = 0
  let equal = 0
  let telling = 0
  for (const [row, product] of (c ?? []).entries()) {
    const [left, right] = [a?.[row], b?.[row]]
    if (product === null || left == null || right == null) continue
    compared += 1
    if (Math.abs(left * right - product) <= 0.011) equal += 1
    if (left !== 1 && right !== 1 && left !== right) telling += 1
  }
  return compared >= 3 && telling >= 2 && equal >= compared * 0.95
}

/** Without headers: what repeats from row to row is the order, words are the product. */
function assignTexts(
  sample: TableSample,
  columns: Map<string, ColumnClaim>,
  free: readonly ColumnSample[],
): void {
  const words = free.filter(({ numbers, moments }) => numbers < 0.1 && moments < 0.1)
  const [product] = [...words].sort((a, b) => b.distinct - a.distinct)
  if (product) {
    columns.set(product.sql, {
      role: 'product_name',
      confidence: 0.5,
      evidence: 'its values are words',
    })
  }
  const repeating = free.find(({ sql, distinct, filled }) => {
    return (
      sql !== product?.sql &&
      filled === sample.rows.length &&
      distinct > filled * 0.2 &&
      runs(sample, sql) === distinct
    )
  })
  if (repeating) {
    columns.set(repeating.sql, {
      role: 'order_number',
      confidence: 0.5,
      evidence: 'equal values stand together',
    })
  }
}

function runs(sample: TableSample, sql: string): number {
  const index = sample.columns.findIndex((column) => column.sql === sql)
  return sample.rows.filter((row, at) => at === 0 || row[index] !== sample.rows[at - 1]?.[index])
    .length
}
