import { join } from 'node:path'
import type { LiveKind } from '../../model/live.ts'
import { quote } from '../format.ts'
import { type Handover, isSale } from '../handover.ts'
import { isStandingAlone } from '../mended.ts'
import { sortableText } from '../notation/moments.ts'
import { recorded } from '../older-states.ts'
import { chargeRoles } from '../role.ts'
import { reading, type Workbench } from '../workbench.ts'

/** Lines of an order that the published schema takes. */
export const mostLines = 1_000

/**
 * Clean records as flat rows of texts, one file of JSON lines for each kind: rows of one order or return follow one
 * another, so that documents are put together while the file is read, however long it is.
 */
export interface DocumentRows {
  readonly files: Readonly<Record<LiveKind, string>>
  readonly counts: Readonly<Record<LiveKind, number>>
}

export interface RowsRequest {
  readonly handover: Handover
  /** For the files. */
  readonly folder: string
  /** What all amounts are in after cleaning; null where nothing states it. */
  readonly currency: string | null
  /** Of the shop whose days the rows are of (IANA). */
  readonly timeZone: string
}

export async function writeDocumentRows(
  bench: Workbench,
  request: RowsRequest,
): Promise<DocumentRows> {
  await prepare(bench, request)
  const files: Partial<Record<LiveKind, string>> = {}
  const counts: Partial<Record<LiveKind, number>> = {}
  for (const [kind, { select, identity }] of Object.entries(selects(request)) as [
    LiveKind,
    DocumentSelect,
  ][]) {
    const file = join(request.folder, `${kind}.ndjson`)
    await bench.staging.run(`COPY (${select}) TO ${quote(file)} (FORMAT json)`)
    const { documents } = await bench.row(
      `SELECT count(DISTINCT ${identity}) AS documents FROM (${select})`,
    )
    files[kind] = file
    counts[kind] = Number(documents)
  }
  return {
    files: files as DocumentRows['files'],
    counts: counts as DocumentRows['counts'],
  }
}

interface DocumentSelect {
  readonly select: string
  /** SQL of what tells one document from another. */
  readonly identity: string
}

/** Leaves the temporary tables `unfit_orders`, `sent_orders` and `return_rows`. */
async function prepare(bench: Workbench, { handover }: RowsRequest): Promise<void> {
  const lines = linesOf(handover)
  const isUnfit = `product_key IS NULL OR coalesce(total_price, -1) < 0 OR coalesce(unit_price, 0) < 0`
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE unfit_orders AS SELECT order_id, bool_or(product_key IS NULL) AS unnamed,
       bool_or(coalesce(total_price, -1) < 0 OR coalesce(unit_price, 0) < 0) AS negative, count(*) AS lines
     FROM ${lines} WHERE ${isSale} AND order_id IN (SELECT order_id FROM ${reading([handover.orders])} WHERE NOT anonymous)
     GROUP BY order_id HAVING bool_or(${isUnfit}) OR count(*) > ${mostLines}`,
  )
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE sent_orders AS SELECT * FROM ${reading([handover.orders])}
     WHERE NOT anonymous AND order_id NOT IN (SELECT order_id FROM unfit_orders)`,
  )
  const returns = handover.returns ? `SELECT * FROM ${reading([handover.returns])}` : noReturns
  // Whoever gets the same line of a return twice takes it for a repeat, so each product stands in it once.
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE return_rows AS SELECT *, dense_rank() OVER (PARTITION BY document_number
       ORDER BY return_date, order_number NULLS FIRST, customer_key NULLS FIRST, place_key NULLS FIRST, channel NULLS FIRST) AS part
     FROM (SELECT document_number, return_date, order_number, customer_key, place_key, channel, product_key,
         min(return_hour) AS return_hour, min(return_id) AS return_id, sum(quantity)::DECIMAL(14,3) AS quantity, sum(amount)::DECIMAL(18,4) AS amount
       FROM (${returns}) AS returns
       LEFT JOIN (SELECT DISTINCT order_id, order_number FROM ${lines} WHERE order_id IN (SELECT order_id FROM (${returns}))) AS numbers
         USING (order_id)
       WHERE product_key IS NOT NULL AND NOT coalesce(${isStandingAlone('document_number')}, true)
       GROUP BY document_number, return_date, order_number, customer_key, place_key, channel, product_key, amount IS NULL)`,
  )
}

const noReturns = `SELECT NULL::BIGINT AS return_id, NULL::BIGINT AS order_id, NULL::VARCHAR AS document_number, NULL::VARCHAR AS customer_key,
  NULL::VARCHAR AS product_key, NULL::VARCHAR AS place_key, NULL::DECIMAL(14,3) AS quantity, NULL::DECIMAL(18,4) AS amount,
  NULL::DATE AS return_date, NULL::SMALLINT AS return_hour, NULL::VARCHAR AS channel WHERE false`

/** The relation of judged lines; where the files hold none, one without rows. */
export function linesOf({ lines }: Handover): string {
  if (lines.length > 0) return reading(lines)
  return `(SELECT 'none' AS outcome, NULL::VARCHAR AS reason, 0::BIGINT AS order_id, ''::VARCHAR AS order_number, 0::BIGINT AS line_id,
    0::BIGINT AS record_number, ''::VARCHAR AS customer_key, ''::VARCHAR AS product_key, ''::VARCHAR AS place_key,
    0::DECIMAL(14,3) AS quantity, 0::DECIMAL(18,4) AS unit_price, 0::DECIMAL(18,4) AS gross_price, 0::DECIMAL(18,4) AS total_price,
    0::DECIMAL(18,4) AS unit_cost, CURRENT_DATE AS order_date, 0::SMALLINT AS order_hour, NULL::TIMESTAMPTZ AS ordered_at,
    ''::VARCHAR AS channel, ''::VARCHAR AS source_currency WHERE false)`
}

/** SQL condition: quantity x price is what the line costs before its discount. */
const priceTells = 'abs(lines.quantity * lines.unit_price - lines.gross_price) < 0.00005'

/**
 * SQL of the price of a piece from which the receiver makes the same gross price; null where that is the total.
 * Tax that was taken off the line is off it too.
 */
const unitPrice = `CASE WHEN ${priceTells} THEN lines.unit_price WHEN lines.gross_price = lines.total_price THEN NULL
  ELSE round(lines.gross_price / lines.quantity, 4) END::DECIMAL(18,4)::VARCHAR`

/** SQL condition: no price of four decimals makes the gross price. */
export const isGrossRounded = `NOT coalesce(${priceTells}, false) AND lines.gross_price <> lines.total_price
  AND abs(lines.quantity * round(lines.gross_price / lines.quantity, 4) - lines.gross_price) >= 0.00005`

/** SQL of a moment as written, where its instant is not known: day and hour count as they are. */
function writtenHour(day: string, hour: string): string {
  return `CASE WHEN ${hour} IS NOT NULL THEN strftime(${day} + to_hours(${hour}), '%Y-%m-%dT%H:00:00') END`
}

/**
 * SQL of the moment of an order line, with the offset of the shop's zone. An instant that lies in another hour there than
 * the line says keeps the hour of the line, by the whole hours between them.
 */
function writtenInstant(timeZone: string): string {
  const hour = 'lines.order_date + to_hours(lines.order_hour)'
  const utc = "timezone('UTC', lines.ordered_at)"
  const local = `timezone(${quote(timeZone)}, lines.ordered_at)`
  const clock = `CASE WHEN date_trunc('hour', ${local}) = ${hour} THEN ${local}
    ELSE ${utc} + to_hours(date_diff('hour', date_trunc('hour', ${utc}), ${hour})) END`
  const minutes = `date_diff('minute', ${utc}, ${clock})`
  return `CASE WHEN lines.ordered_at IS NULL OR lines.order_hour IS NULL OR abs(${minutes}) > 14 * 60
      THEN ${writtenHour('lines.order_date', 'lines.order_hour')}
    ELSE concat(strftime(${clock}, '%Y-%m-%dT%H:%M:%S'), CASE WHEN ${minutes} < 0 THEN '-' ELSE '+' END,
      printf('%02d:%02d', abs(${minutes}) // 60, abs(${minutes}) % 60)) END`
}

/** What is known of the members of a row; a table of products or customers of its own is sent by itself. */
const members = `
  places.country, places.subdivision, places.region, customers.name AS customer_name, customers.email AS customer_email,
  products.sku, products.product_name, products.category`

function memberJoins(rows: string): string {
  return `LEFT JOIN places ON places.place_key = ${rows}.place_key
    LEFT JOIN (SELECT * FROM customers WHERE NOT stated) AS customers ON customers.customer_key = ${rows}.customer_key
    LEFT JOIN (SELECT * FROM products WHERE NOT stated) AS products ON products.product_key = ${rows}.product_key`
}

function memberTables({ handover }: RowsRequest): string {
  return `WITH places AS (SELECT place_key, ${placeColumns} FROM ${reading([handover.regions])}),
    customers AS (SELECT customer_key, name, email, stated FROM ${reading(handover.customers)}),
    products AS (SELECT product_key, sku, product_name, category, stated FROM ${reading([handover.products])})`
}

/** SQL of a place in the words from which the receiver makes the same place. */
const placeColumns = `country_code AS country,
  CASE WHEN level = 'subdivision' THEN substr(region_name, length(country) + 4) END AS subdivision,
  CASE WHEN country_code IS NULL THEN region_name END AS region`

function selects(request: RowsRequest): Readonly<Record<LiveKind, DocumentSelect>> {
  const { handover } = request
  return {
    orders: { select: orderRows(request), identity: 'order_number' },
    returns: { select: returnRows(request), identity: 'return_number' },
    products: {
      select: `SELECT product_key, sku, product_name, category, price::VARCHAR AS price, unit_cost::VARCHAR AS unit_cost
        FROM ${reading([handover.products])} WHERE stated ORDER BY product_key`,
      identity: 'product_key',
    },
    customers: {
      select: `SELECT customer_key, name, email, age::VARCHAR AS age, coalesce(places.country, places.region) AS country
        FROM ${reading(handover.customers)} AS customers
        LEFT JOIN (SELECT place_key, ${placeColumns} FROM ${reading([handover.regions])}) AS places USING (place_key)
        WHERE stated ORDER BY customer_key`,
      identity: 'customer_key',
    },
    stock: {
      select: handover.stock
        ? `SELECT product_key, kind, quantity::VARCHAR AS quantity, concat(${sortableText("timezone('UTC', occurred_at)")}, 'Z') AS occurred_at, location
           FROM ${reading([handover.stock])} WHERE kind <> 'count' OR quantity >= 0 ORDER BY 4, product_key`
        : `SELECT NULL::VARCHAR AS product_key, NULL::VARCHAR AS occurred_at, NULL::VARCHAR AS kind, NULL::VARCHAR AS location WHERE false`,
      identity: '(product_key, occurred_at, kind, location)',
    },
  }
}

function orderRows(request: RowsRequest): string {
  const { handover, currency } = request
  const charges = chargeRoles.map(
    (kind) => `max(amount) FILTER (kind = '${kind}' AND amount >= 0)::VARCHAR AS ${kind}`,
  )
  const charged = handover.charges
    ? `(SELECT order_id, ${charges.join(', ')} FROM ${reading([handover.charges])} GROUP BY order_id)`
    : `(SELECT NULL::BIGINT AS order_id, ${chargeRoles.map((kind) => `NULL::VARCHAR AS ${kind}`).join(', ')} WHERE false)`
  const at = writtenInstant(request.timeZone)
  return `${memberTables(request)}
    SELECT sent.order_number, sent.state, sent.source_version, strftime(sent.order_date, '%Y-%m-%d') AS day, ${at} AS at,
      lines.customer_key, lines.channel, ${currency === null ? 'NULL::VARCHAR' : quote(currency)} AS currency,
      ${chargeRoles.map((kind) => `charged.${kind}`).join(', ')}, ${members},
      lines.product_key, lines.quantity::VARCHAR AS quantity, ${unitPrice} AS unit_price, lines.total_price::VARCHAR AS total_price,
      lines.unit_cost::VARCHAR AS unit_cost
    FROM sent_orders AS sent JOIN ${linesOf(handover)} AS lines ON lines.order_id = sent.order_id
      AND CASE sent.state WHEN 'counted' THEN ${isSale} ELSE ${recorded} END
    LEFT JOIN ${charged} AS charged ON charged.order_id = sent.order_id ${memberJoins('lines')}
    ORDER BY sent.order_date, sent.order_id, lines.line_id, lines.record_number`
}

function returnRows(request: RowsRequest): string {
  const at = writtenHour('return_date', 'return_hour')
  const { currency } = request
  return `${memberTables(request)}
    SELECT concat(document_number, CASE WHEN part > 1 THEN concat(' (', part, ')') END) AS return_number, order_number,
      strftime(return_date, '%Y-%m-%d') AS day, ${at} AS at, return_rows.customer_key, channel,
      ${currency === null ? 'NULL::VARCHAR' : quote(currency)} AS currency, ${members},
      return_rows.product_key, quantity::VARCHAR AS quantity, amount::VARCHAR AS amount
    FROM return_rows ${memberJoins('return_rows')}
    ORDER BY return_date, document_number, part, return_id`
}
