import { runQuery, shopState } from '../src/metrics/metrics.ts'
import { addDays } from '../src/model/day.ts'
import type { Query } from '../src/model/query.ts'
import type { Shop } from '../src/model/wire.ts'
import { openWarehouse, type Warehouse } from '../src/warehouse/warehouse.ts'
import { median } from './figures.ts'
import { metricQueries } from './metric-queries.ts'
import { type NamedQuery, overviewQueries } from './overview-queries.ts'
import { ownTime, type Recording, recordingOf, recordingWarehouse, replay } from './replay.ts'

/**
 * `query-times.ts FOLDER [ADDRESS]`: opens the warehouse there as a server does and prints, as JSON, what each query took
 * through the metrics layer, what its statements took by hand, and what statements took that ask the same of the facts
 * alone, taking turns. No answer is kept.
 */

export interface QueryTime {
  readonly name: string
  readonly statements: number
  /** Where the figures came from. */
  readonly plan: string
  /** Medians, in milliseconds. */
  readonly layer: number
  readonly byHand: number
  readonly facts: number
  /** Median of the differences between neighbouring runs. */
  readonly added: number
  /** Median of the time in which no statement of the query was running. */
  readonly own: number
}

/** Longer than any shop has been there. */
const everyDay = Array.from({ length: 20_000 }, (_, index) => ({
  day: addDays('1990-01-01', index),
}))

const [folder = '', address = null] = process.argv.slice(2)
/** An even number, so that each of the two goes first equally often; half of it is past warming up. */
const runs = address === null ? 16 : 6
/** Statements over all facts take up to seconds. */
const runsOnFacts = address === null ? 3 : 1
const now = () => new Date()

const warehouse = await openWarehouse({ folder, address, now })
const recorded = recordingWarehouse(warehouse)
const recordedFacts = recordingWarehouse(withoutRollups(warehouse))
const times: QueryTime[] = []
for (const { name, query } of await queriesFor(warehouse)) {
  times.push(await timeOf(name, query))
}
await warehouse.close()
process.stdout.write(JSON.stringify(times))

async function queriesFor(opened: Warehouse): Promise<NamedQuery[]> {
  const state = await shopState(opened, { now })
  const shop: Shop = { ...state, demo: false, livePosition: null, dataFolder: '', version: '' }
  if (!shop.period) throw new Error('the warehouse is empty')
  const all = shop.period
  const recent = { from: daysBefore(all.to, 27), to: all.to }
  // Begins and ends in the middle of a month.
  const year = { from: daysBefore(all.to, 400), to: daysBefore(all.to, 36) }
  return [
    ...overviewQueries(shop, recent).map((one) => ({ ...one, name: `${one.name}, 28 days` })),
    ...overviewQueries(shop, year).map((one) => ({ ...one, name: `${one.name}, a free year` })),
    ...overviewQueries(shop, all).map((one) => ({ ...one, name: `${one.name}, all days` })),
    ...metricQueries(),
  ]
}

function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(day) - count * 86_400_000).toISOString().slice(0, 10)
}

/** The same, but that every day counts as written by others, so that the facts alone can tell. */
function withoutRollups(opened: Warehouse): Warehouse {
  return {
    ...opened,
    async query(sql, parameters, options) {
      if (sql.startsWith('select distinct day from dirty_days')) return everyDay
      const rows = await opened.query(sql, parameters, options)
      return rows.map((row) => ('dirty' in row ? { ...row, dirty: true } : row))
    },
  }
}

async function timeOf(name: string, query: Query): Promise<QueryTime> {
  const ask = () => runQuery(recorded.warehouse, query, { now, fresh: true })
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
    plan: meta.plan,
    layer: median(layer),
    byHand: median(byHand),
    facts: await timeOnFacts(query),
    added: median(layer.map((took, run) => took - (byHand[run] ?? 0))),
    own: median(own),
  }
}

async function timeOnFacts(query: Query): Promise<number> {
  recordedFacts.takeCalls()
  const { meta } = await runQuery(recordedFacts.warehouse, query, { now, fresh: true })
  if (meta.plan.includes('rollup')) throw new Error(`${meta.plan} is not the facts alone`)
  const recording: Recording = recordingOf(recordedFacts.takeCalls(), meta.sql)
  const took: number[] = []
  for (let run = 0; run < runsOnFacts; run++) {
    took.push(await elapsed(() => replay(warehouse, recording)))
  }
  return median(took)
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
