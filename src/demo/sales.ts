import { mostLines, ringSize } from './assortment.ts'
import type { Calendar } from './calendar.ts'
import type { Chance } from './chance.ts'
import { customerIdBase, homeSlot } from './customers.ts'
import { homeRegion, regionSlots } from './market.ts'
import { money } from './workshop.ts'

/** SQL that makes the orders of a range and their lines. Orders are numbered from 0 in order of time. */

export interface Shop {
  readonly chance: Chance
  readonly orders: number
  readonly customers: number
  readonly products: number
  readonly calendar: Calendar
}

export interface OrderRange {
  /** First order, from 0. */
  readonly from: number
  /** The order after the last. */
  readonly to: number
}

export const orderIdBase = 500_001
/** Stretches of a day with equally many orders. */
export const momentsPerDay = 200

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

/** One row per order: when, who, where, how many lines. Makes table `order_heads`. */
export function orderHeads(shop: Shop, range: OrderRange): string {
  const { chance } = shop
  const spot = `(i - first_order + ${chance.share('moment', 'i')}) / orders`
  return `
    CREATE OR REPLACE TABLE order_heads AS
    WITH placed AS (
      SELECT day, day_index, week, year, is_weekend, step,
        unnest(range(greatest(first_order, ${range.from}),
                     least(first_order + orders, ${range.to}))) AS i,
        first_order, orders
      FROM days
      WHERE first_order < ${range.to} AND first_order + orders > ${range.from}
    ),
    timed AS (
      SELECT *, ${spot} AS spot,
        ${customersUpTo(shop, 'i')} AS known,
        ${customersUpTo(shop, 'i + 1')} AS arrived
      FROM placed
    ),
    bought AS (
      SELECT *, CASE WHEN arrived > known THEN arrived ELSE ${returningCustomer(chance)} END AS customer
      FROM timed
    )
    SELECT i, day, day_index, week, year, step, customer,
      starts + ((spot * ${momentsPerDay} - floor(spot * ${momentsPerDay})) * seconds)::BIGINT AS second_of_day,
      CASE WHEN ${chance.pick('ship elsewhere', 'i', 100)} < 2
        THEN ${chance.pick('ship to', 'i', regionSlots * 2)}
        ELSE ${homeSlot(chance, 'customer', shop.customers)} END AS region_slot,
      ${lineCount(chance)} AS line_count,
      ${chance.pick('slot', 'i', ringSize(shop.products))} AS slot,
      ${chance.pick('pair', 'i', 100)} < 60 AS wants_pair,
      ${chance.pick('coupon', 'i', 100)} < 8 AS has_coupon
    FROM bought
    JOIN moments ON moment = is_weekend::BIGINT * ${momentsPerDay} + floor(spot * ${momentsPerDay})::BIGINT`
}

/** The lines of `order_heads`, as table `lines`: the sales file's columns, then what follows from them. */
export function orderLines(shop: Shop): string {
  const { chance, calendar } = shop
  const ring = ringSize(shop.products)
  const key = `(i * 8 + k)`
  const step = `(${ring} // line_count)`
  const jitter = chance.pick('jitter', key, `${ring} // (2 * line_count)`)
  const firstYear = Number(calendar.period.from.slice(0, 4))
  const returnedQuantity = `CASE WHEN ${chance.pick('returned quantity', key, 10)} < 7 THEN quantity ELSE 1 END`
  return `
    CREATE OR REPLACE TABLE lines AS
    WITH opened AS (
      SELECT *, unnest(range(line_count)) AS k FROM order_heads
    ),
    slotted AS (
      SELECT *, step * ${ring} + CASE WHEN k = 0 THEN slot
          ELSE (slot + k * ${step} + ${jitter}) % ${ring} END AS place,
        CASE WHEN k = 1 AND line_count = 2 AND wants_pair THEN step * ${ring} + slot END AS place_before
      FROM opened
    ),
    chosen AS (
      SELECT s.*, coalesce(before.partner_id, r.product_id) AS product_id
      FROM slotted AS s
      JOIN ring AS r ON r.place = s.place
      LEFT JOIN ring AS before ON before.place = s.place_before
    ),
    priced AS (
      SELECT c.*, p.price, p.cost, p.category, p.return_percent, m.percent, m.reach,
        region_slots.region_id,
        ${chance.pick('quantity', key, 100)} AS luck
      FROM chosen AS c
      JOIN prices AS p ON p.key = c.product_id * 100 + (c.year - ${firstYear})
      JOIN region_slots ON region_slots.slot = c.region_slot
      LEFT JOIN promotions AS m ON m.key = c.day_index * 100 + p.category
    ),
    counted AS (
      SELECT *, ${quantity()} AS quantity,
        CASE WHEN percent IS NOT NULL AND ${chance.pick('promotion', key, 100)} < reach THEN percent
             WHEN has_coupon THEN 10 ELSE 0 END AS discount_percent
      FROM priced
    ),
    totalled AS (
      SELECT *, (quantity * price * discount_percent + 50) // 100 AS discount,
        CASE WHEN ${chance.pick('returned', key, 1000)} < return_percent * 10
          THEN day + (3 + ${chance.pick('return day', key, 25)})::INTEGER END AS return_day
      FROM counted
    ),
    sent_back AS (
      SELECT *, CASE WHEN return_day <= DATE '${calendar.period.to}' THEN ${returnedQuantity} END AS back
      FROM totalled
    )
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

/**
 * How many customers have bought before order `i`: many new ones at first, fewer later. Multiplication
 * only, so that every machine comes to the same number.
 */
function customersUpTo(shop: Shop, i: string): string {
  const share = `((${i})::DOUBLE / ${shop.orders})`
  return `ceil(${shop.customers} * (${share} * (1.25 - 0.25 * ${share})))::BIGINT`
}

/**
 * One of the `known` customers: every sixtieth is devoted and gives a sixth of these orders, every
 * eighth is a regular, two of five come back soon after they first came, and the others never do.
 */
function returningCustomer(chance: Chance): string {
  const kind = chance.share('buyer kind', 'i')
  const luck = chance.share('buyer', 'i')
  const oneIn = (every: number, first: number) =>
    `least(known, floor(${luck} * (known // ${every} + 1))::BIGINT * ${every} + ${first})`
  const recent = `((known - floor(known * (${luck} * ${luck}))::BIGINT) // 5 * 5 + CASE WHEN ${kind} < 0.75 THEN 1 ELSE 4 END)`
  return `(CASE WHEN ${kind} < 0.16 THEN ${oneIn(60, 7)}
                WHEN ${kind} < 0.45 THEN ${oneIn(8, 3)}
                ELSE least(known, ${recent}) END)`
}

function lineCount(chance: Chance): string {
  const luck = chance.pick('lines', 'i', 100)
  return `(CASE WHEN ${luck} < 42 THEN 1 WHEN ${luck} < 68 THEN 2 WHEN ${luck} < 83 THEN 3
                WHEN ${luck} < 92 THEN 4 WHEN ${luck} < 97 THEN 5 ELSE ${mostLines} END)::BIGINT`
}

/** Of what is cheap people take more. */
function quantity(): string {
  return `(CASE
    WHEN price < 2500 THEN CASE WHEN luck < 55 THEN 1 WHEN luck < 78 THEN 2 WHEN luck < 88 THEN 3
                                WHEN luck < 94 THEN 4 WHEN luck < 98 THEN 6 ELSE 12 END
    WHEN price < 8000 THEN CASE WHEN luck < 78 THEN 1 WHEN luck < 93 THEN 2 WHEN luck < 97 THEN 3 ELSE 4 END
    ELSE CASE WHEN luck < 93 THEN 1 WHEN luck < 99 THEN 2 ELSE 4 END END)::BIGINT`
}

/** The store is open from 9 to 20 and sells at home only. */
function channel(chance: Chance): string {
  const luck = chance.pick('channel', 'i', 100)
  return `(CASE WHEN region_id = ${homeRegion} AND second_of_day BETWEEN 32400 AND 71999
                  AND ${luck} < 35 THEN 'store'
                WHEN ${luck} >= 78 THEN 'marketplace' ELSE 'web' END)`
}
