import { earliestDay, mustBeNumbered } from './clean.ts'
import { quote } from './format.ts'
import { type Claim, columnOf, type Holds, type RecognisedTable } from './layout.ts'
import { keptRow, originIn, whyColumn } from './mended.ts'
import { readInstant, readMoment, toMicroseconds } from './notation/moments.ts'
import { readNumber } from './notation/numbers.ts'
import type { TableNotation } from './notation.ts'
import { type Role, readingOf } from './role.ts'
import { activeOf, type CleanColumns, type Rule } from './rule.ts'
import { blankRow, repeatedHeader } from './rules/no-data.ts'
import { trimmed } from './survey.ts'

/**
 * Cleaning of the tables beside the orders: customers, products, regions, stock, exchange rates. One SELECT each, with
 * file_number, record_number, outcome, reason, column_name, value, row and then the table's roles as
 * values; rows come out as `accepted`, or kept aside with their reason.
 */
export interface TableCleanRequest {
  readonly recognised: RecognisedTable
  readonly notation: TableNotation
  readonly timeZone: string
  /** Without record numbers cleaning is faster, and fails with `mustBeNumbered` where rows must be told apart. */
  readonly numbered: boolean
  /** Some rows share a key. */
  readonly keysRepeat: boolean
  /** Last day accepted, yyyy-mm-dd. */
  readonly latest: string
  /** What the columns mean was declared, not found. */
  readonly declared?: true
}

interface TableKind {
  readonly key: Role
  readonly roles: readonly Role[]
  /** SQL of the columns that come out beside the roles, or under other names than they. */
  readonly columns?: readonly string[]
  /** The moment of which the instant comes out too, as `<role>_instant`: TIMESTAMPTZ. */
  readonly instantOf?: Role
  readonly rules: readonly Rule[]
  /** The key stands once in the table. */
  readonly keyed: boolean
}

const missingKey = (role: Role, holds: Holds): Rule => ({
  name: 'missing key',
  outcome: 'rejected',
  reason: 'missing_key',
  holds: [holds],
  role,
  when: () => `${role}_text IS NULL`,
})

const unreadable = (role: Role, holds: Holds): Rule => ({
  name: `unreadable ${role}`,
  outcome: 'rejected',
  reason: role === 'list_price' ? 'unreadable_price' : 'unreadable_number',
  holds: [holds],
  role,
  when: ({ has }) => (has(role) ? `${role}_text IS NOT NULL AND ${role} IS NULL` : null),
})

/** A layout knows rows that only add to the one above them. */
const detailRow = ({ noData }: Claim, holds: Holds): Rule => ({
  name: 'detail row',
  outcome: 'ignored',
  reason: 'detail_row',
  holds: [holds],
  role: null,
  when: () => noData ?? null,
})

const negativeStock: Rule = {
  name: 'negative stock',
  outcome: 'rejected',
  reason: 'negative_stock',
  holds: ['products', 'stock'],
  role: 'stock',
  when: ({ has }) =>
    has('stock')
      ? `stock < 0${has('stock_kind') ? " AND lower(stock_kind_text) = 'count'" : ''}`
      : null,
}

const negativeListPrice: Rule = {
  name: 'negative list price',
  outcome: 'rejected',
  reason: 'negative_price',
  holds: ['products'],
  role: 'list_price',
  when: ({ has }) => (has('list_price') ? 'list_price < 0' : null),
}

const negativeCost: Rule = {
  name: 'negative cost',
  outcome: 'rejected',
  reason: 'negative_cost',
  holds: ['products'],
  role: 'unit_cost',
  when: ({ has }) => (has('unit_cost') ? 'unit_cost < 0' : null),
}

const unreadableCount: Rule = {
  name: 'unreadable date of count',
  outcome: 'rejected',
  reason: 'unreadable_date',
  holds: ['stock'],
  role: 'counted_at',
  when: () => 'counted_at_text IS NOT NULL AND counted_at IS NULL',
}

/** What was counted tomorrow is a slip of the pen, and the calendar would reach as far. */
const countOutOfRange: Rule = {
  name: 'date of count out of range',
  outcome: 'rejected',
  reason: 'date_out_of_range',
  holds: ['stock'],
  role: 'counted_at',
  when: ({ earliest, latest }) =>
    `counted_at < TIMESTAMP '${earliest} 00:00:00' OR counted_at >= TIMESTAMP '${latest} 00:00:00' + INTERVAL 1 DAY`,
}

const noRate: Rule = {
  name: 'no rate',
  outcome: 'rejected',
  reason: 'unreadable_number',
  holds: ['rates'],
  role: 'exchange_rate',
  when: () => 'exchange_rate IS NULL OR exchange_rate <= 0',
}

const noDay: Rule = {
  name: 'no day',
  outcome: 'rejected',
  reason: 'unreadable_date',
  holds: ['rates'],
  role: 'order_date',
  when: () => 'order_date IS NULL',
}

const kinds: Partial<Record<Holds, TableKind>> = {
  customers: {
    key: 'customer_key',
    keyed: true,
    roles: [
      'customer_key',
      'customer_name',
      'customer_email',
      'customer_age',
      'region_key',
      'country',
    ],
    // These are the columns of the clean record, so that the table can be handed over as it is.
    columns: [
      'customer_key',
      'customer_name AS name',
      'customer_email AS email',
      'CASE WHEN customer_age >= 1 AND customer_age <= 150 THEN customer_age::INTEGER END AS age',
      'coalesce(region_key, country) AS place_key',
      'region_key',
      'country',
      'true AS stated',
    ],
    rules: [missingKey('customer_key', 'customers')],
  },
  products: {
    key: 'product_key',
    keyed: true,
    roles: ['product_key', 'sku', 'product_name', 'category', 'list_price', 'unit_cost', 'stock'],
    rules: [
      missingKey('product_key', 'products'),
      unreadable('list_price', 'products'),
      negativeListPrice,
      unreadable('unit_cost', 'products'),
      negativeCost,
      unreadable('stock', 'products'),
      negativeStock,
    ],
  },
  regions: {
    key: 'region_key',
    keyed: true,
    roles: ['region_key', 'region', 'country', 'subdivision', 'region_level'],
    rules: [missingKey('region_key', 'regions')],
  },
  rates: {
    key: 'currency',
    keyed: false,
    roles: ['currency', 'order_date', 'exchange_rate'],
    rules: [missingKey('currency', 'rates'), noDay, noRate],
  },
  stock: {
    key: 'product_key',
    keyed: false,
    roles: ['product_key', 'counted_at', 'stock_kind', 'stock', 'location'],
    instantOf: 'counted_at',
    rules: [
      missingKey('product_key', 'stock'),
      unreadableCount,
      countOutOfRange,
      unreadable('stock', 'stock'),
      negativeStock,
    ],
  },
}

/** The column whose values stand once each in such a table; undefined where there is none. */
export function keyOf(claim: Claim): string | undefined {
  const kind = kinds[claim.holds]
  return kind?.keyed ? columnOf(claim, kind.key) : undefined
}

/** The SELECT that cleans the table; null when nothing of its kind is loaded. */
export function cleanTable(request: TableCleanRequest): string | null {
  const { recognised, notation } = request
  const { claim, table } = recognised
  const kind = kinds[claim.holds]
  if (!kind) return null
  const columns: CleanColumns = {
    has: (role) => columnOf(claim, role) !== undefined,
    text: (role) => `${role}_text`,
    earliest: earliestDay,
    latest: request.latest,
    currency: null,
    stated: null,
    sumsUp: null,
    sums: [],
    sales: null,
    cancelled: false,
    converts: false,
    declared: request.declared === true,
    raw: table.columns.map(({ sql, name }) => ({ sql, header: name })),
  }
  const active = activeOf(
    [blankRow, repeatedHeader, detailRow(claim, claim.holds), ...kind.rules],
    columns,
  )
  const verdictOf = (index: number) =>
    request.numbered ? index + 1 : `error(${quote(mustBeNumbered)})::INTEGER`
  const problem = `CASE ${active.map(({ condition }, index) => `WHEN ${condition} THEN ${verdictOf(index)}`).join(' ')} ELSE 0 END`
  const verdicts: readonly Verdict[] = [...active.map(({ rule }) => rule), repeated, conflicting]
  // Without record numbers nothing is kept aside, and nothing needs to be said of it.
  const aside = (sql: string) => (request.numbered ? sql : 'NULL::VARCHAR')
  const pick = (value: (verdict: Verdict) => string) =>
    aside(
      `CASE verdict ${verdicts.map((verdict, index) => `WHEN ${index + 1} THEN ${value(verdict)}`).join(' ')} END`,
    )
  const { instantOf } = kind
  const values = [
    ...kind.roles.map((role) => valueIn(role, request)),
    ...(instantOf ? [instantIn(instantOf, request)] : []),
  ]
  const why = whyColumn(table)
  const header = (role: Role | null) =>
    table.columns.find(({ sql }) => role && sql === columnOf(claim, role))?.name
  const judged = `SELECT *, ${problem} AS problem FROM (SELECT *, ${values.join(', ')}
    FROM (SELECT *, ${kind.roles.map((role) => textOf(role, recognised, notation)).join(', ')} FROM ${request.numbered ? table.relation : table.unnumbered}))`
  return `SELECT ${table.file.number}::INTEGER AS file_number, record_number,
        CASE WHEN verdict = 0 THEN 'accepted' ELSE ${pick(({ outcome }) => quote(outcome))} END AS outcome,
        ${pick(({ reason }) => quote(reason))} AS reason,
        ${pick(({ role }) => (header(role) ? quote(header(role) ?? '') : 'NULL'))} AS column_name,
        ${pick(({ role }) => (role && header(role) ? `${role}_text` : 'NULL'))} AS value,
        ${aside(keptRow(table, 'verdict > 0'))} AS row, ${why ? originIn(why) : 'NULL::VARCHAR'} AS origin,
        ${[...(kind.columns ?? kind.roles), ...(instantOf ? [`${instantOf}_instant`] : [])].join(', ')}
      FROM (${kind.keyed && request.keysRepeat ? withRepeats(judged, kind, active.length) : `SELECT *, problem AS verdict FROM (${judged})`})`
}

interface Verdict {
  readonly outcome: string
  readonly reason: string
  readonly role: Role | null
}

const repeated: Verdict = { outcome: 'duplicate', reason: 'repeated_row', role: null }
const conflicting: Verdict = { outcome: 'rejected', reason: 'duplicate_key', role: null }

/** One row counts for each key, the first: the same again is a duplicate, other content a conflict. */
function withRepeats(judged: string, kind: TableKind, rules: number): string {
  const content = `hash(${kind.roles.join(', ')})`
  return `SELECT *, CASE WHEN problem > 0 OR copy = 1 THEN problem WHEN own = first_own THEN ${rules + 1}
      ELSE ${rules + 2} END AS verdict
    FROM (SELECT *, row_number() OVER copies AS copy, first_value(own) OVER copies AS first_own
      FROM (SELECT *, ${content} AS own FROM (${judged}))
      WINDOW copies AS (PARTITION BY ${kind.key}, problem ORDER BY record_number))`
}

function textOf(role: Role, { claim }: RecognisedTable, notation: TableNotation): string {
  const column = columnOf(claim, role)
  if (!column) return `NULL::VARCHAR AS ${role}_text`
  const whole = readingOf(role) === 'identifier' && notation.floatIdentifiers.has(column)
  return `${whole ? `regexp_replace(${trimmed(column)}, '\\.0$', '')` : trimmed(column)} AS ${role}_text`
}

function valueIn(role: Role, { recognised, notation, timeZone }: TableCleanRequest): string {
  const { claim } = recognised
  const column = columnOf(claim, role)
  const number = column ? notation.numbers.get(column) : undefined
  const moment = column ? notation.moments.get(column) : undefined
  if (number) return `${readNumber(`${role}_text`, number)} AS ${role}`
  if (moment) return `${readMoment(`${role}_text`, moment, timeZone)} AS ${role}`
  if (readingOf(role) === 'number') return `NULL::DECIMAL(18,4) AS ${role}`
  if (readingOf(role) === 'moment') return `NULL::TIMESTAMP AS ${role}`
  return `${role === 'customer_email' ? `lower(${role}_text)` : `${role}_text`} AS ${role}`
}

/** The instant that is stated, else the one at which the shop's clocks show what is written; two of one second are two. */
function instantIn(role: Role, { recognised, notation, timeZone }: TableCleanRequest): string {
  const column = columnOf(recognised.claim, role)
  const stated = column ? notation.moments.get(column) : undefined
  const moment = stated && toMicroseconds(stated)
  const instant = moment
    ? `coalesce(${readInstant(`${role}_text`, moment)}, timezone('${timeZone}', ${readMoment(`${role}_text`, moment, timeZone)}))`
    : 'NULL::TIMESTAMPTZ'
  return `${instant} AS ${role}_instant`
}
