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
  for (const { sql, text, isMissing } of kindsOf(request)) {
    const { count } = await bench.row(`SELECT coalesce(${sql}, 0)::BIGINT AS count`)
    if (Number(count) > 0) found.push({ count: Number(count), text, isMissing })
  }
  return found
}

interface LeftOutKind extends Omit<LeftOut, 'count'> {
  /** A subquery that counts. */
  readonly sql: string
}

function kindsOf({ handover, currency }: RowsRequest): readonly LeftOutKind[] {
  const lines = linesOf(handover)
  const orders = reading([handover.orders])
  const sent = 'lines.order_id IN (SELECT order_id FROM sent_orders)'
  const other =
    currency === null ? 'false' : `coalesce(source_currency, '${currency}') <> '${currency}'`
  return [
    missing(
      `(SELECT count(*) FROM ${lines} JOIN ${orders} AS orders USING (order_id) WHERE anonymous AND ${isSale})`,
      'order lines without an order number: live orders are known by theirs',
    ),
    missing(
      '(SELECT count(*) FROM unfit_orders WHERE unnamed AND order_id IN (SELECT order_id FROM ' +
        `${orders} WHERE NOT anonymous))`,
      'orders with lines that name no product',
    ),
    missing(
      '(SELECT count(*) FROM unfit_orders WHERE negative AND NOT unnamed)',
      'orders with amounts below zero',
    ),
    missing(
      `(SELECT count(*) FROM unfit_orders WHERE lines > ${mostLines} AND NOT unnamed AND NOT negative)`,
      `orders with more than ${mostLines.toLocaleString('en')} lines`,
    ),
    ...ofReturns(handover.returns),
    ...(handover.charges
      ? [
          missing(
            `(SELECT count(*) FROM ${reading([handover.charges])} WHERE amount < 0 AND order_id IN (SELECT order_id FROM sent_orders))`,
            'charges below zero of orders that were sent',
          ),
        ]
      : []),
    ...(handover.stock
      ? [
          missing(
            `(SELECT count(*) FROM ${reading([handover.stock])} WHERE kind = 'count' AND quantity < 0)`,
            'counts of stock below zero',
          ),
        ]
      : []),
    {
      sql: `(SELECT count(DISTINCT order_id) FROM ${lines} AS lines WHERE ${isSale} AND ${sent} AND ${other})`,
      text: 'orders in another currency: sent in that of the shop, without the one they were paid in',
      isMissing: false,
    },
    {
      sql: `(SELECT count(*) FROM (SELECT order_id FROM ${lines} AS lines WHERE ${isSale} AND ${sent}
        GROUP BY order_id HAVING min(order_hour) <> max(order_hour)))`,
      text: 'orders whose lines have several hours: sent with that of the first line',
      isMissing: false,
    },
    {
      sql: `(SELECT count(*) FROM ${lines} AS lines WHERE ${isSale} AND ${sent} AND ${isGrossRounded})`,
      text: 'lines whose price before the discount is rounded: gross sales may differ by fractions of a cent',
      isMissing: false,
    },
    {
      sql: `(SELECT count(*) FROM ${reading(handover.customers)} AS customers JOIN ${reading([handover.regions])} AS regions USING (place_key)
        WHERE customers.stated AND regions.level = 'subdivision')`,
      text: 'customers who live in a part of a country: sent with their country',
      isMissing: false,
    },
  ]
}

function missing(sql: string, text: string): LeftOutKind {
  return { sql, text, isMissing: true }
}

function ofReturns(returns: string | null): readonly LeftOutKind[] {
  if (returns === null) return []
  const alone = `coalesce(${isStandingAlone('document_number')}, true)`
  const from = reading([returns])
  return [
    missing(
      `(SELECT count(*) FROM ${from} WHERE product_key IS NULL AND NOT ${alone})`,
      'returns that name no product',
    ),
    missing(
      `(SELECT count(*) FROM ${from} WHERE ${alone})`,
      'returns without a number of their own or of their order',
    ),
    {
      sql: '(SELECT count(*) FROM (SELECT DISTINCT document_number, part FROM return_rows WHERE part > 1))',
      text: 'returns that share a number with one of another day, order or customer: sent under numbers such as “1001 (2)”',
      isMissing: false,
    },
  ]
}
