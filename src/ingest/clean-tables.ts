import { quote } from './format.ts'
import { columnOf, type Holds, type RecognisedTable } from './layout.ts'
import { readMoment } from './notation/moments.ts'
import { readNumber } from './notation/numbers.ts'
import type { TableNotation } from './notation.ts'
import { trimmed } from './profile.ts'
import { type Role, readingOf } from './role.ts'
import type { CleanColumns, Rule } from './rule.ts'
import { blankRow, repeatedHeader } from './rules/no-data.ts'

/**
 * Cleaning of the tables beside the orders: customers, products, regions, stock. One SELECT each, with
 * file_number, record_number, outcome, reason, column_name, value, row and then the table's roles as
 * values; rows come out as `accepted`, or kept aside with their reason.
 */
export interface TableCleanRequest {
  readonly recognised: RecognisedTable
  readonly notation: TableNotation
  readonly timeZone: string
}

interface TableKind {
  readonly key: Role
  readonly roles: readonly Role[]
  readonly rules: readonly Rule[]
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
  reason: 'unreadable_number',
  holds: [holds],
  role,
  when: ({ has }) => (has(role) ? `${role}_text IS NOT NULL AND ${role} IS NULL` : null),
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

const unreadableCount: Rule = {
  name: 'unreadable date of count',
  outcome: 'rejected',
  reason: 'unreadable_date',
  holds: ['stock'],
  role: 'counted_at',
  when: () => 'counted_at_text IS NOT NULL AND counted_at IS NULL',
}

const kinds: Partial<Record<Holds, TableKind>> = {
  customers: {
    key: 'customer_key',
    roles: [
      'customer_key',
      'customer_name',
      'customer_email',
      'customer_age',
      'region_key',
      'country',
    ],
    rules: [missingKey('customer_key', 'customers')],
  },
  products: {
    key: 'product_key',
    roles: ['product_key', 'sku', 'product_name', 'category', 'list_price', 'unit_cost', 'stock'],
    rules: [
      missingKey('product_key', 'products'),
      unreadable('list_price', 'products'),
      negativeListPrice,
      unreadable('unit_cost', 'products'),
      unreadable('stock', 'products'),
      negativeStock,
    ],
  },
  regions: {
    key: 'region_key',
    roles: ['region_key', 'region', 'country', 'subdivision', 'region_level'],
    rules: [missingKey('region_key', 'regions')],
  },
  stock: {
    key: 'product_key',
    roles: ['product_key', 'counted_at', 'stock_kind', 'stock', 'location'],
    rules: [
      missingKey('product_key', 'stock'),
      unreadableCount,
      unreadable('stock', 'stock'),
      negativeStock,
    ],
  },
}

/** The SELECT that cleans the table; null when nothing of its kind is loaded. */
export function cleanTable(request: TableCleanRequest): string | null {
  const { recognised, notation } = request
  const { claim, table } = recognised
  const kind = kinds[claim.holds]
  if (!kind) return null
  const columns: CleanColumns = {
    has: (role) => columnOf(claim, role) !== undefined,
    earliest: '1990-01-01',
    latest: '9999-12-31',
    currency: null,
    raw: table.columns.map(({ sql, name }) => ({ sql, header: name })),
  }
  const active = [blankRow, repeatedHeader, ...kind.rules].flatMap((rule) => {
    const condition = rule.when(columns)
    return condition === null ? [] : [{ rule, condition }]
  })
  const problem = `CASE ${active.map(({ condition }, index) => `WHEN ${condition} THEN ${index + 1}`).join(' ')} ELSE 0 END`
  const pick = (value: (rule: Rule) => string) =>
    `CASE problem ${active.map(({ rule }, index) => `WHEN ${index + 1} THEN ${value(rule)}`).join(' ')} END`
  const values = kind.roles.map((role) => valueIn(role, request))
  const whole = table.columns.map(({ sql, name }) => `${quote(name)}, ${sql}`).join(', ')
  const header = (role: Role | null) =>
    table.columns.find(({ sql }) => role && sql === columnOf(claim, role))?.name
  return `SELECT ${table.file.number}::INTEGER AS file_number, record_number,
        CASE WHEN problem = 0 THEN 'accepted' ELSE ${pick(({ outcome }) => quote(outcome))} END AS outcome,
        ${pick(({ reason }) => quote(reason))} AS reason,
        ${pick(({ role }) => (header(role) ? quote(header(role) ?? '') : 'NULL'))} AS column_name,
        ${pick(({ role }) => (role && header(role) ? `${role}_text` : 'NULL'))} AS value,
        CASE WHEN problem > 0 THEN json_object(${whole})::VARCHAR END AS row,
        ${kind.roles.join(', ')}
      FROM (SELECT *, ${problem} AS problem FROM (SELECT *, ${values.join(', ')}
        FROM (SELECT *, ${kind.roles.map((role) => textOf(role, recognised, notation)).join(', ')} FROM ${table.relation})))`
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
