import type { StockRules } from '../../src/model/inventory.ts'
import { levelOf } from './recount.ts'
import { daysFrom, type ShopRows } from './shop-rows.ts'

/**
 * What a plan of stock says of each product, counted again from the plain rows by loops over days, in floating point:
 * nothing of `src/metrics` is used.
 */
export interface RecountedLine {
  readonly state: string
  readonly onHand: number | null
  readonly oversold: number
  readonly perDay: number | null
  readonly daysOfCover: number | null
  readonly reorderPoint: number | null
  readonly orderQuantity: number | null
  readonly daysOut: number
  readonly lostUnits: number
  readonly lostSales: number | null
  readonly sellThrough: number | null
}

interface PlanDay {
  /** The day of the plan, and the last one that is over. */
  readonly day: string
  readonly lastWhole: string
}

/** Quantiles of the standard normal distribution, from a printed table. */
const quantiles: Readonly<Record<string, number>> = {
  '90': 1.281552,
  '95': 1.644854,
  '99': 2.326348,
}

export function recountPlan(
  shop: ShopRows,
  planned: PlanDay,
  rules: StockRules,
): Map<number, RecountedLine> {
  const lines = new Map<number, RecountedLine>()
  for (const { id, kind } of shop.products) {
    if (id === 0 || kind === 'fee') continue
    const history = new History(shop, id, planned)
    if (history.onHand === null && !history.isSold) continue
    lines.set(id, lineOf(history, rules))
  }
  return lines
}

class History {
  readonly level: number | null
  readonly onHand: number | null
  readonly isSold: boolean
  readonly soldToday: number
  readonly #shop: ShopRows
  readonly #product: number
  readonly #lastWhole: string
  readonly #since: string

  constructor(shop: ShopRows, product: number, { day, lastWhole }: PlanDay) {
    this.#shop = shop
    this.#product = product
    this.#lastWhole = lastWhole
    this.level = levelOf(shop, product, day)
    this.onHand = this.level === null ? null : Math.max(this.level, 0)
    const lines = shop.lines.filter((line) => line.product === product && line.day <= day)
    const events = shop.stock.filter((row) => row.product === product && row.at.slice(0, 10) <= day)
    const firsts = [...lines.map((line) => line.day), ...events.map(({ at }) => at.slice(0, 10))]
    this.#since = firsts.sort()[0] ?? '9999-12-31'
    this.soldToday = day > lastWhole ? this.#soldOn(day).units : 0
    this.isSold = this.soldToday + this.within(90).units > 0
  }

  /** The last so many whole days. */
  within(count: number): {
    units: number
    cents: number
    inStock: number
    out: number
    daily: number[]
  } {
    const found = { units: 0, cents: 0, inStock: 0, out: 0, daily: [] as number[] }
    for (const day of daysFrom(daysBefore(this.#lastWhole, count - 1), this.#lastWhole)) {
      if (day < this.#since) continue
      const { units, cents } = this.#soldOn(day)
      found.units += units
      found.cents += cents
      const before = levelOf(this.#shop, this.#product, daysBefore(day, 1)) ?? 1
      const after = levelOf(this.#shop, this.#product, day) ?? 1
      if (units > 0 || before > 0 || after > 0) {
        found.inStock += 1
        found.daily.push(units)
      } else found.out += 1
    }
    return found
  }

  #soldOn(day: string): { units: number; cents: number } {
    const lines = this.#shop.lines.filter(
      (line) => line.product === this.#product && line.day === day,
    )
    return {
      units: lines.reduce((sum, line) => sum + line.quantity, 0),
      cents: lines.reduce((sum, line) => sum + line.total, 0),
    }
  }
}

function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(day) - count * 86_400_000).toISOString().slice(0, 10)
}

function lineOf(history: History, rules: StockRules): RecountedLine {
  const { onHand, isSold, level } = history
  const [week, month, quarter] = [history.within(7), history.within(28), history.within(90)]
  let chosen = month.inStock < 7 || month.units === 0 ? quarter : month
  if (chosen === month && week.inStock === 7) {
    const expected = (month.units / month.inStock) * 7
    if (week.units > expected + 2 * Math.sqrt(expected)) chosen = week
  }
  const perDay = chosen.units > 0 ? chosen.units / chosen.inStock : null
  const daysOut = onHand === null ? 0 : month.out
  const lost = perDay === null ? 0 : perDay * daysOut
  const base = {
    onHand,
    oversold: Math.max(0, -(level ?? 0)),
    perDay,
    daysOut,
    lostUnits: lost,
    lostSales: perDay === null || daysOut === 0 ? null : (lost * chosen.cents) / chosen.units / 100,
    sellThrough:
      onHand === null || month.units + onHand + history.soldToday === 0
        ? null
        : month.units / (month.units + onHand + history.soldToday),
  }
  const nothing = { daysOfCover: null, reorderPoint: null, orderQuantity: null }
  if (onHand === null) return { ...base, ...nothing, state: 'unknown' }
  const idle = onHand === 0 ? 'ended' : 'overstock'
  if (perDay === null)
    return { ...base, ...nothing, state: isSold ? (onHand === 0 ? 'out' : 'healthy') : idle }
  const spread = month.inStock >= 14 && month.units > 0 ? varianceOf(month.daily) : perDay
  const reserve = (days: number) => (quantiles[rules.serviceLevel] ?? 0) * Math.sqrt(spread * days)
  const point = up(perDay * rules.leadTimeDays + reserve(rules.leadTimeDays))
  const span = rules.leadTimeDays + rules.orderEveryDays
  const wanted = up(perDay * span + reserve(span) - (level ?? 0))
  const cover = onHand / perDay
  const state =
    onHand === 0
      ? 'out'
      : onHand <= point
        ? 'low'
        : cover > rules.overstockDays
          ? 'overstock'
          : 'healthy'
  return {
    ...base,
    state,
    daysOfCover: cover,
    reorderPoint: point,
    orderQuantity: (level ?? 0) > point ? 0 : Math.max(0, wanted),
  }
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

/** A fraction of a millionth is none: floating point is off by less. */
function up(value: number): number {
  return Math.ceil(value - 1e-6)
}
