import { isSale } from './handover.ts'
import type { LoadContext } from './load-dimensions.ts'
import { compareReturns, loadReturns } from './load-returns.ts'

/** What became of the orders of an import. */
export interface OrderCounts {
  readonly new: number
  readonly replaced: number
  readonly unchanged: number
  /** Known orders that would lose lines, and returns that their documents would lose. */
  readonly losing: number
  /** Known orders that come with another day and another customer. */
  readonly otherDayAndCustomer: number
}

export interface FactsOutcome {
  readonly changed: boolean
  /** Days whose figures may differ now. */
  readonly days: { readonly from: string; readonly to: string } | null
}

/** Columns that make a known line the same as an incoming one. */
const compared = [
  'customer_id',
  'product_id',
  'region_id',
  'quantity',
  'unit_price',
  'gross_price',
  'total_price',
  'unit_cost',
  'order_date',
  'order_hour',
  'channel',
].join(', ')

/** Incoming lines with the ids of their dimensions. */
const resolvedLines = `SELECT lines.order_id, lines.line_id AS line_number, coalesce(keys.customer_id, 0) AS customer_id,
    coalesce(products.product_id, 0) AS product_id, coalesce(places.region_id, 0) AS region_id, lines.quantity,
    lines.unit_price, lines.gross_price, lines.total_price, lines.unit_cost, lines.order_date, lines.order_hour,
    lines.ordered_at, lines.channel, lines.source_currency, lines.exchange_rate
  FROM (SELECT * FROM incoming_lines WHERE ${isSale}) AS lines
  LEFT JOIN customer_keys AS keys ON keys.source = $1 AND keys.customer_key = lines.customer_key
  LEFT JOIN products ON products.source = $1 AND products.product_key = lines.product_key
  LEFT JOIN (SELECT place_key, region_id FROM incoming_regions
    JOIN regions ON regions.region_name = incoming_regions.region_name) AS places ON places.place_key = lines.place_key`

/**
 * Compares the orders of the import with the known ones, content by content. Leaves the temporary table
 * `order_changes` (order_id, outcome): 'unchanged' and 'stale' orders are not loaded, 'replaced' ones are
 * taken out first. An older version never overwrites a newer one; what was cancelled stays cancelled.
 */
export async function compareOrders({ transaction, source }: LoadContext): Promise<OrderCounts> {
  await transaction.execute(
    `CREATE TEMP TABLE known_orders AS
     SELECT incoming.order_id, known.state AS known_state, incoming.state AS state, incoming.anonymous,
       (known.source_version IS NOT NULL AND incoming.source_version < known.source_version)
         OR (known.state = 'cancelled' AND incoming.source_version IS NULL AND known.source_version IS NOT NULL) AS stale
     FROM incoming_orders AS incoming JOIN orders AS known ON known.order_id = incoming.order_id`,
  )
  const goneLines = await goneAnonymous({ transaction, source })
  const gone = goneLines + (await compareReturns({ transaction, source }))
  const [known] = await transaction.query('SELECT count(*) AS orders FROM known_orders')
  const [all] = await transaction.query('SELECT count(*) AS orders FROM incoming_orders')
  const total = Number(all?.orders ?? 0)
  if (Number(known?.orders ?? 0) + gone === 0) {
    await transaction.execute(
      'CREATE TEMP TABLE order_changes AS SELECT order_id, state AS outcome FROM known_orders',
    )
    return { new: total, replaced: 0, unchanged: 0, losing: 0, otherDayAndCustomer: 0 }
  }
  await transaction.execute(
    `CREATE TEMP TABLE order_differences AS
     WITH before AS (SELECT order_id, ${compared}, count(*) AS copies FROM sales_fact
         WHERE order_id IN (SELECT order_id FROM known_orders) GROUP BY order_id, ${compared}),
       after AS (SELECT order_id, ${compared}, count(*) AS copies FROM (${resolvedLines}) AS resolved
         WHERE order_id IN (SELECT order_id FROM known_orders) GROUP BY order_id, ${compared}),
       lost AS (SELECT * FROM before EXCEPT SELECT * FROM after),
       won AS (SELECT * FROM after EXCEPT SELECT * FROM before)
     SELECT order_id, sum(lost) AS lost, sum(won) AS won, min(day) AS first_day, max(day) AS last_day,
       min(customer) AS first_customer, max(customer) AS last_customer FROM (
       SELECT order_id, copies AS lost, 0 AS won, order_date AS day, customer_id AS customer FROM lost
       UNION ALL SELECT order_id, 0, copies, order_date, customer_id FROM won) AS sides GROUP BY order_id`,
    [source],
  )
  await transaction.execute(
    `CREATE TEMP TABLE order_changes AS
     SELECT known.order_id, CASE WHEN known.stale THEN 'stale'
         WHEN known.known_state = known.state AND differences.order_id IS NULL THEN 'unchanged' ELSE 'replaced' END AS outcome
     FROM known_orders AS known LEFT JOIN order_differences AS differences ON differences.order_id = known.order_id
     UNION ALL SELECT order_id, 'gone' FROM gone_orders`,
  )
  const [counts] = await transaction.query(
    `SELECT count(*) FILTER (WHERE outcome = 'replaced') AS replaced, count(*) FILTER (WHERE outcome IN ('unchanged', 'stale')) AS unchanged,
       count(*) FILTER (WHERE outcome = 'replaced' AND won < lost AND state = 'counted') AS losing,
       count(*) FILTER (WHERE outcome = 'replaced' AND (anonymous OR first_day <> last_day AND first_customer <> last_customer)) AS other
     FROM order_changes JOIN known_orders ON known_orders.order_id = order_changes.order_id
     LEFT JOIN order_differences ON order_differences.order_id = order_changes.order_id`,
  )
  await transaction.execute('DROP TABLE order_differences')
  const replaced = Number(counts?.replaced ?? 0)
  const unchanged = Number(counts?.unchanged ?? 0)
  return {
    new: total - replaced - unchanged,
    replaced,
    unchanged,
    losing: Number(counts?.losing ?? 0) + gone,
    otherDayAndCustomer: Number(counts?.other ?? 0),
  }
}

/**
 * Lines without an order number are replaced day by day: what was known of a day that comes again, and
 * does not come with it, is gone. Leaves the temporary table `gone_orders`.
 */
async function goneAnonymous({
  transaction,
  source,
}: Pick<LoadContext, 'transaction' | 'source'>): Promise<number> {
  await transaction.execute(
    `CREATE TEMP TABLE gone_orders AS SELECT order_id FROM orders
     WHERE source = $1 AND anonymous AND order_date IN (SELECT order_date FROM incoming_orders WHERE anonymous)
       AND order_id NOT IN (SELECT order_id FROM incoming_orders WHERE anonymous)`,
    [source],
  )
  const [row] = await transaction.query('SELECT count(*) AS orders FROM gone_orders')
  return Number(row?.orders ?? 0)
}

export async function loadFacts(
  context: LoadContext,
  orders: OrderCounts,
  inDayOrder: boolean,
): Promise<FactsOutcome> {
  const { transaction, source, runId, loadedAt } = context
  const before = orders.replaced + orders.losing > 0 ? await takeOut(context) : []
  const known = orders.replaced + orders.unchanged > 0
  const notLoaded = `(SELECT order_id FROM order_changes WHERE outcome IN ('unchanged', 'stale'))`
  const filter = known ? `WHERE order_id NOT IN ${notLoaded}` : ''
  await transaction.execute(
    `INSERT INTO orders (order_id, source, order_number, order_date, state, source_version, anonymous, loaded_at, run_id)
     SELECT order_id, $1, order_number, order_date, state, source_version, anonymous, $2::TIMESTAMPTZ, $3::BIGINT
     FROM incoming_orders ${filter}`,
    [source, loadedAt, runId],
  )
  const lines = await transaction.execute(
    `INSERT INTO sales_fact (order_id, line_number, customer_id, product_id, region_id, quantity, unit_price, gross_price,
       total_price, unit_cost, order_date, order_hour, ordered_at, channel, source_currency, exchange_rate, source, loaded_at, run_id)
     SELECT order_id, line_number, customer_id, product_id, region_id, quantity, unit_price, gross_price, total_price,
       unit_cost, order_date, order_hour, ordered_at, channel, source_currency, exchange_rate, $1, $2::TIMESTAMPTZ, $3::BIGINT
     FROM (${resolvedLines}) AS resolved ${filter} ${inDayOrder ? '' : 'ORDER BY order_date'}`,
    [source, loadedAt, runId],
  )
  await renewVersions(context)
  const returns = await loadReturns(context)
  await extendDates(context)
  await refreshFirstOrders(context)
  const days = await touchedDays(context, filter, before)
  await transaction.execute('DROP TABLE order_changes')
  await transaction.execute('DROP TABLE known_orders')
  await transaction.execute('DROP TABLE gone_orders')
  return {
    changed: lines + returns + before.length > 0 || orders.replaced > 0 || orders.new > 0,
    days,
  }
}

/** An unchanged order is as new as its newest version: what lies between must not overwrite it later. */
async function renewVersions({ transaction }: LoadContext): Promise<void> {
  await transaction.execute(
    `UPDATE orders SET source_version = incoming.source_version FROM incoming_orders AS incoming
     WHERE incoming.order_id = orders.order_id AND incoming.source_version > orders.source_version
       AND orders.order_id IN (SELECT order_id FROM order_changes WHERE outcome = 'unchanged')`,
  )
}

/** Takes replaced orders out of the facts; gives the days they stood on. */
async function takeOut({ transaction }: LoadContext): Promise<string[]> {
  const replaced = `order_id IN (SELECT order_id FROM order_changes WHERE outcome IN ('replaced', 'gone'))`
  const [row] = await transaction.query(
    `SELECT min(order_date) AS from_day, max(order_date) AS to_day FROM sales_fact WHERE ${replaced}`,
  )
  await transaction.execute(
    `CREATE TEMP TABLE touched_customers AS SELECT DISTINCT customer_id FROM sales_fact WHERE ${replaced}`,
  )
  for (const table of ['sales_fact', 'orders', 'order_charges_fact']) {
    await transaction.execute(`DELETE FROM ${table} WHERE ${replaced}`)
  }
  return [row?.from_day, row?.to_day].filter((day) => typeof day === 'string')
}

/** Days that facts stand on and the calendar lacks; years are filled whole. */
async function extendDates({ transaction }: LoadContext): Promise<void> {
  await transaction.execute(
    `INSERT INTO dates (date_id, date, month, year, weekday, month_number, quarter, iso_week, is_weekend)
     SELECT (year * 10000 + month_number * 100 + day)::INTEGER, date,
       CASE month_number WHEN 1 THEN 'January' WHEN 2 THEN 'February' WHEN 3 THEN 'March' WHEN 4 THEN 'April' WHEN 5 THEN 'May'
         WHEN 6 THEN 'June' WHEN 7 THEN 'July' WHEN 8 THEN 'August' WHEN 9 THEN 'September' WHEN 10 THEN 'October'
         WHEN 11 THEN 'November' ELSE 'December' END,
       year::INTEGER,
       CASE weekday_number WHEN 1 THEN 'Monday' WHEN 2 THEN 'Tuesday' WHEN 3 THEN 'Wednesday' WHEN 4 THEN 'Thursday'
         WHEN 5 THEN 'Friday' WHEN 6 THEN 'Saturday' ELSE 'Sunday' END,
       month_number::INTEGER, quarter::INTEGER, iso_week::INTEGER, weekday_number >= 6
     FROM (SELECT date, extract(year FROM date) AS year, extract(month FROM date) AS month_number, extract(day FROM date) AS day,
         extract(quarter FROM date) AS quarter, extract(week FROM date) AS iso_week, extract(isodow FROM date) AS weekday_number
       FROM (SELECT stamp::DATE AS date FROM (SELECT unnest(generate_series(
           date_trunc('year', least((SELECT min(order_date) FROM incoming_orders), (SELECT min(return_date) FROM incoming_returns),
             (SELECT min(occurred_on) FROM incoming_stock)))::TIMESTAMP,
           date_trunc('year', greatest((SELECT max(order_date) FROM incoming_orders), (SELECT max(return_date) FROM incoming_returns),
             (SELECT max(occurred_on) FROM incoming_stock)))::TIMESTAMP + INTERVAL '1 year' - INTERVAL '1 day',
           INTERVAL '1 day')) AS stamp) AS stamps) AS days) AS calendar
     WHERE date NOT IN (SELECT date FROM dates) ORDER BY date`,
  )
}

/** The day of each customer's first counted order, over all sources, for customers this load touched. */
async function refreshFirstOrders({ transaction, source }: LoadContext): Promise<void> {
  const incoming = `SELECT DISTINCT keys.customer_id FROM incoming_customers AS incoming
    JOIN customer_keys AS keys ON keys.source = $1 AND keys.customer_key = incoming.customer_key`
  const [replaced] = await transaction.query(
    "SELECT count(*) AS orders FROM order_changes WHERE outcome IN ('replaced', 'gone')",
  )
  const left =
    Number(replaced?.orders ?? 0) > 0 ? ' UNION SELECT customer_id FROM touched_customers' : ''
  await transaction.execute(
    `UPDATE customers SET first_order_date = first.day FROM (
       SELECT touched.customer_id, min(sales_fact.order_date) AS day
       FROM (${incoming}${left}) AS touched LEFT JOIN sales_fact ON sales_fact.customer_id = touched.customer_id
       GROUP BY touched.customer_id) AS first
     WHERE customers.customer_id = first.customer_id AND customers.customer_id <> 0
       AND customers.first_order_date IS DISTINCT FROM first.day`,
    [source],
  )
  if (left) await transaction.execute('DROP TABLE touched_customers')
}

async function touchedDays(
  { transaction }: LoadContext,
  filter: string,
  before: readonly string[],
): Promise<FactsOutcome['days']> {
  const [row] = await transaction.query(
    `SELECT least((SELECT min(order_date) FROM incoming_orders ${filter}), (SELECT min(return_date) FROM incoming_returns)) AS from_day,
       greatest((SELECT max(order_date) FROM incoming_orders ${filter}), (SELECT max(return_date) FROM incoming_returns)) AS to_day`,
  )
  const days = [row?.from_day, row?.to_day, ...before]
    .filter((day) => typeof day === 'string')
    .sort()
  const [from] = days
  const to = days.at(-1)
  return from && to ? { from, to } : null
}
