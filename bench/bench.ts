import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureDemo } from './demo.ts'
import { figureText } from './figures.ts'
import { type Outcome, type PartName, partNames } from './finding.ts'
import { measureLive } from './live.ts'
import { measureLoad } from './load.ts'
import { loadAverage, machineLines } from './machine.ts'
import { measureOrders } from './orders.ts'
import { measurePages } from './pages.ts'
import { root } from './product.ts'
import { measureQuery } from './query.ts'
import { findingsTable, type Report, resultsText } from './report.ts'
import { measureServe } from './serve.ts'
import { measureShared } from './shared.ts'
import { type BenchShop, clearScratch, shopOfSize } from './shop.ts'
import { measureSoak } from './soak.ts'

const usage = `npm run bench -- [options]

  --lines 1m,10m     sizes of the demo shop; load and query run on each, live, orders, serve and pages on
                     the last, demo and shared on the first
  --only load,query  parts: ${partNames.join(', ')}
  --soak 60m         constant load for so long through a restart, and nothing else: what rises, and how fast
  --json FILE        writes everything that was found there
  --results          rewrites bench/RESULTS.md
  --no-build         measures dist as it stands

Shops are kept in the system's temporary folder between runs.
`

interface Part {
  readonly measure: (shop: BenchShop) => Promise<Outcome>
  /** On which of the sizes. */
  readonly on: 'each' | 'first' | 'last'
}

const parts: Readonly<Record<PartName, Part>> = {
  load: { measure: measureLoad, on: 'each' },
  query: { measure: measureQuery, on: 'each' },
  live: { measure: measureLive, on: 'last' },
  orders: { measure: measureOrders, on: 'last' },
  serve: { measure: measureServe, on: 'last' },
  pages: { measure: measurePages, on: 'last' },
  demo: { measure: measureDemo, on: 'first' },
  shared: { measure: measureShared, on: 'first' },
  soak: { measure: (shop) => measureSoak(shop, minutesOf(options.soak ?? '60m')), on: 'last' },
}

const { values: options } = parseArgs({
  options: {
    lines: { type: 'string', default: '1m,10m' },
    only: { type: 'string', default: partNames.filter((name) => name !== 'soak').join(',') },
    soak: { type: 'string' },
    json: { type: 'string' },
    results: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) process.stdout.write(usage)
else await runBenchmark()

async function runBenchmark(): Promise<void> {
  const wanted: readonly PartName[] = options.soak ? ['soak'] : wantedParts(options.only)
  if (!options['no-build']) build()
  const shops = options.lines.split(',').map(shopOfSize)
  const startedAt = new Date().toISOString()
  const loadBefore = loadAverage()
  const outcomes: Outcome[] = []
  for (const name of wanted) {
    const { measure, on } = parts[name]
    const chosen = on === 'each' ? shops : on === 'first' ? shops.slice(0, 1) : shops.slice(-1)
    for (const shop of chosen) outcomes.push(await measured(name, shop, measure))
  }
  for (const shop of shops) await clearScratch(shop)
  publish({
    findings: outcomes.flatMap(({ findings }) => findings),
    details: outcomes.flatMap(({ details }) => details),
    machine: machineLines(),
    startedAt,
    endedAt: new Date().toISOString(),
    loadBefore,
    loadAfter: loadAverage(),
    command: `npm run bench -- --lines ${options.lines} ${options.soak ? `--soak ${options.soak}` : `--only ${wanted.join(',')}`}`,
  })
}

async function measured(
  name: PartName,
  shop: BenchShop,
  measure: Part['measure'],
): Promise<Outcome> {
  process.stderr.write(`${name}, ${shop.size} lines ... `)
  const started = performance.now()
  try {
    return await measure(shop)
  } catch (error) {
    // What the other parts found in many minutes is not lost for it.
    process.stderr.write(`failed: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
    return { findings: [], details: [] }
  } finally {
    process.stderr.write(`${figureText((performance.now() - started) / 1000, 's')}\n`)
  }
}

function publish(report: Report): void {
  process.stdout.write(`${report.machine.join('\n')}\n\n${findingsTable(report.findings)}\n`)
  if (options.json) writeFileSync(options.json, JSON.stringify(report, null, 2))
  if (options.results) writeFileSync(join(root, 'bench', 'RESULTS.md'), resultsText(report))
}

/** Throws where the text is no time such as 60m. */
function minutesOf(text: string): number {
  const [, minutes] = /^(\d+)m$/.exec(text) ?? []
  if (minutes === undefined) throw new Error(`${text} is no number of minutes: write 60m`)
  return Number(minutes)
}

function wantedParts(text: string): PartName[] {
  const words = text.split(',')
  const unknown = words.find((word) => !partNames.some((name) => name === word))
  if (unknown !== undefined) {
    throw new Error(`there is no part ${unknown}: use ${partNames.join(', ')}`)
  }
  return partNames.filter((name) => words.includes(name))
}

function build(): void {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error('the build failed, so there is nothing to measure')
}
