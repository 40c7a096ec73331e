import type { DayRange } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import type { Transaction } from '../warehouse/warehouse.ts'
import type { Coming, LoadContext } from './load-context.ts'
import { isStandingAlone } from './mended.ts'
import { atOrderPrice, findOrdersOfReturns, followOrders, soldWithin } from './orders-of-returns.ts'

/** SQL condition: a refund with a document of its own, which says more than that its order was refunded. */
const isOfItsOwn = "order_id IS NOT NULL AND document_number NOT LIKE 'refund of %'"

/** SQL condition, never null: an order in an older version than the known one gives it back. */
export function isStale(returns: string): string {
  return `EXISTS (SELECT 1 FROM stale_documents AS stale
    WHERE stale.document = ${returns}.document_number AND stale.order_id = ${returns}.order_id)`
}

/**
 * Incoming returns with the ids of their dimensions. What is only known of an order, that it was refunded, does not
 * count beside refunds that are known by themselves.
 */
const namedReturns = `SELECT incoming.return_id, incoming.order_id, incoming.document_number, coalesce(products.product_id, 0) AS product_id,
    coalesce(keys.customer_id, 0) AS customer_id, coalesce(places.region_id, 0) AS region_id, incoming.quantity, incoming.amount,
    incoming.return_date, incoming.return_hour, incoming.channel
  FROM incoming_returns AS incoming
  LEFT JOIN incoming_keys AS keys ON keys.customer_key = incoming.customer_key
  LEFT JOIN products ON products.source = $1 AND products.product_key = incoming.product_key
  LEFT JOIN (SELECT place_key, region_id FROM incoming_regions
    JOIN regions ON regions.region_name = incoming_regions.region_name) AS places ON places.place_key = incoming.place_key
  WHERE NOT ${isStale('incoming')}
    AND NOT coalesce(incoming.document_number LIKE 'refund of %' AND incoming.order_id IN (SELECT order_id FROM returns_fact
      WHERE ${isOfItsOwn} AND return_id NOT IN (SELECT return_id FROM gone_returns)), false)`

/** The same, each counting for whom and where its order does; see `orders-of-returns.ts`. */
const resolvedReturns = `SELECT named.return_id, named.order_id, named.document_number, named.product_id,
    coalesce(sold.customer_id, named.customer_id) AS customer_id, coalesce(sold.region_id, named.region_id) AS region_id,
    named.quantity, named.amount, named.return_date, named.return_hour,
    CASE WHEN sold.order_id IS NULL THEN named.channel ELSE sold.channel END AS channel
  FROM (${namedReturns}) AS named LEFT JOIN orders_of_returns AS sold ON sold.order_id = named.order_id`

/** The same, priced by the lines of their orders, whichever import brought those. */
const pricedReturns = (
  { sql }: Transaction,
  days: DayRange | null,
) => `SELECT unpriced.return_id, unpriced.order_id, unpriced.document_number,
    unpriced.product_id, unpriced.customer_id, unpriced.region_id, unpriced.quantity,
    coalesce(unpriced.amount, ${atOrderPrice(sql, 'unpriced')}) AS amount, unpriced.return_date, unpriced.return_hour, unpriced.channel
  FROM (${resolvedReturns}) AS unpriced
  LEFT JOIN (${soldWithin(days)}) AS sold
    ON unpriced.amount IS NULL AND sold.order_id = unpriced.order_id AND sold.product_id = unpriced.product_id`

/**
 * The names under which an order itself gives something back: its number, or as refunded whole. A credit note of another
 * order, or of none, may be called by the same number.
 */
function ownDocuments(orders: string, asks: string): string {
  return `SELECT order_number AS document, order_id, ${asks} AS asks FROM ${orders}
    UNION ALL SELECT concat('refund of ', order_number), order_id, false FROM ${orders}`
}

/** The tables of a comparison of returns in which nothing is found. */
export const nothingGone =
  'CREATE TEMP TABLE stale_documents (document VARCHAR, order_id BIGINT); CREATE TEMP TABLE gone_returns (return_id BIGINT, asks BOOLEAN)'

export const isAnonymous = isStandingAlone('document_number')

/**
 * Compares the returns of the documents that come again with the known ones; `known_orders` is there. Leaves
 * the temporary tables `gone_returns` (known ones that do not come again with their document) and
 * `stale_documents` (those of orders that come in an older version). Gives how many are gone without a
 * change of their order that explains it, and without another of the same product in their place. Of
 * documents that come in part none is gone, but a row that stands alone is replaced by what it is now.
 */
export async function compareReturns(
  context: LoadContext,
  { part, knownDays }: { readonly part: boolean; readonly knownDays: DayRange | null },
): Promise<number> {
  const { transaction, coming, source, standing } = context
  const areSomeKnown = standing.returns
  // Neither an import without returns nor a shop without any needs more of what follows.
  const isStaleSought = knownDays !== null && (areSomeKnown || coming.returns > 0)
  await transaction.execute(
    isStaleSought
      ? `CREATE TEMP TABLE stale_documents AS SELECT document, order_id FROM (${ownDocuments(
          '(SELECT order_number, order_id FROM incoming_orders WHERE order_id IN (SELECT order_id FROM known_orders WHERE stale)) AS stale_orders',
          'false',
        )}) AS documents`
      : 'CREATE TEMP TABLE stale_documents (document VARCHAR, order_id BIGINT)',
  )
  if (!areSomeKnown) {
    await transaction.execute('CREATE TEMP TABLE gone_returns (return_id BIGINT, asks BOOLEAN)')
    return 0
  }
  await transaction.execute(
    `CREATE TEMP TABLE gone_returns AS
     WITH fresh AS (SELECT order_id, order_number, state FROM incoming_orders
         WHERE order_id NOT IN (SELECT order_id FROM known_orders WHERE stale)),
       documents AS (${ownDocuments('fresh', "state = 'counted'")}
         UNION ALL SELECT document_number, NULL, true FROM incoming_returns WHERE document_number NOT LIKE 'refund of %'),
       gone AS (${goneBy(coming, part).join('\n         UNION ALL ')})
     SELECT return_id, bool_or(asks) AS asks FROM gone
     WHERE return_id NOT IN (SELECT return_id FROM incoming_returns) GROUP BY return_id`,
    [source],
  )
  const [gone] = await transaction.query('SELECT count(*) AS returns FROM gone_returns WHERE asks')
  return Number(gone?.returns ?? 0) > 0 ? countLost(transaction, source) : 0
}

/** SELECTs of known returns that an import may take away: those of its documents, of its days, and of its orders. */
function goneBy({ returns, anonymousOrders }: Coming, part: boolean): string[] {
  const found = [
    `SELECT return_id, asks FROM returns_fact JOIN documents ON documents.document = returns_fact.document_number
           AND (documents.order_id IS NULL OR documents.order_id = returns_fact.order_id)
         WHERE source = $1 ${part ? `AND ${isAnonymous}` : ''}`,
  ]
  if (!part && returns + anonymousOrders > 0)
    found.push(`SELECT return_id, true FROM returns_fact WHERE source = $1 AND ${isAnonymous}
           AND return_date IN (SELECT order_date FROM incoming_orders WHERE anonymous
             UNION ALL SELECT return_date FROM incoming_returns WHERE ${isAnonymous})`)
  if (returns > 0)
    found.push(`SELECT return_id, false FROM returns_fact WHERE source = $1 AND document_number LIKE 'refund of %'
           AND order_id IN (SELECT order_id FROM incoming_returns WHERE ${isOfItsOwn})`)
  return found
}

/** Returns that are gone from their document, or from their day, less those of the same product that are new there. */
async function countLost(transaction: Transaction, source: string): Promise<number> {
  const place = `CASE WHEN ${isAnonymous} THEN return_date::VARCHAR ELSE document_number END AS place`
  const [row] = await transaction.query(
    `SELECT coalesce(sum(lost), 0) AS returns FROM (
       SELECT place, product_id, sum(gone) - sum(coming) AS lost FROM (
         SELECT ${place}, product_id, 1 AS gone, 0 AS coming FROM returns_fact
           WHERE return_id IN (SELECT return_id FROM gone_returns WHERE asks)
         UNION ALL SELECT ${place}, product_id, 0, 1 FROM (${namedReturns}) AS named
           WHERE return_id NOT IN (SELECT return_id FROM returns_fact)) AS sides
       GROUP BY place, product_id HAVING sum(gone) > sum(coming)) AS documents`,
    [source],
  )
  return Number(row?.returns ?? 0)
}

/**
 * Returns are replaced by their document; the same again changes nothing. The facts of their orders are there. Gives how
 * many rows it touched, and the first and last day of returns of earlier imports that follow their orders.
 */
export async function loadReturns(
  context: LoadContext,
): Promise<{ rows: number; days: readonly string[] }> {
  const { transaction, coming, mayBeKnown } = context
  if (!mayBeKnown && coming.returns === 0 && !(await areSomeGone(transaction)))
    return { rows: 0, days: [] }
  const orders = await findOrdersOfReturns(context)
  const mayReplace = coming.returns > 0 || (await areSomeGone(transaction))
  const rows = mayReplace ? await replaceReturns(context, orders.days) : 0
  const days = orders.returns > 0 ? await followOrders(context, orders) : []
  return { rows, days }
}

async function areSomeGone(transaction: Transaction): Promise<boolean> {
  const [gone] = await transaction.query('SELECT count(*) AS returns FROM gone_returns')
  return Number(gone?.returns) > 0
}

async function replaceReturns(
  { transaction, rollups, coming, source, runId, loadedAt }: LoadContext,
  days: DayRange | null,
): Promise<number> {
  // To look for prices costs a scan of all sales, empty as the list of orders may be.
  const incoming = coming.unpricedReturns > 0 ? pricedReturns(transaction, days) : resolvedReturns
  await transaction.execute(
    `CREATE TEMP TABLE changed_returns AS
     SELECT resolved.* FROM (${incoming}) AS resolved LEFT JOIN returns_fact AS known
       ON known.return_id = resolved.return_id AND known.product_id = resolved.product_id
       AND known.customer_id = resolved.customer_id AND known.region_id = resolved.region_id
       AND known.quantity = resolved.quantity AND known.amount IS NOT DISTINCT FROM resolved.amount
       AND known.return_date = resolved.return_date AND known.channel IS NOT DISTINCT FROM resolved.channel
     WHERE known.return_id IS NULL`,
    [source],
  )
  const [multiplied] = await transaction.query(
    'SELECT count(*) AS out, count(DISTINCT return_id) AS incoming FROM changed_returns',
  )
  if (multiplied?.out !== multiplied?.incoming) {
    throw new TakingsError('rows_do_not_add_up', {
      path: 'the returns',
      in: Number(multiplied?.incoming),
      out: Number(multiplied?.out),
    })
  }
  const isRemoved = `return_id IN (SELECT return_id FROM changed_returns UNION ALL SELECT return_id FROM gone_returns)`
  await rollups.goes({ fact: 'returns', where: `f.${isRemoved}` })
  const removed = await transaction.execute(`DELETE FROM returns_fact WHERE ${isRemoved}`)
  const added = await transaction.execute(
    `INSERT INTO returns_fact (return_id, order_id, document_number, product_id, customer_id, region_id, quantity, amount,
       return_date, return_hour, channel, source, loaded_at, run_id)
     SELECT return_id, order_id, document_number, product_id, customer_id, region_id, quantity, amount, return_date,
       return_hour, channel, $1, $2::TIMESTAMPTZ, $3::BIGINT
     FROM changed_returns ORDER BY return_date`,
    [source, loadedAt, runId],
  )
  await rollups.added({
    fact: 'returns',
    where: 'f.return_id IN (SELECT return_id FROM changed_returns)',
  })
  await transaction.execute('DROP TABLE changed_returns')
  return removed + added
}
