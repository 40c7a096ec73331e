import { addDays, type DayRange, daysBetween } from '../model/day.ts'
import { compare, divide, isZero } from '../model/money.ts'
import type { MetricName } from '../model/query.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { readShopFacts, type ShopFacts } from './shop-facts.ts'

/** How every product stands that was ever counted: what is left of it, and how long that lasts. */
export interface StockStanding {
  /** As queries name it. */
  readonly product: string
  readonly name: string
  readonly category: string
  /** Decimal text; 0 where more was sold than counts explain. */
  readonly onHand: string
  /** Units a day; 0 where nothing was sold. */
  readonly pace: string
  /** How many days `onHand` lasts at the pace: 0 where nothing is left, null where what is left sells nothing, which tells no end. */
  readonly daysOfCover: string | null
  /** Whether it was sold within the last `soldWithinDays`. */
  readonly isSold: boolean
}

export interface StockStandings {
  readonly products: readonly StockStanding[]
  /** Products that sold lately and were never counted: how they stand is not known. */
  readonly neverCounted: number
}

/** A product that sold nothing for so long is taken for one that is not sold any more. */
export const soldWithinDays = 90
const paceDays = { long: 28, short: 7 } as const

/** Answers a query by product; `runQuery` with its options. */
export type ByProduct = (metric: MetricName, range: DayRange) => Promise<readonly ProductRow[]>

export interface ProductRow {
  readonly product: string
  readonly name: string
  readonly value: string
}

export interface StandingOptions {
  readonly now: () => Date
  readonly byProduct: ByProduct
}

/**
 * Levels are those of the metric `stock_on_hand`, with all its rules. The pace is what was sold a day in the last 28 whole
 * days, or in the last 7 where that is more: stock that runs out sooner than told is the worse mistake. Days before the
 * shop's first order do not count.
 */
export async function stockStandings(
  warehouse: Warehouse,
  { now, byProduct }: StandingOptions,
): Promise<StockStandings> {
  const shop = await readShopFacts(warehouse, { now })
  const { today } = shop
  const yesterday = addDays(today, -1)
  const before = (days: number) => ({ from: addDays(today, -days), to: yesterday })
  const levels = await byProduct('stock_on_hand', { from: today, to: today })
  const long = sums(await byProduct('units', before(paceDays.long)))
  const short = sums(await byProduct('units', before(paceDays.short)))
  // Days that are over are known already; what today adds is little.
  const lately = await byProduct('units', before(soldWithinDays))
  const sold = sums([...lately, ...(await byProduct('units', { from: today, to: today }))])
  const categories = await categoriesOf(warehouse)
  const known = new Set(levels.map(({ product }) => product))
  return {
    products: levels.map(({ product, name, value }) => {
      const pace = paceOf(
        long.get(product) ?? '0',
        short.get(product) ?? '0',
        daysOf(shop, yesterday),
      )
      return {
        product,
        name,
        category: categories.get(product) ?? '',
        onHand: value,
        pace,
        daysOfCover: coverOf(value, pace),
        isSold: sold.has(product),
      }
    }),
    neverCounted: [...sold.keys()].filter((product) => !known.has(product)).length,
  }
}

interface PaceDays {
  readonly long: number
  readonly short: number
}

/** How many of the days of each pace the shop was there. */
function daysOf({ orderSpan }: ShopFacts, yesterday: string): PaceDays {
  const open = orderSpan ? daysBetween(orderSpan.from, yesterday) + 1 : 0
  const within = (days: number) => Math.min(days, Math.max(1, open))
  return { long: within(paceDays.long), short: within(paceDays.short) }
}

function paceOf(long: string, short: string, days: PaceDays): string {
  const a = divide(long, String(days.long), 6) ?? '0'
  const b = divide(short, String(days.short), 6) ?? '0'
  return compare(a, b) >= 0 ? a : b
}

/** A product that has been out for long sells nothing because nobody can buy it: it is gone, and does not last for ever. */
function coverOf(onHand: string, pace: string): string | null {
  if (compare(onHand, '0') <= 0) return '0.0'
  return isZero(pace) ? null : divide(onHand, pace, 1)
}

/** Products of which something was sold. */
function sums(rows: readonly ProductRow[]): Map<string, string> {
  return new Map(
    rows.filter(({ value }) => !isZero(value)).map(({ product, value }) => [product, value]),
  )
}

async function categoriesOf(warehouse: Warehouse): Promise<Map<string, string>> {
  const rows = await warehouse.query('select product_id, category from products', [], {
    brief: true,
  })
  return new Map(rows.map((row) => [String(row.product_id), String(row.category)]))
}
