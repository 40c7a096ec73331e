import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { figureText, median, percentile } from './figures.ts'
import { atMost, type Finding, type Outcome, type Target } from './finding.ts'
import { runMeasured } from './measured-process.ts'
import type { SendPhase, SendResult } from './order-sender.ts'
import { scriptCommand } from './product.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { type BenchShop, emptyFolder, ensureWarehouse } from './shop.ts'
import { slopePerHour, type TimedValue } from './slope.ts'
import { openSoakPage, type SoakPage } from './soak-page.ts'

/** Orders a second, and who looks on. */
const load = { perSecond: 50, visibleEvery: 10, viewers: 10 }
/** Of one round of orders, after which memory, files and page are looked at. */
const roundSeconds = 30
/** Of the rounds after a start, so many are left out: caches fill, code is compiled. */
const warmingUp = 0.2
/** What a server that runs for weeks may add in an hour. */
const most = { memory: 30, page: 10, descriptors: 20, files: 20, lag: 100 }

interface Sample {
  /** Milliseconds since the start. */
  readonly at: number
  readonly memory: number
  readonly descriptors: number
  readonly files: number
  readonly bytes: number
  /** Null where there is no browser. */
  readonly page: number | null
  readonly lag: number
}

/** Constant load over a time, through one restart of the server: what rises, and how fast. */
export async function measureSoak(shop: BenchShop, minutes: number): Promise<Outcome> {
  await ensureWarehouse(shop)
  const folder = await emptyFolder(shop, 'soak')
  cpSync(join(shop.warehouse, 'takings.duckdb'), join(folder, 'takings.duckdb'))
  const soak = new Soak(folder, await freePort())
  const half = (minutes * 60_000) / 2
  const first = await soak.run(half)
  const second = await soak.run(half)
  await soak.page?.close()
  const findings = findingsOf([first, second], soak)
  return {
    findings: findings.map((one) => ({ ...one, part: 'soak', size: shop.size })),
    details: [],
  }
}

class Soak {
  sent = 0
  found = 0
  failed = 0
  page: SoakPage | null = null
  readonly #folder: string
  readonly #port: number
  #startedAt: number | null = null
  #had = 0

  constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  /** One life of the server. */
  async run(ms: number): Promise<readonly Sample[]> {
    const server = await startServer(this.#folder, this.#port)
    try {
      if (this.#startedAt === null) this.#had = await ordersIn(server)
      this.#startedAt ??= performance.now()
      // The page outlives the server.
      this.page ??= await openSoakPage(`${server.url}/live`)
      const samples: Sample[] = []
      const until = performance.now() + ms
      while (performance.now() < until) samples.push(await this.#round(server))
      this.found = (await ordersIn(server)) - this.#had
      return samples
    } finally {
      await server.stop()
    }
  }

  async #round(server: RunningServer): Promise<Sample> {
    const phase: SendPhase = {
      ...load,
      seconds: roundSeconds,
      firstNumber: 800_000_000 + this.sent,
    }
    const token = readFileSync(join(this.#folder, 'access-token'), 'utf8').trim()
    const words = [server.url, token, JSON.stringify(phase)]
    const { stdout } = await runMeasured(scriptCommand('order-sender.ts', words))
    const result = JSON.parse(stdout) as SendResult
    this.sent += result.sent
    this.failed += result.failed.length
    await setTimeout(1_000)
    const sizes = filesIn(this.#folder)
    return {
      at: performance.now() - (this.#startedAt ?? 0),
      memory: server.memory().reduce((sum, bytes) => sum + bytes, 0),
      descriptors: server.descriptors(),
      files: sizes.length,
      bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      page: (await this.page?.heap()) ?? null,
      lag: median(result.visible),
    }
  }
}

type Figure = Omit<Finding, 'part' | 'size'>

function findingsOf(lives: readonly (readonly Sample[])[], soak: Soak): Figure[] {
  const all = lives.flat()
  const bytes = all.map((sample) => sample.bytes)
  const grown = (bytes.at(-1) ?? 0) - (bytes[0] ?? 0)
  const lags = all.map(({ lag }) => lag)
  const megabytes = (value: number) => value / 1_000_000
  return [
    slope(
      lives,
      'memory of the server',
      { unit: 'MB/h', target: atMost(most.memory) },
      ({ memory }) => megabytes(memory),
    ),
    slope(
      lives,
      'open files of the server',
      { unit: '/h', target: atMost(most.descriptors) },
      (one) => one.descriptors,
    ),
    slope(
      lives,
      'files in the data folder',
      { unit: '/h', target: atMost(most.files) },
      (one) => one.files,
    ),
    // Orders are there to stay.
    slope(lives, 'size of the data folder', { unit: 'MB/h', target: null }, (one) =>
      megabytes(one.bytes),
    ),
    ...(soak.page
      ? [
          slope(
            [all],
            'heap of a Live page',
            { unit: 'MB/h', target: atMost(most.page) },
            ({ page }) => megabytes(page ?? 0),
          ),
        ]
      : []),
    slope(
      lives,
      'an order accepted to queried',
      { unit: 'ms/h', target: atMost(most.lag) },
      ({ lag }) => lag,
    ),
    {
      ...{
        what: 'an order accepted to queried, median of rounds',
        value: median(lags),
        unit: 'ms',
        target: null,
      },
      detail: `the slowest round of ${lags.length} ${figureText(percentile(lags, 1), 'ms')}`,
    },
    {
      ...{
        what: 'orders lost or counted twice through the restart',
        value: Math.abs(soak.found - soak.sent),
      },
      ...{ unit: '', target: atMost(0) },
      detail: `${soak.sent} sent, ${soak.found} found, ${soak.failed} refused; ${Math.round(grown / Math.max(1, soak.sent))} bytes on the disk for each`,
    },
  ]
}

/** The steepest of the server's lives, by least squares. */
function slope(
  lives: readonly (readonly Sample[])[],
  what: string,
  { unit, target }: { readonly unit: Finding['unit']; readonly target: Target | null },
  read: (sample: Sample) => number,
): Figure {
  const series = lives.map((life) =>
    life
      .slice(Math.ceil(life.length * warmingUp))
      .map((sample): TimedValue => ({ at: sample.at, value: read(sample) })),
  )
  const detail = series
    .map((values) => {
      const [from, to] = [values[0]?.value ?? 0, values.at(-1)?.value ?? 0]
      return `${values.length} samples, ${figureText(from, '')} to ${figureText(to, '')}`
    })
    .join('; after the restart ')
  return { what, value: Math.max(...series.map(slopePerHour)), unit, target, detail }
}

function filesIn(folder: string): number[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(
      (entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0,
    )
}

async function ordersIn(server: RunningServer): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/shop`)
  const { data } = (await response.json()) as { data: { orders: number } }
  return data.orders
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
