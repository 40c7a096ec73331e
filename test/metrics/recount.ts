import type { Dimension, MetricName } from '../../src/model/query.ts'
import { daysFrom, type ShopRows } from './shop-rows.ts'

/**
 * Every figure counted again from the plain rows, by other means than the product: loops, sets and
 * fractions of big integers. Nothing of `src/metrics` is used.
 */

/** An exact fraction; money is in cents. */
export interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

export interface Question {
  readonly by: readonly Dimension[]
  readonly from: string
  readonly to: string
  readonly keep?: (fact: AnyFact) => boolean
}

/** What all facts have, or null where they have no such thing. */
export interface AnyFact {
  readonly day: string
  readonly hour: number | null
  readonly region: number
  readonly product: number
  readonly customer: number
  readonly channel: string | null
  readonly source: string
}

/** Figure by key; the key is the cells (keys for members) joined by `|`. Null where not known. */
export function recount(
  shop: ShopRows,
  metric: MetricName,
  question: Question,
): Map<string, Fraction | null> {
  const buckets = new Map<string, Tally>()
  const tally = (fact: AnyFact, day: string): Tally => {
    const key = keyOf(shop, { ...fact, day }, question.by)
    const found = buckets.get(key) ?? newTally()
    buckets.set(key, found)
    return found
  }
  if (metric === 'stock_on_hand' || metric === 'stock_value')
    return recountStock(shop, metric, question)
  const inRange = (fact: AnyFact) => fact.day >= question.from && fact.day <= question.to
  const wanted = (fact: AnyFact) => inRange(fact) && (question.keep?.(fact) ?? true)
  for (const line of shop.lines.filter(wanted)) {
    const into = tally(line, line.day)
    into.revenue += BigInt(line.total)
    into.gross += BigInt(line.gross)
    into.units += BigInt(line.quantity)
    into.orders.add(line.order)
    if (line.customer !== 0) {
      into.customers.add(line.customer)
      const first = shop.customers.get(line.customer)?.first ?? ''
      const fresh =
        first >= question.from &&
        first <= question.to &&
        question.by.every(
          (name) => !isCalendar(name) || startOf(name, first) === startOf(name, line.day),
        )
      if (fresh) into.fresh.add(line.customer)
    }
    const cost = line.cost ?? shop.products.find(({ id }) => id === line.product)?.cost ?? null
    if (cost !== null) {
      into.costed += BigInt(line.total)
      into.cost += BigInt(line.quantity * cost)
      into.hasCost = true
    }
  }
  for (const back of shop.returns.filter(wanted)) {
    const into = tally(back, back.day)
    into.returned += BigInt(back.amount ?? 0)
    into.returnedUnits += BigInt(back.quantity)
  }
  for (const charge of shop.charges) {
    const fact = { ...charge, hour: null, product: 0, customer: 0 }
    if (wanted(fact)) tally(fact, charge.day).charges += BigInt(charge.amount)
  }
  return new Map([...buckets].map(([key, each]) => [key, figures[metric](each)]))
}

interface Tally {
  revenue: bigint
  gross: bigint
  units: bigint
  returned: bigint
  returnedUnits: bigint
  charges: bigint
  costed: bigint
  cost: bigint
  hasCost: boolean
  readonly orders: Set<number>
  readonly customers: Set<number>
  readonly fresh: Set<number>
}

function newTally(): Tally {
  const zero = { revenue: 0n, gross: 0n, units: 0n, returned: 0n, returnedUnits: 0n, charges: 0n }
  const sets = { orders: new Set<number>(), customers: new Set<number>(), fresh: new Set<number>() }
  return { ...zero, costed: 0n, cost: 0n, hasCost: false, ...sets }
}

const cents = (amount: bigint): Fraction => ({ over: amount, under: 100n })
const whole = (count: bigint | number): Fraction => ({ over: BigInt(count), under: 1n })

const figures: Record<
  Exclude<MetricName, 'stock_on_hand' | 'stock_value'>,
  (t: Tally) => Fraction | null
> = {
  revenue: (t) => cents(t.revenue),
  gross_sales: (t) => cents(t.gross),
  discounts: (t) => cents(t.gross - t.revenue),
  returns: (t) => cents(t.returned),
  returned_units: (t) => whole(t.returnedUnits),
  net_sales: (t) => cents(t.revenue - t.returned),
  orders: (t) => whole(t.orders.size),
  units: (t) => whole(t.units),
  customers: (t) => whole(t.customers.size),
  new_customers: (t) => whole(t.fresh.size),
  returning_customers: (t) => whole(t.customers.size - t.fresh.size),
  aov: (t) => (t.orders.size ? { over: t.revenue, under: BigInt(t.orders.size) * 100n } : null),
  units_per_order: (t) => (t.orders.size ? { over: t.units, under: BigInt(t.orders.size) } : null),
  margin: (t) => (t.hasCost ? cents(t.costed - t.cost) : null),
  margin_rate: (t) =>
    t.hasCost && t.costed !== 0n ? { over: t.costed - t.cost, under: t.costed } : null,
  charges: (t) => cents(t.charges),
}

/** Day by day and product by product, as a storekeeper would. */
function recountStock(
  shop: ShopRows,
  metric: 'stock_on_hand' | 'stock_value',
  { by, from, to }: Question,
): Map<string, Fraction | null> {
  const calendar = by.find(isCalendar)
  const ends = new Map<string, string>()
  for (const day of daysFrom(from, to)) ends.set(calendar ? startOf(calendar, day) : '', day)
  const totals = new Map<string, Fraction>()
  for (const [, end] of ends) {
    for (const { id, cost, price } of shop.products) {
      const level = levelOf(shop, id, end)
      if (level === null) continue
      const fact = {
        day: end,
        hour: null,
        region: 0,
        product: id,
        customer: 0,
        channel: null,
        source: '',
      }
      const key = keyOf(shop, fact, by)
      const shown = Math.max(level, 0)
      const worth = cost ?? price
      if (metric === 'stock_value' && worth === null) continue
      const add = metric === 'stock_on_hand' ? BigInt(shown) : BigInt(shown * (worth ?? 0))
      const under = metric === 'stock_on_hand' ? 1n : 100n
      totals.set(key, { over: (totals.get(key)?.over ?? 0n) + add, under })
    }
  }
  return totals
}

/** Pieces of a product at the end of a day, below 0 where it was oversold; null where it was never counted. */
export function levelOf(shop: ShopRows, product: number, end: string): number | null {
  const events = shop.stock
    .filter((row) => row.product === product && row.at.slice(0, 10) <= end)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  const counts = events.filter((row) => row.kind === 'count')
  const newest = counts.at(-1)
  if (!newest) return null
  let level = 0
  for (const place of new Set(counts.map((row) => row.location))) {
    level += counts.filter((row) => row.location === place).at(-1)?.quantity ?? 0
  }
  for (const event of events.filter((row) => row.kind !== 'count')) {
    const own = counts.filter((row) => row.location === event.location).at(-1) ?? newest
    if (event.at > own.at) level += event.quantity
  }
  const since = (day: string) => day > newest.at.slice(0, 10) && day <= end
  for (const line of shop.lines)
    if (line.product === product && since(line.day)) level -= line.quantity
  for (const back of shop.returns)
    if (back.product === product && since(back.day)) level += back.quantity
  return level
}

function keyOf(shop: ShopRows, fact: AnyFact, by: readonly Dimension[]): string {
  return by.map((name) => dimensionKey(shop, fact, name)).join('|')
}

export function dimensionKey(shop: ShopRows, fact: AnyFact, name: Dimension): string {
  const region = shop.regions.find(({ id }) => id === fact.region)
  const product = shop.products.find(({ id }) => id === fact.product)
  switch (name) {
    case 'weekday':
      return String(new Date(fact.day).getUTCDay() || 7)
    case 'hour':
      return String(fact.hour)
    case 'region':
      return String(fact.region)
    case 'country':
      return region?.country ?? ''
    case 'continent':
      return region?.continent ?? ''
    case 'category':
      return product?.category ?? ''
    case 'product':
      return String(fact.product)
    case 'product_kind':
      return product?.kind ?? ''
    case 'customer':
      return String(fact.customer)
    case 'channel':
      return fact.channel ?? 'Unknown'
    case 'source':
      return fact.source
    default:
      return startOf(name, fact.day)
  }
}

function isCalendar(name: Dimension): boolean {
  return ['day', 'week', 'month', 'quarter', 'year'].includes(name)
}

function startOf(name: Dimension, day: string): string {
  const [year = '', month = ''] = day.split('-')
  switch (name) {
    case 'week': {
      const date = new Date(day)
      date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
      return date.toISOString().slice(0, 10)
    }
    case 'month':
      return `${year}-${month}-01`
    case 'quarter':
      return `${year}-${['01', '04', '07', '10'][Math.floor((Number(month) - 1) / 3)]}-01`
    case 'year':
      return `${year}-01-01`
    default:
      return day
  }
}

/** The fraction as decimal text, half away from zero, without trailing zeros. */
export function decimal({ over, under }: Fraction, places: number): string {
  const scaled = over * 10n ** BigInt(places)
  const size = scaled < 0n ? -scaled : scaled
  const rounded = (size * 2n + under) / (under * 2n)
  const digits = rounded.toString().padStart(places + 1, '0')
  const sign = scaled < 0n && rounded !== 0n ? '-' : ''
  const text = `${sign}${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`
  return text.replace(/\.?0+$/, '') || '0'
}
