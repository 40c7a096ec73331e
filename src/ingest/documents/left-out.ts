import { countText, plural } from '../../model/sentence.ts'
import { isSale } from '../handover.ts'
import { isStandingAlone } from '../mended.ts'
import { reading, type Workbench } from '../workbench.ts'
import type { LeftOut } from './document.ts'
import { isGrossRounded, linesOf, mostLines, type RowsRequest } from './document-rows.ts'

/** What the published schema of live records cannot say of what the files do; `writeDocumentRows` has made its tables. */
export async function findLeftOut(
  bench: Workbench,
  request: RowsRequest,
): Promise<readonly LeftOut[]> {
  const found: LeftOut[] = []
  for (const {
    sql,
    words: [one, many],
    text,
    isMissing,
  } of [...missingRecords(request), ...untoldDetails(request)]) {
    const { count } = await bench.row(`SELECT coalesce(${sql}, 0)::BIGINT AS count`)
    if (Number(count) === 0) continue
    const counted = plural(String(count), one, many)
    found.push({ count: Number(count), text: `${counted} ${text}`, isMissing })
  }
  return found
}

type Words = readonly [one: string, many: string]

const ofOrders: Words = ['order', 'orders']
const ofBack: Words = ['return', 'returns']
const ofLines: Words = ['order line', 'order lines']

interface LeftOutKind extends Omit<LeftOut, 'count'> {
  readonly words: Words
  /** A subquery that counts. */
  readonly sql: string
}

/** What is not sent at all. */
function missingRecords({ handover }: RowsRequest): readonly LeftOutKind[] {
  const lines = linesOf(handover)
  const orders = reading([handover.orders])
  return [
    missing(
      `(SELECT count(*) FROM ${lines} JOIN ${orders} AS orders USING (order_id) WHERE anonymous AND ${isSale})`,
      ofLines,
      'without an order number: live orders are known by theirs',
    ),
    missing(
      '(SELECT count(*) FROM unfit_orders WHERE unnamed)',
      ofOrders,
      'with lines that name no product',
    ),
    missing(
      '(SELECT count(*) FROM unfit_orders WHERE negative AND NOT unnamed)',
      ofOrders,
      'with amounts below zero',
    ),
    missing(
      `(SELECT count(*) FROM unfit_orders WHERE lines > ${mostLines} AND NOT unnamed AND NOT negative)`,
      ofOrders,
      `with more than ${countText(String(mostLines))} lines`,
    ),
    ...missingReturns(handover.returns),
    ...(handover.charges
      ? [
          missing(
            `(SELECT count(*) FROM ${reading([handover.charges])} WHERE amount < 0 AND order_id IN (SELECT order_id FROM sent_orders))`,
            ['charge', 'charges'],
            'below zero, of orders that are sent',
          ),
        ]
      : []),
    ...(handover.stock
      ? [
          missing(
            `(SELECT count(*) FROM ${reading([handover.stock])} WHERE kind = 'count' AND quantity < 0)`,
            ['count', 'counts'],
            'of stock below zero',
          ),
        ]
      : []),
  ]
}

/** What is sent with less than the files say. */
function untoldDetails({ handover, currency }: RowsRequest): readonly LeftOutKind[] {
  const lines = linesOf(handover)
  const sent = 'lines.order_id IN (SELECT order_id FROM sent_orders)'
  const other =
    currency === null ? 'false' : `coalesce(source_currency, '${currency}') <> '${currency}'`
  return [
    {
      sql: '(SELECT count(*) FROM (SELECT DISTINCT document_number, part FROM return_rows WHERE part > 1))',
      words: ofBack,
      text: 'under a number that another one of another day, order or customer has: sent under numbers such as “1001 (2)”, so do not import these files later as well',
      isMissing: false,
    },
    {
      sql: `(SELECT count(DISTINCT order_id) FROM ${lines} AS lines WHERE ${isSale} AND ${sent} AND ${other})`,
      words: ofOrders,
      text: 'in another currency: the amounts are sent in that of the shop, and the other one is not told',
      isMissing: false,
    },
    {
      sql: `(SELECT count(*) FROM (SELECT order_id FROM ${lines} AS lines WHERE ${isSale} AND ${sent}
        GROUP BY order_id HAVING min(order_hour) <> max(order_hour)))`,
      words: ofOrders,
      text: 'with lines of several hours: sent with the hour of the first line',
      isMissing: false,
    },
    {
      sql: `(SELECT count(*) FROM ${lines} AS lines WHERE ${isSale} AND ${sent} AND ${isGrossRounded})`,
      words: ofLines,
      text: 'with a price before the discount that is rounded: gross sales may differ by fractions of a cent',
      isMissing: false,
    },
    {
      sql: `(SELECT count(*) FROM ${reading(handover.customers)} AS customers JOIN ${reading([handover.regions])} AS regions USING (place_key)
        WHERE customers.stated AND regions.level = 'subdivision')`,
      words: ['customer', 'customers'],
      text: 'with a part of a country as region: sent with the country',
      isMissing: false,
    },
  ]
}

function missing(sql: string, words: Words, text: string): LeftOutKind {
  return { sql, words, text, isMissing: true }
}

function missingReturns(returns: string | null): readonly LeftOutKind[] {
  if (returns === null) return []
  const alone = `coalesce(${isStandingAlone('document_number')}, true)`
  const from = reading([returns])
  return [
    missing(
      `(SELECT count(*) FROM ${from} WHERE product_key IS NULL AND NOT ${alone})`,
      ofBack,
      'without a product',
    ),
    missing(
      `(SELECT count(*) FROM ${from} WHERE ${alone})`,
      ofBack,
      'without any number, of their own or of an order',
    ),
  ]
}
