import { quote } from './format.ts'
import { columnOf, type RecognisedTable } from './layout.ts'
import { anonymousNumber } from './mended.ts'
import { type MomentNotation, readInstant, readMoment } from './notation/moments.ts'
import { readNumber } from './notation/numbers.ts'
import type { DiscountMeaning, TableNotation } from './notation.ts'
import { type Role, readingOf } from './role.ts'
import type { CleanColumns, Rule } from './rule.ts'
import { inOtherCurrency } from './rules/orders.ts'
import { rules } from './rules/rules.ts'
import { trimmed } from './survey.ts'
import { reading } from './workbench.ts'

/**
 * Compiles the cleaning of a table of order lines or returns into one SELECT. Each row comes out judged
 * once: as a line, a return, both (a refunded sale), or kept aside with its reason and whole.
 */
export interface CleanRequest {
  readonly recognised: RecognisedTable
  readonly notation: TableNotation
  readonly source: string
  readonly timeZone: string
  /** Last day accepted, yyyy-mm-dd. */
  readonly latest: string
  /** Rows carry their record numbers; without them cleaning is faster. */
  readonly numbered: boolean
  /** The rows are a part of what their days and orders hold. */
  readonly part?: boolean
  /** Path of the products' prices (product_key, list_price), for lines that state none. */
  readonly listPrices?: string
}

export const earliestDay = '1990-01-01'

const textRoles: readonly Role[] = [
  'order_number',
  'line_id',
  'status',
  'channel',
  'customer_key',
  'customer_name',
  'customer_email',
  'country',
  'subdivision',
  'region',
  'region_key',
  'product_key',
  'sku',
  'product_name',
  'category',
  'currency',
  'return_id',
]
const numberRoles: readonly Role[] = [
  'quantity',
  'unit_price',
  'line_total',
  'discount',
  'unit_cost',
  'exchange_rate',
  'return_amount',
]

export function cleanSelect(request: CleanRequest): string {
  const columns = columnsOf(request)
  const own = rules.filter((rule) => rule.holds.includes(request.recognised.claim.holds))
  const active = own.flatMap((rule) => {
    const condition = rule.when(columns)
    return condition === null ? [] : [{ rule, condition }]
  })
  const judged = `SELECT *, CASE WHEN ${everyday(columns)} THEN 0 ${active
    .map(({ condition }, index) => `WHEN ${condition} THEN ${index + 1}`)
    .join('\n')} ELSE 0 END::INTEGER AS problem FROM (${derived(request)})`
  return finish(
    request,
    active.map(({ rule }) => rule),
    judged,
  )
}

/**
 * SQL condition that holds for rows no rule touches, and for nearly all rows: one test of it spares them
 * the two dozen conditions of the rules. It may miss sound rows; it must never pass a row that a rule
 * would stop (`test/ingest/everyday-rows.test.ts` compares both ways).
 */
export function everyday(columns: CleanColumns): string {
  const { has, earliest, latest, currency } = columns
  return [
    ...(inOtherCurrency(columns) ? ['false'] : []),
    `moment >= TIMESTAMP '${earliest} 00:00:00' AND moment < TIMESTAMP '${latest} 00:00:00'`,
    "state = 'counted' AND quantity >= 0.001 AND quantity < 99999999999",
    'gross_price >= 0 AND total_price >= 0',
    ...(has('order_number') ? ['order_number_text IS NOT NULL'] : []),
    ...(['unit_price', 'line_total'] as const).filter(has).map((role) => `${role} >= 0`),
    ...(['discount', 'return_amount'] as const)
      .filter(has)
      .map((role) => `(${role} IS NOT NULL OR ${role}_text IS NULL)`),
    ...(has('currency') && currency
      ? [`(currency_text = '${currency}' OR currency_text IS NULL)`]
      : []),
  ].join(' AND ')
}

function columnsOf({ recognised, notation, latest }: CleanRequest): CleanColumns {
  return {
    has: (role) => columnOf(recognised.claim, role) !== undefined,
    earliest: earliestDay,
    latest,
    currency: notation.currency,
    stated: notation.stated,
    raw: recognised.table.columns.map(({ sql, name }) => ({ sql, header: name })),
  }
}

/** Every role as trimmed text and as its value; roles without a column are null. */
function typed(request: CleanRequest): string {
  const { recognised, notation, timeZone, numbered, listPrices } = request
  const { claim, table } = recognised
  const parts = [
    ...textRoles,
    ...numberRoles,
    'order_date' as const,
    'order_time' as const,
    'updated_at' as const,
  ].map((role) => {
    const column = columnOf(claim, role)
    if (!column) return `NULL::VARCHAR AS ${role}_text`
    const text = trimmed(column)
    const whole = readingOf(role) === 'identifier' && notation.floatIdentifiers.has(column)
    return `${whole ? `regexp_replace(${text}, '\\.0$', '')` : text} AS ${role}_text`
  })
  const texts = `SELECT *, ${parts.join(', ')} FROM ${numbered ? table.relation : table.unnumbered}`
  const numbers = numberRoles.flatMap((role) => {
    const column = columnOf(claim, role)
    const read = column ? notation.numbers.get(column) : undefined
    return [`${read ? readNumber(`${role}_text`, read) : 'NULL::DECIMAL(18,4)'} AS ${role}`]
  })
  const moment = momentOf(claim, notation, 'order_date')
  const time = momentOf(claim, notation, 'order_time')
  const written = moment ? readMoment('order_date_text', moment, timeZone) : 'NULL::TIMESTAMP'
  return `SELECT *, ${numbers.join(', ')}, ${written} AS moment,
      ${hourOf(moment, time, timeZone)} AS order_hour,
      ${moment ? readInstant('order_date_text', moment) : 'NULL::TIMESTAMPTZ'} AS ordered_at,
      ${stateSql(notation)} AS state
    FROM (${texts})${
      listPrices
        ? ` LEFT JOIN ${reading([listPrices])} AS list ON list.product_key = ${productKey}`
        : ''
    }`
}

/** The state of the row's order; a constant where no status of the table says otherwise. */
function stateSql({ states }: TableNotation): string {
  const cases = [...states].map(([text, state]) => `WHEN ${quote(text)} THEN ${quote(state)}`)
  return cases.length > 0 ? `CASE status_text ${cases.join(' ')} ELSE 'counted' END` : "'counted'"
}

function momentOf(
  claim: RecognisedTable['claim'],
  notation: TableNotation,
  role: Role,
): MomentNotation | undefined {
  const column = columnOf(claim, role)
  return column ? notation.moments.get(column) : undefined
}

function hourOf(
  moment: MomentNotation | undefined,
  time: MomentNotation | undefined,
  timeZone: string,
): string {
  if (time?.hasTime) return `hour(${readMoment('order_time_text', time, timeZone)})::SMALLINT`
  if (moment?.hasTime) return `hour(${readMoment('order_date_text', moment, timeZone)})::SMALLINT`
  return `TRY_CAST(regexp_extract(order_time_text, '^([0-9]{1,2})[:.h]', 1) AS SMALLINT)`
}

/** Amounts as the star wants them. Quantities and totals of returns are still negative here. */
function derived(request: CleanRequest): string {
  const { claim } = request.recognised
  const quantity = columnOf(claim, 'quantity') ? 'quantity' : '1::DECIMAL(18,4)'
  const whole = request.listPrices ? `coalesce(line_total, ${listTotal(request)})` : 'line_total'
  const gross = `CASE WHEN unit_price IS NOT NULL THEN ${productOf('quantity', 'unit_price')} ELSE ${whole} END`
  const off = discountOf(request.notation.discount)
  const stated = request.notation.discount === 'included' || request.notation.discount === 'none'
  const total = stated
    ? 'coalesce(line_total, gross_price)'
    : `coalesce(line_total, gross_price) - coalesce(${off}, 0)`
  return `SELECT *,
      TRY_CAST(${total} AS DECIMAL(18,4)) AS total_price,
      (unit_price IS NOT NULL AND quantity IS NOT NULL AND gross_price IS NULL) AS overflow
    FROM (SELECT *, TRY_CAST(${gross} AS DECIMAL(18,4)) AS gross_price
      FROM (SELECT * REPLACE (${quantity} AS quantity) FROM (${typed(request)})))`
}

/** A discount that stated totals include was taken off in a way that they alone tell: such a line stays unpriced. */
function listTotal({ notation }: CleanRequest): string {
  const total = productOf('quantity', 'list_price')
  return notation.discount === 'included'
    ? `CASE WHEN discount = 0 OR discount_text IS NULL THEN ${total} END`
    : total
}

/**
 * Exact product of a quantity and a price. Numbers of everyday size are multiplied as 64-bit integers;
 * wider ones cost ten times as much and are rare.
 */
function productOf(quantity: string, price: string): string {
  return `coalesce(
    (TRY_CAST(${quantity} AS DECIMAL(8,3)) * TRY_CAST(${price} AS DECIMAL(10,4)))::DECIMAL(18,4),
    TRY_CAST(TRY_CAST(${quantity} AS DECIMAL(14,3)) * TRY_CAST(${price} AS DECIMAL(22,8)) AS DECIMAL(18,4)))`
}

/** What is taken off a line, as SQL over the typed columns; positive for sales. */
function discountOf(meaning: DiscountMeaning): string {
  switch (meaning) {
    case 'line_amount':
      return 'abs(discount)'
    case 'unit_amount':
      return productOf('quantity', 'abs(discount)')
    case 'rate':
      return 'coalesce(line_total, gross_price)::DECIMAL(22,4) * abs(discount)::DECIMAL(10,6)'
    case 'percent':
      return 'coalesce(line_total, gross_price)::DECIMAL(22,4) * (abs(discount)::DECIMAL(10,4) * 0.01)::DECIMAL(10,6)'
    default:
      return 'NULL'
  }
}

function finish(request: CleanRequest, active: readonly Rule[], judged: string): string {
  const { recognised, source } = request
  const { claim } = recognised
  const anonymous = !columnOf(claim, 'order_number')
  // Sound rows, which are nearly all, must not walk through a branch for every rule.
  const pick = (value: (rule: Rule) => string | null) =>
    `CASE WHEN problem > 0 THEN CASE problem ${active
      .map((rule, index) => ({ value: value(rule), index }))
      .filter((branch) => branch.value !== null)
      .map((branch) => `WHEN ${branch.index + 1} THEN ${branch.value}`)
      .join(' ')} ELSE NULL END END`
  const header = (role: Role | null) => {
    const column = role ? columnOf(claim, role) : undefined
    return recognised.table.columns.find(({ sql }) => sql === column)?.name
  }
  const returned = claim.holds === 'returns' ? 'true' : 'quantity < 0'
  const whole = recognised.table.columns.map(({ sql, name }) => `${quote(name)}, ${sql}`).join(', ')
  return `SELECT ${recognised.table.file.number}::INTEGER AS file_number, record_number,
    CASE WHEN problem > 0 THEN ${pick(({ outcome }) => quote(outcome))}
      WHEN ${returned} THEN 'return' WHEN state = 'refunded' THEN 'refunded' ELSE 'line' END AS outcome,
    ${pick(({ reason }) => quote(reason))} AS reason,
    ${pick(({ role }) => (header(role) ? quote(header(role) ?? '') : null))} AS column_name,
    ${pick(({ role }) => (role && header(role) ? `${role}_text` : null))} AS value,
    CASE WHEN problem > 0 THEN json_object(${whole})::VARCHAR END AS row,
    ${numberOf(anonymous, request)} AS order_number,
    ${idOf(source, numberOf(anonymous, request))} AS order_id,
    return_id_text AS return_key,
    TRY_CAST(line_id_text AS INTEGER) AS line_id,
    ${customerKey} AS customer_key, customer_name_text AS customer_name, lower(customer_email_text) AS customer_email,
    ${placeKey(claim)} AS place_key,
    ${productKey} AS product_key, sku_text AS sku,
    product_name_text AS product_name, category_text AS category,
    TRY_CAST(abs(quantity) AS DECIMAL(14,3)) AS quantity,
    TRY_CAST(unit_price AS DECIMAL(18,4)) AS unit_price, gross_price, total_price,
    TRY_CAST(unit_cost AS DECIMAL(18,4)) AS unit_cost,
    TRY_CAST(return_amount AS DECIMAL(18,4)) AS return_amount,
    ${differs(claim)} AS differs,
    moment::DATE AS order_date, order_hour, ordered_at, channel_text AS channel,
    upper(currency_text) AS source_currency, TRY_CAST(exchange_rate AS DECIMAL(18,8)) AS exchange_rate,
    CASE state WHEN 'refunded' THEN 'counted' ELSE state END AS state,
    ${versionOf(request)} AS source_version
  FROM (${judged})`
}

/** SQL of the version as text that sorts by time, in whatever notation it is written; null where unreadable. */
function versionOf({ recognised, notation }: CleanRequest): string {
  const moment = momentOf(recognised.claim, notation, 'updated_at')
  if (!moment) return 'NULL::VARCHAR'
  const instant = `timezone('UTC', ${readInstant('updated_at_text', moment)})`
  const written = readMoment('updated_at_text', moment, 'UTC')
  return `strftime(coalesce(${instant}, ${written}), '%Y-%m-%dT%H:%M:%S')`
}

/** SQL condition: the stated total is not quantity x price, and no discount says why. */
function differs(claim: RecognisedTable['claim']): string {
  const stated = columnOf(claim, 'line_total') && columnOf(claim, 'unit_price')
  if (!stated || columnOf(claim, 'discount')) return 'false'
  return 'coalesce(abs(gross_price - total_price) > 0.01, false)'
}

function numberOf(anonymous: boolean, { recognised, part }: CleanRequest): string {
  return anonymous ? anonymousNumber(recognised.table, part ?? false) : 'order_number_text'
}

/** The id of an order or a return, equal on every engine: see the star. */
export function idOf(source: string, number: string): string {
  return `(('0x' || left(md5(${quote(`${source}\u001f`)} || ${number}), 16))::UBIGINT & 9223372036854775807)::BIGINT`
}

const guests = [
  '0',
  '0.0',
  'null',
  'NULL',
  'nan',
  'NaN',
  'None',
  'none',
  'n/a',
  'N/A',
  '#N/A',
  'guest',
  'Guest',
]

const longestGuest = Math.max(...guests.map((word) => word.length))

// A list is asked rather than IN: the engine would make a join of that and copy every column for it.
const customerKey = `coalesce(CASE WHEN length(customer_key_text) <= ${longestGuest}
    AND list_contains([${guests.map(quote).join(', ')}], customer_key_text) THEN NULL ELSE customer_key_text END,
  lower(customer_email_text))`

const productKey = 'coalesce(product_key_text, sku_text, product_name_text)'

/** What finds a place again in the import's list of places. */
function placeKey(claim: RecognisedTable['claim']): string {
  if (columnOf(claim, 'region_key')) return 'region_key_text'
  const parts = (['country', 'subdivision', 'region'] as const).filter((role) =>
    columnOf(claim, role),
  )
  if (parts.length === 0) return 'NULL::VARCHAR'
  if (parts.length === 1) return `${parts[0]}_text`
  return `nullif(concat_ws(chr(31), ${parts.map((role) => `coalesce(${role}_text, '')`).join(', ')}), repeat(chr(31), ${parts.length - 1}))`
}
