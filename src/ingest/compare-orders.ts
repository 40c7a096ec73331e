import type { DayRange } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import type { Transaction } from '../warehouse/warehouse.ts'
import { isSale } from './handover.ts'
import type { LoadContext } from './load-context.ts'
import { compareReturns, nothingGone } from './load-returns.ts'
import { findParts, noParts, type PartCounts, partCounts } from './parts.ts'
import { daysOfOrders, isWithin } from './touched-days.ts'

/** What became of the orders of an import. */
export interface OrderCounts {
  readonly new: number
  /** Replaced by a newer version, or given more lines. */
  readonly replaced: number
  readonly unchanged: number
  /** From the first to the last day of the known ones; null where there are none. */
  readonly knownDays: DayRange | null
  /** Known orders that would lose lines, and returns that their documents would lose. */
  readonly losing: number
  /** Known orders that come with another day and another customer. */
  readonly otherDayAndCustomer: number
  /** What became of the rows of an import that holds parts of orders. */
  readonly parts: PartCounts
}

/** What the orders of an import are to the known ones. */
export interface Comparison {
  /** Parts: their lines are added to the known ones. */
  readonly part: boolean
  /** Documents that hold each order whole: a line that they lack is gone, unless it was rejected. */
  readonly documents: boolean
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
export const resolvedLines = `SELECT lines.order_id, lines.line_id AS line_number, coalesce(keys.customer_id, 0) AS customer_id,
    coalesce(products.product_id, 0) AS product_id, coalesce(places.region_id, 0) AS region_id, lines.quantity,
    lines.unit_price, lines.gross_price, lines.total_price, lines.unit_cost, lines.order_date, lines.order_hour,
    lines.ordered_at, lines.channel, lines.source_currency, lines.exchange_rate, lines.origin
  FROM (SELECT * FROM incoming_lines WHERE ${isSale}) AS lines
  LEFT JOIN incoming_keys AS keys ON keys.customer_key = lines.customer_key
  LEFT JOIN products ON products.source = $1 AND products.product_key = lines.product_key
  LEFT JOIN (SELECT place_key, region_id FROM incoming_regions
    JOIN regions ON regions.region_name = incoming_regions.region_name) AS places ON places.place_key = lines.place_key`

/**
 * Compares the orders of the import with the known ones, content by content. Leaves the temporary table
 * `order_changes` (order_id, outcome, day): 'unchanged' and 'stale' orders are not loaded, 'replaced' ones are
 * taken out first, 'extended' ones keep their lines and get those of `added_lines`. An older version never
 * overwrites a newer one; what was cancelled stays cancelled. Throws `order_id_collision`.
 */
export async function compareOrders(
  context: LoadContext,
  comparison: Comparison,
): Promise<OrderCounts> {
  const { transaction, coming } = context
  if (isAllNew(context, comparison)) {
    await transaction.execute(nothingKnown)
    return { ...noneKnown, new: coming.orders, losing: 0, parts: noParts }
  }
  const knownDays = await findKnownOrders(context)
  const anonymous = await goneAnonymous(context, comparison)
  const { part } = comparison
  const gone = anonymous.lines + (await compareReturns(context, { part, knownDays }))
  const total = coming.orders
  if (knownDays === null && anonymous.orders === 0) {
    await transaction.execute(
      'CREATE TEMP TABLE order_changes AS SELECT order_id, state AS outcome, known_day AS day FROM known_orders',
    )
    const parts = comparison.part ? await partCounts(context, false) : noParts
    return { ...noneKnown, new: total, losing: gone, parts }
  }
  await findDifferences(context, knownDays)
  await settleChanges(context, { ...comparison, knownDays })
  const counts = await countChanges(context, comparison)
  return {
    ...counts,
    knownDays,
    new: total - counts.replaced - counts.unchanged,
    losing: counts.losing + gone,
  }
}

/** Nothing of the load, and nothing that it could take away, is there. */
function isAllNew({ mayBeKnown, coming, standing }: LoadContext, { part }: Comparison): boolean {
  if (mayBeKnown || part || coming.anonymousOrders > 0) return false
  return !standing.returns || coming.returns === 0
}

const noneKnown = { replaced: 0, unchanged: 0, otherDayAndCustomer: 0, knownDays: null }

const known = `CREATE TEMP TABLE known_orders (order_id BIGINT, known_state VARCHAR, state VARCHAR, anonymous BOOLEAN,
     known_day DATE, known_version VARCHAR, collides BOOLEAN, stale BOOLEAN, newer BOOLEAN)`

/** The tables of a comparison in which nothing is found. */
const nothingKnown = `${known}; CREATE TEMP TABLE gone_orders (order_id BIGINT, order_date DATE);
  CREATE TEMP TABLE order_changes (order_id BIGINT, outcome VARCHAR, day DATE); ${nothingGone}`

/** Leaves the temporary table `known_orders`; gives the first and the last day of what they are known as. */
async function findKnownOrders({ transaction, mayBeKnown }: LoadContext): Promise<DayRange | null> {
  const days = mayBeKnown ? await daysOfKnown(transaction) : null
  if (days === null) {
    await transaction.execute(known)
    return null
  }
  await transaction.execute(
    `CREATE TEMP TABLE known_orders AS
     SELECT incoming.order_id, known.state AS known_state, incoming.state AS state, incoming.anonymous,
       known.order_date AS known_day, known.source_version AS known_version, known.order_number <> incoming.order_number AS collides,
       (known.source_version IS NOT NULL AND incoming.source_version < known.source_version)
         OR (known.state = 'cancelled' AND incoming.source_version IS NULL AND known.source_version IS NOT NULL) AS stale,
       coalesce(incoming.source_version > known.source_version, false) AS newer
     FROM incoming_orders AS incoming JOIN orders AS known ON known.order_id = incoming.order_id
     WHERE ${isWithin('known.order_date', days)}`,
  )
  await refuseCollisions(transaction)
  return days
}

async function daysOfKnown(transaction: Transaction): Promise<DayRange | null> {
  await transaction.execute(
    `CREATE TEMP TABLE met_orders AS SELECT order_id, order_date FROM orders
     WHERE order_id IN (SELECT order_id FROM incoming_orders)`,
  )
  const days = await daysOfOrders(transaction, 'SELECT order_date AS day FROM met_orders')
  await transaction.execute('DROP TABLE met_orders')
  return days
}

async function refuseCollisions(transaction: Transaction): Promise<void> {
  const [one] = await transaction.query(
    'SELECT order_id FROM known_orders WHERE collides ORDER BY order_id LIMIT 1',
  )
  if (!one) return
  const numbers = (table: string) =>
    transaction.query(`SELECT order_number FROM ${table} WHERE order_id = $1::BIGINT`, [
      String(one.order_id),
    ])
  const [[known], [incoming]] = [await numbers('orders'), await numbers('incoming_orders')]
  throw new TakingsError('order_id_collision', {
    first: String(known?.order_number),
    second: String(incoming?.order_number),
  })
}

/** Leaves the temporary table `order_differences`: what known orders would lose and win as replaced. */
async function findDifferences(
  { transaction, source }: LoadContext,
  knownDays: DayRange | null,
): Promise<void> {
  await transaction.execute(
    `CREATE TEMP TABLE order_differences AS
     WITH before AS (SELECT order_id, ${compared}, count(*) AS copies FROM sales_fact
         WHERE order_id IN (SELECT order_id FROM known_orders) AND ${isWithin('order_date', knownDays)}
         GROUP BY order_id, ${compared}),
       after AS (SELECT order_id, ${compared}, count(*) AS copies FROM (${resolvedLines}) AS resolved
         WHERE order_id IN (SELECT order_id FROM known_orders) GROUP BY order_id, ${compared}),
       lost AS (SELECT * FROM before EXCEPT SELECT * FROM after),
       won AS (SELECT * FROM after EXCEPT SELECT * FROM before),
       missing AS (SELECT order_id, product_id FROM lost EXCEPT SELECT order_id, product_id FROM after)
     SELECT order_id, sum(lost) AS lost, sum(won) AS won, sum(missing) AS missing, min(day) AS first_day, max(day) AS last_day,
       min(customer) AS first_customer, max(customer) AS last_customer FROM (
       SELECT order_id, copies AS lost, 0 AS won, 0 AS missing, order_date AS day, customer_id AS customer FROM lost
       UNION ALL SELECT order_id, 0, copies, 0, order_date, customer_id FROM won
       UNION ALL SELECT order_id, 0, 0, 1, NULL, NULL FROM missing) AS sides GROUP BY order_id`,
    [source],
  )
}

async function settleChanges(
  context: LoadContext,
  { part, knownDays }: Comparison & { readonly knownDays: DayRange | null },
): Promise<void> {
  if (part) await findParts(context, { resolved: resolvedLines, knownDays })
  // A part says of its order's state only what its own lines do, unless it is news.
  const asPart = part
    ? `WHEN NOT anonymous AND known_state = 'counted' AND (state = 'counted' OR NOT newer)
         THEN CASE WHEN known.order_id IN (SELECT order_id FROM added_lines) THEN 'extended' ELSE 'unchanged' END`
    : ''
  await context.transaction.execute(
    `CREATE TEMP TABLE order_changes AS
     SELECT known.order_id, CASE WHEN known.stale THEN 'stale' ${asPart}
         WHEN known.known_state = known.state AND differences.order_id IS NULL THEN 'unchanged' ELSE 'replaced' END AS outcome,
       known.known_day AS day
     FROM known_orders AS known LEFT JOIN order_differences AS differences ON differences.order_id = known.order_id
     UNION ALL SELECT order_id, 'gone', order_date FROM gone_orders`,
  )
}

async function countChanges(
  context: LoadContext,
  { part, documents }: Comparison,
): Promise<Omit<OrderCounts, 'new' | 'knownDays'>> {
  const { transaction } = context
  const losing = `state = 'counted' AND (won < lost OR missing > 0 AND NOT anonymous)
    ${documents ? "AND known_orders.order_id IN (SELECT order_id FROM incoming_lines WHERE outcome = 'rejected')" : ''}`
  const [counts] = await transaction.query(
    `SELECT count(*) FILTER (WHERE outcome IN ('replaced', 'extended')) AS replaced,
       count(*) FILTER (WHERE outcome IN ('unchanged', 'stale')) AS unchanged,
       count(*) FILTER (WHERE outcome = 'replaced' AND ${losing}) AS losing,
       count(*) FILTER (WHERE outcome = 'replaced' AND (anonymous OR first_day <> last_day AND first_customer <> last_customer)) AS other
     FROM order_changes JOIN known_orders ON known_orders.order_id = order_changes.order_id
     LEFT JOIN order_differences ON order_differences.order_id = order_changes.order_id`,
  )
  await transaction.execute('DROP TABLE order_differences')
  const parts = part ? await partCounts(context, true) : noParts
  return {
    replaced: Number(counts?.replaced ?? 0),
    unchanged: Number(counts?.unchanged ?? 0),
    losing: Number(counts?.losing ?? 0),
    otherDayAndCustomer: part ? parts.otherDayAndCustomer : Number(counts?.other ?? 0),
    parts,
  }
}

/**
 * Lines without an order number are replaced day by day: what was known of a day that comes again, and
 * does not come with it, is gone. Leaves the temporary table `gone_orders`; gives how many they are, and how many lines
 * the days would lose, product by product, for the same line may come again from another place in its file.
 */
async function goneAnonymous(
  { transaction, source, coming }: LoadContext,
  { part }: Comparison,
): Promise<{ readonly orders: number; readonly lines: number }> {
  if (part || coming.anonymousOrders === 0) {
    await transaction.execute('CREATE TEMP TABLE gone_orders (order_id BIGINT, order_date DATE)')
    return { orders: 0, lines: 0 }
  }
  await transaction.execute(
    `CREATE TEMP TABLE gone_orders AS SELECT order_id, order_date FROM orders
     WHERE source = $1 AND anonymous AND order_date IN (SELECT order_date FROM incoming_orders WHERE anonymous)
       AND order_id NOT IN (SELECT order_id FROM incoming_orders WHERE anonymous)`,
    [source],
  )
  const [known] = await transaction.query(
    `SELECT (SELECT count(*) FROM gone_orders) AS gone, (SELECT count(*) FROM known_orders WHERE anonymous) AS known`,
  )
  const orders = Number(known?.gone)
  if (orders + Number(known?.known) === 0) return { orders, lines: 0 }
  const [row] = await transaction.query(
    `SELECT coalesce(sum(lost), 0) AS lines FROM (
       SELECT order_date, product_id, sum(known) - sum(coming) AS lost FROM (
         SELECT order_date, product_id, 1 AS known, 0 AS coming FROM sales_fact
           WHERE order_id IN (SELECT order_id FROM gone_orders UNION ALL SELECT order_id FROM known_orders WHERE anonymous)
         UNION ALL SELECT order_date, product_id, 0, 1 FROM (${resolvedLines}) AS resolved
           WHERE order_id IN (SELECT order_id FROM incoming_orders WHERE anonymous)) AS sides
       GROUP BY order_date, product_id HAVING sum(known) > sum(coming)) AS days`,
    [source],
  )
  return { orders, lines: Number(row?.lines ?? 0) }
}
