import { figureText, percentile } from './figures.ts'
import { atLeast, atMost, type Finding, type Outcome } from './finding.ts'
import { runMeasured } from './measured-process.ts'
import { scriptCommand, serverEnvironment } from './product.ts'
import type { QueryTime } from './query-times.ts'
import { type BenchShop, ensureWarehouse } from './shop.ts'

const mostAdded = 5
/** Queries that take so long on the facts must be ten times faster, ms. */
const heavy = 250
/** p95 that was promised, by size. */
const promised: Readonly<Record<string, number>> = { '10m': 25, '100m': 60 }

/** What questions take through Takings, and what the same costs on the facts alone. */
export async function measureQuery(shop: BenchShop): Promise<Outcome> {
  await ensureWarehouse(shop)
  const command = scriptCommand('query-times.ts', [shop.warehouse])
  const { stdout } = await runMeasured(command, serverEnvironment)
  const times = JSON.parse(stdout) as readonly QueryTime[]
  return {
    findings: findingsOf(shop, times),
    details: [
      {
        title: `Queries on ${shop.size} lines`,
        head: [
          'query',
          'through Takings',
          'on the facts',
          'faster',
          'the same statements by hand',
          "layer's own time",
          'read',
        ],
        rows: times.map(({ name, plan, layer, byHand, facts, own }) => [
          name,
          ...[layer, facts].map((value) => figureText(value, 'ms')),
          figureText(facts / layer, 'x'),
          ...[byHand, own].map((value) => figureText(value, 'ms')),
          plan.replace(/^from /, ''),
        ]),
      },
    ],
  }
}

function findingsOf({ size }: BenchShop, times: readonly QueryTime[]): Finding[] {
  const base = { part: 'query', size, unit: 'ms' } as const
  const largest = (measure: (time: QueryTime) => number) => {
    const [first] = [...times].sort((a, b) => measure(b) - measure(a))
    if (!first) throw new Error('no query was timed')
    return first
  }
  const added = largest((time) => time.added)
  const own = largest((time) => time.own)
  const slowest = largest((time) => time.layer)
  const slower = largest((time) => time.layer - time.facts)
  const over = times.filter((time) => time.added > mostAdded)
  const most = promised[size]
  const heavyOnes = times.filter(({ facts }) => facts >= heavy)
  const least = [...heavyOnes].sort((a, b) => a.facts / a.layer - b.facts / b.layer)[0]
  return [
    {
      ...base,
      what: '95 of 100 queries within',
      value: percentile(
        times.map(({ layer }) => layer),
        0.95,
      ),
      target: most === undefined ? null : atMost(most),
      detail: `${times.length} queries, ${times.filter(({ layer }) => layer <= (most ?? 25)).length} of them within ${most ?? 25} ms`,
    },
    ...(least
      ? [
          {
            ...base,
            what: `least gain where the facts take ${heavy} ms`,
            value: least.facts / least.layer,
            unit: 'x' as const,
            target: atLeast(10),
            detail: `${least.name}; ${heavyOnes.filter(({ facts, layer }) => facts >= layer * 10).length} of ${heavyOnes.length} are ten times faster`,
          },
        ]
      : []),
    {
      ...base,
      what: 'most that a query takes longer than on the facts',
      value: slower.layer - slower.facts,
      target: atMost(mostAdded),
      detail: slower.name,
    },
    {
      ...base,
      what: 'most that the layer adds to its SQL by hand',
      value: added.added,
      target: atMost(mostAdded),
      detail: `${added.name}; ${over.length} of ${times.length} queries above`,
    },
    {
      ...base,
      what: 'most time in the layer while no statement runs',
      value: own.own,
      target: atMost(mostAdded),
      detail: `${own.name}; the same without the noise of the statements`,
    },
    {
      ...base,
      what: 'slowest query',
      value: slowest.layer,
      target: null,
      detail: `${slowest.name}`,
    },
  ]
}
