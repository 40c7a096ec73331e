import { mostLines, ringSize } from './assortment.ts'
import type { Calendar } from './calendar.ts'
import type { Chance } from './chance.ts'
import { homeSlot } from './customers.ts'
import { regionSlots } from './market.ts'

/** SQL that makes the orders of a range: when, who, where. Orders are numbered from 0 in order of time. */

export interface Shop {
  readonly chance: Chance
  readonly orders: number
  readonly customers: number
  readonly products: number
  readonly calendar: Calendar
  /** Last day on which something comes back. */
  readonly returnsUntil: string
}

export interface OrderRange {
  /** First order, from 0. */
  readonly from: number
  /** The order after the last. */
  readonly to: number
}

/** Stretches of a day with equally many orders. */
export const momentsPerDay = 200

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
    spotted AS (
      SELECT *, ${spot} AS spot FROM placed
    ),
    timed AS (
      SELECT *,
        starts + ((spot * ${momentsPerDay} - floor(spot * ${momentsPerDay})) * seconds)::BIGINT AS second_of_day
      FROM spotted
      JOIN moments ON moment = is_weekend::BIGINT * ${momentsPerDay} + floor(spot * ${momentsPerDay})::BIGINT
    )
    ${buyers(shop, 'timed')}`
}

/** The same for orders whose times stand in a relation: i, day, day_index, week, year, step, second_of_day. */
export function orderHeadsAt(shop: Shop, times: string): string {
  return `CREATE OR REPLACE TABLE order_heads AS ${buyers(shop, times)}`
}

/** SELECT of who buys in each order of a relation of timed ones, where it goes and how much it is. */
function buyers(shop: Shop, timed: string): string {
  const { chance } = shop
  return `
    SELECT i, day, day_index, week, year, step, customer, second_of_day,
      CASE WHEN ${chance.pick('ship elsewhere', 'i', 100)} < 2
        THEN ${chance.pick('ship to', 'i', regionSlots * 2)}
        ELSE ${homeSlot(chance, 'customer', shop.customers)} END AS region_slot,
      ${lineCount(chance)} AS line_count,
      ${chance.pick('slot', 'i', ringSize(shop.products))} AS slot,
      ${chance.pick('pair', 'i', 100)} < 60 AS wants_pair,
      ${chance.pick('coupon', 'i', 100)} < 8 AS has_coupon
    FROM (
      SELECT *, CASE WHEN arrived > known THEN arrived ELSE ${returningCustomer(chance)} END AS customer
      FROM (
        SELECT *, ${customersUpTo(shop, 'i')} AS known, ${customersUpTo(shop, 'i + 1')} AS arrived
        FROM ${timed}
      )
    )`
}

/**
 * How many customers have bought before order `i`: many new ones at first, fewer later, and after the period as many
 * as at its end. Multiplication only, so that every machine comes to the same number.
 */
function customersUpTo(shop: Shop, i: string): string {
  const share = `((${i})::DOUBLE / ${shop.orders})`
  const within = `least(1, ${share})`
  const later = `0.75 * greatest(0, ${share} - 1)`
  return `ceil(${shop.customers} * (${within} * (1.25 - 0.25 * ${within}) + ${later}))::BIGINT`
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
