import type { Note, Query, Result } from '../model/query.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { columnsOf } from './assemble.ts'
import { checkQuery } from './check.ts'
import { askerOf } from './gather.ts'
import { answeredRange } from './ranges.ts'
import { answer, planOf } from './run.ts'
import { readShopFacts } from './shop-facts.ts'

export { queryFromSearch, queryToSearch } from '../model/query-text.ts'
export { parseQuery } from './check.ts'
export { catalogue, metricReference } from './reference.ts'
export { type ShopState, shopState } from './shop.ts'

export interface RunOptions {
  readonly now: () => Date
  /** Stops every statement of the query. */
  readonly signal?: AbortSignal
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
  const asker = askerOf(warehouse, options.signal)
  const plan = range ? planOf(checked, shop, range) : null
  const { rows, notes } = plan ? await answer(asker, plan) : { rows: [], notes: [noData] }
  const compareRange = plan?.compareRange ?? null
  return {
    data: { columns: columnsOf(checked, compareRange !== null), rows },
    meta: {
      query,
      range,
      compareRange,
      timeZone: shop.timeZone,
      currency: shop.currency,
      sql: asker.statements,
      plan: plan
        ? `from ${[...asker.sources].join(', ')}`
        : 'nothing was asked: there are no facts',
      freshness: shop.freshness,
      notes,
      tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
    },
  }
}

const noData: Note = { code: 'no_data', text: 'There are no sales yet: import a file first.' }
