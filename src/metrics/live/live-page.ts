import type { LivePage } from '../../model/live-page.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { compile } from '../compile.ts'
import { readShopFacts, type ShopFacts } from '../shop-facts.ts'
import { liveBars } from './bars.ts'
import { hasNameless, readDays } from './day-sums.ts'
import { type Ask, type LiveMoment, liveMoment, type Replayed } from './live-moment.ts'
import { liveNotes } from './live-notes.ts'
import { type FoundStock, runningOut } from './stock.ts'
import { newestOrders } from './ticker.ts'
import { topProducts } from './top-products.ts'
import { liveTotals, toldPrecision } from './totals.ts'

export interface LiveOptions {
  readonly now: () => Date
  readonly signal?: AbortSignal
  /** Left out: now. */
  readonly replay?: Replayed
}

/**
 * What the Live page shows: of now, or as it was at a moment of a past day by the times that the facts tell. All of it
 * is read from one state of the warehouse. Throws `invalid_range` for a day that has not come yet.
 */
export async function livePage(warehouse: Warehouse, options: LiveOptions): Promise<LivePage> {
  const { signal } = options
  const shop = await readShopFacts(warehouse, options)
  const moment = liveMoment(shop, options.now(), options.replay ?? null)
  return warehouse.snapshot(
    (snapshot) => {
      const ask: Ask = (statement) => {
        const { sql, parameters } = compile(statement)
        return snapshot.query(sql, parameters)
      }
      return readPage(ask, { warehouse, shop, moment })
    },
    signal ? { signal } : {},
  )
}

interface Reading {
  readonly warehouse: Warehouse
  readonly shop: ShopFacts
  readonly moment: LiveMoment
}

async function readPage(ask: Ask, reading: Reading): Promise<LivePage> {
  const { shop, moment } = reading
  const days = await readDays(ask, moment, shop.anonymous)
  const precision = toldPrecision(days)
  const nameless = hasNameless(days.day) || hasNameless(days.before)
  const { recent, bars } = await liveBars(ask, {
    moment,
    timeZone: shop.timeZone,
    precision,
    nameless,
  })
  const top = await topProducts(ask, moment)
  const orders = await newestOrders(ask, moment, shop)
  const { stock, notes } = await stockOf(ask, reading)
  return {
    figures: {
      kind: moment.kind,
      at: moment.at.toISOString(),
      day: moment.day,
      dayStart: moment.dayStart.toISOString(),
      dayEnd: moment.dayEnd.toISOString(),
      timeZone: shop.timeZone,
      currency: shop.currency,
      period: shop.orderSpan,
      precision,
      comparedDay: moment.comparedCut.day,
      totals: liveTotals(days, moment, shop),
      recent,
      bars,
      products: top.products,
      stock,
      notes: [...liveNotes(days, moment, { shop, precision }), ...top.notes, ...notes],
    },
    ticker: { orders },
  }
}

/**
 * Levels are what moved since the last count, which may be many days: of now they are worked out every ten seconds at
 * most, and say of which moment they are.
 */
const stockPause = 10_000
const keptStock = new WeakMap<Warehouse, { readonly at: number; readonly found: FoundStock }>()

async function stockOf(ask: Ask, { warehouse, moment }: Reading): Promise<FoundStock> {
  if (moment.kind === 'replay') return runningOut(ask, moment, warehouse.sql)
  const kept = keptStock.get(warehouse)
  const age = moment.at.getTime() - (kept?.at ?? 0)
  if (kept && age >= 0 && age < stockPause) return kept.found
  const found = await runningOut(ask, moment, warehouse.sql)
  keptStock.set(warehouse, { at: moment.at.getTime(), found })
  return found
}
