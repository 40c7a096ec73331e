import { isSale } from './handover.ts'
import { isStandingAlone } from './mended.ts'
import { isStatedLine, recorded, setOlderStatesAside } from './older-states.ts'
import { noOrderAmounts, type OrderAmountFindings, reconcile } from './order-amounts.ts'
import { reading, type Workbench } from './workbench.ts'

/**
 * Brings judged lines into the shape of orders: lines given twice are set aside, every line has its
 * number in its order, and what an order has only one of (day, customer, place, channel) is the same on
 * all its lines. Files that are so already, and most are, are left as they are.
 */
export interface Arranged {
  readonly lines: readonly string[]
  readonly orders: string
  /** Rows of `rejected` form with outcome `duplicate`; null when there are none. */
  readonly duplicates: string | null
  readonly findings: ArrangeFindings
}

export interface ArrangeFindings extends OrderAmountFindings {
  readonly duplicates: number
  /** Lines that stand with other content under a number that is taken. */
  readonly conflicting: number
  readonly severalDays: number
  readonly severalCustomers: number
  /** Orders that stand in several files, partly with the same lines. */
  readonly overlapping: number
  /** Two numbers that share one id, or null. */
  readonly collision: { readonly first: string; readonly second: string } | null
}

export interface ArrangeRequest {
  readonly files: readonly string[]
  /** Gives the same files with record numbers on all rows; asked only when rows must be told apart. */
  numbered(): Promise<readonly string[]>
  readonly anonymous: boolean
  /** Numbers of the files whose records are whole orders. */
  readonly documents: readonly number[]
  /** The lines come from several tables or from documents, so that what a row says may stand twice. */
  readonly several: boolean
  /** Some order lines may have been set aside: without their records none can. */
  readonly someAside: boolean
  /** Whether some orders state charges, or what they come to. */
  readonly amounts: Promise<boolean>
  /** Where it is there, statements that need nothing temporary are answered by it beside the others. */
  readonly beside: Workbench | null
  /** Answer to the question on overlapping orders: `newest`, `once` or `all`. */
  readonly overlap: string | undefined
  readonly onProgress?: (share: number) => void
}

export async function arrange(bench: Workbench, request: ArrangeRequest): Promise<Arranged> {
  const [arranged, amounts] = await Promise.all([arrangeLines(bench, request), request.amounts])
  if (!amounts || arranged.lines.length === 0) return arranged
  const { lines, findings } = await reconcile(bench, arranged.lines)
  return { ...arranged, lines, findings: { ...arranged.findings, ...findings } }
}

async function arrangeLines(bench: Workbench, request: ArrangeRequest): Promise<Arranged> {
  const { files } = request
  if (files.length === 0)
    return { lines: [], orders: await emptyOrders(bench), duplicates: null, findings: noFindings }
  const { several, beside } = request
  const [repeating] = await Promise.all([
    several && beside ? returnsRepeat(beside, request) : null,
    bench.staging.run(
      `CREATE OR REPLACE TEMP TABLE order_facts AS ${orderFacts(request, reading(files))}`,
      request.onProgress,
    ),
  ])
  const facts = await bench.row(
    `SELECT count(*) FILTER (sales > 0 AND NOT numbered) AS unnumbered, count(*) FILTER (mixed) AS mixed,
       count(*) FILTER ((first_file <> last_file OR changed) AND sales > 0) AS spread FROM order_facts`,
  )
  const [unnumbered, mixed, spread] = [facts.unnumbered, facts.mixed, facts.spread].map(Number)
  const collision = mixed ? await firstCollision(bench, files) : null
  const repeats = several && (spread || (repeating ?? (await returnsRepeat(bench, request))))
  if (!unnumbered && !mixed && !repeats) {
    const orders = await bench.write('orders', ordersOf(request.anonymous))
    return { lines: files, orders, duplicates: null, findings: noFindings }
  }
  return rewrite(bench, request, { unnumbered: unnumbered !== 0, spread: spread !== 0, collision })
}

const noFindings: ArrangeFindings = {
  duplicates: 0,
  conflicting: 0,
  severalDays: 0,
  severalCustomers: 0,
  overlapping: 0,
  collision: null,
  ...noOrderAmounts,
}

/**
 * One row per order. `numbered`: its lines carry different numbers (1 to 62, so that a bit each tells);
 * `mixed`: its lines differ in what an order has only one of; `distinct_lines`: no two of its lines can be
 * the same, because each product has a bit of its own (`identicalLines` looks closer at the others); `changed`: it
 * comes in several versions.
 */
function orderFacts({ someAside, documents }: ArrangeRequest, from: string): string {
  const shared = 'hash(order_number, order_date, customer_key, place_key, channel)'
  // Where all that is recorded is a sale, a filter would only cost.
  const ofSales = someAside ? ` FILTER (${isSale})` : ''
  const ofLines = (bit: string) =>
    `coalesce(bit_count(bit_or(${bit})${ofSales}) = count(*)${ofSales}, false)`
  return `SELECT order_id, any_value(order_number) AS order_number, min(order_date) AS order_date,
      count(*)${ofSales} AS sales, min(${shared}) <> max(${shared}) AS mixed,
      min(file_number) AS first_file, max(file_number) AS last_file, max(source_version) AS source_version,
      ${documents.length > 0 ? 'min(source_version) <> max(source_version) IS TRUE' : 'false'} AS changed,
      bool_or(reason = 'order_cancelled') IS TRUE AS cancelled,
      ${ofLines('CASE WHEN line_id BETWEEN 1 AND 62 THEN 1::BIGINT << line_id END')} AS numbered,
      ${ofLines('1::BIGINT << (hash(product_key) % 62)::INTEGER')} AS distinct_lines
    FROM ${from} WHERE ${recorded} GROUP BY order_id`
}

const lineContent = 'product_key, quantity, unit_price, total_price, order_date, order_hour'

/** SELECT of how many lines repeat another line of their order; `order_facts` is there. */
export function identicalLines(files: readonly string[]): string {
  return `SELECT coalesce(sum(copies - 1), 0)::BIGINT AS lines FROM (SELECT count(*) AS copies
    FROM ${reading(files)} WHERE ${isSale} AND order_id IN
      (SELECT order_id FROM order_facts WHERE sales > 1 AND (mixed OR NOT distinct_lines))
    GROUP BY order_id, ${lineContent} HAVING count(*) > 1)`
}

function ordersOf(anonymous: boolean): string {
  return `SELECT order_id, order_number, order_date,
      CASE WHEN sales > 0 THEN 'counted' WHEN cancelled THEN 'cancelled' ELSE 'not_counted' END AS state,
      source_version, ${anonymous} AS anonymous
    FROM order_facts`
}

function emptyOrders(bench: Workbench): Promise<string> {
  return bench.write(
    'orders',
    `SELECT NULL::BIGINT AS order_id, NULL::VARCHAR AS order_number, NULL::DATE AS order_date,
       NULL::VARCHAR AS state, NULL::VARCHAR AS source_version, false AS anonymous WHERE false`,
  )
}

/** Two numbers that share an id make an order of mixed lines. */
async function firstCollision(
  bench: Workbench,
  files: readonly string[],
): Promise<ArrangeFindings['collision']> {
  const [row] = await bench.rows(
    `SELECT min(order_number) AS first, max(order_number) AS second FROM ${reading(files)}
     WHERE ${recorded} AND order_id IN (SELECT order_id FROM order_facts WHERE mixed)
     GROUP BY order_id HAVING first <> second ORDER BY order_id LIMIT 1`,
  )
  return row ? { first: String(row.first), second: String(row.second) } : null
}

/** What makes two lines the same line. */
const content =
  'product_key, quantity, unit_price, gross_price, total_price, customer_key, place_key, order_date, order_hour, channel'

async function rewrite(
  bench: Workbench,
  request: ArrangeRequest,
  known: {
    readonly unnumbered: boolean
    readonly spread: boolean
    readonly collision: ArrangeFindings['collision']
  },
): Promise<Arranged> {
  const { overlap, documents } = request
  const all = reading(await request.numbered())
  const older = known.spread
    ? await setOlderStatesAside(bench, { from: all, documents, overlap }, (rows) =>
        orderFacts(request, rows),
      )
    : 0
  const from =
    older > 0
      ? `(SELECT * FROM ${all} ANTI JOIN older_rows USING (file_number, record_number))`
      : all
  await bench.staging.run(
    `CREATE OR REPLACE TEMP TABLE repeated AS SELECT *,
       CASE outcome WHEN 'rejected' THEN 'duplicate_key' ELSE 'repeated_row' END AS reason FROM (${repeatedLines(from, request)})`,
  )
  if (older > 0)
    await bench.staging.run(
      `INSERT INTO repeated SELECT *, 'duplicate', 'older_state' FROM older_rows`,
    )
  const counted = await bench.row(
    `SELECT count(*) FILTER (outcome = 'duplicate') AS duplicates, count(*) FILTER (outcome = 'rejected') AS conflicting FROM repeated`,
  )
  const mixed = await bench.row(
    `SELECT count(*) FILTER (days > 1) AS days, count(*) FILTER (customers > 1) AS customers FROM (
       SELECT order_id, count(DISTINCT order_date) AS days, count(DISTINCT customer_key) AS customers
       FROM ${from} WHERE ${isSale} AND order_id IN (SELECT order_id FROM order_facts WHERE mixed) GROUP BY order_id)`,
  )
  const overlapping = overlap ? 0 : await countOverlapping(bench, from)
  const lines = [
    await bench.write('lines', soundLines(all), request.onProgress),
    await bench.write('arranged', arrangedLines(all), request.onProgress),
  ]
  const orders = await bench.write('orders', ordersOf(request.anonymous))
  const repeats = Number(counted.duplicates) + Number(counted.conflicting)
  return {
    lines,
    orders,
    duplicates: repeats > 0 ? await writeRepeats(bench, all) : null,
    findings: {
      duplicates: Number(counted.duplicates),
      conflicting: Number(counted.conflicting),
      severalDays: Number(mixed.days),
      severalCustomers: Number(mixed.customers),
      overlapping,
      collision: known.collision,
      ...noOrderAmounts,
    },
  }
}

/**
 * Lines that do not count again. With line numbers: the same number in the same order (other content is
 * a conflict, the first stands). Without: a line that an earlier file has as well, copy by copy.
 */
function repeatedLines(
  from: string,
  { overlap, documents }: Pick<ArrangeRequest, 'overlap' | 'documents'>,
): string {
  const sameContent = `hash(${content})`
  const numbered = `SELECT file_number, record_number,
      CASE WHEN own = first_value(own) OVER lines THEN 'duplicate' ELSE 'rejected' END AS outcome
    FROM (SELECT file_number, record_number, order_id, line_id, outcome, quantity, returned_quantity, ${sameContent} AS own FROM ${from}
      WHERE ${isSale} AND ${isStatedLine} AND order_id IN (SELECT order_id FROM order_facts WHERE NOT numbered OR first_file <> last_file))
    WINDOW lines AS (PARTITION BY order_id, line_id ORDER BY ${asLast}, file_number, record_number)
    QUALIFY row_number() OVER lines > 1`
  const copies = `SELECT file_number, record_number, 'duplicate' AS outcome
    FROM (SELECT *, row_number() OVER (PARTITION BY order_id, own, file_number ORDER BY ${asLast}, record_number) AS copy
      FROM (SELECT file_number, record_number, order_id, outcome, quantity, returned_quantity, ${sameContent} AS own FROM ${from}
        WHERE ${isSale} AND NOT ${isStatedLine} AND order_id IN (SELECT order_id FROM order_facts WHERE first_file <> last_file)))
    QUALIFY row_number() OVER (PARTITION BY order_id, own, copy ORDER BY ${asLast}, file_number) > 1`
  return overlap === 'all'
    ? numbered
    : `${numbered} UNION ALL ${copies} UNION ALL ${repeatedReturns(from, documents)}`
}

/** Of two rows that are the same but for what came back the one that tells more of it is the later. */
const asLast =
  "coalesce(returned_quantity, CASE outcome WHEN 'refunded' THEN quantity ELSE 0 END) DESC"

/** A credit note that stands in several files; a return that stands alone has no number to be known by. */
const creditNotes = `outcome = 'return' AND NOT ${isStandingAlone('coalesce(return_key, order_number)')}`

const returnContent =
  'coalesce(return_key, order_number), product_key, quantity, total_price, return_amount, order_date'

/** SQL condition: the row of a document, which is found again by its number also in the same file. */
function isOfDocument(documents: readonly number[]): string {
  return documents.length > 0
    ? `(return_key IS NOT NULL AND file_number IN (${documents.join(', ')}))`
    : 'false'
}

async function returnsRepeat(
  bench: Workbench,
  { files, documents }: ArrangeRequest,
): Promise<boolean> {
  const row = await bench.row(
    `SELECT count(*) AS rows FROM (SELECT 1 FROM ${reading(files)} WHERE ${creditNotes}
       GROUP BY ${returnContent} HAVING min(file_number) <> max(file_number)
         OR (count(*) > 1 AND bool_or(${isOfDocument(documents)})) LIMIT 1)`,
  )
  return Number(row.rows) > 0
}

/** Rows of credit notes that an earlier file has as well, copy by copy. */
function repeatedReturns(from: string, documents: readonly number[]): string {
  return `SELECT file_number, record_number, 'duplicate' AS outcome
    FROM (SELECT *, CASE WHEN is_document THEN 1
          ELSE row_number() OVER (PARTITION BY own, file_number ORDER BY record_number) END AS copy
      FROM (SELECT file_number, record_number, hash(${returnContent}) AS own, ${isOfDocument(documents)} AS is_document
        FROM ${from} WHERE ${creditNotes}))
    QUALIFY row_number() OVER (PARTITION BY own, copy ORDER BY file_number, record_number) > 1`
}

/**
 * Orders of several files that share some lines, or products in other quantities or at other prices, and differ in
 * others: neither a repeat nor a part.
 */
async function countOverlapping(bench: Workbench, from: string): Promise<number> {
  const row = await bench.row(
    `WITH contents AS (SELECT order_id, product_key, hash(${content}) AS own, count(DISTINCT file_number) AS present,
         min(file_number) AS file FROM ${from}
       WHERE ${isSale} AND NOT ${isStatedLine} AND order_id IN (SELECT order_id FROM order_facts WHERE first_file <> last_file)
       GROUP BY order_id, product_key, own),
     products AS (SELECT order_id, bool_or(present > 1) AS shared, bool_or(present = 1) AS alone,
         min(file) FILTER (present = 1) < max(file) FILTER (present = 1) AS differs FROM contents GROUP BY order_id, product_key)
     SELECT count(*) AS orders FROM (SELECT order_id FROM products GROUP BY order_id
       HAVING (bool_or(shared) AND bool_or(alone)) OR bool_or(differs))`,
  )
  return Number(row.orders)
}

/** Orders whose lines have to be numbered anew, or brought to one day, customer and place. */
const toArrange = 'mixed OR first_file <> last_file OR changed OR (sales > 0 AND NOT numbered)'

/** Judged rows of the other orders: nearly all. They pass through; to sort them would cost many times their size. */
function soundLines(from: string): string {
  return `SELECT * REPLACE (TRY_CAST(line_id AS INTEGER)::BIGINT AS line_id) FROM ${from}
    ANTI JOIN repeated USING (file_number, record_number)
    ANTI JOIN (SELECT order_id FROM order_facts WHERE ${toArrange}) AS others USING (order_id)`
}

/** Judged rows in which every order is of one piece; the lines that repeat are left out. */
function arrangedLines(from: string): string {
  const number = `CASE WHEN ${isSale} AND NOT (numbered AND bool_and(${isStatedLine}) OVER (PARTITION BY order_id, ${isSale}))
    THEN (row_number() OVER (PARTITION BY order_id, ${isSale} ORDER BY file_number, CASE WHEN ${isStatedLine} THEN line_id END NULLS LAST, record_number)) ELSE line_id END`
  const ofOrder = (column: string) =>
    `CASE WHEN mixed AND ${isSale} THEN first_value(${column}) OVER (PARTITION BY order_id, ${isSale} ORDER BY (${column} IS NULL), order_date, file_number, record_number) ELSE ${column} END AS ${column}`
  const columns = ['customer_key', 'place_key', 'channel', 'order_date'].map(ofOrder)
  return `SELECT * EXCLUDE (mixed, numbered) REPLACE (${columns.join(', ')}, TRY_CAST(${number} AS INTEGER)::BIGINT AS line_id)
    FROM (SELECT lines.*, orders.mixed, orders.numbered FROM ${from} AS lines
      JOIN (SELECT order_id, mixed, numbered FROM order_facts WHERE ${toArrange}) AS orders USING (order_id)
      ANTI JOIN repeated USING (file_number, record_number))`
}

function writeRepeats(bench: Workbench, from: string): Promise<string> {
  return bench.write(
    'repeated',
    `SELECT file_number, record_number, repeated.outcome AS outcome, repeated.reason AS reason,
       NULL::VARCHAR AS column_name, lines.order_number AS value,
       json_object('order number', lines.order_number, 'product', lines.product_key, 'quantity', lines.quantity::VARCHAR,
         'total', lines.total_price::VARCHAR, 'date', lines.order_date::VARCHAR)::VARCHAR AS row, lines.origin AS origin
     FROM ${from} AS lines
     JOIN repeated USING (file_number, record_number)`,
  )
}
