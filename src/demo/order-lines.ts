import { ringSize } from './assortment.ts'
import type { Chance } from './chance.ts'
import { customerIdBase } from './customers.ts'
import { homeRegion } from './market.ts'
import type { Shop } from './orders.ts'
import { money } from './workshop.ts'

/** SQL that makes the lines of orders: what, how many, for how much, and what of it comes back. */

export const orderIdBase = 500_001

/** Headers of the sales file, in order. */
export const salesColumns = [
  'OrderID',
  'LineNumber',
  'CustomerID',
  'ProductID',
  'Quantity',
  'UnitPrice',
  'Discount',
  'TotalPrice',
  'UnitCost',
  'OrderDate',
  'OrderedAt',
  'RegionID',
  'Channel',
  'Currency',
  'Status',
] as const

/** A number of its own for every line; an order has fewer than eight. */
const lineKey = '(i * 8 + k)'

/** The lines of `order_heads`, as table `lines`: the sales file's columns, then what follows from them. */
export function orderLines(shop: Shop): string {
  const { chance } = shop
  return `
    CREATE OR REPLACE TABLE lines AS
    WITH ${chosenProducts(shop)}, ${pricedLines(shop)}, ${returnedLines(shop)}
    SELECT ${orderIdBase} + i AS OrderID,
      (k + 1)::INTEGER AS LineNumber,
      ${customerIdBase} + customer AS CustomerID,
      product_id AS ProductID,
      quantity::INTEGER AS Quantity,
      ${money('price')} AS UnitPrice,
      ${money('discount')} AS Discount,
      ${money('quantity * price - discount')} AS TotalPrice,
      ${money('cost')} AS UnitCost,
      day AS OrderDate,
      day::TIMESTAMP + to_seconds(second_of_day) AS OrderedAt,
      region_id AS RegionID,
      ${channel(chance)} AS Channel,
      'EUR' AS Currency,
      'completed' AS Status,
      week,
      back,
      ((quantity * price - discount) * back * 2 + quantity) // (2 * quantity) AS back_cents,
      return_day
    FROM sent_back
    ORDER BY OrderID, LineNumber`
}

/** One row per line with its product; the second of two lines is often the first one's partner. */
function chosenProducts(shop: Shop): string {
  const ring = ringSize(shop.products)
  const apart = `(${ring} // line_count)`
  const jitter = shop.chance.pick('jitter', lineKey, `${ring} // (2 * line_count)`)
  return `
    opened AS (
      SELECT *, unnest(range(line_count)) AS k FROM order_heads
    ),
    slotted AS (
      SELECT *, step * ${ring} + CASE WHEN k = 0 THEN slot
          ELSE (slot + k * ${apart} + ${jitter}) % ${ring} END AS place,
        CASE WHEN k = 1 AND line_count = 2 AND wants_pair THEN step * ${ring} + slot END AS place_before
      FROM opened
    ),
    chosen AS (
      SELECT s.*, coalesce(before.partner_id, r.product_id) AS product_id
      FROM slotted AS s
      JOIN ring AS r ON r.place = s.place
      LEFT JOIN ring AS before ON before.place = s.place_before
    )`
}

/** Prices of the year, promotions of the day, quantity, discount. Whole cents: nothing is rounded twice. */
function pricedLines({ chance, calendar }: Shop): string {
  const firstYear = Number(calendar.period.from.slice(0, 4))
  return `
    priced AS (
      SELECT c.*, p.price, p.cost, p.category, p.return_percent, m.percent, m.reach,
        region_slots.region_id,
        ${chance.pick('quantity', lineKey, 100)} AS luck
      FROM chosen AS c
      JOIN prices AS p ON p.key = c.product_id * 100 + (c.year - ${firstYear})
      JOIN region_slots ON region_slots.slot = c.region_slot
      LEFT JOIN promotions AS m ON m.key = c.day_index * 100 + p.category
    ),
    counted AS (
      SELECT *, ${quantity} AS quantity,
        CASE WHEN percent IS NOT NULL AND ${chance.pick('promotion', lineKey, 100)} < reach THEN percent
             WHEN has_coupon THEN 10 ELSE 0 END AS discount_percent
      FROM priced
    ),
    totalled AS (
      SELECT *, (quantity * price * discount_percent + 50) // 100 AS discount
      FROM counted
    )`
}

/** What comes back three days to four weeks later, mostly all of the line. */
function returnedLines({ chance, returnsUntil }: Shop): string {
  const all = `${chance.pick('returned quantity', lineKey, 10)} < 7`
  return `
    marked AS (
      SELECT *, CASE WHEN ${chance.pick('returned', lineKey, 1000)} < return_percent * 10
          THEN day + (3 + ${chance.pick('return day', lineKey, 25)})::INTEGER END AS return_day
      FROM totalled
    ),
    sent_back AS (
      SELECT *, CASE WHEN return_day <= DATE '${returnsUntil}'
          THEN CASE WHEN ${all} THEN quantity ELSE 1 END END AS back
      FROM marked
    )`
}

/** Of what is cheap people take more. */
const quantity = `(CASE
    WHEN price < 2500 THEN CASE WHEN luck < 55 THEN 1 WHEN luck < 78 THEN 2 WHEN luck < 88 THEN 3
                                WHEN luck < 94 THEN 4 WHEN luck < 98 THEN 6 ELSE 12 END
    WHEN price < 8000 THEN CASE WHEN luck < 78 THEN 1 WHEN luck < 93 THEN 2 WHEN luck < 97 THEN 3 ELSE 4 END
    ELSE CASE WHEN luck < 93 THEN 1 WHEN luck < 99 THEN 2 ELSE 4 END END)::BIGINT`

/** The store is open from 9 to 20 and sells at home only. */
function channel(chance: Chance): string {
  const luck = chance.pick('channel', 'i', 100)
  return `(CASE WHEN region_id = ${homeRegion} AND second_of_day BETWEEN 32400 AND 71999
                  AND ${luck} < 35 THEN 'store'
                WHEN ${luck} >= 78 THEN 'marketplace' ELSE 'web' END)`
}
