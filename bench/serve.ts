import { setTimeout } from 'node:timers/promises'
import type { Shop } from '../src/model/wire.ts'
import { listText, median } from './figures.ts'
import { atMost, type Outcome } from './finding.ts'
import { overviewQueries } from './overview-queries.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { type BenchShop, ensureWarehouse } from './shop.ts'

const rounds = 3
const mostSeconds = 2
const mostMegabytes = 300
const idleMs = 15_000

/** How soon the server is there, and what it holds of the machine once a page was looked at. */
export async function measureServe(shop: BenchShop): Promise<Outcome> {
  await ensureWarehouse(shop)
  const ready: number[] = []
  const idle: number[] = []
  const loaded: number[] = []
  let processes: readonly number[] = []
  for (let round = 0; round < rounds; round++) {
    const server = await startServer(shop.warehouse)
    try {
      ready.push(server.readySeconds)
      await loadOverview(server.url)
      loaded.push(sum(megabytes(server)))
      await setTimeout(idleMs)
      processes = megabytes(server)
      idle.push(sum(processes))
    } finally {
      await server.stop()
    }
  }
  const base = { part: 'serve', size: shop.size } as const
  return {
    findings: [
      {
        ...base,
        what: 'server ready',
        value: median(ready),
        unit: 's',
        target: atMost(mostSeconds),
        detail: `rounds ${listText(ready, 's')}`,
      },
      {
        ...base,
        what: 'memory, idle 15 s after a page was loaded',
        value: median(idle),
        unit: 'MB',
        target: atMost(mostMegabytes),
        detail: [
          `rounds ${listText(idle, 'MB')}`,
          `processes of the last ${listText(processes, 'MB')}`,
          `right after the page ${listText(loaded, 'MB')}`,
        ].join('; '),
      },
    ],
    details: [],
  }
}

function megabytes(server: RunningServer): number[] {
  return server.memory().map((bytes) => bytes / 1e6)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Asks over HTTP what the Overview asks, on the days it opens on and all at once as a browser does. */
async function loadOverview(url: string): Promise<void> {
  const { data: shop } = (await ask(`${url}/api/v1/shop`)) as { data: Shop }
  if (!shop.defaultRange) throw new Error('the warehouse is empty')
  const queries = overviewQueries(shop, shop.defaultRange)
  await Promise.all([
    ask(`${url}/api/v1/metrics`),
    ...queries.map(({ query }) => ask(`${url}/api/v1/query`, query)),
  ])
}

async function ask(address: string, body?: object): Promise<unknown> {
  const response = await fetch(address, {
    method: body ? 'POST' : 'GET',
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body ? JSON.stringify(body) : null,
  })
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`)
  return response.json()
}
