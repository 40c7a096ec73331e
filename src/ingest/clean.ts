import { chargesOf } from './clean-charges.ts'
import { customerKey, idOf, orderNumberOf, placeKey } from './clean-keys.ts'
import { quote } from './format.ts'
import { words } from './headers.ts'
import { columnOf, isCharge, type RecognisedTable } from './layout.ts'
import { keptRow, originIn, whyColumn } from './mended.ts'
import { readInstant, readMoment, sortableText, toMicroseconds } from './notation/moments.ts'
import type { TablePromise } from './notation.ts'
import { sumsUp } from './order-sums.ts'
import { brokenPromise, keeps, plainlyKeeps } from './promise.ts'
import type { Role } from './role.ts'
import { activeOf, type CleanColumns, type Rule } from './rule.ts'
import { isSumRecord, namesNoTotal } from './rules/no-data.ts'
import { inOtherCurrency } from './rules/orders.ts'
import { rules } from './rules/rules.ts'
import {
  chargeColumn,
  hasHours,
  hasPlaces,
  isRepairable,
  momentOf,
  placeInOrder,
  productKeyOf,
  type TypingRequest,
  textOf,
  typedRows,
} from './typed-rows.ts'

/**
 * Compiles the cleaning of a table of order lines or returns into one SELECT. Each row comes out judged
 * once: as a line, a return, both (a refunded sale), or kept aside with its reason and whole.
 *
 * Without record numbers a row that must be told apart cannot be kept aside: the statement then fails
 * with `mustBeNumbered` at the first one, and has only the columns that such a table fills.
 */
export interface CleanRequest extends TypingRequest {
  readonly source: string
  /** Last day accepted, yyyy-mm-dd. */
  readonly latest: string
  /** What every row must keep, or the statement fails with `brokenPromise`; null where nothing is promised. */
  readonly promise: TablePromise | null
  /** The rows are a part of what their days and orders hold. */
  readonly part?: boolean
  /** Records that sum up others, though they have all that a sale has. */
  readonly sums?: readonly number[]
  /** What the columns mean was declared, not found. */
  readonly declared?: true
}

export const mustBeNumbered = 'a row must be told apart from the others'

export const earliestDay = '1990-01-01'

/** The columns of judged lines and returns, whatever table they come from. */
export const judgedColumns = {
  file_number: 'INTEGER',
  record_number: 'BIGINT',
  outcome: 'VARCHAR',
  reason: 'VARCHAR',
  column_name: 'VARCHAR',
  value: 'VARCHAR',
  row: 'VARCHAR',
  order_number: 'VARCHAR',
  order_id: 'BIGINT',
  return_key: 'VARCHAR',
  line_id: 'BIGINT',
  line_placed: 'BOOLEAN',
  customer_key: 'VARCHAR',
  customer_name: 'VARCHAR',
  customer_email: 'VARCHAR',
  place_key: 'VARCHAR',
  product_key: 'VARCHAR',
  sku: 'VARCHAR',
  product_name: 'VARCHAR',
  category: 'VARCHAR',
  quantity: 'DECIMAL(14,3)',
  unit_price: 'DECIMAL(18,4)',
  gross_price: 'DECIMAL(18,4)',
  total_price: 'DECIMAL(18,4)',
  unit_cost: 'DECIMAL(18,4)',
  return_amount: 'DECIMAL(18,4)',
  refund_apart: 'DECIMAL(18,4)',
  differs: 'BOOLEAN',
  cost_unused: 'BOOLEAN',
  repaired: 'VARCHAR',
  order_subtotal: 'DECIMAL(18,4)',
  order_discount: 'DECIMAL(18,4)',
  order_total: 'DECIMAL(18,4)',
  order_shipping: 'DECIMAL(18,4)',
  line_shipping: 'DECIMAL(18,4)',
  order_tax: 'DECIMAL(18,4)',
  line_tax: 'DECIMAL(18,4)',
  order_tip: 'DECIMAL(18,4)',
  line_tip: 'DECIMAL(18,4)',
  order_duty: 'DECIMAL(18,4)',
  line_duty: 'DECIMAL(18,4)',
  order_fee: 'DECIMAL(18,4)',
  line_fee: 'DECIMAL(18,4)',
  charge_unread: 'BOOLEAN',
  tax_taken_off: 'BOOLEAN',
  line_refund: 'DECIMAL(18,4)',
  returned_quantity: 'DECIMAL(14,3)',
  order_date: 'DATE',
  returned_on: 'DATE',
  order_hour: 'SMALLINT',
  ordered_at: 'TIMESTAMPTZ',
  channel: 'VARCHAR',
  source_currency: 'VARCHAR',
  exchange_rate: 'DECIMAL(18,8)',
  is_converted: 'BOOLEAN',
  state: 'VARCHAR',
  source_version: 'VARCHAR',
  origin: 'VARCHAR',
} as const satisfies Readonly<Record<string, string>>
type JudgedColumn = keyof typeof judgedColumns

export function cleanSelect(request: CleanRequest): string {
  const { recognised, numbered } = request
  const columns = columnsOf(request)
  const own = rules.filter((rule) => rule.holds.includes(recognised.claim.holds))
  const active = activeOf(own, columns)
  const fail = (message: string) => `error(${quote(message)})::INTEGER`
  const verdicts = active.map(
    ({ condition }, index) =>
      `WHEN ${condition} THEN ${numbered ? index + 1 : fail(mustBeNumbered)}`,
  )
  const aside = numbered ? [] : unnumberable(request, columns)
  // Products called like a sum are looked at among the others; `everyday` has asked for them already.
  const named = numbered ? [] : namesNoTotal(columns).map((condition) => `NOT ${condition}`)
  verdicts.push(
    ...[...aside, ...named].map((condition) => `WHEN ${condition} THEN ${fail(mustBeNumbered)}`),
  )
  const kept = keptBy(request)
  const usual = aside.map((condition) => `NOT (${condition})`)
  const sound = [everyday(columns), ...usual, ...kept.plainly].join(' AND ')
  verdicts.unshift(...kept.wholly.map((rule) => `WHEN NOT (${rule}) THEN ${fail(brokenPromise)}`))
  const judged = `SELECT *, CASE WHEN ${sound} THEN 0 ${verdicts.join('\n')} ELSE 0 END::INTEGER AS problem
    FROM (${typedRows(request)})`
  const values = valuesOf(
    request,
    active.map(({ rule }) => rule),
  )
  const selected = Object.entries(judgedColumns).flatMap(([name, type]) => {
    const value = values[name as JudgedColumn]
    if (value === null) return numbered ? [`NULL::${type} AS ${name}`] : []
    return [`${value} AS ${name}`]
  })
  return `SELECT ${selected.join(',\n    ')}\n  FROM (${judged})`
}

/**
 * SQL conditions of rows that no rule touches, and that a table without record numbers has no columns for: a
 * refunded order is a sale and a return, and its returns are told apart by their records; repairs are listed.
 */
function unnumberable(request: CleanRequest, columns: CleanColumns): string[] {
  return [
    "state = 'refunded'",
    ...(columns.has('unit_cost') ? [costUnused(columns)] : []),
    ...(isRepairable(request) ? ['repaired IS NOT NULL'] : []),
    ...cameBackBy(columns.has),
  ]
}

/** SQL condition, never null: some pieces of the line came back, and the line itself says how many are left. */
const cameBack = 'coalesce(kept_quantity >= 0 AND kept_quantity < quantity, false)'

/** The same where the line says how many came back. */
const someCameBack = 'coalesce(returned_quantity <> 0 AND quantity > 0, false)'

/** SQL condition, never null: money of the line went back, and the line itself says how much. */
const wasRefunded = 'coalesce(line_refund <> 0 AND quantity > 0, false)'

/** SQL conditions of lines that were sold and came back, whole or in part. */
function cameBackBy(has: (role: Role) => boolean): string[] {
  return [
    ...(has('kept_quantity') ? [cameBack] : []),
    ...(has('returned_quantity') ? [someCameBack] : []),
    ...(has('line_refund') ? [wasRefunded] : []),
  ]
}

/** SQL of the pieces that came back where some did; of a payment the same part as of its money, at the least one thousandth. */
function returnedQuantity(has: (role: Role) => boolean): string | null {
  if (has('kept_quantity'))
    return `CASE WHEN ${cameBack} THEN (quantity - kept_quantity)::DECIMAL(14,3) END`
  const cases = [
    ...(has('returned_quantity')
      ? [`WHEN ${someCameBack} THEN least(abs(returned_quantity), quantity)::DECIMAL(14,3)`]
      : []),
    ...(has('line_refund')
      ? [
          `WHEN ${wasRefunded} AND abs(line_refund) < total_price
    THEN greatest(0.001, round(quantity::DECIMAL(18,3) * abs(line_refund)::DECIMAL(18,4) / total_price, 3))::DECIMAL(14,3)`,
        ]
      : []),
  ]
  return cases.length > 0 ? `CASE ${cases.join(' ')} END` : null
}

/** SQL condition, never null: the cost of the row is negative or no number. */
function costUnused({ text }: Pick<CleanColumns, 'text'>): string {
  return `coalesce(unit_cost < 0, ${text('unit_cost')} IS NOT NULL)`
}

/** Conditions of rows that keep what is promised; none where nothing is. */
function keptBy({
  promise,
  recognised,
}: CleanRequest): Readonly<Record<'plainly' | 'wholly', string[]>> {
  if (promise === null) return { plainly: [], wholly: [] }
  const { columns } = recognised.claim
  // Roles tell what a column was read as by the time its rows are judged.
  const numberIn = (sql: string) => {
    const role = columns.get(sql)?.role ?? null
    if (role !== null && isCharge(role)) return chargeColumn(sql)
    return role ?? sql
  }
  return { plainly: [plainlyKeeps(promise, numberIn)], wholly: [keeps(promise, numberIn)] }
}

/** An empty relation with every column of judged lines: beside it files may leave out what they do not fill. */
export function emptyJudged(): string {
  const columns = Object.entries(judgedColumns).map(([name, type]) => `NULL::${type} AS ${name}`)
  return `SELECT ${columns.join(', ')} WHERE false`
}

/**
 * SQL condition that holds for rows no rule touches, and for nearly all rows: one test of it spares them
 * the two dozen conditions of the rules. It may miss sound rows; it must never pass a row that a rule
 * would stop (`test/ingest/everyday-rows.test.ts` compares both ways).
 */
export function everyday(columns: CleanColumns): string {
  const { has, text, earliest, latest, currency } = columns
  return [
    ...(inOtherCurrency(columns) ? ['false'] : []),
    ...(columns.sumsUp ? [`NOT ${columns.sumsUp}`] : []),
    `moment >= TIMESTAMP '${earliest} 00:00:00' AND moment < TIMESTAMP '${latest} 00:00:00'`,
    "state = 'counted' AND quantity >= 0.001 AND quantity < 99999999999",
    'gross_price >= 0 AND total_price >= 0',
    ...(has('order_number') ? [`${text('order_number')} IS NOT NULL`] : []),
    ...(['unit_price', 'line_total'] as const).filter(has).map((role) => `${role} >= 0`),
    ...(columns.sales ? [`coalesce(${columns.sales}, false)`] : []),
    ...(['discount', 'return_amount', 'line_refund', 'returned_quantity'] as const)
      .filter(has)
      .map((role) => `(${role} IS NOT NULL OR ${text(role)} IS NULL)`),
    ...(has('currency') && currency
      ? [`(${text('currency')} = '${currency}' OR ${text('currency')} IS NULL)`]
      : []),
    ...namesNoTotal(columns),
    ...(columns.sums.length > 0 ? [`NOT ${isSumRecord(columns)}`] : []),
  ].join(' AND ')
}

function columnsOf(request: CleanRequest): CleanColumns {
  const { recognised, notation, latest } = request
  return {
    has: (role) => columnOf(recognised.claim, role) !== undefined,
    text: (role) => textOf(request, role),
    earliest: earliestDay,
    latest,
    currency: notation.currency,
    stated: notation.stated,
    sumsUp: recognised.table.sumsUp ? sumsUp : null,
    sums: request.sums ?? [],
    sales: recognised.claim.sales ?? null,
    cancelled: recognised.claim.cancelled === true,
    converts: request.rates !== undefined || notation.rowRates !== null,
    declared: request.declared === true,
    raw: recognised.table.columns.map(({ sql, name }) => ({ sql, header: name })),
  }
}

/** SQL of each column of judged rows; null where nothing in the table fills it. */
function valuesOf(
  request: CleanRequest,
  active: readonly Rule[],
): Readonly<Record<JudgedColumn, string | null>> {
  const { recognised, source, notation, numbered } = request
  const { claim, table } = recognised
  const has = (role: Role) => columnOf(claim, role) !== undefined
  const text = (role: Role) => (has(role) ? textOf(request, role) : null)
  const decimal = (role: Role, type: string) => (has(role) ? `TRY_CAST(${role} AS ${type})` : null)
  const number = orderNumberOf(request)
  const moment = momentOf(request, 'order_date')
  const customer = has('customer_key') || has('customer_email')
  const why = whyColumn(table)
  return {
    ...verdictOf(request, active),
    file_number: `${table.file.number}::INTEGER`,
    record_number: numbered ? 'record_number' : null,
    order_number: number,
    order_id: idOf(source, number),
    return_key: text('return_id'),
    line_id: hasPlaces(request) ? placeInOrder : lineIdOf(request),
    line_placed: hasPlaces(request) ? 'true' : null,
    customer_key: customer ? customerKey(request) : null,
    customer_name: text('customer_name'),
    customer_email: has('customer_email') ? `lower(${text('customer_email')})` : null,
    place_key: placeKey(request),
    product_key: productKeyOf(request),
    sku: text('sku'),
    product_name: text('product_name'),
    category: text('category'),
    quantity: 'TRY_CAST(abs(quantity) AS DECIMAL(14,3))',
    unit_price: decimal('unit_price', 'DECIMAL(18,4)'),
    gross_price: 'gross_price',
    total_price:
      claim.holds === 'returns' && has('return_amount') && !has('return_id')
        ? 'TRY_CAST(coalesce(return_amount, total_price) AS DECIMAL(18,4))'
        : 'total_price',
    unit_cost:
      numbered && has('unit_cost')
        ? 'CASE WHEN unit_cost >= 0 THEN unit_cost END'
        : decimal('unit_cost', 'DECIMAL(18,4)'),
    return_amount: claim.refundsApart ? null : returnAmount(claim, decimal),
    refund_apart: claim.refundsApart ? decimal('return_amount', 'DECIMAL(18,4)') : null,
    differs: differs(claim),
    cost_unused:
      numbered && has('unit_cost') ? costUnused({ text: (role) => textOf(request, role) }) : null,
    returned_quantity: returnedQuantity(has),
    line_refund: has('line_refund') ? 'abs(line_refund)::DECIMAL(18,4)' : null,
    order_subtotal: decimal('order_subtotal', 'DECIMAL(18,4)'),
    order_discount: decimal('order_discount', 'DECIMAL(18,4)'),
    order_total: decimal('order_total', 'DECIMAL(18,4)'),
    ...chargesOf(request),
    repaired: numbered && isRepairable(request) ? 'CASE WHEN problem = 0 THEN repaired END' : null,
    ...daysOf(request),
    order_hour: hasHours(request) ? 'order_hour' : null,
    ordered_at: moment?.families.some(({ zones }) => zones.some(Boolean)) ? 'ordered_at' : null,
    channel: text('channel'),
    source_currency: has('currency') ? `upper(${text('currency')})` : null,
    ...ratesOf(request),
    state:
      notation.states.size > 0 || numbered
        ? `CASE state WHEN 'refunded' THEN 'counted' ELSE state END`
        : null,
    source_version: versionOf(request),
    origin: why ? originIn(why) : null,
  }
}

/** The rate of a row: what its amounts were converted by, else what it states. */
function ratesOf(
  request: CleanRequest,
): Readonly<Record<'exchange_rate' | 'is_converted', string | null>> {
  const isRated = request.rates !== undefined || request.notation.rowRates !== null
  const stated = isRated || columnOf(request.recognised.claim, 'exchange_rate') !== undefined
  return {
    exchange_rate: stated ? 'TRY_CAST(exchange_rate AS DECIMAL(18,8))' : null,
    is_converted: isRated ? 'exchange_rate IS NOT NULL' : null,
  }
}

/** SQL condition of rows that are returns. One among sales that names itself may give back money only, and no pieces. */
function returnedBy(request: CleanRequest): string {
  const { claim } = request.recognised
  if (claim.holds === 'returns') return 'true'
  return columnOf(claim, 'return_id')
    ? `(quantity < 0 OR ${textOf(request, 'return_id')} IS NOT NULL)`
    : 'quantity < 0'
}

/** A return with a number of its own states what went back, or the price of what did. */
function returnAmount(
  claim: RecognisedTable['claim'],
  decimal: (role: Role, type: string) => string | null,
): string | null {
  const priced = columnOf(claim, 'unit_price') ?? columnOf(claim, 'line_total')
  const stated = decimal('return_amount', 'DECIMAL(18,4)')
  if (claim.holds !== 'returns' || !columnOf(claim, 'return_id') || !priced) return stated
  return `abs(coalesce(${[...(stated ? [stated] : []), 'total_price'].join(', ')}))::DECIMAL(18,4)`
}

type Verdict = 'outcome' | 'reason' | 'column_name' | 'value' | 'row'

/** What became of a row, and the row itself where it is kept aside. */
function verdictOf(
  request: CleanRequest,
  active: readonly Rule[],
): Readonly<Record<Verdict, string | null>> {
  const { recognised, numbered } = request
  const { claim, table } = recognised
  const returned = returnedBy(request)
  // Sound rows, which are nearly all, must not walk through a branch for every rule.
  const pick = (value: (rule: Rule) => string | null) =>
    `CASE WHEN problem > 0 THEN CASE problem ${active
      .map((rule, index) => ({ value: value(rule), index }))
      .filter((branch) => branch.value !== null)
      .map((branch) => `WHEN ${branch.index + 1} THEN ${branch.value}`)
      .join(' ')} ELSE NULL END END`
  const refunded = [
    "state = 'refunded'",
    ...cameBackBy((role) => columnOf(claim, role) !== undefined),
  ].join(' OR ')
  const outcome = (aside: string) =>
    `CASE WHEN problem > 0 THEN ${aside} WHEN ${returned} THEN 'return' WHEN ${refunded} THEN 'refunded' ELSE 'line' END`
  if (!numbered) {
    return { outcome: outcome('NULL'), reason: null, column_name: null, value: null, row: null }
  }
  const header = (role: Role | null) => {
    const column = role ? columnOf(claim, role) : undefined
    return table.columns.find(({ sql }) => sql === column)?.name
  }
  return {
    outcome: outcome(pick((rule) => quote(rule.outcome))),
    reason: pick(({ reason }) => quote(reason)),
    column_name: pick(({ role }) => (header(role) ? quote(header(role) ?? '') : null)),
    value: pick(({ role }) => (role && header(role) ? textOf(request, role) : null)),
    row: keptRow(table, 'problem > 0'),
  }
}

/**
 * SQL of what tells a line from the others of its order; null where nothing does. Small numbers are line numbers;
 * an id of a system may be any text, which stands as a number beyond them.
 */
function lineIdOf(request: CleanRequest): string | null {
  const { recognised } = request
  const column = columnOf(recognised.claim, 'line_id')
  if (!column) return null
  const text = textOf(request, 'line_id')
  const number = `TRY_CAST(${text} AS BIGINT)`
  const header = recognised.table.columns.find(({ sql }) => sql === column)?.name ?? ''
  if (!/\bid$/.test(words(header))) return number
  return `coalesce(${number}, CASE WHEN ${text} IS NOT NULL THEN (hash(${text}) >> 2)::BIGINT + 1000 END)`
}

/** SQL of the version as text that sorts by time, in whatever notation it is written; null where unreadable. */
function versionOf(request: CleanRequest): string | null {
  const stated = momentOf(request, 'updated_at')
  if (!stated) return null
  const moment = toMicroseconds(stated)
  const text = textOf(request, 'updated_at')
  const instant = `timezone('UTC', ${readInstant(text, moment)})`
  const written = readMoment(text, moment, 'UTC')
  return sortableText(`coalesce(${instant}, ${written})`)
}

/** SQL of the day of the order, and of that on which its money went back; null where no column states it. */
function daysOf(
  request: CleanRequest,
): Readonly<Record<'order_date' | 'returned_on', string | null>> {
  const moment = momentOf(request, 'returned_on')
  const back = moment
    ? `${readMoment(textOf(request, 'returned_on'), moment, request.timeZone)}::DATE`
    : null
  return { order_date: 'moment::DATE', returned_on: back }
}

/** SQL condition: the stated total is not quantity x price, and no discount says why. */
function differs(claim: RecognisedTable['claim']): string | null {
  const stated = columnOf(claim, 'line_total') && columnOf(claim, 'unit_price')
  if (!stated || columnOf(claim, 'discount')) return null
  return 'coalesce(abs(gross_price - total_price) > 0.01, false)'
}
