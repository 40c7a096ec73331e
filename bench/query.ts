import { figureText } from './figures.ts'
import { atMost, type Finding, type Outcome } from './finding.ts'
import { runMeasured } from './measured-process.ts'
import { scriptCommand, serverEnvironment } from './product.ts'
import type { QueryTime } from './query-times.ts'
import { type BenchShop, ensureWarehouse } from './shop.ts'

const mostAdded = 5

/** What the metrics layer adds to the same statements by hand. */
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
        head: ['query', 'statements', 'through the layer', 'by hand', 'added', "layer's own time"],
        rows: times.map(({ name, statements, layer, byHand, added, own }) => [
          name,
          String(statements),
          ...[layer, byHand, added, own].map((value) => figureText(value, 'ms')),
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
  const over = times.filter((time) => time.added > mostAdded)
  return [
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
