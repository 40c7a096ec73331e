import { type DayRange, dayIn, daysBetween, earlierOf, laterOf } from '../model/day.ts'
import type { Freshness } from '../model/query.ts'
import type { SqlCell, Warehouse } from '../warehouse/warehouse.ts'

/** What every answer needs to know of the shop before it asks. */
export interface ShopFacts {
  /** IANA name; UTC until the first import settles it. */
  readonly timeZone: string
  readonly currency: string | null
  readonly name: string | null
  /** The shop's day at this moment. */
  readonly today: string
  readonly freshness: Freshness
  /** First and last day of sales and returns. */
  readonly span: DayRange | null
  /** First day of sales alone; what lies before cannot be compared. */
  readonly orderSpan: DayRange | null
  /** First and last day of stock counts, receipts and adjustments. */
  readonly stockSpan: DayRange | null
  /** Whether there are lines without an order number, so that orders cannot be counted. */
  readonly anonymous: boolean
  /** Whether the newest order is at most a week old, so that a range up to today is still running. */
  readonly live: boolean
}

type Spans = Pick<ShopFacts, 'span' | 'orderSpan' | 'stockSpan' | 'anonymous'>

/** Facts change only with a run, so what was read of them holds for its sequence. */
const spansBySequence = new WeakMap<Warehouse, { sequence: number; spans: Spans }>()

/** How many days old the newest order may be while the shop counts as live. */
const liveDays = 7

export interface ShopFactsOptions {
  readonly now: () => Date
  readonly signal?: AbortSignal
}

export async function readShopFacts(
  warehouse: Warehouse,
  options: ShopFactsOptions,
): Promise<ShopFacts> {
  const rows = await warehouse.query(stateSql, [], signalOf(options))
  const setting = (key: string) => text(rows.find((row) => row.key === key)?.value)
  const newestRun = rows.find((row) => row.key === null)
  const sequence = Number(newestRun?.sequence ?? 0)
  const known = spansBySequence.get(warehouse)
  const spans =
    known?.sequence === sequence && sequence > 0 ? known.spans : await readSpans(warehouse, options)
  spansBySequence.set(warehouse, { sequence, spans })
  const timeZone = setting('time_zone') ?? 'UTC'
  const today = dayIn(timeZone, options.now())
  const newestDay = spans.orderSpan?.to ?? null
  return {
    ...spans,
    timeZone,
    today,
    currency: setting('currency'),
    name: setting('shop_name'),
    freshness: { newestDay, loadedAt: text(newestRun?.loaded_at), sequence },
    live: newestDay !== null && daysBetween(newestDay, today) <= liveDays,
  }
}

/** One statement, because every query waits for it: the settings, and a last row on the newest run. */
const stateSql = `select key, value, null::bigint as sequence, null::timestamptz as loaded_at
from settings where key in ('time_zone', 'currency', 'shop_name')
union all
select null, null, max(run_id), max(finished_at) from runs`

async function readSpans(warehouse: Warehouse, options: ShopFactsOptions): Promise<Spans> {
  const [row = {}] = await warehouse.query(spansSql, [], signalOf(options))
  const orderSpan = spanOf(row.first_order, row.last_order)
  const returnSpan = spanOf(row.first_return, row.last_return)
  return {
    orderSpan,
    span: union(orderSpan, returnSpan),
    stockSpan: spanOf(row.first_stock, row.last_stock),
    anonymous: row.anonymous === true,
  }
}

const spansSql = `select
  (select min(order_date) from sales_fact) as first_order,
  (select max(order_date) from sales_fact) as last_order,
  (select min(return_date) from returns_fact) as first_return,
  (select max(return_date) from returns_fact) as last_return,
  (select min(occurred_on) from stock_fact) as first_stock,
  (select max(occurred_on) from stock_fact) as last_stock,
  exists (select 1 from orders where anonymous) as anonymous`

/** The range that holds both; null when there is neither. */
export function union(a: DayRange | null, b: DayRange | null): DayRange | null {
  if (!a || !b) return a ?? b
  return { from: earlierOf(a.from, b.from), to: laterOf(a.to, b.to) }
}

function spanOf(from: SqlCell | undefined, to: SqlCell | undefined): DayRange | null {
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : null
}

function text(cell: SqlCell | undefined): string | null {
  return typeof cell === 'string' ? cell : null
}

function signalOf({ signal }: ShopFactsOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}
