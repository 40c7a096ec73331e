import type { DayRange } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import { type ChangedRows, noEarlierOrder, type Transaction } from '../warehouse/warehouse.ts'
import { type OrderCounts, resolvedLines } from './compare-orders.ts'
import { isSale } from './handover.ts'
import { holdReturns } from './held-returns.ts'
import { loadCharges } from './load-charges.ts'
import type { LoadContext } from './load-context.ts'
import { loadReturns } from './load-returns.ts'
import { addLines } from './parts.ts'
import { daysOfOrders, isWithin, spanOf, touchedDaysIn } from './touched-days.ts'

export interface FactsOutcome {
  readonly changed: boolean
  /** Days whose figures may differ now. */
  readonly days: readonly string[]
  /** Known orders that came in part and state other charges than are known: those stay. */
  readonly chargesOfParts: number
  /** Returns that do not count because their orders do not. */
  readonly heldReturns: number
}

/** Lines that a copy of them should not hold: some 200 bytes each. */
const manyLines = 500_000

/** The orders that parts are added to. */
const ofParts = (knownDays: DayRange | null): readonly ChangedRows[] => [
  {
    fact: 'sales',
    where: `f.order_id IN (SELECT order_id FROM added_lines) AND ${isWithin('f.order_date', knownDays)}`,
  },
]

/** Condition on the lines that this run brought; a run tells no block of a large table from another, days do. */
function broughtBy({ runId }: LoadContext, days: DayRange | null, prefix = ''): string {
  return `${prefix}run_id = ${runId} AND ${isWithin(`${prefix}order_date`, days)}`
}

function broughtLines(context: LoadContext, lines: number): ChangedRows {
  const { days, anonymousOrders } = context.coming
  return {
    fact: 'sales',
    where: broughtBy(context, days, 'f.'),
    many: lines > manyLines,
    numbered: anonymousOrders === 0,
  }
}

const isTakenOut = "outcome IN ('replaced', 'gone')"

export interface FactsRequest {
  readonly orders: OrderCounts
  readonly inDayOrder: boolean
  /** Days of facts that differ already. */
  readonly touched: readonly string[]
  /** The import holds parts of orders. */
  readonly part: boolean
  /** It holds whole orders: what they do not state they do not have. */
  readonly whole: boolean
  /** Returns of its orders or documents were held, and stand among all others meanwhile. */
  readonly wereHeld: boolean
}

export async function loadFacts(
  context: LoadContext,
  { orders, inDayOrder, touched, part, whole, wereHeld }: FactsRequest,
): Promise<FactsOutcome> {
  const { transaction, rollups, source, runId, loadedAt } = context
  await extendDates(context)
  const mayReplace = orders.replaced > 0 || context.coming.anonymousOrders > 0
  const out = mayReplace ? await takeOut(context) : null
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
  if (orders.replaced > 0) await keepVersions(context)
  await refuseMultiplied(context, { lines, filter })
  await rollups.replaced({
    ...(out ? { gone: { fact: 'sales', from: 'taken_lines' } } : {}),
    ...(lines > 0 ? { come: broughtLines(context, lines) } : {}),
  })
  const extended =
    orders.parts.addedLines > 0
      ? await rollups.around(ofParts(orders.knownDays), () => addLines(context, orders.knownDays))
      : []
  await renewVersions(context, orders.knownDays)
  const returns = await loadReturns(context)
  const held = await holdReturns(context, wereHeld)
  // Parts stand on the days of the orders that they are added to.
  const cameOn = [...daysOf(orders.knownDays), ...daysOf(context.coming.days)]
  const charges = await loadCharges(context, {
    part,
    whole,
    known: known || out !== null,
    days: spanOf([...cameOn, ...daysOf(out)]),
  })
  const moved = await refreshFirstOrders(context, { out, cameOn: spanOf(cameOn) })
  const days = await touchedDays(context, filter, [
    ...touched,
    ...daysOf(out),
    ...extended,
    ...returns.days,
    ...held.days,
    ...charges.days,
    ...moved,
  ])
  return {
    changed:
      out !== null ||
      lines + returns.rows + returns.days.length + charges.rows + extended.length > 0 ||
      held.held + held.released > 0 ||
      orders.replaced > 0 ||
      orders.new > 0,
    days,
    chargesOfParts: charges.ofParts,
    heldReturns: held.held,
  }
}

/**
 * A key that stood twice in a dimension would count its lines twice, and the report would not show it: it
 * is made of the rows as they were read. Throws `rows_do_not_add_up`.
 */
async function refuseMultiplied(
  { transaction, coming }: LoadContext,
  { lines, filter }: { readonly lines: number; readonly filter: string },
): Promise<void> {
  const expected = filter === '' ? coming.saleLines : await countSales(transaction, filter)
  if (lines !== expected)
    throw new TakingsError('rows_do_not_add_up', {
      path: 'the order lines',
      in: expected,
      out: lines,
    })
}

async function countSales(transaction: Transaction, filter: string): Promise<number> {
  const [row] = await transaction.query(
    `SELECT count(*) AS lines FROM (SELECT order_id FROM incoming_lines WHERE ${isSale}) AS sales ${filter}`,
  )
  return Number(row?.lines)
}

/**
 * What comes without a version is a state later than the known one, and earlier than any newer: so it is called by the
 * version before it, with a sign behind that sorts after that version itself, which must not come back.
 */
async function keepVersions({ transaction, runId }: LoadContext): Promise<void> {
  await transaction.execute(
    `UPDATE orders SET source_version = concat(rtrim(known.known_version, '+'), '+') FROM known_orders AS known
     WHERE known.order_id = orders.order_id AND known.known_version IS NOT NULL AND orders.source_version IS NULL
       AND orders.order_id IN (SELECT order_id FROM order_changes WHERE outcome = 'replaced')
       AND orders.run_id = ${runId}`,
  )
}

/** An order is as new as the newest version that was seen of it: what lies between must not overwrite it later. */
async function renewVersions(
  { transaction, coming }: LoadContext,
  knownDays: DayRange | null,
): Promise<void> {
  if (coming.versions === 0 || knownDays === null) return
  await transaction.execute(
    `UPDATE orders SET source_version = incoming.source_version FROM incoming_orders AS incoming
     WHERE incoming.order_id = orders.order_id AND incoming.source_version > orders.source_version
       AND orders.order_id IN (SELECT order_id FROM order_changes WHERE outcome IN ('unchanged', 'extended'))
       AND ${isWithin('orders.order_date', knownDays)}`,
  )
}

/**
 * Takes replaced orders out of the facts, and leaves `taken_lines` (what they held) and `touched_customers` (whose first
 * order may be among them). Gives the first and the last day on which they stood; null where there are none.
 */
async function takeOut({ transaction }: LoadContext): Promise<DayRange | null> {
  const days = await daysOfOrders(transaction, `SELECT day FROM order_changes WHERE ${isTakenOut}`)
  if (days === null) return null
  const replaced = `order_id IN (SELECT order_id FROM order_changes WHERE ${isTakenOut})`
  const isTheirDay = isWithin('order_date', days)
  await transaction.execute(
    `CREATE TEMP TABLE taken_lines AS SELECT * FROM sales_fact WHERE ${replaced} AND ${isTheirDay}`,
  )
  await transaction.execute(
    `CREATE TEMP TABLE touched_customers AS SELECT DISTINCT gone.customer_id FROM taken_lines AS gone
     JOIN customers ON customers.customer_id = gone.customer_id AND ${isWithin('customers.first_order_date', days)}`,
  )
  for (const table of ['sales_fact', 'orders'])
    await transaction.execute(`DELETE FROM ${table} WHERE ${replaced} AND ${isTheirDay}`)
  return days
}

/** Days that facts will stand on and the calendar lacks; years are filled whole. */
async function extendDates({ transaction, coming, standing }: LoadContext): Promise<void> {
  const { calendar: known } = standing
  const all = spanOf([...daysOf(known), ...daysOf(coming.allDays)])
  if (all === null || (known && known.from <= all.from && known.to >= all.to)) return
  const [from, to] = [all.from.slice(0, 4), all.to.slice(0, 4)]
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
 * The day of each customer's first counted order, over all sources: what this run brings may come before it, and where
 * the order of that day was taken out, it is the next one. Gives first and last days of what moved.
 */
async function refreshFirstOrders(
  context: LoadContext,
  { out, cameOn }: { readonly out: DayRange | null; readonly cameOn: DayRange | null },
): Promise<string[]> {
  const days: string[] = []
  if (out) {
    const moved = await moveFirstOrders(
      context,
      `SELECT customer_id, CASE WHEN ${noEarlierOrder('lines.customer_id', 'lines.first_day')} THEN first_day END AS day FROM (
         SELECT touched.customer_id, min(later.order_date) AS first_day FROM touched_customers AS touched
         LEFT JOIN (SELECT customer_id, order_date FROM sales_fact WHERE order_date >= '${out.from}'::DATE) AS later
           ON later.customer_id = touched.customer_id
         GROUP BY touched.customer_id) AS lines`,
      'customers.first_order_date IS DISTINCT FROM first.day',
    )
    days.push(...moved)
    await context.transaction.execute('DROP TABLE touched_customers')
  }
  const moved = await moveFirstOrders(
    context,
    `SELECT customer_id, min(order_date) AS day FROM sales_fact WHERE ${broughtBy(context, cameOn)} GROUP BY customer_id`,
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
  { transaction, rollups }: LoadContext,
  days: string,
  where: string,
): Promise<string[]> {
  // A table of its own tells how few they are: all known customers are looked up in it, and not it in all of them.
  await transaction.execute(`CREATE TEMP TABLE first_days AS ${days}`)
  await transaction.execute(
    `CREATE TEMP TABLE moved_first_orders AS SELECT first.customer_id, first.day, customers.first_order_date AS known_day FROM first_days AS first
     JOIN customers ON customers.customer_id = first.customer_id WHERE customers.customer_id <> 0 AND ${where}`,
  )
  const [moved] = await transaction.query(
    `SELECT count(*) AS customers, least(min(day), min(known_day)) AS from_day, greatest(max(day), max(known_day)) AS to_day
     FROM moved_first_orders`,
  )
  if (Number(moved?.customers) > 0) {
    const firstOrders = (day: string) =>
      ({
        fact: 'first_orders',
        from: `(SELECT customer_id, ${day} AS first_order_date FROM moved_first_orders)`,
      }) as const
    await transaction.execute(
      `UPDATE customers SET first_order_date = moved.day FROM moved_first_orders AS moved
       WHERE customers.customer_id = moved.customer_id`,
    )
    await rollups.replaced({ gone: firstOrders('known_day'), come: firstOrders('day') })
  }
  for (const table of ['first_days', 'moved_first_orders'])
    await transaction.execute(`DROP TABLE ${table}`)
  return touchedDaysIn(moved)
}

function daysOf(range: DayRange | null): string[] {
  return range ? [range.from, range.to] : []
}

async function touchedDays(
  { transaction, coming }: LoadContext,
  filter: string,
  before: readonly string[],
): Promise<string[]> {
  if (filter === '' && coming.returns === 0) return [...daysOf(coming.days), ...before]
  const [row] = await transaction.query(
    `SELECT least((SELECT min(order_date) FROM incoming_orders ${filter}), (SELECT min(return_date) FROM incoming_returns)) AS from_day,
       greatest((SELECT max(order_date) FROM incoming_orders ${filter}), (SELECT max(return_date) FROM incoming_returns)) AS to_day`,
  )
  return [...touchedDaysIn(row), ...before]
}
