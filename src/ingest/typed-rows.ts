import { quote } from './format.ts'
import { columnOf, isCharge, type RecognisedTable } from './layout.ts'
import { type MomentNotation, readInstant, readMoment, tellsTime } from './notation/moments.ts'
import { readNumber } from './notation/numbers.ts'
import type { TableNotation } from './notation.ts'
import { type Role, readingOf } from './role.ts'
import { isMarked, isReturnRow } from './row-kinds.ts'
import { allDigits } from './rules/quantities.ts'
import { trimmed } from './survey.ts'
import { reading } from './workbench.ts'

/** What turns the text of a table of order lines or returns into values. */
export interface TypingRequest {
  readonly recognised: RecognisedTable
  readonly notation: TableNotation
  readonly timeZone: string
  /** Rows carry their record numbers; without them cleaning is faster. */
  readonly numbered: boolean
  /** Path of the factors of other currencies (currency, day, factor), where amounts are converted. */
  readonly rates?: string
  /** Path of the products' prices (product_key, list_price), for lines that state none. */
  readonly listPrices?: string
}

/** The numbers that lines may state. */
export const lineNumbers = [
  'quantity',
  'kept_quantity',
  'returned_quantity',
  'unit_price',
  'line_total',
  'order_subtotal',
  'order_discount',
  'order_total',
  'included_tax',
  'discount',
  'unit_cost',
  'exchange_rate',
  'return_amount',
  'line_refund',
] as const satisfies readonly Role[]
const momentRoles = [
  'order_date',
  'order_time',
  'updated_at',
  'returned_on',
] as const satisfies readonly Role[]
export const textRoles = [
  'order_number',
  'line_id',
  'cancelled_at',
  'status',
  'movement',
  'returned_at',
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
  'taxes_included',
] as const satisfies readonly Role[]

/**
 * SQL of a role's text: trimmed, null where blank. What one cast reads is cast as it stands, and its text
 * is made only where somebody asks for it; what several steps work on is a column of its own.
 */
export function textOf({ recognised, notation }: TypingRequest, role: Role): string {
  const column = columnOf(recognised.claim, role)
  if (!column) return 'NULL::VARCHAR'
  return isPlain(notation, column) ? trimmed(column) : `${role}_text`
}

function isPlain({ numbers, moments }: TableNotation, column: string): boolean {
  const moment = moments.get(column)
  return (
    numbers.get(column)?.plain === true || (moment?.families.every(({ plain }) => plain) ?? false)
  )
}

/** The same before its column is made; a cast does without trimming. */
function castable(request: TypingRequest, role: Role, column: string): string {
  return isPlain(request.notation, column) ? column : `${role}_text`
}

/** The text, null where it is one of the words. */
function withoutWords(text: string, words: readonly string[]): string {
  return words.reduce((rest, one) => `nullif(${rest}, ${quote(one)})`, text)
}

/** The typed value of a column of charges: several columns may hold charges of one kind. */
export function chargeColumn(sql: string): string {
  return `charge_${sql}`
}

/** SQL of the text of a column of charges; it is a column of its own where it needs care. */
export function chargeText({ notation }: TypingRequest, sql: string): string {
  return isPlain(notation, sql) ? trimmed(sql) : `${chargeColumn(sql)}_text`
}

function chargeColumns({ recognised }: TypingRequest): string[] {
  return [...recognised.claim.columns].filter(([, { role }]) => isCharge(role)).map(([sql]) => sql)
}

/** Every role as its value; roles without a column are null. Quantities of returns are still negative. */
export function typedRows(request: TypingRequest): string {
  const { recognised, notation, numbered } = request
  const { claim, table } = recognised
  const texts = [...textRoles, ...lineNumbers, ...momentRoles].flatMap((role) => {
    const column = columnOf(claim, role)
    if (!column || isPlain(notation, column)) return []
    const whole = readingOf(role) === 'identifier' && notation.floatIdentifiers.has(column)
    const blank = textRoles.some((name) => name === role) ? notation.placeholders : []
    const text = withoutWords(trimmed(column), blank)
    return [`${whole ? `regexp_replace(${text}, '\\.0$', '')` : text} AS ${role}_text`]
  })
  const charges = chargeColumns(request)
  const chargeTexts = charges
    .filter((sql) => !isPlain(notation, sql))
    .map(
      (sql) =>
        `${withoutWords(trimmed(sql), notation.placeholders)} AS ${chargeText(request, sql)}`,
    )
  const from = numbered ? withPlaces(request, table.relation) : table.unnumbered
  const staged = `SELECT ${['*', ...texts, ...chargeTexts].join(', ')} FROM ${from}`
  const numbers = lineNumbers.map((role) => {
    const column = columnOf(claim, role)
    const read = column ? notation.numbers.get(column) : undefined
    const value =
      column && read ? readNumber(castable(request, role, column), read) : 'NULL::DECIMAL(18,4)'
    return `${value} AS ${role}`
  })
  const charged = charges.map((sql) => {
    const read = notation.numbers.get(sql)
    const text = isPlain(notation, sql) ? sql : chargeText(request, sql)
    return `${read ? readNumber(text, read) : 'NULL::DECIMAL(18,4)'} AS ${chargeColumn(sql)}`
  })
  return converted(
    request,
    derived(
      request,
      `SELECT ${['*', ...numbers, ...charged, ...momentsOf(request)].join(', ')}, ${stateSql(request)} AS state FROM (${staged})${listed(request)}`,
    ),
  )
}

/** Column of the place of a row among those of its order that stand together, from 1. */
export const placeInOrder = 'place_in_order'

/** To carry wider rows through a window takes more memory than sorting them saves. */
const mostPlaced = 200

/** Numbered rows of orders whose lines have no numbers of their own are told apart by their place. */
export function hasPlaces({ recognised: { claim, table }, numbered }: TypingRequest): boolean {
  const stated = columnOf(claim, 'line_id') !== undefined
  return (
    numbered &&
    claim.holds === 'order_lines' &&
    table.columns.length <= mostPlaced &&
    !stated &&
    columnOf(claim, 'order_number') !== undefined
  )
}

/**
 * The place of each row in the run of its order, told while rows stream by, in the order of the file. Windows over
 * orders would sort them all. Orders that do not stand together get a number twice, and are looked at again.
 */
function withPlaces(request: TypingRequest, relation: string): string {
  const order = columnOf(request.recognised.claim, 'order_number')
  if (!order || !hasPlaces(request)) return relation
  return `(SELECT * EXCLUDE (begins), record_number + 1 - max(begins) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS ${placeInOrder}
    FROM (SELECT *, CASE WHEN ${order} IS DISTINCT FROM lag(${order}) OVER () THEN record_number END AS begins FROM ${relation}))`
}

/** What finds the product of a row again; null where the table names none. */
export function productKeyOf(request: TypingRequest): string | null {
  const { claim } = request.recognised
  const roles = (['product_key', 'sku', 'product_name'] as const).filter((role) =>
    columnOf(claim, role),
  )
  const texts = roles.map((role) => textOf(request, role))
  return texts.length > 0 ? `coalesce(${texts.join(', ')})` : null
}

function listed(request: TypingRequest): string {
  const key = productKeyOf(request)
  if (!request.listPrices) return ''
  return ` LEFT JOIN ${reading([request.listPrices])} AS list ON list.product_key = ${key ?? 'NULL'}`
}

/** The state of the row's order; a constant where no status of the table says otherwise. */
function stateSql({ recognised, notation: { states } }: TypingRequest): string {
  if (recognised.claim.cancelled) return "'cancelled'"
  const cases = [...states].map(
    ([text, state]) => `WHEN status_text = ${quote(text)} THEN ${quote(state)}`,
  )
  if (columnOf(recognised.claim, 'returned_at'))
    cases.unshift(`WHEN ${isMarked('returned_at_text')} THEN 'refunded'`)
  if (columnOf(recognised.claim, 'cancelled_at'))
    cases.unshift(`WHEN ${isMarked('cancelled_at_text')} THEN 'cancelled'`)
  return cases.length > 0 ? `CASE ${cases.join(' ')} ELSE 'counted' END` : "'counted'"
}

export function momentOf(
  { recognised, notation }: TypingRequest,
  role: Role,
): MomentNotation | undefined {
  const column = columnOf(recognised.claim, role)
  return column ? notation.moments.get(column) : undefined
}

function momentsOf(request: TypingRequest): string[] {
  const { recognised, timeZone } = request
  const day = columnOf(recognised.claim, 'order_date')
  const moment = momentOf(request, 'order_date')
  const text = day ? castable(request, 'order_date', day) : ''
  const written = moment ? readMoment(text, moment, timeZone) : 'NULL::TIMESTAMP'
  const instant = moment ? readInstant(text, moment) : 'NULL::TIMESTAMPTZ'
  return [
    `${written} AS moment`,
    `${hourOf(request, moment ? { text, written } : null)} AS order_hour`,
    `${instant} AS ordered_at`,
  ]
}

/** The hour is told by a column of its own, else by the order's moment, else by whatever looks like one. */
function hourOf(
  request: TypingRequest,
  moment: { readonly text: string; readonly written: string } | null,
): string {
  const { recognised, timeZone } = request
  const clock = columnOf(recognised.claim, 'order_time')
  const time = momentOf(request, 'order_time')
  if (clock && time?.hasTime) {
    return `hour(${readMoment(castable(request, 'order_time', clock), time, timeZone)})::SMALLINT`
  }
  const notation = momentOf(request, 'order_date')
  if (moment && notation?.hasTime) {
    const hour = `hour(${moment.written})::SMALLINT`
    const isTimed = tellsTime(moment.text, notation)
    return isTimed === null ? hour : `CASE WHEN ${isTimed} THEN ${hour} END`
  }
  return clock
    ? `TRY_CAST(regexp_extract(${textOf(request, 'order_time')}, '^(0?[0-9]|1[0-9]|2[0-3])[:.h]', 1) AS SMALLINT)`
    : 'NULL::SMALLINT'
}

/** True where the table says at what time of the day its orders were made. */
export function hasHours(request: TypingRequest): boolean {
  const clock = columnOf(request.recognised.claim, 'order_time')
  return clock !== undefined || momentOf(request, 'order_date')?.hasTime === true
}

/** Amounts as the star wants them. Quantities and totals of returns are still negative here. */
function derived(request: TypingRequest, typed: string): string {
  const { claim } = request.recognised
  const repairable = isRepairable(request)
  const quantity = columnOf(claim, 'quantity')
    ? repairable
      ? `coalesce(quantity, ${toldQuantity(request)})`
      : 'quantity'
    : onePiece(request)
  const repaired = repairable
    ? `CASE WHEN quantity IS NULL THEN 'quantity' WHEN line_total IS NULL THEN 'total' END`
    : 'NULL::VARCHAR'
  const whole = request.listPrices ? `coalesce(line_total, ${listTotal(request)})` : 'line_total'
  const gross = `CASE WHEN unit_price IS NOT NULL THEN ${productOf('quantity', 'unit_price', anyFine(request, 'quantity', 'unit_price'))} ELSE ${whole} END`
  const off = discountOf(request)
  const stated = request.notation.discount === 'included' || request.notation.discount === 'none'
  const total = stated
    ? 'coalesce(line_total, gross_price)'
    : `coalesce(line_total, gross_price) - coalesce(${off}, 0)`
  return lessTaxWithin(
    request,
    `SELECT *,
      TRY_CAST(${total} AS DECIMAL(18,4)) AS total_price,
      (unit_price IS NOT NULL AND quantity IS NOT NULL AND gross_price IS NULL) AS overflow
    FROM (SELECT *, TRY_CAST(${gross} AS DECIMAL(18,4)) AS gross_price
      FROM (SELECT * REPLACE (${quantity} AS quantity), ${repaired} AS repaired FROM (${signed(request, typed)})))`,
  )
}

/**
 * A row may say that it is a return in a column of its own, or by its status together with negative amounts: its pieces
 * are returned ones then.
 */
function signed(request: TypingRequest, typed: string): string {
  const back = wentBack(request)
  const { claim } = request.recognised
  if (!back || !columnOf(claim, 'quantity')) return typed
  const price = columnOf(claim, 'unit_price')
    ? `, CASE WHEN ${back} THEN abs(unit_price) ELSE unit_price END AS unit_price`
    : ''
  return `SELECT * REPLACE (CASE WHEN ${back} THEN -abs(quantity) ELSE quantity END AS quantity${price}) FROM (${typed})`
}

/** SQL condition, never null, of rows that are returns by themselves; null where nothing says so. */
function wentBack({ recognised: { claim }, notation }: TypingRequest): string | null {
  if (claim.holds !== 'order_lines') return null
  if (columnOf(claim, 'movement')) return isReturnRow('movement_text')
  if (![...notation.states.values()].includes('refunded')) return null
  const amounts = (['line_total', 'unit_price'] as const).filter((role) => columnOf(claim, role))
  const negative = amounts.map((role) => `coalesce(${role} < 0, false)`).join(' OR ')
  return amounts.length > 0 ? `(state = 'refunded' AND (${negative}))` : null
}

/** Without a quantity every line is one piece; a payment that goes back is one that came back. */
function onePiece(request: TypingRequest): string {
  const { claim } = request.recognised
  // Money that was given back for no goods is a return of no pieces.
  if (claim.holds === 'returns' && productKeyOf(request) === null) return '0::DECIMAL(18,4)'
  const back = claim.payments ? 'line_total < 0' : wentBack(request)
  return back ? `CASE WHEN ${back} THEN -1 ELSE 1 END::DECIMAL(18,4)` : '1::DECIMAL(18,4)'
}

/** SQL condition, never null, of rows whose tax is part of their total and taken off it; null where none is. */
export function isTaxTakenOff(request: TypingRequest): string | null {
  const { claim } = request.recognised
  if (claim.totalsHoldCharges) return 'true'
  if (!columnOf(claim, 'included_tax')) return null
  return columnOf(claim, 'taxes_included')
    ? `coalesce(lower(${textOf(request, 'taxes_included')}) IN ('true', '1', 'yes'), false)`
    : 'true'
}

/**
 * Tax that is part of a line's total is no sale. Where prices hold it too, the gross price is less by the same
 * share: what was taken off a line is the same share of it with tax and without.
 */
function lessTaxWithin(request: TypingRequest, lines: string): string {
  const { claim } = request.recognised
  if (claim.totalsHoldCharges) return lessCharges(request, lines)
  const within = isTaxTakenOff(request)
  if (within === null) return lines
  const flag = columnOf(claim, 'taxes_included')
  const net = `CASE WHEN ${within} THEN total_price - sign(total_price) * coalesce(abs(included_tax), 0) ELSE total_price END`
  const ofPrices = flag || !columnOf(claim, 'unit_price') || claim.price === 'unit'
  const gross = ofPrices
    ? `CASE WHEN ${within} AND total_price <> 0 AND included_tax <> 0
         THEN gross_price::DECIMAL(28,4) * (${net})::DECIMAL(18,4) / total_price ELSE gross_price END`
    : 'gross_price'
  return `SELECT * REPLACE (TRY_CAST(${net} AS DECIMAL(18,4)) AS total_price, TRY_CAST(round(${gross}, 4) AS DECIMAL(18,4)) AS gross_price)
    FROM (${lines})`
}

/**
 * True where quantity x price is the line's total, so that two of them tell the third. What was taken off a
 * line would have to be known for that, so tables with discounts are left as they are.
 */
export function isRepairable({ recognised: { claim } }: TypingRequest): boolean {
  const stated = (['quantity', 'unit_price', 'line_total'] as const).every((role) =>
    columnOf(claim, role),
  )
  return stated && !columnOf(claim, 'discount') && claim.holds === 'order_lines'
}

/** The quantity where none is readable: total / price, if it comes out even to three decimals. */
function toldQuantity(request: TypingRequest): string {
  const told = 'TRY_CAST(round(line_total / unit_price, 3) AS DECIMAL(18,4))'
  const fine = anyFine(request, 'unit_price')
  return `CASE WHEN line_total > 0 AND unit_price > 0 AND NOT coalesce(${allDigits(textOf(request, 'quantity'))}, false)
      AND ${productOf(told, 'unit_price', fine)} = line_total THEN ${told} END`
}

/** A discount that stated totals include was taken off in a way that they alone tell: such a line stays unpriced. */
function listTotal(request: TypingRequest): string {
  const total = productOf('quantity', 'list_price', anyFine(request, 'quantity'))
  return request.notation.discount === 'included'
    ? `CASE WHEN discount = 0 OR ${textOf(request, 'discount')} IS NULL THEN ${total} END`
    : total
}

/**
 * Exact product of a quantity and a price, to four decimals. Numbers of everyday size are multiplied as
 * 64-bit integers; wider and finer ones cost ten times as much and are rare. Of finer ones nine decimals count.
 * (Decimals of up to 18 digits the engine multiplies in 64 bits, and fails where that is not enough.)
 */
function productOf(quantity: string, price: string, fine: boolean): string {
  if (fine) {
    return `TRY_CAST(TRY_CAST(${quantity} AS DECIMAL(19,9)) * TRY_CAST(${price} AS DECIMAL(19,9)) AS DECIMAL(18,4))`
  }
  return `coalesce(
    (TRY_CAST(${quantity} AS DECIMAL(9,4)) * TRY_CAST(${price} AS DECIMAL(9,4)))::DECIMAL(18,4),
    TRY_CAST(${quantity}::DECIMAL(19,4) * ${price}::DECIMAL(19,4) AS DECIMAL(18,4)))`
}

/** One of these columns has more decimals than four. */
function anyFine({ recognised, notation }: TypingRequest, ...roles: readonly Role[]): boolean {
  return roles.some((role) => {
    const column = columnOf(recognised.claim, role)
    return column !== undefined && notation.numbers.get(column)?.fine === true
  })
}

/**
 * What is taken off a line, as SQL over the typed columns; positive for sales, negative for returns. A rate beyond all reason stays
 * one that is more than the price.
 */
function discountOf(request: TypingRequest): string {
  // The least of nothing and a number would be the number.
  const share = '(CASE WHEN discount IS NOT NULL THEN least(abs(discount), 9999) END)'
  switch (request.notation.discount) {
    case 'line_amount':
      return 'CASE WHEN coalesce(line_total, gross_price) < 0 THEN -abs(discount) ELSE abs(discount) END'
    case 'unit_amount':
      return productOf('quantity', 'abs(discount)', anyFine(request, 'quantity', 'discount'))
    case 'rate':
      return `coalesce(line_total, gross_price)::DECIMAL(22,4) * ${share}::DECIMAL(14,10)`
    case 'percent':
      return `coalesce(line_total, gross_price)::DECIMAL(22,4) * (${share}::DECIMAL(12,8) * 0.01)::DECIMAL(14,10)`
    default:
      return 'NULL'
  }
}

/** Lines whose totals hold the charges beside them, without these. */
function lessCharges(request: TypingRequest, lines: string): string {
  const charges = chargeColumns(request).map((sql) => `coalesce(abs(${chargeColumn(sql)}), 0)`)
  if (charges.length === 0) return lines
  const net = (amount: string) =>
    `TRY_CAST(${amount} - sign(${amount}) * least(abs(${amount}), ${charges.join(' + ')}) AS DECIMAL(18,4)) AS ${amount}`
  const kept = `(abs(total_price) - least(abs(total_price), ${charges.join(' + ')}))`
  const refund = `CASE WHEN total_price <> 0 THEN round(line_refund * ${kept} / abs(total_price), 4) END AS line_refund`
  const { claim } = request.recognised
  const refunded = columnOf(claim, 'line_refund') ? [refund] : []
  // What quantity x price comes to never held them.
  const gross = columnOf(claim, 'unit_price') ? [] : [net('gross_price')]
  return `SELECT * REPLACE (${[net('total_price'), ...gross, ...refunded].join(', ')}) FROM (${lines})`
}

/** What is in another currency, at the rate of its row, or that of its day: the last that is stated up to it. */
function converted(request: TypingRequest, lines: string): string {
  const { notation, rates } = request
  const byRow = notation.rowRates !== null
  if (!(rates || byRow) || !notation.currency || !columnOf(request.recognised.claim, 'currency'))
    return lines
  const code = `upper(${textOf(request, 'currency')})`
  const isOther = `coalesce(${code} <> ${quote(notation.currency)}, false)`
  const amounts = [
    ...['unit_price', 'gross_price', 'total_price', 'unit_cost', 'return_amount', 'line_refund'],
    ...['order_subtotal', 'order_discount', 'order_total', 'included_tax'],
    ...chargeColumns(request).map(chargeColumn),
  ].map(
    (amount) =>
      `CASE WHEN ${isOther} AND factor IS NOT NULL THEN TRY_CAST(TRY_CAST(${amount} AS DECIMAL(18,4)) * factor AS DECIMAL(18,4)) ELSE ${amount} END AS ${amount}`,
  )
  // Of a rate that is stated ten decimals are read; wider, and a price times it would not fit a decimal.
  const own =
    notation.rowRates === 'divide'
      ? 'TRY_CAST(round(1 / exchange_rate::DOUBLE, 12) AS DECIMAL(19,12))'
      : 'TRY_CAST(exchange_rate AS DECIMAL(20,10))'
  const rated = byRow
    ? `SELECT *, CASE WHEN exchange_rate > 0 THEN ${own} END AS factor FROM (${lines})`
    : `SELECT lines.*, rates.factor FROM (${lines}) AS lines
      ASOF LEFT JOIN ${reading([rates ?? ''])} AS rates ON rates.currency = ${code} AND lines.moment >= rates.day`
  return `SELECT * EXCLUDE (factor) REPLACE (${amounts.join(', ')}, CASE WHEN ${isOther} THEN factor END AS exchange_rate)
    FROM (${rated})`
}
