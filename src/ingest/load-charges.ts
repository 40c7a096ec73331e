import type { DayRange } from '../model/day.ts'
import type { ChangedRows, Transaction } from '../warehouse/warehouse.ts'
import type { LoadContext } from './load-context.ts'
import { isWithin, touchedDaysIn } from './touched-days.ts'

/** Incoming charges of counted orders that come in no older version, with the ids of their dimensions. */
const resolvedCharges = `SELECT incoming.order_id, incoming.kind, incoming.amount, coalesce(places.region_id, 0) AS region_id,
    incoming.order_date, incoming.channel
  FROM incoming_charges AS incoming
  LEFT JOIN (SELECT place_key, region_id FROM incoming_regions
    JOIN regions ON regions.region_name = incoming_regions.region_name) AS places ON places.place_key = incoming.place_key
  WHERE incoming.order_id NOT IN (SELECT order_id FROM order_changes WHERE outcome IN ('stale', 'gone'))`

export interface ChargesOutcome {
  readonly rows: number
  readonly days: readonly string[]
  /** Known orders that came in part and state other charges than are known: those stay. */
  readonly ofParts: number
}

export interface ChargesRequest {
  /** The import holds parts of orders. */
  readonly part: boolean
  /** It holds whole orders: charges that they do not state are none of theirs. */
  readonly whole: boolean
  /** Some of its orders, or of their days, are known. */
  readonly known: boolean
  /** The days of its orders, as they were known and as they are now. */
  readonly days: DayRange | null
}

/**
 * Charges are replaced kind by kind: what rows of an import do not state of an order stays known, and follows it to its
 * day; a document states all of them.
 * An order that no longer counts has none. Orders that come in part keep theirs: the part may state less.
 */
export async function loadCharges(
  context: LoadContext,
  { part, whole, known, days }: ChargesRequest,
): Promise<ChargesOutcome> {
  const { transaction, rollups, coming } = context
  if (coming.charges === 0 && !(known && (await areThereCharges(transaction, days))))
    return { rows: 0, days: [], ofParts: 0 }
  await transaction.execute(
    `CREATE TEMP TABLE changed_charges AS
     SELECT resolved.* FROM (${resolvedCharges}) AS resolved
     LEFT JOIN (SELECT * FROM order_charges_fact WHERE ${isWithin('order_date', days)}) AS known
       ON known.order_id = resolved.order_id AND known.kind = resolved.kind
     WHERE CASE WHEN known.order_id IS NULL THEN resolved.amount <> 0
       ELSE known.amount <> resolved.amount OR known.region_id <> resolved.region_id OR known.order_date <> resolved.order_date
         OR known.channel IS DISTINCT FROM resolved.channel END
     ${whole ? `UNION ALL ${unstated(days)}` : ''}`,
  )
  const ofParts = part ? await keepOfParts({ transaction }) : 0
  const replaced = await rollups.around([ofTouchedOrders(days)], () =>
    replaceCharges(context, days),
  )
  await transaction.execute('DROP TABLE changed_charges')
  return { ...replaced, ofParts }
}

/** SELECT of known charges that the documents of their orders do not state any more, as charges of nothing. */
const unstated = (days: DayRange | null) =>
  `SELECT known.order_id, known.kind, 0::DECIMAL(18,4), known.region_id, known.order_date, known.channel
   FROM order_charges_fact AS known WHERE ${isWithin('known.order_date', days)}
     AND known.order_id IN (SELECT order_id FROM order_changes WHERE outcome IN ('replaced', 'unchanged'))
     AND NOT EXISTS (SELECT 1 FROM incoming_charges AS incoming
       WHERE incoming.order_id = known.order_id AND incoming.kind = known.kind)`

async function areThereCharges(transaction: Transaction, days: DayRange | null): Promise<boolean> {
  const [some] = await transaction.query(
    `SELECT EXISTS (SELECT 1 FROM order_charges_fact WHERE ${isWithin('order_date', days)}) AS charges`,
  )
  return some?.charges === true
}

/** SQL condition: the order counts no longer. */
const isLost = (days: DayRange | null) =>
  `(order_id IN (SELECT order_id FROM order_changes WHERE outcome = 'gone')
    OR order_id IN (SELECT orders.order_id FROM orders JOIN order_changes ON order_changes.order_id = orders.order_id
      WHERE orders.state <> 'counted' AND ${isWithin('orders.order_date', days)}))`

/** Of all orders whose charges may change. */
const ofTouchedOrders = (days: DayRange | null): ChangedRows => ({
  fact: 'charges',
  where: `${isWithin('f.order_date', days)} AND (f.order_id IN (SELECT order_id FROM changed_charges
    UNION ALL SELECT order_id FROM order_changes WHERE outcome = 'replaced') OR ${isLost(days)})`,
})

async function replaceCharges(
  { transaction, source, runId, loadedAt }: LoadContext,
  days: DayRange | null,
): Promise<Omit<ChargesOutcome, 'ofParts'>> {
  const isReplaced = `EXISTS (SELECT 1 FROM changed_charges AS changed
      WHERE changed.order_id = order_charges_fact.order_id AND changed.kind = order_charges_fact.kind)`
  const goes = `${isWithin('order_date', days)} AND (${isReplaced} OR ${isLost(days)})`
  const [before] = await transaction.query(
    `SELECT min(order_date) AS from_day, max(order_date) AS to_day FROM order_charges_fact WHERE ${goes}`,
  )
  const removed = await transaction.execute(`DELETE FROM order_charges_fact WHERE ${goes}`)
  const [after] = await transaction.query(
    'SELECT min(order_date) AS from_day, max(order_date) AS to_day FROM changed_charges WHERE amount <> 0',
  )
  const added = await transaction.execute(
    `INSERT INTO order_charges_fact (order_id, kind, amount, region_id, order_date, channel, source, loaded_at, run_id)
     SELECT order_id, kind, amount, region_id, order_date, channel, $1, $2::TIMESTAMPTZ, $3::BIGINT
     FROM changed_charges WHERE amount <> 0 ORDER BY order_date`,
    [source, loadedAt, runId],
  )
  const moved = await transaction.execute(
    `UPDATE order_charges_fact SET order_date = orders.order_date FROM orders
     WHERE orders.order_id = order_charges_fact.order_id AND orders.order_date <> order_charges_fact.order_date
       AND orders.order_id IN (SELECT order_id FROM order_changes WHERE outcome = 'replaced')
       AND ${isWithin('orders.order_date', days)} AND ${isWithin('order_charges_fact.order_date', days)}`,
  )
  return {
    rows: removed + added + moved,
    days: [...touchedDaysIn(before), ...touchedDaysIn(after)],
  }
}

async function keepOfParts({ transaction }: Pick<LoadContext, 'transaction'>): Promise<number> {
  const known = `order_id IN (SELECT order_id FROM order_changes)`
  const [row] = await transaction.query(
    `SELECT count(DISTINCT order_id) AS orders FROM changed_charges WHERE ${known}`,
  )
  await transaction.execute(`DELETE FROM changed_charges WHERE ${known}`)
  return Number(row?.orders ?? 0)
}
