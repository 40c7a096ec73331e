import { berlin, berlinHour } from './live-rows.ts'
import type { LineRow, ReturnRow, ShopRows } from './shop-rows.ts'

/** What the Live page should show, counted again from plain rows by loops. Nothing of `src/metrics` is used. */

const hour = 3_600_000

export interface LiveQuestion {
  readonly day: string
  readonly at: number
  /** Null of now: what is here of the day and tells no time has happened. */
  readonly replay: boolean
}

/** When it counts: at its moment, else when its hour, else when its day is over. */
function countsAt(fact: LineRow | ReturnRow): number {
  if ('at' in fact && fact.at !== undefined) return Date.parse(fact.at)
  if (fact.hour !== null) return berlin(fact.day, (fact.hour + 1) * 3_600)
  return berlin(nextDay(fact.day), 0)
}

export function nextDay(day: string, count = 1): string {
  return new Date(Date.parse(day) + count * 24 * hour).toISOString().slice(0, 10)
}

export function hasHappened(fact: LineRow | ReturnRow, { day, at, replay }: LiveQuestion): boolean {
  if (fact.day < day) return true
  if (fact.day > day) return false
  if (at >= berlin(nextDay(day), 0)) return true
  if (!replay && !('at' in fact && fact.at !== undefined))
    return fact.hour === null || fact.hour <= berlinHour(at)
  return countsAt(fact) <= at
}

export interface Sums {
  /** In cents. */
  revenue: number
  net_sales: number
  orders: number
  units: number
}

export function sumsOf(rows: ShopRows, question: LiveQuestion): Sums {
  const sold = rows.lines.filter((line) => line.day === question.day && hasHappened(line, question))
  const back = rows.returns.filter((one) => one.day === question.day && hasHappened(one, question))
  const revenue = sold.reduce((sum, { total }) => sum + total, 0)
  return {
    revenue,
    net_sales: back.reduce((sum, { amount }) => sum - (amount ?? 0), revenue),
    orders: new Set(sold.map(({ order }) => order)).size,
    units: sold.reduce((sum, { quantity }) => sum + quantity, 0),
  }
}

/** Orders and cents by the start of their minute. */
export function minutesOf(rows: ShopRows, from: number, to: number) {
  const minutes = new Map<number, { orders: Set<number>; revenue: number }>()
  for (const line of rows.lines) {
    if (line.at === undefined) continue
    const at = Date.parse(line.at)
    if (at < from || at > to) continue
    const start = Math.floor(at / 60_000) * 60_000
    const found = minutes.get(start) ?? { orders: new Set<number>(), revenue: 0 }
    found.orders.add(line.order)
    found.revenue += line.total
    minutes.set(start, found)
  }
  return minutes
}

/** Units sold in the 24 hours before, of what tells when, by product. */
export function soldWithinDay(rows: ShopRows, question: LiveQuestion): Map<number, number> {
  const sold = new Map<number, number>()
  for (const line of rows.lines) {
    const counts = countsAt(line)
    // By the clock on the wall, where only the hour is known.
    const since =
      line.at === undefined && line.hour !== null
        ? line.day === question.day ||
          (line.day === nextDay(question.day, -1) && line.hour >= wallHour(question))
        : counts > question.at - 24 * hour
    if (line.product === 0 || line.product === 8 || !since || !hasHappened(line, question)) continue
    sold.set(line.product, (sold.get(line.product) ?? 0) + line.quantity)
  }
  return sold
}

function wallHour({ day, at }: LiveQuestion): number {
  return at >= berlin(nextDay(day), 0) ? 24 : berlinHour(at)
}

/** Units left of a product, below 0 where more was sold than there was; null where it was never counted. */
export function unitsLeft(rows: ShopRows, product: number, question: LiveQuestion): number | null {
  const entries = rows.stock.filter(
    (entry) => entry.product === product && Date.parse(entry.at) <= question.at,
  )
  const counts = entries.filter(({ kind }) => kind === 'count')
  const places = new Map<string | null, (typeof counts)[number]>()
  for (const count of [...counts].sort((a, b) => a.at.localeCompare(b.at)))
    places.set(count.location, count)
  const standing = [...places.values()]
  const newest = standing
    .map(({ at }) => at)
    .sort()
    .at(-1)
  if (newest === undefined) return null
  const countedOn = newest.slice(0, 10)
  let left = standing.reduce((sum, { quantity }) => sum + quantity, 0)
  for (const entry of entries) {
    const since = places.get(entry.location)?.at ?? newest
    if (entry.kind !== 'count' && entry.at > since) left += entry.quantity
  }
  for (const line of rows.lines) {
    if (line.product !== product || !hasHappened(line, question)) continue
    const isLater =
      line.at === undefined ? line.day > countedOn : Date.parse(line.at) > Date.parse(newest)
    if (isLater) left -= line.quantity
  }
  for (const one of rows.returns) {
    if (one.product === product && one.day > countedOn && hasHappened(one, question))
      left += one.quantity
  }
  return left
}
