import { isSale } from './handover.ts'
import { type ChargeRole, chargeRoles } from './role.ts'
import { reading, type Workbench } from './workbench.ts'

/**
 * What orders state beside their lines: charges, and what they come to. A discount of the whole order is taken off
 * its lines; a total that neither lines nor charges explain is reported.
 */
export interface OrderAmounts {
  /** Lines after discounts of whole orders were taken off. */
  readonly lines: readonly string[]
  readonly findings: OrderAmountFindings
}

export interface OrderAmountFindings {
  /** Orders whose lines do not sum up to what the order states of its goods. */
  readonly differingSums: number
  /** Orders whose lines and charges do not come to the stated total, and by how much more or less it is, as decimal text. */
  readonly differingTotals: number
  readonly unexplained: Readonly<Record<'more' | 'less', string>>
  /** Orders in whose prices the stated tax is contained, as their totals tell, and that tax as decimal text. */
  readonly taxWithin: number
  readonly taxWithinAmount: string
  /** Orders with tax that no total tells to be within their prices or on top. */
  readonly taxUntold: number
  /** Orders of which a part was refunded, of whatever goods, and what of it is taken off their lines, as decimal text. */
  readonly refundsSpread: number
  readonly refundsSpreadAmount: string
  /** Orders that state refunds which are listed apart, and of which this import holds none; and their sum. */
  readonly refundsApart: number
  readonly refundsApartAmount: string
  /** Orders that state a discount of more than their goods cost, which is not taken off. */
  readonly discountsBeyond: number
  /** Discounts that stand as lines of orders that have no others. */
  readonly discountsAlone: number
  /** Rows of which an amount beside the goods could not be read. */
  readonly unread: number
}

export const noOrderAmounts: OrderAmountFindings = {
  differingSums: 0,
  differingTotals: 0,
  unexplained: { more: '0', less: '0' },
  taxWithin: 0,
  taxWithinAmount: '0',
  taxUntold: 0,
  refundsSpread: 0,
  refundsSpreadAmount: '0',
  refundsApart: 0,
  refundsApartAmount: '0',
  discountsBeyond: 0,
  discountsAlone: 0,
  unread: 0,
}

/** SQL of what an order states of one kind of charge: once for the whole order, or line by line. */
function chargeOf(role: ChargeRole): string {
  const [order, line] = [`max_by(order_${role}, abs(order_${role}))`, `sum(line_${role})`]
  // Of a tax the lines may state what the order sums up.
  if (role === 'tax') return `coalesce(${order}, ${line})::DECIMAL(18,4) AS ${role}`
  return `CASE WHEN count(order_${role}) + count(line_${role}) > 0
    THEN coalesce(${order}, 0) + coalesce(${line}, 0) END::DECIMAL(18,4) AS ${role}`
}

const cent = '0.01'
const beside = chargeRoles
  .filter((role) => role !== 'tax')
  .map((role) => `coalesce(${role}, 0)`)
  .join(' + ')

/**
 * SQL of what of a refund is of the goods: all of what was paid for them where it is all that was paid, else their
 * share of it, for shipping and tax go back too.
 */
const paid = `greatest(coalesce(order_total, 0), goods - off + charged)`
const refund = `CASE WHEN refunded > 0 AND NOT returned THEN CASE WHEN refunded >= ${paid} - ${cent} THEN goods - off
    ELSE least(goods - off, round(refunded * (goods - off) / ${paid}, 4)) END ELSE 0 END::DECIMAL(18,4)`

/**
 * One row per order with sales: goods, charges, and `off`: what was taken off the whole order and stands on none of
 * its lines. Where a total is stated it decides: a discount that it does not miss is on the lines already, and a
 * subtotal may be what the goods cost before it.
 */
function orderAmounts(lines: readonly string[]): string {
  const comesTo = (goods: string) =>
    `(abs(order_total - (${goods} + charged)) <= ${cent} OR abs(order_total - (${goods} + charged + coalesce(tax, 0))) <= ${cent})`
  return `WITH stated AS (
      SELECT order_id, min(order_date) AS order_date, any_value(channel) AS channel, any_value(place_key) AS place_key,
        sum(total_price) FILTER (${isSale}) AS goods,
        least(sum(total_price) FILTER (${isSale}), coalesce(sum(abs(total_price)) FILTER (${isDiscountRow}), 0)) AS taken, bool_or(outcome = 'rejected') AS torn,
        max(order_subtotal) AS order_subtotal, max(abs(order_discount)) AS order_discount, max(order_total) AS order_total,
        count(*) FILTER (charge_unread) AS unread, bool_or(tax_taken_off) IS TRUE AS told_tax, bool_or(outcome = 'refunded') AS returned, max(abs(return_amount)) AS refunded, max(abs(refund_apart)) AS apart,
        ${chargeRoles.map(chargeOf).join(', ')}
      FROM ${reading(lines)} WHERE ${isSale} OR outcome = 'rejected' OR ${isDiscountRow} GROUP BY order_id HAVING count(*) FILTER (${isSale}) > 0),
    charged AS (SELECT *, ${beside} AS charged FROM stated),
    missed AS (SELECT *, goods - taken AS sold, coalesce(goods - taken - order_subtotal, order_discount, 0) AS missing FROM charged),
    told AS (SELECT * REPLACE (CASE WHEN ${comesTo('(sold - missing)')} THEN missing WHEN ${comesTo('sold')} THEN 0
        WHEN ${comesTo('(sold - order_discount)')} THEN order_discount
        WHEN ${comesTo('(order_subtotal - order_discount)')} THEN sold - order_subtotal + order_discount
        ELSE missing END AS missing) FROM missed),
    less AS (SELECT *, (taken + CASE WHEN torn OR missing <= 0 OR missing > sold OR order_subtotal < 0 THEN 0
        ELSE missing END)::DECIMAL(18,4) AS off, NOT torn AND missing > sold AND order_discount > 0 AS is_beyond FROM told)
    SELECT * EXCLUDE (missing, sold, taken, charged, returned, refunded, told_tax), ${refund} AS refund,
      CASE WHEN order_total IS NOT NULL AND NOT torn AND NOT ${comesTo('(goods - off)')}
        THEN order_total - (goods - off + charged + coalesce(tax, 0)) END AS unexplained,
      CASE WHEN tax <> 0 THEN CASE WHEN told_tax OR abs(order_total - (goods - off + charged + tax)) <= ${cent} THEN 'on_top'
        WHEN abs(order_total - (goods - off + charged)) <= ${cent} THEN 'within' ELSE 'untold' END END AS taxed
    FROM less`
}

/** SQL condition: the row is a discount of its order, and no line of it. */
const isDiscountRow = "reason = 'discount_row'"

/** Whether some of the judged, numbered lines are discounts. */
export async function holdDiscountRows(
  bench: Workbench,
  files: readonly string[],
): Promise<boolean> {
  if (files.length === 0) return false
  const { rows } = await bench.row(
    `SELECT count(*) AS rows FROM ${reading(files)} WHERE ${isDiscountRow}`,
  )
  return Number(rows) > 0
}

/** Leaves the temporary table `order_amounts`. */
export async function reconcile(
  bench: Workbench,
  lines: readonly string[],
  onProgress?: (share: number) => void,
): Promise<OrderAmounts> {
  await bench.staging.run(`CREATE OR REPLACE TEMP TABLE order_amounts AS ${orderAmounts(lines)}`)
  const isApart = `apart > 0 AND order_id NOT IN
    (SELECT order_id FROM ${reading(lines)} WHERE outcome = 'return' AND order_id IS NOT NULL)`
  const found = await bench.row(
    `SELECT count(*) FILTER (off > 0) AS less, count(*) FILTER (abs(goods - off - order_subtotal) > ${cent} AND abs(goods - order_subtotal) > ${cent}) AS sums,
       count(unexplained) AS totals, coalesce(sum(unexplained) FILTER (unexplained > 0), 0)::VARCHAR AS unexplained_more,
       coalesce(-sum(unexplained) FILTER (unexplained < 0), 0)::VARCHAR AS unexplained_less,
       count(*) FILTER (taxed = 'within') AS within, coalesce(sum(tax) FILTER (taxed = 'within'), 0)::VARCHAR AS tax,
       count(*) FILTER (is_beyond) AS beyond, count(*) FILTER (refund > 0) AS refunds, coalesce(sum(refund), 0)::VARCHAR AS refunded,
       count(*) FILTER (${isApart}) AS apart, coalesce(sum(apart) FILTER (${isApart}), 0)::VARCHAR AS amount_apart,
       (SELECT count(*) FROM ${reading(lines)} WHERE ${isDiscountRow} AND order_id NOT IN (SELECT order_id FROM order_amounts)) AS alone,
       count(*) FILTER (taxed = 'untold') AS untold, coalesce(sum(unread), 0)::BIGINT AS unread FROM order_amounts`,
  )
  const changed = Number(found.less) + Number(found.refunds) > 0
  return {
    lines: changed ? [await bench.write('spread', spreadLines(lines), onProgress)] : lines,
    findings: {
      differingSums: Number(found.sums),
      differingTotals: Number(found.totals),
      unexplained: {
        more: String(found.unexplained_more),
        less: String(found.unexplained_less),
      },
      taxWithin: Number(found.within),
      taxWithinAmount: String(found.tax),
      taxUntold: Number(found.untold),
      refundsSpread: Number(found.refunds),
      refundsSpreadAmount: String(found.refunded),
      refundsApart: Number(found.apart),
      refundsApartAmount: String(found.amount_apart),
      discountsBeyond: Number(found.beyond),
      discountsAlone: Number(found.alone),
      unread: Number(found.unread),
    },
  }
}

/**
 * Takes what an order is less than the sum of its lines off them, and what was refunded of it too, each by its share:
 * cumulative sums are rounded, so that the parts add up exactly (largest error half of the last decimal).
 */
function spreadLines(lines: readonly string[]): string {
  const from = reading(lines)
  const concerned =
    'SELECT order_id, goods, off, refund FROM order_amounts WHERE off > 0 OR refund > 0'
  const share = (amount: string, upto: string) =>
    `round(${amount} * (${upto}) / nullif(goods, 0), 4)::DECIMAL(18,4)`
  const part = (amount: string) =>
    `coalesce(${share(amount, 'upto')} - ${share(amount, 'upto - total_price')}, 0)`
  const back = `(${isSale} AND refund > 0 AND ${part('refund')} > 0)`
  return `SELECT * FROM ${from} AS lines ANTI JOIN (${concerned}) AS spread USING (order_id)
    UNION ALL BY NAME
    SELECT * EXCLUDE (goods, off, refund, upto) REPLACE (
      CASE WHEN ${isSale} THEN total_price - ${part('off')} ELSE total_price END::DECIMAL(18,4) AS total_price,
      CASE WHEN ${back} THEN 'refunded' ELSE outcome END AS outcome,
      CASE WHEN ${back} THEN ${part('refund')} ELSE line_refund END::DECIMAL(18,4) AS line_refund,
      CASE WHEN ${back} THEN greatest(0.001, round(quantity * refund / nullif(goods - off, 0), 3)) ELSE returned_quantity END::DECIMAL(14,3) AS returned_quantity)
    FROM (SELECT lines.*, spread.goods, spread.off, spread.refund,
        sum(total_price) FILTER (${isSale}) OVER (PARTITION BY order_id ORDER BY file_number, line_id, record_number
          ROWS UNBOUNDED PRECEDING) AS upto
      FROM ${from} AS lines JOIN (${concerned}) AS spread USING (order_id))`
}
