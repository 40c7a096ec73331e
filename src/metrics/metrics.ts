import type { Query, Result } from '../model/query.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { columnsOf } from './assemble.ts'
import { checkQuery, isStock } from './check.ts'
import { askerOf } from './gather.ts'
import { answeredRange } from './ranges.ts'
import { ResultCache } from './result-cache.ts'
import { answer, type Plan, planOf } from './run.ts'
import { setAsideNotes } from './set-aside-notes.ts'
import { readShopFacts, type ShopFacts } from './shop-facts.ts'
import { type ByProduct, type StockStandings, stockStandings } from './stock-standing.ts'

export { queryFromSearch, queryToSearch } from '../model/query-text.ts'
export { parseQuery } from './check.ts'
export { type StockPlanOptions, stockPlan } from './inventory/stock-plan.ts'
export { type LiveOptions, livePage } from './live/live-page.ts'
export { type OrderSilence, orderSilence } from './order-silence.ts'
export { catalogue, metricReference } from './reference.ts'
export { restatements } from './restatements.ts'
export { type ShopState, shopState } from './shop.ts'
export { type StockStanding, type StockStandings, soldWithinDays } from './stock-standing.ts'

export interface RunOptions {
  readonly now: () => Date
  /** Stops every statement of the query, unless somebody else waits for the same answer. */
  readonly signal?: AbortSignal
  /** Asks anew, whatever is known already. */
  readonly fresh?: boolean
}

/**
 * Checks, compiles and runs a query and answers it. Throws unknown_metric, unknown_dimension,
 * dimension_not_available, invalid_range or invalid_query; a value that nothing bears is a note.
 */
export async function runQuery(
  warehouse: Warehouse,
  query: Query,
  options: RunOptions,
): Promise<Result> {
  const startedAt = performance.now()
  const checked = checkQuery(query)
  const shop = await readShopFacts(warehouse, options)
  const range = answeredRange(checked, shop)
  const plan = range ? planOf(checked, shop, range) : null
  const { rows, notes, sql, source } = plan
    ? await keptAnswer(warehouse, plan, options)
    : nothingAsked(shop)
  const compareRange = plan?.compareRange ?? null
  return {
    data: { columns: columnsOf(checked, compareRange !== null), rows },
    meta: {
      query,
      range,
      compareRange,
      timeZone: shop.timeZone,
      currency: shop.currency,
      sql,
      plan: source,
      freshness: shop.freshness,
      notes,
      tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
    },
  }
}

interface Answered {
  readonly rows: Result['data']['rows']
  readonly notes: Result['meta']['notes']
  readonly sql: readonly string[]
  /** In words. */
  readonly source: string
}

function nothingAsked(shop: ShopFacts): Answered {
  return {
    rows: [],
    notes: [
      ...setAsideNotes(shop, [{ from: null, to: null }]),
      { code: 'no_data', text: 'There are no sales yet: import a file first.' },
    ],
    sql: [],
    source: 'nothing was asked: there are no facts',
  }
}

/** How every product stands that was ever counted, for those who watch stock. */
export function stockState(warehouse: Warehouse, options: RunOptions): Promise<StockStandings> {
  const byProduct: ByProduct = async (metric, range) => {
    const { data } = await runQuery(
      warehouse,
      { metrics: [metric], by: ['product'], ...range },
      options,
    )
    return data.rows.flatMap((row) => {
      const [product, value] = [row.product_key, row[metric]]
      if (typeof product !== 'string' || typeof value !== 'string') return []
      return [{ product, name: String(row.product), value }]
    })
  }
  return stockStandings(warehouse, { now: options.now, byProduct })
}

const caches = new WeakMap<Warehouse, ResultCache<Answered>>()

/** From the answers that still hold, else asked. All that it depends on beside the facts is in the key. */
function keptAnswer(warehouse: Warehouse, plan: Plan, options: RunOptions): Promise<Answered> {
  const work = async (signal?: AbortSignal): Promise<Answered> => {
    const asker = askerOf(warehouse, signal)
    const { rows, notes } = await answer(asker, plan)
    return { rows, notes, sql: asker.statements, source: `from ${[...asker.sources].join(', ')}` }
  }
  if (options.fresh) return work(options.signal)
  const cache = caches.get(warehouse) ?? new ResultCache<Answered>(warehouse)
  caches.set(warehouse, cache)
  const { checked, shop, range, compareRange } = plan
  const key = JSON.stringify([checked.query, range, { ...shop, freshness: null }])
  return cache.get(key, {
    work,
    rowsOf: ({ rows }) => rows.length,
    daysOf: ({ notes }) =>
      checked.metrics.some(isStock) || notes.some(({ code }) => code === 'no_match')
        ? null
        : [range, ...(compareRange ? [compareRange] : [])],
    ...(options.signal ? { signal: options.signal } : {}),
  })
}
