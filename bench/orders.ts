import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shop } from '../src/model/wire.ts'
import { figureText, median, percentile } from './figures.ts'
import { atLeast, atMost, type Finding, type Outcome } from './finding.ts'
import { runMeasured } from './measured-process.ts'
import type { SendPhase, SendResult } from './order-sender.ts'
import { overviewQueries } from './overview-queries.ts'
import { watchPages } from './page-follow.ts'
import { scriptCommand } from './product.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { type BenchShop, emptyFolder, ensureWarehouse } from './shop.ts'

const seconds = 60
const viewers = 10

/** Orders sent one by one and as a stream into a large warehouse, from a process on the same machine. */
export async function measureOrders(shop: BenchShop): Promise<Outcome> {
  await ensureWarehouse(shop)
  const folder = await emptyFolder(shop, 'orders')
  cpSync(join(shop.warehouse, 'takings.duckdb'), join(folder, 'takings.duckdb'))
  const server = await startServer(folder)
  const token = readFileSync(join(folder, 'access-token'), 'utf8').trim()
  const base = { part: 'orders', size: shop.size } as const
  let next = 900_000_000
  const send = async (phase: Omit<SendPhase, 'firstNumber'>): Promise<SendResult> => {
    const words = [server.url, token, JSON.stringify({ ...phase, firstNumber: next })]
    const { stdout } = await runMeasured(scriptCommand('order-sender.ts', words))
    const result = JSON.parse(stdout) as SendResult
    next += result.sent
    return result
  }
  try {
    const before = await ordersIn(server)
    await send({ perSecond: 20, seconds: 5, visibleEvery: 10, viewers: 1 })
    const slow = await send({ perSecond: 50, seconds, visibleEvery: 10, viewers: 100 })
    const steady = await send({ perSecond: 100, seconds, visibleEvery: 20, viewers })
    const fast = await send({ perSecond: 1_500, seconds, visibleEvery: 100, viewers: 100 })
    const stream = await send({
      perSecond: 0,
      seconds: 0,
      visibleEvery: 1,
      viewers,
      stream: 300_000,
    })
    const pages = await watchPages(server.url, token)
    const heavy = heavyQueries(server)
    const beside = await send({ perSecond: 100, seconds: 30, visibleEvery: 20, viewers })
    await heavy.stop()
    const sent = next - 900_000_000 + pages.sent
    const found = (await ordersIn(server)) - before
    const findings: Finding[] = [
      ...acknowledgement('at 100 orders/s', steady, 30),
      ...acknowledgement('at 1,500 orders/s', fast, 100),
      ...acknowledgement('at 100 orders/s beside eight heavy queries', beside, 100),
      ...visibility('at 50 orders/s', slow, { middle: 250, end: null }),
      ...visibility('at 1,500 orders/s', fast, { middle: 500, end: 1_500 }),
    ].map((finding) => ({ ...base, ...finding }))
    return {
      findings: [
        ...findings,
        ...pages.findings.map((finding) => ({ ...base, ...finding })),
        {
          ...base,
          what: 'lines of a stream, queried, rollups included',
          value: 300_000 / stream.seconds,
          unit: 'lines/s',
          target: atLeast(15_000),
          detail: `acknowledged after ${figureText((stream.acknowledged[0] ?? 0) / 1000, 's')}`,
        },
        {
          ...base,
          what: 'orders lost or counted twice',
          value: Math.abs(found - sent),
          unit: '',
          target: atMost(0),
          detail: `${sent} sent, ${found} found; refused: ${[slow, steady, fast, beside].map(({ failed }) => failed.length).join(', ')}`,
        },
      ],
      details: [],
    }
  } finally {
    await server.stop()
  }
}

type Figure = Omit<Finding, 'part' | 'size'>

function acknowledgement(when: string, { acknowledged }: SendResult, most: number): Figure[] {
  return [
    {
      what: `an order acknowledged, 99 of 100, ${when}`,
      value: percentile(acknowledged, 0.99),
      unit: 'ms',
      target: atMost(most),
      detail: `in the middle ${figureText(median(acknowledged), 'ms')}, the longest ${figureText(Math.max(...acknowledged), 'ms')}`,
    },
  ]
}

function visibility(
  when: string,
  { told, visible, changes }: SendResult,
  most: { readonly middle: number; readonly end: number | null },
): Figure[] {
  const queried = figureText(median(visible), 'ms')
  return [
    {
      what: `a change told to a viewer after its order was sent, in the middle, ${when}`,
      value: median(told),
      unit: 'ms',
      target: atMost(most.middle),
      detail: `${told.length} of the orders; ${changes} commits; queried after ${queried}`,
    },
    {
      what: `a change told to a viewer after its order was sent, 99 of 100, ${when}`,
      value: percentile(told, 0.99),
      unit: 'ms',
      target: most.end === null ? null : atMost(most.end),
      detail: `the longest ${figureText(Math.max(...told), 'ms')}`,
    },
  ]
}

async function ordersIn(server: RunningServer): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/shop`)
  const { data } = (await response.json()) as { data: Shop }
  return data.orders
}

/** Eight loops of the Overview's queries over all days, none of which the cache has. */
function heavyQueries(server: RunningServer): { stop(): Promise<void> } {
  let isOver = false
  const loop = async (number: number) => {
    const response = await fetch(`${server.url}/api/v1/shop`)
    const { data: shop } = (await response.json()) as { data: Shop }
    for (let round = 0; !isOver && shop.period; round++) {
      const from = shop.period.from
      for (const { query } of overviewQueries(shop, { from, to: shop.period.to })) {
        const own = {
          ...query,
          where: [{ dimension: 'weekday', op: 'is', values: [String(1 + ((round + number) % 7))] }],
        }
        await fetch(`${server.url}/api/v1/query`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(own),
        }).then((answer) => answer.arrayBuffer())
      }
    }
  }
  const loops = Array.from({ length: 8 }, (_, number) => loop(number))
  return {
    async stop() {
      isOver = true
      await Promise.all(loops)
    },
  }
}
