import type { DayRange } from '../model/day.ts'
import type { SqlWords } from '../warehouse/warehouse.ts'
import type { LoadContext } from './load-context.ts'
import { daysOfOrders, isWithin, touchedDaysIn } from './touched-days.ts'

/**
 * What came back of a known order counts for the customer, the place and the channel of that order, whatever the return
 * says of them: only then are sales less returns right for each. It follows the order, whichever of the two comes first.
 */

type Context = Pick<LoadContext, 'transaction' | 'rollups' | 'coming' | 'mayBeKnown'>

/** What was paid for each product of the orders of returns, and for how many pieces. */
export const soldWithin = (days: DayRange | null) =>
  `SELECT order_id, product_id, sum(total_price) AS paid, sum(quantity) AS pieces FROM sales_fact
   WHERE order_id IN (SELECT order_id FROM orders_of_returns) AND ${isWithin('order_date', days)}
   GROUP BY order_id, product_id`

/** The quantity that came back at the price that was paid for one. */
export const atOrderPrice = (sql: SqlWords, returns: string) =>
  sql.quotient(`${returns}.quantity * sold.paid`, 'sold.pieces')

/** The orders that returns belong to, as far as a load touches either. */
export interface OrdersOfReturns {
  /** Known returns of incoming orders. */
  readonly returns: number
  /** Of these, how many have no amount. */
  readonly unpriced: number
  /** Where the orders stand; null where none is known. */
  readonly days: DayRange | null
}

const ofIncomingOrders = 'order_id IN (SELECT order_id FROM incoming_orders)'

/**
 * Leaves the temporary table `orders_of_returns` (order_id, customer_id, region_id, channel): the counted orders of
 * incoming returns, and those incoming orders of which returns are known.
 */
export async function findOrdersOfReturns({
  transaction,
  coming,
  mayBeKnown,
}: Context): Promise<OrdersOfReturns> {
  const [known] =
    coming.orders > 0 && mayBeKnown
      ? await transaction.query(
          `SELECT count(*) AS returns, count(*) - count(amount) AS unpriced FROM returns_fact WHERE ${ofIncomingOrders}`,
        )
      : []
  const returns = Number(known?.returns ?? 0)
  const sought = [
    ...(returns > 0 ? [`SELECT order_id FROM returns_fact WHERE ${ofIncomingOrders}`] : []),
    ...(coming.returns > 0
      ? ['SELECT order_id FROM incoming_returns WHERE order_id IS NOT NULL']
      : []),
  ].join(' UNION ALL ')
  const days =
    sought === ''
      ? null
      : await daysOfOrders(
          transaction,
          `SELECT order_date AS day FROM orders WHERE order_id IN (${sought})`,
        )
  // All lines of an order have one customer, place and channel; only plain SQL may say otherwise.
  await transaction.execute(
    days === null
      ? 'CREATE TEMP TABLE orders_of_returns (order_id BIGINT, customer_id BIGINT, region_id BIGINT, channel VARCHAR)'
      : `CREATE TEMP TABLE orders_of_returns AS
         SELECT order_id, min(customer_id) AS customer_id, min(region_id) AS region_id, min(channel) AS channel FROM sales_fact
         WHERE order_id IN (${sought}) AND ${isWithin('order_date', days)} GROUP BY order_id`,
  )
  return { returns, unpriced: Number(known?.unpriced ?? 0), days }
}

/**
 * Known returns of incoming orders follow these, and get a price where neither they nor anything before told one. Gives
 * the first and the last of their days.
 */
export async function followOrders(
  { transaction, rollups }: Context,
  { unpriced, days }: OrdersOfReturns,
): Promise<string[]> {
  // To look for prices costs a scan of the orders' lines.
  const [amount, prices] =
    unpriced > 0
      ? [
          `coalesce(known.amount, ${atOrderPrice(transaction.sql, 'known')})`,
          `LEFT JOIN (${soldWithin(days)}) AS sold ON sold.order_id = known.order_id AND sold.product_id = known.product_id`,
        ]
      : ['known.amount', '']
  await transaction.execute(
    `CREATE TEMP TABLE followed_returns AS
     SELECT * FROM (SELECT known.return_id, known.return_date, known.amount AS known_amount, ${amount} AS amount,
         orders.customer_id, orders.region_id, orders.channel,
         known.customer_id <> orders.customer_id OR known.region_id <> orders.region_id
           OR known.channel IS DISTINCT FROM orders.channel AS moves
       FROM returns_fact AS known JOIN orders_of_returns AS orders ON orders.order_id = known.order_id ${prices}
       WHERE known.${ofIncomingOrders}) AS followed
     WHERE moves OR amount IS DISTINCT FROM known_amount`,
  )
  const [found] = await transaction.query(
    'SELECT min(return_date) AS from_day, max(return_date) AS to_day FROM followed_returns',
  )
  const touched = touchedDaysIn(found)
  const followed = {
    fact: 'returns',
    where: 'f.return_id IN (SELECT return_id FROM followed_returns)',
  } as const
  if (touched.length > 0)
    await rollups.around([followed], () =>
      transaction.execute(
        `UPDATE returns_fact SET amount = followed.amount, customer_id = followed.customer_id,
           region_id = followed.region_id, channel = followed.channel
         FROM followed_returns AS followed WHERE returns_fact.return_id = followed.return_id`,
      ),
    )
  await transaction.execute('DROP TABLE followed_returns')
  return touched
}
