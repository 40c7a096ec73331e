import { quote } from '../format.ts'
import type { Holds } from '../layout.ts'
import {
  countPattern,
  firstOfTotals,
  longestTotal,
  remarkPattern,
  totalPattern,
} from '../remarks.ts'
import type { Role } from '../role.ts'
import type { CleanColumns, Rule } from '../rule.ts'

const all: readonly Holds[] = [
  'order_lines',
  'returns',
  'customers',
  'products',
  'regions',
  'stock',
  'rates',
]

export const blankRow: Rule = {
  name: 'blank row',
  outcome: 'ignored',
  reason: 'blank_row',
  holds: all,
  role: null,
  // The first column decides nearly always, so that rows with data cost one comparison.
  when: ({ raw }) =>
    `coalesce(trim(${raw[0]?.sql}), '') = '' AND concat(${raw.map(({ sql }) => `trim(${sql})`).join(', ')}) = ''`,
}

export const repeatedHeader: Rule = {
  name: 'repeated header',
  outcome: 'ignored',
  reason: 'repeated_header',
  holds: all,
  role: null,
  guesses: true,
  when: ({ raw }) => {
    // Columns without a header have a name of ours, which the file never repeats.
    const named = raw.filter(({ header }) => !/^column \d+$/.test(header)).slice(0, 3)
    if (named.length < 2) return null
    return named.map(({ sql, header }) => `${sql} = ${quote(header)}`).join(' AND ')
  },
}

const startsAsTotal =
  '^(grand |sub ?)?(total|totals|sum|gesamt|gesamtsumme|summe|zwischensumme|somme|total general|totale|totaal|suma)\\b'
/** "March total", "Monatssumme": up to four words and a sum. */
const endsAsTotal =
  '^(\\S+\\s+){0,4}(\\S*(summe|gesamt)|(sub-?)?totals?|sum|somme|totale|totaal|suma)\\s*:?$'

/** A row that sums up the others of its order: told by the numbers of the table's first rows. */
export const orderSum: Rule = {
  name: 'sum of an order',
  outcome: 'ignored',
  reason: 'total_row',
  holds: ['order_lines'],
  role: null,
  guesses: true,
  when: ({ sumsUp }) => sumsUp,
}

/** Transfers, fees and conversions that stand among payments, and refunds of what is no sale. */
export const noSale: Rule = {
  name: 'no sale',
  outcome: 'ignored',
  reason: 'no_sale',
  holds: ['order_lines', 'returns'],
  role: null,
  when: ({ sales }) => (sales ? `NOT coalesce(${sales}, false)` : null),
}

/** SQL condition: the text, not null, names a sum. */
function namesTotal(text: string): string {
  return `regexp_full_match(lower(${text}), ${quote(totalPattern)})`
}

/** Roles whose whole text names a sum, such as "Subtotal", only in rows that are one. */
const naming: readonly Role[] = ['order_number', 'product_key', 'sku', 'product_name']

/**
 * SQL conditions, never null, of rows that name no sum where others name their order or product. A sum may bear a day
 * and an amount like any row: counted, it would double its day. Every row is asked, so the cheapest tests come first:
 * sums begin with one of few letters, end in a letter or a colon, and are short.
 */
export function namesNoTotal({
  has,
  text,
  declared,
}: Pick<CleanColumns, 'has' | 'text' | 'declared'>): string[] {
  if (declared) return []
  return naming.filter(has).map((role) => {
    const name = text(role)
    return `(${name} IS NULL OR ${name} < '${firstOfTotals}' OR right(${name}, 1) <= '9' OR strlen(${name}) > ${longestTotal} OR NOT ${namesTotal(name)})`
  })
}

/**
 * SQL condition of rows that lack what a sale has: its order, its quantity or its price. Where lines have neither order
 * nor price a sum looks like them, and its name alone tells.
 */
function lacksParts({ has, text }: Pick<CleanColumns, 'has' | 'text'>): string {
  if (!has('order_number') && !has('unit_price')) return 'true'
  const order = text('order_number')
  return [
    ...(has('order_number') ? [`${order} IS NULL`, namesTotal(order)] : []),
    ...(['quantity', 'unit_price'] as const).filter(has).map((role) => `${text(role)} IS NULL`),
  ].join(' OR ')
}

/** SQL condition, never null, of records that are known to sum up others. */
export function isSumRecord({ sums }: Pick<CleanColumns, 'sums'>): string {
  return `list_contains([${sums.join(', ')}], record_number)`
}

/** SQL condition of rows of numbers alone: without a day, an order, a product and a customer they are no sale of any. */
function namesNothing({ has, text }: CleanColumns): string[] {
  const names = [...naming, 'customer_key', 'customer_name', 'customer_email'] as const
  const numbers = (['quantity', 'line_total', 'unit_price'] as const).filter(has)
  const own = names.filter(has)
  if (own.length === 0 || numbers.length === 0) return []
  const blank = [text('order_date'), ...own.map(text)]
    .map((said) => `${said} IS NULL`)
    .join(' AND ')
  return [
    `(moment IS NULL AND ${blank} AND (${numbers.map((role) => `${role} IS NOT NULL`).join(' OR ')}))`,
  ]
}

/** A row that sums up others: it says so where its order, product or date would stand, or has no date at all. */
export const totalRow: Rule = {
  name: 'total row',
  outcome: 'ignored',
  reason: 'total_row',
  holds: ['order_lines', 'returns'],
  role: null,
  guesses: true,
  when: (columns) => {
    const { has, text, raw } = columns
    const first = raw[0]
    const starts = [
      ...(first ? [`trim(${first.sql})`] : []),
      ...(has('order_number') ? [text('order_number')] : []),
      text('order_date'),
    ].map((said) => `regexp_matches(lower(${said}), '${startsAsTotal}|${endsAsTotal}')`)
    const whole = raw.slice(0, mostLabels).map(({ sql }) => namesTotal(`trim(${sql})`))
    const undated = `moment IS NULL AND (${[...starts, ...whole].join(' OR ')})`
    const named = namesNoTotal(columns)
    return [
      undated,
      ...namesNothing(columns),
      ...(named.length > 0 ? [`(NOT (${named.join(' AND ')}) AND (${lacksParts(columns)}))`] : []),
      ...(columns.sums.length > 0 ? [isSumRecord(columns)] : []),
    ].join(' OR ')
  },
}

const discountNames =
  '(?:(?:order|cart|loyalty|staff|total) )?(?:discounts?|rebate|promo|promotion|coupon|voucher|rabatte?|nachlass|gutschein|remise|reduction|réduction|bon de réduction|descuento|cupón|desconto|cupom|sconto|buono|korting|kortingsbon)(?:[ :(#-].*)?'

/**
 * A discount that tills and invoices write as a line of its own, below what it is taken off. Its order is less by it; it
 * is nothing that was sold, or came back.
 */
export const discountRow: Rule = {
  name: 'discount as a line',
  outcome: 'ignored',
  reason: 'discount_row',
  holds: ['order_lines'],
  role: null,
  when: ({ has, text }) => {
    const products = (['product_name', 'product_key', 'sku'] as const).filter(has)
    if (!has('order_number') || products.length === 0) return null
    const named = `regexp_full_match(lower(coalesce(${products.map(text).join(', ')})), ${quote(discountNames)})`
    // With a negative quantity it is money that went back, often long after and under a number of its own.
    return `(line_total < 0 OR unit_price < 0) AND coalesce(quantity, 1) > 0 AND total_price IS NOT NULL AND ${named}`
  },
}

/** The label of a total stands in one of the first columns. */
const mostLabels = 40

/** To count the cells of wider tables takes more memory than their remarks are worth: those are rejected. */
const mostCounted = 200

/** A text alone in its row: a remark, or a title that a report repeats on each of its pages. */
export const remarkRow: Rule = {
  name: 'remark',
  outcome: 'ignored',
  reason: 'remark_row',
  holds: ['order_lines', 'returns'],
  role: null,
  guesses: true,
  when: ({ raw }) => {
    if (raw.length < 4 || raw.length > mostCounted) return null
    const cells = raw.map(({ sql }) => `nullif(trim(${sql}), '')`).join(', ')
    // The date is looked at first: only rows without one are worth counting cells.
    const begin = raw.slice(0, 2).map(({ sql }) => `trim(${sql})`)
    return `moment IS NULL AND (regexp_matches(concat_ws(' ', ${begin.join(', ')}), ${quote(countPattern)})
      OR (len(list_filter([${cells}], x -> x IS NOT NULL)) = 1 AND regexp_matches(concat(${cells}), ${quote(remarkPattern)})))`
  },
}
