import { idOf } from './clean.ts'
import { kindOf } from './fees.ts'
import { quote } from './format.ts'
import type { InputFile } from './input.ts'
import type { Judged } from './judged.ts'
import { placeOf } from './places.ts'
import { reading, type Workbench } from './workbench.ts'

/** Clean records, ready to be loaded: one or more Parquet files for each kind. */
export interface Handover {
  /** Judged rows; those with outcome `line` or `refunded` are order lines. */
  readonly lines: readonly string[]
  /** The lines come so nearly by day that sorting them would gain nothing. */
  readonly inDayOrder: boolean
  readonly orders: string
  readonly returns: string
  readonly products: string
  readonly customers: string
  readonly regions: string
  readonly stock: string
}

/** SQL condition: the row is a sale. */
export const isSale = "outcome IN ('line', 'refunded')"

export interface HandoverRequest {
  readonly judged: Judged
  /** Judged rows of lines after duplicates were set aside and lines numbered. */
  readonly lines: readonly string[]
  readonly orders: string
  readonly source: string
  readonly files: readonly InputFile[]
}

export async function writeHandover(bench: Workbench, request: HandoverRequest): Promise<Handover> {
  const { judged, lines, orders } = request
  return {
    lines,
    inDayOrder: await areInDayOrder(bench, lines),
    orders,
    returns: await writeReturns(bench, request),
    products: await writeProducts(bench, lines, judged),
    customers: await writeCustomers(bench, lines, judged),
    regions: await writeRegions(bench, lines, judged),
    stock: await writeStock(bench, request),
  }
}

const leastWorthSparing = 200_000
/** How many times wider than in perfect order the blocks may be. */
const widest = 3

/**
 * Facts rest by day, so that a question about some days can skip the others. Exports mostly come that way:
 * the blocks of the clean files tell, by the days that each of them spans.
 */
async function areInDayOrder(bench: Workbench, lines: readonly string[]): Promise<boolean> {
  if (lines.length === 0) return true
  const row = await bench.row(
    `SELECT sum(rows) AS rows, sum(rows * (last - first + 1)) / sum(rows) AS width,
       (max(last) - min(first) + 1) / count(*) AS least
     FROM (SELECT row_group_num_rows AS rows, stats_min_value::DATE AS first, stats_max_value::DATE AS last
       FROM parquet_metadata([${lines.map(quote).join(', ')}]) WHERE path_in_schema = 'order_date')`,
  )
  const { rows, width, least } = row
  return Number(rows) >= leastWorthSparing && Number(width) <= Number(least) * widest
}

function union(parts: readonly string[], empty: string): string {
  return parts.length > 0 ? parts.join(' UNION ALL ') : empty
}

/**
 * What makes two lines of a credit note the same, in whatever file and beside whatever others they stand. The
 * lines of a refunded order take their day from each other.
 */
const returnContent = [
  'product_key',
  "CASE WHEN outcome = 'return' THEN order_date END",
  'quantity',
  'total_price',
  'return_amount',
]

/**
 * Goods and money that went back. A line of a credit note is found again by its number and what it says,
 * copy by copy; a return without an amount takes the net unit price of its order's line, where this import
 * has it.
 */
async function writeReturns(
  bench: Workbench,
  { lines, orders, source }: HandoverRequest,
): Promise<string> {
  if (lines.length === 0) return bench.write('returns', `SELECT ${emptyReturn} WHERE false`)
  const from = reading(lines)
  const document = `CASE WHEN outcome = 'refunded' THEN concat('refund of ', order_number) ELSE coalesce(return_key, order_number) END`
  const copy = `row_number() OVER (PARTITION BY ${document}, ${returnContent.join(', ')} ORDER BY file_number, record_number)`
  const key = returnContent.map((column) => `coalesce((${column})::VARCHAR, '')`).join(', ')
  const known = await bench.row(
    `SELECT count(*) AS missing FROM ${from} WHERE outcome = 'return' AND return_key IS NOT NULL AND return_amount IS NULL`,
  )
  const priced = Number(known.missing) > 0
  const prices = `(SELECT order_id AS priced_order, product_key AS priced_product,
      sum(total_price) AS paid, sum(quantity) AS pieces FROM ${from} WHERE ${isSale} GROUP BY ALL)`
  return bench.write(
    'returns',
    `SELECT ${idOf(source, `concat_ws(chr(31), 'return', document, ${key}, copy)`)} AS return_id,
       CASE WHEN return_key IS NOT NULL OR outcome = 'refunded' OR order_id IN (SELECT order_id FROM ${reading([orders])})
         THEN order_id END AS order_id,
       document AS document_number, customer_key, product_key, place_key, quantity,
       ${priced ? 'coalesce(stated, (quantity * paid / pieces)::DECIMAL(18,4))' : 'stated'} AS amount,
       order_date AS return_date, order_hour AS return_hour, channel
     FROM (SELECT *, ${document} AS document, ${copy} AS copy,
         CASE WHEN return_key IS NOT NULL THEN return_amount ELSE abs(total_price) END AS stated
       FROM ${from} WHERE outcome IN ('return', 'refunded'))
     ${priced ? `LEFT JOIN ${prices} ON priced_order = order_id AND priced_product = product_key` : ''}`,
  )
}

const emptyReturn = `NULL::BIGINT AS return_id, NULL::BIGINT AS order_id, NULL::VARCHAR AS document_number,
  NULL::VARCHAR AS customer_key, NULL::VARCHAR AS product_key, NULL::VARCHAR AS place_key,
  NULL::DECIMAL(14,3) AS quantity, NULL::DECIMAL(18,4) AS amount, NULL::DATE AS return_date,
  NULL::SMALLINT AS return_hour, NULL::VARCHAR AS channel`

const emptyProduct = `NULL::VARCHAR AS product_key, NULL::VARCHAR AS sku, NULL::VARCHAR AS product_name,
  NULL::VARCHAR AS category, NULL::DECIMAL(18,4) AS price, NULL::DECIMAL(18,4) AS unit_cost, false AS stated`

/**
 * SQL that rises with the hour of a row and, within an hour, with `tie` (0 to 10^8): the same rows always
 * give the same latest value, in whatever order they are read.
 */
function recency(tie: string): string {
  return `((order_date - DATE '1970-01-01')::BIGINT * 24 + coalesce(order_hour, 0)) * 100000000 + ${tie}`
}

const byPrice = recency('(least(abs(unit_price), 999999) * 100)::BIGINT')
const byCost = recency('(least(abs(unit_cost), 999999) * 100)::BIGINT')
const byPlace = recency('(hash(place_key) % 100000000)::BIGINT')

/** One row per product: its own table counts most, else the name its lines use most, the latest price. */
async function writeProducts(
  bench: Workbench,
  lines: readonly string[],
  judged: Judged,
): Promise<string> {
  const parts: string[] = []
  if (judged.products.length > 0) {
    parts.push(`SELECT product_key, last(sku ORDER BY file_number, record_number) AS sku,
        last(product_name ORDER BY file_number, record_number) AS product_name,
        last(category ORDER BY file_number, record_number) AS category,
        last(nullif(list_price, 0) ORDER BY file_number, record_number)::DECIMAL(18,4) AS price,
        last(unit_cost ORDER BY file_number, record_number)::DECIMAL(18,4) AS unit_cost, true AS stated
      FROM ${reading(judged.products)} WHERE outcome = 'accepted' GROUP BY product_key`)
  }
  if (lines.length > 0) {
    const from = `${reading(lines)} WHERE outcome IN ('line', 'return', 'refunded') AND product_key IS NOT NULL`
    parts.push(`SELECT product_key, sku, product_name, category, price, unit_cost, false AS stated
      FROM (SELECT product_key, min(sku) AS sku, min(category) AS category,
          arg_max(unit_price, ${byPrice}) FILTER (unit_price > 0) AS price,
          arg_max(unit_cost, ${byCost}) FILTER (unit_cost IS NOT NULL) AS unit_cost
        FROM ${from} GROUP BY product_key)
      LEFT JOIN (SELECT product_key, arg_max(product_name, (times, product_name)) AS product_name
        FROM (SELECT product_key, product_name, count(*) AS times FROM ${from} AND product_name IS NOT NULL
          GROUP BY product_key, product_name) GROUP BY product_key) USING (product_key)`)
  }
  return bench.write(
    'products',
    `SELECT product_key, any_value(sku ORDER BY stated DESC) AS sku,
       any_value(product_name ORDER BY stated DESC) AS product_name,
       any_value(category ORDER BY stated DESC) AS category, any_value(price ORDER BY stated DESC) AS price,
       any_value(unit_cost ORDER BY stated DESC) AS unit_cost,
       ${kindOf('any_value(product_name ORDER BY stated DESC)', 'product_key')} AS kind
     FROM (${union(parts, `SELECT ${emptyProduct} WHERE false`)}) GROUP BY product_key`,
  )
}

const emptyCustomer = `NULL::VARCHAR AS customer_key, NULL::VARCHAR AS name, NULL::VARCHAR AS email,
  NULL::INTEGER AS age, NULL::VARCHAR AS place_key`

/** One row per customer: what their own table says, and those that only the lines know. */
async function writeCustomers(
  bench: Workbench,
  lines: readonly string[],
  judged: Judged,
): Promise<string> {
  const stated = judged.customers.length > 0 ? statedCustomers(judged.customers) : null
  const seen = lines.length > 0 ? seenCustomers(lines) : null
  if (!stated || !seen) {
    return bench.write('customers', stated ?? seen ?? `SELECT ${emptyCustomer} WHERE false`)
  }
  const places = await bench.row(`SELECT count(place_key) AS stated FROM (${stated})`)
  // Where the customers' table names no places, their orders tell where they live.
  const known =
    Number(places.stated) > 0
      ? stated
      : `SELECT own.* REPLACE (seen.place_key AS place_key) FROM (${stated}) AS own
         LEFT JOIN (${seen}) AS seen USING (customer_key)`
  const onlySeen = seenCustomers(
    lines,
    `AND customer_key NOT IN (SELECT customer_key FROM (${stated}))`,
  )
  return bench.write('customers', `${known} UNION ALL ${onlySeen}`)
}

/** A key stands once in each file; of several files the last counts. */
function statedCustomers(files: readonly string[]): string {
  return `SELECT customer_key, customer_name AS name, customer_email AS email,
      CASE WHEN customer_age >= 1 AND customer_age <= 150 THEN customer_age::INTEGER END AS age,
      coalesce(region_key, country) AS place_key
    FROM ${reading(files)} WHERE outcome = 'accepted'
    ${files.length > 1 ? 'QUALIFY row_number() OVER (PARTITION BY customer_key ORDER BY file_number DESC) = 1' : ''}`
}

function seenCustomers(lines: readonly string[], condition = ''): string {
  return `SELECT customer_key, max(customer_name) AS name, max(customer_email) AS email,
      NULL::INTEGER AS age, arg_max(place_key, ${byPlace}) AS place_key
    FROM ${reading(lines)}
    WHERE outcome IN ('line', 'return', 'refunded') AND customer_key IS NOT NULL ${condition}
    GROUP BY customer_key`
}

interface SaidPlace {
  readonly key: string
  readonly country: string | null
  readonly subdivision: string | null
  readonly region: string | null
}

/** The places of the import, resolved to countries where their words mean one. */
async function writeRegions(
  bench: Workbench,
  lines: readonly string[],
  judged: Judged,
): Promise<string> {
  const said = judged.regions.length > 0 ? await statedPlaces(bench, judged.regions) : []
  const known = new Set(said.map(({ key }) => key))
  const keys = [
    ...(lines.length > 0 ? [`SELECT DISTINCT place_key AS key FROM ${reading(lines)}`] : []),
    ...judged.customers.map(
      (file) => `SELECT DISTINCT coalesce(region_key, country) AS key FROM ${reading([file])}`,
    ),
  ]
  const used =
    keys.length > 0
      ? await bench.rows(
          `SELECT DISTINCT key FROM (${keys.join(' UNION ALL ')}) WHERE key IS NOT NULL ORDER BY key`,
        )
      : []
  const all = [
    ...said,
    ...used.map((row) => fromKey(String(row.key))).filter(({ key }) => !known.has(key)),
  ]
  const rows = all.flatMap(({ key, ...parts }) => {
    const place = placeOf(parts)
    return place ? [{ place_key: key, ...place }] : []
  })
  const text = (value: string | null) => (value === null ? 'NULL::VARCHAR' : quote(value))
  const values = rows.map(
    (row) =>
      `(${[row.place_key, row.region_name, row.level, row.country_code, row.subdivision_code, row.country, row.continent].map(text).join(', ')})`,
  )
  const names = 'place_key, region_name, level, country_code, subdivision_code, country, continent'
  const select =
    values.length > 0
      ? `SELECT * FROM (VALUES ${values.join(', ')}) AS places(${names})`
      : `SELECT ${names
          .split(', ')
          .map((name) => `NULL::VARCHAR AS ${name}`)
          .join(', ')} WHERE false`
  return bench.write('regions', select)
}

async function statedPlaces(bench: Workbench, files: readonly string[]): Promise<SaidPlace[]> {
  const rows = await bench.rows(
    `SELECT DISTINCT region_key, country, subdivision, region FROM ${reading(files)} WHERE outcome = 'accepted'
     ORDER BY region_key`,
  )
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return rows.map((row) => ({
    key: String(row.region_key),
    // The region's own name is what people know it by; a country code beside it only places it.
    country: text(row.country) ?? text(row.region),
    subdivision:
      text(row.country) && text(row.region) !== text(row.country) ? text(row.subdivision) : null,
    region: text(row.region),
  }))
}

/** See `placeKey` in clean.ts: one text, or country, subdivision and region in that order. */
function fromKey(key: string): SaidPlace {
  const parts = key.split('\u001f')
  if (parts.length === 1) return { key, country: key, subdivision: null, region: null }
  const [country = '', subdivision = '', region = ''] = parts
  return { key, country: country || null, subdivision: subdivision || null, region: region || null }
}

const emptyStock = `NULL::VARCHAR AS product_key, NULL::TIMESTAMPTZ AS occurred_at, NULL::DATE AS occurred_on,
  NULL::VARCHAR AS kind, NULL::DECIMAL(14,3) AS quantity, NULL::VARCHAR AS location`

async function writeStock(bench: Workbench, { judged, files }: HandoverRequest): Promise<string> {
  const time = `CASE file_number ${files.map((file) => `WHEN ${file.number} THEN TIMESTAMP ${quote(file.modifiedAt.slice(0, 19).replace('T', ' '))}`).join(' ')} END`
  const parts: string[] = []
  if (judged.stock.length > 0) {
    parts.push(`SELECT product_key, coalesce(counted_at, ${time})::TIMESTAMPTZ AS occurred_at,
        coalesce(counted_at, ${time})::DATE AS occurred_on,
        CASE WHEN lower(stock_kind) LIKE 'rec%' THEN 'receipt' WHEN lower(stock_kind) LIKE 'adj%' THEN 'adjustment' ELSE 'count' END AS kind,
        stock::DECIMAL(14,3) AS quantity, location
      FROM ${reading(judged.stock)} WHERE outcome = 'accepted' AND stock IS NOT NULL`)
  } else if (judged.products.length > 0) {
    parts.push(`SELECT product_key, (${time})::TIMESTAMPTZ AS occurred_at, (${time})::DATE AS occurred_on,
        'count' AS kind, last(stock ORDER BY file_number, record_number)::DECIMAL(14,3) AS quantity, NULL::VARCHAR AS location
      FROM ${reading(judged.products)} WHERE outcome = 'accepted' AND stock IS NOT NULL GROUP BY product_key, file_number`)
  }
  return bench.write('stock', union(parts, `SELECT ${emptyStock} WHERE false`))
}
