import { runQuery, shopState } from '../src/metrics/metrics.ts'
import type { Query } from '../src/model/query.ts'
import type { Shop } from '../src/model/wire.ts'
import { openWarehouse, type Warehouse } from '../src/warehouse/warehouse.ts'
import { median } from './figures.ts'
import { metricQueries } from './metric-queries.ts'
import { type NamedQuery, overviewQueries } from './overview-queries.ts'
import { ownTime, recordingOf, recordingWarehouse, replay } from './replay.ts'

/**
 * `query-times.ts FOLDER`: opens the warehouse there as a server does and prints, as JSON, what each
 * query took through the metrics layer and what its statements took by hand, taking turns.
 */

export interface QueryTime {
  readonly name: string
  readonly statements: number
  /** Medians, in milliseconds. */
  readonly layer: number
  readonly byHand: number
  /** Median of the differences between neighbouring runs. */
  readonly added: number
  /** Median of the time in which no statement of the query was running. */
  readonly own: number
}

/** An even number, so that each of the two goes first equally often; half of it is past warming up. */
const runs = 16
const now = () => new Date()

const warehouse = await openWarehouse({ folder: process.argv[2] ?? '', now })
const recorded = recordingWarehouse(warehouse)
const times: QueryTime[] = []
for (const { name, query } of await queriesFor(warehouse)) {
  times.push(await timeOf(name, query))
}
await warehouse.close()
process.stdout.write(JSON.stringify(times))

async function queriesFor(opened: Warehouse): Promise<NamedQuery[]> {
  const state = await shopState(opened, { now })
  const shop: Shop = { ...state, demo: false, dataFolder: '', version: '' }
  if (!shop.period) throw new Error('the warehouse is empty')
  const all = shop.period
  const recent = { from: daysBefore(all.to, 27), to: all.to }
  return [
    ...overviewQueries(shop, recent).map((one) => ({ ...one, name: `${one.name}, 28 days` })),
    ...overviewQueries(shop, all).map((one) => ({ ...one, name: `${one.name}, all days` })),
    ...metricQueries(),
  ]
}

function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(day) - count * 86_400_000).toISOString().slice(0, 10)
}

async function timeOf(name: string, query: Query): Promise<QueryTime> {
  const ask = () => runQuery(recorded.warehouse, query, { now })
  recorded.takeCalls()
  const { meta } = await ask()
  const recording = recordingOf(recorded.takeCalls(), meta.sql)
  const layer: number[] = []
  const byHand: number[] = []
  const own: number[] = []
  const again = () => replay(warehouse, recording)
  await again()
  for (let run = 0; run < runs; run++) {
    const first = run % 2 === 1 ? await elapsed(again) : null
    const took = await elapsed(ask)
    layer.push(took)
    own.push(ownTime(recorded.takeCalls(), recording.statements.length, took))
    byHand.push(first ?? (await elapsed(again)))
  }
  return {
    name,
    statements: recording.statements.length,
    layer: median(layer),
    byHand: median(byHand),
    added: median(layer.map((took, run) => took - (byHand[run] ?? 0))),
    own: median(own),
  }
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
