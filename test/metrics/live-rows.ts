import { generator, type LineRow, type ReturnRow, type ShopRows, shopRows } from './shop-rows.ts'

/**
 * Some days of a busy shop in Berlin around the change to summer time of 31 March 2024, whose orders tell their time
 * in different ways.
 */

export type Told = 'minute' | 'hour' | 'day' | 'mixed'

const minute = 60_000
const summer = Date.parse('2024-03-31T01:00:00Z')

/** The instant at which clocks of Berlin show a time of a day; times that are leapt over are an hour later. */
export function berlin(day: string, seconds: number): number {
  const winter = Date.parse(`${day}T00:00:00Z`) + seconds * 1_000 - 60 * minute
  return winter < summer ? winter : Math.max(summer, winter - 60 * minute)
}

/** The hour that clocks of Berlin show. */
export function berlinHour(instant: number): number {
  return new Date(instant + (instant < summer ? 60 : 120) * minute).getUTCHours()
}

export const liveDays = [
  '2024-03-22',
  '2024-03-23',
  '2024-03-24',
  '2024-03-29',
  '2024-03-30',
  '2024-03-31',
  '2024-04-05',
  '2024-04-06',
  '2024-04-07',
]

export function liveRows(told: Told): ShopRows {
  const rows = shopRows()
  const random = generator(told.length * 7919)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const lines: LineRow[] = []
  const returns: ReturnRow[] = []
  for (let order = 1; order <= 900; order += 1) {
    const day = pick(liveDays)
    // Most of them in the afternoon, so that the last minutes hold some.
    const clock = random() < 0.6 ? 50_400 + random() * 3_600 : random() * 86_400
    const at = berlin(day, Math.floor(clock))
    const kind = told === 'mixed' ? pick(['minute', 'hour', 'day'] as const) : told
    const shared = {
      order,
      day,
      hour: kind === 'day' ? null : berlinHour(at),
      customer: Math.floor(random() * 13),
      region: pick([0, 1, 2, 3, 4]),
      channel: 'web',
      source: 'shop',
    }
    const moment = kind === 'minute' ? { at: new Date(at).toISOString() } : {}
    for (let line = 1; line <= 1 + Math.floor(random() * 3); line += 1) {
      const product = pick(rows.products)
      const quantity = 1 + Math.floor(random() * 4)
      const total = Math.floor(quantity * (product.price ?? 455) * (random() < 0.3 ? 0.85 : 1))
      lines.push({
        ...shared,
        ...moment,
        line,
        product: product.id,
        quantity,
        gross: total,
        total,
        cost: null,
      })
    }
    if (random() < 0.1) {
      const { order: id, ...rest } = shared
      const amount = random() < 0.2 ? null : 650
      returns.push({ ...rest, id, product: pick([1, 2, 3, 5]), quantity: 1, amount })
    }
  }
  lines.push(...edgeLines(told))
  return { ...rows, lines, returns, stock: stockRows }
}

/** Orders at a moment that is asked for and at midnight, to the second. */
function edgeLines(told: Told): LineRow[] {
  const edges = [
    { order: 901, day: '2024-04-07', clock: 14 * 3_600 + 6 * 60, hour: 14 },
    { order: 902, day: '2024-03-31', clock: 0, hour: 0 },
  ]
  return edges.map(({ order, day, clock, hour }) => ({
    ...loneLine(order, day),
    hour: told === 'day' ? null : hour,
    ...(told === 'minute' ? { at: new Date(berlin(day, clock)).toISOString() } : {}),
  }))
}

/** Of an order that tells its day. */
export function loneLine(order: number, day: string): LineRow {
  return {
    order,
    day,
    hour: null,
    customer: 1,
    region: 1,
    channel: 'web',
    source: 'shop',
    line: 1,
    product: 1,
    quantity: 1,
    gross: 777,
    total: 777,
    cost: null,
  }
}

const stockRows: ShopRows['stock'] = [
  { product: 1, at: '2024-03-22T20:00:00Z', kind: 'count', quantity: 150, location: null },
  { product: 1, at: '2024-03-31T12:20:00Z', kind: 'receipt', quantity: 30, location: null },
  { product: 2, at: '2024-03-21T09:00:00Z', kind: 'count', quantity: 60, location: 'Berlin' },
  { product: 2, at: '2024-03-23T12:30:00Z', kind: 'count', quantity: 90, location: 'Munich' },
  { product: 2, at: '2024-03-24T09:00:00Z', kind: 'adjustment', quantity: -3, location: 'Berlin' },
  { product: 3, at: '2024-03-31T12:10:00Z', kind: 'count', quantity: 40, location: null },
  { product: 4, at: '2024-03-20T09:00:00Z', kind: 'count', quantity: 20, location: null },
  { product: 5, at: '2024-04-06T09:00:00Z', kind: 'count', quantity: 9_000, location: null },
]
