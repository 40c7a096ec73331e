import { type DayRange, dayIn, daysBetween, earlierOf, laterOf } from '../model/day.ts'
import type { Freshness } from '../model/query.ts'
import type { QueryOptions, SqlCell, Warehouse } from '../warehouse/warehouse.ts'

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
  /** Days that others than the loader wrote, of which rollups say nothing, in order. */
  readonly dirtyDays: readonly string[]
  /** Months whose lines were taken out of the figures, in order. */
  readonly setAside: readonly SetAsideMonth[]
  /** Whether the newest order is at most a week old, so that a range up to today is still running. */
  readonly live: boolean
}

/** A month whose lines are not among the facts. */
export interface SetAsideMonth {
  /** Its first day. */
  readonly month: string
  /** ISO instants. */
  readonly setAsideAt: string
  /** Null while the month can be put back. */
  readonly droppedAt: string | null
}

/** What only a transaction changes. */
type KeptFacts = Omit<ShopFacts, 'today' | 'live'>

/** How many days old the newest order may be while the shop counts as live. */
const liveDays = 7

export interface ShopFactsOptions {
  readonly now: () => Date
  readonly signal?: AbortSignal
}

type Reading = Pick<ShopFactsOptions, 'signal'>

export async function readShopFacts(
  warehouse: Warehouse,
  options: ShopFactsOptions,
): Promise<ShopFacts> {
  const facts = await keptFacts(warehouse, options)
  const today = dayIn(facts.timeZone, options.now())
  const { newestDay } = facts.freshness
  return { ...facts, today, live: newestDay !== null && daysBetween(newestDay, today) <= liveDays }
}

/** Every query waits for these facts. */
const keptFacts = readOnce(async (warehouse: Warehouse, options: Reading): Promise<KeptFacts> => {
  const [state, spans] = await Promise.all([
    warehouse.query(stateSql, [], briefly(options)),
    readSpans(warehouse, options),
  ])
  const setting = (key: string) => text(state.find((row) => row.key === key)?.value)
  const newestRun = state.find((row) => row.key === null)
  return {
    ...spans,
    timeZone: setting('time_zone') ?? 'UTC',
    currency: setting('currency'),
    name: setting('shop_name'),
    freshness: {
      newestDay: spans.orderSpan?.to ?? null,
      loadedAt: text(newestRun?.loaded_at),
      sequence: Number(newestRun?.sequence ?? 0),
    },
  }
})

/**
 * The oldest count of stock that still stands, and the newest of all; null where nothing was ever counted. Only who asks
 * for stock needs to know.
 */
export const standingCounts = readOnce(
  async (warehouse: Warehouse, options: Reading): Promise<DayRange | null> => {
    const [row] = await warehouse.query(standingCountsSql, [], briefly(options))
    return spanOf(row?.oldest_count, row?.newest_count)
  },
)

/** What is read once for all between two transactions. */
function readOnce<Facts>(
  read: (warehouse: Warehouse, options: Reading) => Promise<Facts>,
): typeof read {
  const kept = new WeakMap<Warehouse, { readonly revision: number; readonly facts: Facts }>()
  return async (warehouse, options) => {
    // Taken before the facts are read: what a transaction changes meanwhile is read again next time.
    const revision = warehouse.revision()
    const known = kept.get(warehouse)
    if (known && known.revision === revision) return known.facts
    const facts = await read(warehouse, options)
    kept.set(warehouse, { revision, facts })
    return facts
  }
}

/** The settings, and a last row on the newest run. */
const stateSql = `select key, value, null::bigint as sequence, null::timestamptz as loaded_at
from settings where key in ('time_zone', 'currency', 'shop_name')
union all
select null, null, max(run_id), max(finished_at) from runs`

async function readSpans(
  warehouse: Warehouse,
  options: Reading,
): Promise<
  Pick<ShopFacts, 'span' | 'orderSpan' | 'stockSpan' | 'anonymous' | 'dirtyDays' | 'setAside'>
> {
  const [row = {}] = await warehouse.query(spansSql, [], briefly(options))
  const days = row.dirty === true ? await warehouse.query(dirtySql, [], briefly(options)) : []
  const aside = row.aside === true ? await warehouse.query(setAsideSql, [], briefly(options)) : []
  const orderSpan = spanOf(row.first_order, row.last_order)
  const returnSpan = spanOf(row.first_return, row.last_return)
  return {
    orderSpan,
    span: union(orderSpan, returnSpan),
    stockSpan: spanOf(row.first_stock, row.last_stock),
    anonymous: row.anonymous === true,
    dirtyDays: days.map(({ day }) => String(day)),
    setAside: aside.map((month) => ({
      month: String(month.month),
      setAsideAt: String(month.set_aside_at),
      droppedAt: text(month.dropped_at),
    })),
  }
}

const spansSql = `select
  (select min(order_date) from sales_fact) as first_order,
  (select max(order_date) from sales_fact) as last_order,
  (select min(return_date) from returns_fact) as first_return,
  (select max(return_date) from returns_fact) as last_return,
  (select min(occurred_on) from stock_fact) as first_stock,
  (select max(occurred_on) from stock_fact) as last_stock,
  exists (select 1 from orders where anonymous) as anonymous,
  exists (select 1 from dirty_days) as dirty,
  exists (select 1 from set_aside_months) as aside`

const standingCountsSql = `select min(counted_on) as oldest_count, max(counted_on) as newest_count
from (
  select max(occurred_on) as counted_on from stock_fact where kind = 'count' group by product_id, location
) as placed`

const dirtySql = 'select distinct day from dirty_days order by day'

const setAsideSql = 'select month, set_aside_at, dropped_at from set_aside_months order by month'

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

function briefly({ signal }: Reading): QueryOptions {
  return signal ? { brief: true, signal } : { brief: true }
}
