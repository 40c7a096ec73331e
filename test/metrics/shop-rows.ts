/**
 * A small shop made by a seeded generator: plain rows, from which the warehouse is filled by SQL and
 * figures are counted again independently (`recount.ts`). It holds what makes figures go wrong:
 * namesakes, fees, unknown members, missing hours, costs, amounts and channels, two sources, gaps.
 */

export interface RegionRow {
  readonly id: number
  readonly name: string
  readonly code: string | null
  readonly country: string
  readonly continent: string
}

export interface ProductRow {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly category: string
  readonly kind: 'goods' | 'fee'
  /** In cents; null where not known. */
  readonly price: number | null
  readonly cost: number | null
}

export interface LineRow {
  readonly order: number
  readonly line: number
  readonly customer: number
  readonly product: number
  readonly region: number
  readonly quantity: number
  /** In cents. */
  readonly gross: number
  readonly total: number
  readonly cost: number | null
  readonly day: string
  readonly hour: number | null
  /** ISO instant, where the source tells it. */
  readonly at?: string
  readonly channel: string | null
  readonly source: string
}

export interface ReturnRow {
  readonly id: number
  readonly customer: number
  readonly product: number
  readonly region: number
  readonly quantity: number
  /** In cents; null where not known. */
  readonly amount: number | null
  readonly day: string
  readonly hour: number | null
  readonly channel: string | null
  readonly source: string
}

export interface ChargeRow {
  readonly order: number
  readonly kind: string
  readonly amount: number
  readonly region: number
  readonly day: string
  readonly channel: string | null
  readonly source: string
}

export interface StockRow {
  readonly product: number
  readonly at: string
  readonly kind: 'count' | 'receipt' | 'adjustment'
  readonly quantity: number
  readonly location: string | null
}

export interface ShopRows {
  readonly regions: readonly RegionRow[]
  readonly products: readonly ProductRow[]
  /** Day of the first order ever, by customer id. */
  readonly customers: ReadonlyMap<number, { readonly name: string; readonly first: string | null }>
  readonly lines: readonly LineRow[]
  readonly returns: readonly ReturnRow[]
  readonly charges: readonly ChargeRow[]
  readonly stock: readonly StockRow[]
}

export const firstDay = '2023-11-13'
export const lastDay = '2024-05-20'

const regions: RegionRow[] = [
  { id: 0, name: 'Unknown', code: null, country: 'Unknown', continent: 'Unknown' },
  { id: 1, name: 'Germany', code: 'DE', country: 'Germany', continent: 'Europe' },
  { id: 2, name: 'Bavaria', code: 'DE', country: 'Germany', continent: 'Europe' },
  { id: 3, name: 'Japan', code: 'JP', country: 'Japan', continent: 'Asia' },
  { id: 4, name: 'European Community', code: null, country: 'Unknown', continent: 'Europe' },
]

const products: ProductRow[] = [
  product(0, 'Unknown', 'Unknown', 'Unknown', null, null),
  product(1, 'A1', 'Lamp', 'Light', 1999, 800),
  product(2, 'A2', 'Lamp', 'Light', 2499, null),
  product(3, 'B1', 'Étagère', 'Furniture', 8950, 4000),
  product(4, 'B2', 'Desk', 'Furniture', 19900, 12000),
  product(5, 'C1', "Tea ~ 'Earl\\Grey'", 'Food', 650, 210),
  product(6, 'C2', 'Coffee', 'Food', 1290, null),
  product(7, 'D1', 'Mystery box', 'Unknown', null, null),
  { ...product(8, 'POST', 'Postage', 'Unknown', null, null), kind: 'fee' },
]

function product(
  ...[id, key, name, category, price, cost]: [
    number,
    string,
    string,
    string,
    number | null,
    number | null,
  ]
): ProductRow {
  return { id, key, name, category, kind: 'goods', price, cost }
}

/** The same rows every time. */
export function shopRows(): ShopRows {
  const random = generator(20240520)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const days = daysFrom(firstDay, lastDay).filter((day) => !day.startsWith('2024-02'))
  const lines: LineRow[] = []
  const returns: ReturnRow[] = []
  const charges: ChargeRow[] = []
  for (let order = 1; order <= 260; order += 1) {
    const day = pick(days)
    const shared = {
      day,
      order,
      customer: Math.floor(random() ** 2 * 13),
      region: pick([0, 1, 1, 1, 2, 3, 4]),
      channel: pick(['web', 'web', 'store', null]),
      source: order % 3 === 0 ? 'shopify' : 'shop',
      hour: random() < 0.2 ? null : Math.floor(8 + random() * 14),
    }
    const count = 1 + Math.floor(random() * 3)
    for (let line = 1; line <= count; line += 1) lines.push(lineOf(shared, line, random, pick))
    if (random() < 0.7) {
      const { hour: _, customer: __, ...charged } = shared
      charges.push({ ...charged, kind: 'shipping', amount: 495 })
      if (random() < 0.3) charges.push({ ...charged, kind: 'tip', amount: pick([100, 250]) })
    }
    if (random() < 0.2) {
      const { order: _, day: __, ...rest } = shared
      const later = pick(days.filter((other) => other >= day))
      const [quantity, amount] = pick([
        [1, 1999],
        [2, null],
        [0, 500],
        [1, 650],
      ] as const)
      returns.push({
        ...rest,
        id: order,
        product: pick([0, 1, 2, 3, 5, 8]),
        day: later,
        quantity,
        amount,
      })
    }
  }
  return {
    regions,
    products,
    customers: customersOf(lines),
    lines,
    returns,
    charges,
    stock: stockRows,
  }
}

type Shared = Pick<LineRow, 'order' | 'day' | 'customer' | 'region' | 'channel' | 'source' | 'hour'>

function lineOf(
  shared: Shared,
  line: number,
  random: () => number,
  pick: <T>(values: readonly T[]) => T,
): LineRow {
  const bought = pick(products)
  const quantity = 1 + Math.floor(random() * 5)
  const gross = quantity * (bought.price ?? pick([300, 455]))
  const total = random() < 0.3 ? Math.floor(gross * 0.85) : gross
  const cost = random() < 0.3 ? (bought.price === null ? null : Math.floor(bought.price / 2)) : null
  return { ...shared, line, product: bought.id, quantity, gross, total, cost }
}

/** Customer 12 first ordered long before anything that is in the facts here. */
function customersOf(lines: readonly LineRow[]): ShopRows['customers'] {
  const customers = new Map<number, { name: string; first: string | null }>()
  customers.set(0, { name: 'Unknown', first: null })
  for (let id = 1; id <= 12; id += 1) {
    const days = lines.filter((line) => line.customer === id).map((line) => line.day)
    const first = id === 12 ? '2022-01-05' : (days.sort()[0] ?? null)
    customers.set(id, { name: id < 3 ? 'Kim Lee' : `Customer ${id}`, first })
  }
  return customers
}

const stockRows: StockRow[] = [
  { product: 1, at: '2023-12-31T22:00:00Z', kind: 'count', quantity: 90, location: null },
  { product: 1, at: '2024-01-20T08:00:00Z', kind: 'receipt', quantity: 25, location: null },
  { product: 1, at: '2024-03-15T18:00:00Z', kind: 'count', quantity: 40, location: null },
  { product: 2, at: '2024-01-10T09:00:00Z', kind: 'count', quantity: 10, location: 'Berlin' },
  { product: 2, at: '2024-01-12T09:00:00Z', kind: 'count', quantity: 80, location: 'Munich' },
  { product: 2, at: '2024-01-11T09:00:00Z', kind: 'receipt', quantity: 7, location: 'Berlin' },
  { product: 2, at: '2024-04-02T09:00:00Z', kind: 'adjustment', quantity: -3, location: 'Munich' },
  { product: 3, at: '2024-01-01T09:00:00Z', kind: 'count', quantity: 4, location: null },
  { product: 5, at: '2024-03-03T09:00:00Z', kind: 'count', quantity: 200, location: null },
  { product: 5, at: '2024-04-20T09:00:00Z', kind: 'receipt', quantity: 30, location: 'Berlin' },
  { product: 6, at: '2024-06-01T09:00:00Z', kind: 'count', quantity: 77, location: null },
  { product: 7, at: '2024-01-01T09:00:00Z', kind: 'count', quantity: 300, location: null },
]

export function daysFrom(from: string, to: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10))
  }
  return days
}

/** mulberry32: small, seeded, the same everywhere. */
export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
