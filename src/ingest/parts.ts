import type { DayRange } from '../model/day.ts'
import type { Warning } from '../model/import.ts'
import { plural } from '../model/sentence.ts'
import { isSale } from './handover.ts'
import type { LoadContext } from './load-context.ts'
import { wasMended } from './mended-before.ts'
import { isWithin, touchedDaysIn } from './touched-days.ts'

/**
 * Parts of orders: rejected rows that were mended, or the other lines of orders that come in pieces. Their
 * lines are added to the known ones, each once however often it comes.
 */
export interface PartCounts {
  readonly addedLines: number
  readonly extendedOrders: number
  /** Rows that are known already, and so were not added. */
  readonly knownRows: number
  /** Mended rows that an earlier import loaded. */
  readonly mendedBefore: number
  /** Rows of orders that are known in a newer version. */
  readonly lateRows: number
  /** Orders that the part calls cancelled or not counted, and that count with other lines. */
  readonly stillCounted: number
  /** Orders that the part gives another day, another customer, or both at once. */
  readonly otherDay: number
  readonly otherCustomer: number
  readonly otherDayAndCustomer: number
}

export const noParts: PartCounts = {
  addedLines: 0,
  extendedOrders: 0,
  knownRows: 0,
  mendedBefore: 0,
  lateRows: 0,
  stillCounted: 0,
  otherDay: 0,
  otherCustomer: 0,
  otherDayAndCustomer: 0,
}

/**
 * What makes an added line the same as a known one. No more than this: the same line comes without its hour
 * or cost in another export, and counted twice it would be wrong without a word.
 */
const same = ['product_id', 'quantity', 'total_price']

/**
 * Leaves the temporary tables `part_orders` (what known orders have only one of: day, customer, region and
 * channel; the part tells what is unknown of them) and `added_lines` (lines that are not known, copy by copy).
 */
export async function findParts(
  { transaction, source }: LoadContext,
  { resolved, knownDays }: { readonly resolved: string; readonly knownDays: DayRange | null },
): Promise<void> {
  const known = `SELECT * FROM sales_fact WHERE ${isWithin('order_date', knownDays)} AND order_id IN (SELECT order_id FROM known_orders
    WHERE NOT stale AND NOT anonymous AND known_state = 'counted' AND state = 'counted')`
  await transaction.execute(
    `CREATE TEMP TABLE part_orders AS
     SELECT known.order_id, known.order_date, CASE WHEN known.last_number > coming.last_number THEN known.last_number ELSE coming.last_number END AS last_number,
       CASE WHEN known.customer_id = 0 THEN coming.customer_id ELSE known.customer_id END AS customer_id,
       CASE WHEN known.region_id = 0 THEN coming.region_id ELSE known.region_id END AS region_id,
       coalesce(known.channel, coming.channel) AS channel,
       coming.order_date <> known.order_date AS other_day,
       coming.customer_id <> known.customer_id AND coming.customer_id <> 0 AND known.customer_id <> 0 AS other_customer
     FROM (${ofOrders(known)}) AS known JOIN (${ofOrders(resolved)}) AS coming ON coming.order_id = known.order_id`,
    [source],
  )
  const copies = (from: string) =>
    `SELECT *, row_number() OVER (PARTITION BY order_id, ${same.join(', ')} ORDER BY line_number) AS copy FROM (${from}) AS lines`
  await transaction.execute(
    `CREATE TEMP TABLE added_lines AS
     SELECT coming.* FROM (${copies(`SELECT * FROM (${resolved}) AS resolved WHERE order_id IN (SELECT order_id FROM part_orders)`)}) AS coming
     LEFT JOIN (${copies(known)}) AS known ON known.order_id = coming.order_id AND known.copy = coming.copy
       AND ${same.map((column) => `known.${column} = coming.${column}`).join(' AND ')}
     WHERE known.order_id IS NULL`,
    [source],
  )
  await transaction.execute(
    `CREATE TEMP TABLE mended_before AS SELECT order_id FROM added_lines WHERE ${wasMended}`,
  )
  await transaction.execute(`DELETE FROM added_lines WHERE ${wasMended}`)
}

function ofOrders(lines: string): string {
  return `SELECT order_id, min(order_date) AS order_date, max(line_number) AS last_number, max(customer_id) AS customer_id,
    max(region_id) AS region_id, max(channel) AS channel FROM (${lines}) AS lines GROUP BY order_id`
}

/** What became of the rows; `order_changes` is there, and with `compared` what `findParts` leaves. */
export async function partCounts(context: LoadContext, compared: boolean): Promise<PartCounts> {
  const { transaction } = context
  const knownReturns = await countKnownReturns(context)
  if (!compared) return { ...noParts, knownRows: knownReturns }
  const lines = (outcomes: string) =>
    `(SELECT count(*) FROM incoming_lines WHERE ${isSale} AND order_id IN
      (SELECT order_id FROM order_changes WHERE outcome IN (${outcomes})))`
  const extended = `order_id IN (SELECT order_id FROM added_lines)`
  const orders = (condition: string) =>
    `(SELECT count(*) FROM part_orders WHERE ${extended} AND ${condition})`
  const [row = {}] = await transaction.query(
    `SELECT (SELECT count(*) FROM added_lines) AS added, (SELECT count(*) FROM mended_before) AS mended, ${orders('true')} AS extended,
       ${lines("'extended', 'unchanged'")} AS met, ${lines("'stale'")} AS late,
       (SELECT count(*) FROM known_orders WHERE known_state = 'counted' AND state <> 'counted' AND NOT stale AND NOT newer
         AND NOT anonymous) AS counted,
       ${orders('other_day')} AS other_day, ${orders('other_customer')} AS other_customer,
       ${orders('other_day AND other_customer')} AS other`,
  )
  const count = (name: string) => Number(row[name] ?? 0)
  return {
    addedLines: count('added'),
    extendedOrders: count('extended'),
    knownRows: count('met') - count('added') - count('mended') + knownReturns,
    mendedBefore: count('mended'),
    lateRows: count('late'),
    stillCounted: count('counted'),
    otherDay: count('other_day'),
    otherCustomer: count('other_customer'),
    otherDayAndCustomer: count('other'),
  }
}

async function countKnownReturns({ transaction, source, coming }: LoadContext): Promise<number> {
  if (coming.returns === 0) return 0
  const [known] = await transaction.query(
    `SELECT count(*) AS returns FROM incoming_returns WHERE return_id IN (SELECT return_id FROM returns_fact WHERE source = $1)`,
    [source],
  )
  return Number(known?.returns)
}

/** Adds `added_lines` to their orders, under their own numbers where these are free. Gives the days they stand on. */
export async function addLines(
  { transaction, source, runId, loadedAt }: LoadContext,
  knownDays: DayRange | null,
): Promise<string[]> {
  const isKnownDay = isWithin('sales_fact.order_date', knownDays)
  const [days] = await transaction.query(
    `SELECT min(order_date) AS from_day, max(order_date) AS to_day FROM part_orders WHERE order_id IN (SELECT order_id FROM added_lines)`,
  )
  await transaction.execute(
    `UPDATE sales_fact SET customer_id = orders.customer_id, region_id = orders.region_id, channel = orders.channel
     FROM part_orders AS orders
     WHERE sales_fact.order_id = orders.order_id AND orders.order_id IN (SELECT order_id FROM added_lines) AND ${isKnownDay}
       AND (sales_fact.customer_id <> orders.customer_id OR sales_fact.region_id <> orders.region_id
         OR sales_fact.channel IS DISTINCT FROM orders.channel)`,
  )
  await transaction.execute(
    `INSERT INTO sales_fact (order_id, line_number, customer_id, product_id, region_id, quantity, unit_price, gross_price,
       total_price, unit_cost, order_date, order_hour, ordered_at, channel, source_currency, exchange_rate, source, loaded_at, run_id)
     SELECT added.order_id, CASE WHEN taken.order_id IS NULL THEN added.line_number
         ELSE (orders.last_number + row_number() OVER (PARTITION BY added.order_id, taken.order_id IS NULL ORDER BY added.line_number))::INTEGER END,
       orders.customer_id, added.product_id, orders.region_id, added.quantity, added.unit_price, added.gross_price,
       added.total_price, added.unit_cost, orders.order_date, added.order_hour, added.ordered_at, orders.channel,
       added.source_currency, added.exchange_rate, $1, $2::TIMESTAMPTZ, $3::BIGINT
     FROM added_lines AS added JOIN part_orders AS orders ON orders.order_id = added.order_id
     LEFT JOIN (SELECT order_id, line_number FROM sales_fact WHERE ${isKnownDay}) AS taken
       ON taken.order_id = added.order_id AND taken.line_number = added.line_number`,
    [source, loadedAt, runId],
  )
  return touchedDaysIn(days)
}

/** What a person should know of the parts that were loaded. */
export function partWarnings(parts: PartCounts): Warning[] {
  const found: (Warning & { readonly count: number })[] = [
    {
      count: parts.addedLines,
      code: 'lines_added',
      text: `${plural(String(parts.addedLines), 'line was added', 'lines were added')} to ${plural(String(parts.extendedOrders), 'order that was known already', 'orders that were known already')}; what else these hold stays.`,
    },
    {
      count: parts.knownRows,
      code: 'lines_already_known',
      text: `${plural(String(parts.knownRows), 'row was not added', 'rows were not added')}, because the same is known already. Where an order really has a line twice, import all of its lines in one file.`,
    },
    {
      count: parts.mendedBefore,
      code: 'mended_before',
      text: `${plural(String(parts.mendedBefore), 'row was not loaded', 'rows were not loaded')}, because of having been mended and loaded before: what was loaded first counts. To correct such a row, import all lines of its order.`,
    },
    {
      count: parts.lateRows,
      code: 'order_known_newer',
      text: `${plural(String(parts.lateRows), 'row was not added, because its order is', 'rows were not added, because their orders are')} known in a newer version.`,
    },
    {
      count: parts.stillCounted,
      code: 'order_still_counted',
      text: `${plural(String(parts.stillCounted), 'order has', 'orders have')} rows here that do not count, and other lines that do: still counted. If an order was cancelled whole, import all of its lines in one file.`,
    },
    {
      count: parts.otherDay,
      code: 'order_with_several_days',
      text: `${plural(String(parts.otherDay), 'order', 'orders')} got lines that state another day: the day that was known counts.`,
    },
    {
      count: parts.otherCustomer,
      code: 'order_with_several_customers',
      text: `${plural(String(parts.otherCustomer), 'order', 'orders')} got lines that state another customer: the one that was known counts.`,
    },
  ]
  return found.filter(({ count }) => count > 0).map(({ code, text }) => ({ code, text }))
}
