import { TakingsError } from '../model/errors.ts'
import { type ChangedRows, noEarlierOrder, type Transaction } from '../warehouse/warehouse.ts'
import { type OrderCounts, resolvedLines } from './compare-orders.ts'
import { isSale } from './handover.ts'
import { loadCharges } from './load-charges.ts'
import type { LoadContext } from './load-context.ts'
import { loadReturns } from './load-returns.ts'
import { addLines } from './parts.ts'
import { touchedDaysIn } from './touched-days.ts'

export interface FactsOutcome {
  readonly changed: boolean
  /** Days whose figures may differ now. */
  readonly days: readonly string[]
  /** Known orders that came in part and state other charges than are known: those stay. */
  readonly chargesOfParts: number
}

/** Lines that a copy of them should not hold: some 200 bytes each. */
const manyLines = 500_000

/** The orders that parts are added to. */
const ofParts: readonly ChangedRows[] = [
  { fact: 'sales', where: 'f.order_id IN (SELECT order_id FROM added_lines)' },
]

const isTakenOut = "outcome IN ('replaced', 'gone')"

/** What the comparison left behind. */
const comparisonTables = [
  'order_changes',
  'known_orders',
  'gone_orders',
  'added_lines',
  'mended_before',
  'part_orders',
]

export interface FactsRequest {
  readonly orders: OrderCounts
  readonly inDayOrder: boolean
  /** Days of facts that differ already. */
  readonly touched: readonly string[]
  /** The import holds parts of orders. */
  readonly part: boolean
}

export async function loadFacts(
  context: LoadContext,
  { orders, inDayOrder, touched, part }: FactsRequest,
): Promise<FactsOutcome> {
  const { transaction, rollups, source, runId, loadedAt } = context
  await extendDates(context)
  const [out] = await transaction.query(
    `SELECT count(*) AS orders FROM order_changes WHERE ${isTakenOut}`,
  )
  const before = Number(out?.orders ?? 0) > 0 ? await takeOut(context) : []
  const known = orders.replaced + orders.unchanged > 0
  const filter = known
    ? `WHERE order_id NOT IN (SELECT order_id FROM order_changes WHERE outcome IN ('unchanged', 'stale', 'extended'))`
    : ''
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
  await refuseMultiplied(transaction, { lines, filter })
  if (lines > 0)
    await rollups.added({ fact: 'sales', where: `f.run_id = ${runId}`, many: lines > manyLines })
  const extended =
    orders.parts.addedLines > 0 ? await rollups.around(ofParts, () => addLines(context)) : []
  if (known) await renewVersions(context)
  const returns = await loadReturns(context)
  const charges = await loadCharges(context, { part })
  const moved = await refreshFirstOrders(context)
  const days = await touchedDays(context, filter, [
    ...touched,
    ...before,
    ...extended,
    ...returns.days,
    ...charges.days,
    ...moved,
  ])
  for (const table of comparisonTables) await transaction.execute(`DROP TABLE IF EXISTS ${table}`)
  return {
    changed:
      lines + returns.rows + returns.days.length + charges.rows + before.length + extended.length >
        0 ||
      orders.replaced > 0 ||
      orders.new > 0,
    days,
    chargesOfParts: charges.ofParts,
  }
}

/**
 * A key that stood twice in a dimension would count its lines twice, and the report would not show it: it
 * is made of the rows as they were read. Throws `rows_do_not_add_up`.
 */
async function refuseMultiplied(
  transaction: Transaction,
  { lines, filter }: { readonly lines: number; readonly filter: string },
): Promise<void> {
  const [row] = await transaction.query(
    `SELECT count(*) AS lines FROM (SELECT order_id FROM incoming_lines WHERE ${isSale}) AS sales ${filter}`,
  )
  const expected = Number(row?.lines)
  if (lines !== expected)
    throw new TakingsError('rows_do_not_add_up', {
      path: 'the order lines',
      in: expected,
      out: lines,
    })
}

/** An order is as new as the newest version that was seen of it: what lies between must not overwrite it later. */
async function renewVersions({ transaction }: LoadContext): Promise<void> {
  await transaction.execute(
    `UPDATE orders SET source_version = incoming.source_version FROM incoming_orders AS incoming
     WHERE incoming.order_id = orders.order_id AND incoming.source_version > orders.source_version
       AND orders.order_id IN (SELECT order_id FROM order_changes WHERE outcome IN ('unchanged', 'extended'))`,
  )
}

/** Takes replaced orders out of the facts; gives the days they stood on. */
async function takeOut({ transaction, rollups }: LoadContext): Promise<string[]> {
  const replaced = `order_id IN (SELECT order_id FROM order_changes WHERE ${isTakenOut})`
  const [row] = await transaction.query(
    `SELECT min(order_date) AS from_day, max(order_date) AS to_day FROM sales_fact WHERE ${replaced}`,
  )
  await transaction.execute(
    `CREATE TEMP TABLE touched_customers AS SELECT DISTINCT customer_id FROM sales_fact WHERE ${replaced}`,
  )
  const [from, to] = touchedDaysIn(row)
  if (from && to) {
    // Days tell most blocks of lines apart, the ids of orders none.
    const within = `f.order_date >= '${from}' AND f.order_date <= '${to}'`
    await rollups.goes({ fact: 'sales', where: `f.${replaced} AND ${within}` })
  }
  for (const table of ['sales_fact', 'orders']) {
    await transaction.execute(`DELETE FROM ${table} WHERE ${replaced}`)
  }
  return touchedDaysIn(row)
}

/** Days that facts will stand on and the calendar lacks; years are filled whole. */
async function extendDates({ transaction }: LoadContext): Promise<void> {
  const [span] = await transaction.query(
    `SELECT least((SELECT min(date) FROM dates), (SELECT min(order_date) FROM incoming_orders), (SELECT min(return_date) FROM incoming_returns),
         (SELECT min(occurred_on) FROM incoming_stock)) AS from_day,
       greatest((SELECT max(date) FROM dates), (SELECT max(order_date) FROM incoming_orders), (SELECT max(return_date) FROM incoming_returns),
         (SELECT max(occurred_on) FROM incoming_stock)) AS to_day`,
  )
  const [from, to] = touchedDaysIn(span).map((day) => Number(day.slice(0, 4)))
  if (from === undefined || to === undefined) return
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
       FROM (SELECT stamp::DATE AS date
         FROM generate_series(TIMESTAMP '${from}-01-01', TIMESTAMP '${to}-12-31', INTERVAL '1 day') AS stamps(stamp)) AS days) AS calendar
     WHERE date NOT IN (SELECT date FROM dates) ORDER BY date`,
  )
}

/**
 * The day of each customer's first counted order, over all sources: what this run brings may come before it,
 * and where orders were taken out it is asked of all facts again. Gives first and last days of what moved.
 */
async function refreshFirstOrders({ transaction, rollups, runId }: LoadContext): Promise<string[]> {
  const days: string[] = []
  const [taken] = await transaction.query(
    `SELECT count(*) AS orders FROM order_changes WHERE ${isTakenOut}`,
  )
  if (Number(taken?.orders ?? 0) > 0) {
    const moved = await moveFirstOrders(
      { transaction, rollups },
      `SELECT customer_id, CASE WHEN ${noEarlierOrder('lines.customer_id', 'lines.first_day')} THEN first_day END AS day FROM (
         SELECT touched.customer_id, min(sales_fact.order_date) AS first_day
         FROM touched_customers AS touched LEFT JOIN sales_fact ON sales_fact.customer_id = touched.customer_id
         GROUP BY touched.customer_id) AS lines`,
      'customers.first_order_date IS DISTINCT FROM first.day',
    )
    days.push(...moved)
    await transaction.execute('DROP TABLE touched_customers')
  }
  const moved = await moveFirstOrders(
    { transaction, rollups },
    `SELECT customer_id, min(order_date) AS day FROM sales_fact WHERE run_id = ${runId} GROUP BY customer_id`,
    `(customers.first_order_date IS NULL OR customers.first_order_date > first.day)
       AND ${noEarlierOrder('first.customer_id', 'first.day')}`,
  )
  return [...days, ...moved]
}

/**
 * Gives customers the days that a SELECT states for them, where a condition on `customers` and `first` says so. Gives
 * the first and the last day on which somebody is new now, or was.
 */
async function moveFirstOrders(
  { transaction, rollups }: Pick<LoadContext, 'transaction' | 'rollups'>,
  days: string,
  where: string,
): Promise<string[]> {
  await transaction.execute(
    `CREATE TEMP TABLE moved_first_orders AS SELECT first.customer_id, first.day, customers.first_order_date AS known_day FROM (${days}) AS first
     JOIN customers ON customers.customer_id = first.customer_id WHERE customers.customer_id <> 0 AND ${where}`,
  )
  const moved = {
    fact: 'first_orders',
    where: 'f.customer_id IN (SELECT customer_id FROM moved_first_orders)',
  } as const
  await rollups.around([moved], () =>
    transaction.execute(
      `UPDATE customers SET first_order_date = moved.day FROM moved_first_orders AS moved
       WHERE customers.customer_id = moved.customer_id`,
    ),
  )
  const [span] = await transaction.query(
    `SELECT least(min(day), min(known_day)) AS from_day, greatest(max(day), max(known_day)) AS to_day FROM moved_first_orders`,
  )
  await transaction.execute('DROP TABLE moved_first_orders')
  return touchedDaysIn(span)
}

async function touchedDays(
  { transaction }: LoadContext,
  filter: string,
  before: readonly string[],
): Promise<string[]> {
  const [row] = await transaction.query(
    `SELECT least((SELECT min(order_date) FROM incoming_orders ${filter}), (SELECT min(return_date) FROM incoming_returns)) AS from_day,
       greatest((SELECT max(order_date) FROM incoming_orders ${filter}), (SELECT max(return_date) FROM incoming_returns)) AS to_day`,
  )
  return [...touchedDaysIn(row), ...before]
}
