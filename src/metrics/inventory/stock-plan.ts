import { addDays } from '../../model/day.ts'
import { TakingsError } from '../../model/errors.ts'
import type {
  Pace,
  StockPlan,
  StockPlanLine,
  StockRules,
  StockState,
} from '../../model/inventory.ts'
import {
  add,
  compare,
  divide,
  isZero,
  multiply,
  round,
  roundUp,
  squareRoot,
  subtract,
  trim,
} from '../../model/money.ts'
import { readSettings, type SqlRow, type Warehouse } from '../../warehouse/warehouse.ts'
import { compile } from '../compile.ts'
import { numberOf, textOf } from '../live/live-moment.ts'
import { readShopFacts } from '../shop-facts.ts'
import { because } from './because.ts'
import { type PaceName, type PlanDays, paceDays, planCounts, planRows } from './plan-rows.ts'
import { serviceFactors } from './service-factor.ts'

export interface StockPlanOptions {
  readonly now: () => Date
  /** Left out: today, with levels of now. */
  readonly day?: string
  /** Left out: those of the shop. */
  readonly rules?: StockRules
  readonly signal?: AbortSignal
}

/** Days in stock from which the pace of the long span is taken; of fewer, the longest tells more. */
const leastDaysInStock = 7
/** Days in stock from which the spread of what was sold is told by itself. */
const leastDaysOfSpread = 14

/**
 * How every product that was ever counted or sold lately stands, and what to order. Levels are those of the metric
 * `stock_on_hand`, with all its rules. All figures are worked out in exact decimals from sums and counts.
 *
 * Reorder point and quantity are those of an order-point, order-up-to-level system with periodic review. Source: E. A.
 * Silver, D. F. Pyke, D. J. Thomas, Inventory and Production Management in Supply Chains, 4th ed., ch. 6.
 *
 * The most urgent products come first. Throws `invalid_range` for a day that has not come yet.
 */
export async function stockPlan(
  warehouse: Warehouse,
  options: StockPlanOptions,
): Promise<StockPlan> {
  const { signal } = options
  const rules = options.rules ?? (await readSettings(warehouse)).stock
  const { today, currency } = await readShopFacts(warehouse, options)
  const day = options.day ?? today
  if (day > today) {
    const problem = 'it has not come yet'
    throw new TakingsError('invalid_range', { from: day, to: day, problem })
  }
  const days = { day, lastWhole: day === today ? addDays(day, -1) : day }
  const rows = await warehouse.snapshot(
    async (snapshot) => {
      const ask = (statement: Parameters<typeof compile>[0]) => {
        const { sql, parameters } = compile(statement)
        return snapshot.query(sql, parameters)
      }
      const [counted] = await ask(planCounts(days))
      return ask(planRows(days, textOf(counted, 'first_day')))
    },
    signal ? { signal } : {},
  )
  const products = rows.map((row) => lineOf(row, days, rules)).sort(byUrgency)
  return { day, rules, currency, products }
}

const urgency: readonly StockState[] = ['out', 'low', 'healthy', 'overstock', 'unknown', 'ended']

/** What runs out first, and what sells most. */
function byUrgency(a: StockPlanLine, b: StockPlanLine): number {
  const step = urgency.indexOf(a.state) - urgency.indexOf(b.state)
  if (step !== 0) return step
  const cover =
    a.daysOfCover === null || b.daysOfCover === null
      ? Number(a.daysOfCover === null) - Number(b.daysOfCover === null)
      : compare(a.daysOfCover, b.daysOfCover)
  if (cover !== 0) return cover
  return (
    compare(b.pace?.perDay ?? '0', a.pace?.perDay ?? '0') || Number(a.product) - Number(b.product)
  )
}

/** What a plan line is made of, beside how the product is called. */
interface Standing {
  /** Null where it was never counted. */
  readonly onHand: string | null
  readonly oversold: string
  readonly pace: Pace | null
  readonly isSold: boolean
}

function lineOf(row: SqlRow, days: PlanDays, rules: StockRules): StockPlanLine {
  const window = paceWindow(row)
  const pace = window && paceWithin(row, window)
  const onHand = quantityOf(row, 'on_hand')
  const oversold = quantityOf(row, 'oversold') ?? '0'
  const ofDay = quantityOf(row, 'units_of_day') ?? '0'
  const isSold = !isZero(add(ofDay, quantityOf(row, 'units_longest') ?? '0'))
  const standing = { onHand, oversold, pace, isSold }
  const cover = onHand === null || !pace ? null : divide(onHand, pace.perDay, 1)
  const order = orderOf(standing, spreadOf(row, pace), rules)
  const daysOut = onHand === null ? 0 : numberOf(row, 'days_out')
  const state = stateOf(standing, { cover, reorderPoint: order?.reorderPoint ?? null }, rules)
  const line = {
    product: String(row.product_id),
    name: textOf(row, 'product_name') ?? '',
    sku: textOf(row, 'sku'),
    category: textOf(row, 'category') ?? '',
    state,
    onHand,
    oversold,
    pace,
    daysOfCover: cover,
    runsOutOn: cover === null ? null : addDays(days.day, Math.floor(Number(cover))),
    reorderPoint: order?.reorderPoint ?? null,
    orderQuantity: order?.quantity ?? null,
    daysOut,
    ...lostOf(pace, { daysOut, revenue: textOf(row, `revenue_${window}`) }),
    sellThrough: sellThroughOf(quantityOf(row, 'units_long') ?? '0', onHand, ofDay),
  }
  return { ...line, because: because(line, { rules, reserve: order?.reserve ?? null }) }
}

/**
 * The days that tell the pace: the last 28, or the last 7 where these sold more than chance explains: stock that runs out
 * sooner than told is the worse mistake. With hardly a day in stock the last 90 tell.
 */
function paceWindow(row: SqlRow): PaceName | null {
  const long = paceWithin(row, 'long')
  if (!long || long.daysInStock < leastDaysInStock)
    return paceWithin(row, 'longest') ? 'longest' : null
  const short = paceWithin(row, 'short')
  return short && isFaster(short, long) ? 'short' : 'long'
}

/**
 * Whether more was sold than twice the standard deviation beyond what the longer pace expects, of events that come
 * independently of each other (the Poisson distribution, whose variance is its mean).
 */
function isFaster(short: Pace, long: Pace): boolean {
  if (short.daysInStock < paceDays.short) return false
  const expected = multiply(long.perDay, String(paceDays.short))
  const beyond = subtract(short.units, expected)
  return compare(beyond, '0') > 0 && compare(multiply(beyond, beyond), multiply('4', expected)) > 0
}

function paceWithin(row: SqlRow, name: PaceName): Pace | null {
  const units = quantityOf(row, `units_${name}`) ?? '0'
  const daysInStock = numberOf(row, `days_${name}`)
  const perDay = isZero(units) ? null : divide(units, String(daysInStock), 6)
  return perDay === null ? null : { perDay, units, daysInStock, windowDays: paceDays[name] }
}

/** Variance of the units sold on a day in stock; with too few of them that of events by chance, which is their mean. */
function spreadOf(row: SqlRow, pace: Pace | null): string {
  const count = numberOf(row, 'days_long')
  const units = quantityOf(row, 'units_long') ?? '0'
  if (count < leastDaysOfSpread || isZero(units)) return pace?.perDay ?? '0'
  const around = subtract(
    multiply(textOf(row, 'squares_long') ?? '0', String(count)),
    multiply(units, units),
  )
  return divide(around, String(count * (count - 1)), 12) ?? '0'
}

interface Order {
  readonly reorderPoint: string
  /** Of the reorder point what is kept for weeks that sell more. */
  readonly reserve: string
  readonly quantity: string
}

/** Whole pieces, rounded up: the reserve, too. */
function orderOf(
  { onHand, oversold, pace }: Standing,
  variance: string,
  rules: StockRules,
): Order | null {
  if (onHand === null || !pace) return null
  const { leadTimeDays, orderEveryDays } = rules
  const needed = (days: number) => multiply(pace.perDay, String(days))
  const reserved = (days: number) =>
    multiply(serviceFactors[rules.serviceLevel], squareRoot(multiply(variance, String(days)), 6))
  const reserve = roundUp(reserved(leadTimeDays))
  const reorderPoint = roundUp(add(needed(leadTimeDays), reserved(leadTimeDays)))
  const there = subtract(onHand, oversold)
  if (compare(there, reorderPoint) > 0) return { reorderPoint, reserve, quantity: '0' }
  const span = leadTimeDays + orderEveryDays
  const upTo = add(needed(span), reserved(span))
  const missing = roundUp(subtract(upTo, there))
  return { reorderPoint, reserve, quantity: compare(missing, '0') > 0 ? missing : '0' }
}

function stateOf(
  { onHand, isSold }: Standing,
  { cover, reorderPoint }: { readonly cover: string | null; readonly reorderPoint: string | null },
  rules: StockRules,
): StockState {
  if (onHand === null) return 'unknown'
  if (isZero(onHand)) return isSold ? 'out' : 'ended'
  if (!isSold) return 'overstock'
  if (reorderPoint !== null && compare(onHand, reorderPoint) <= 0) return 'low'
  return cover !== null && compare(cover, String(rules.overstockDays)) > 0 ? 'overstock' : 'healthy'
}

/** What was not sold on the days without stock, at the pace and the average price of the days it is taken from. */
function lostOf(
  pace: Pace | null,
  { daysOut, revenue }: { readonly daysOut: number; readonly revenue: string | null },
): Pick<StockPlanLine, 'lostUnits' | 'lostSales'> {
  if (!pace || daysOut === 0) return { lostUnits: '0', lostSales: null }
  const lost = multiply(pace.perDay, String(daysOut))
  const price = divide(revenue ?? '0', pace.units, 8)
  return {
    lostUnits: trim(round(lost, 1)),
    lostSales: price === null ? null : round(multiply(lost, price), 2),
  }
}

function sellThroughOf(sold: string, onHand: string | null, ofDay: string): string | null {
  if (onHand === null) return null
  return divide(sold, add(add(sold, onHand), ofDay), 6)
}

function quantityOf(row: SqlRow, column: string): string | null {
  const text = textOf(row, column)
  return text === null ? null : trim(text)
}
