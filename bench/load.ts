import { join } from 'node:path'
import { figureText, listText, median } from './figures.ts'
import { atMost, type Detail, type Finding, type Outcome } from './finding.ts'
import { type ProcessCost, runMeasured } from './measured-process.ts'
import { scriptCommand, takingsCommand } from './product.ts'
import { type BenchShop, emptyFolder, ensureFiles, importWords, keepWarehouse } from './shop.ts'

const rounds = 3
const largestRatio = 2.5
const wantedRatio = 2.1
const mostMegabytes = 2_000

interface RawCost {
  readonly seconds: number
  readonly cpuSeconds: number
}

interface Round {
  readonly raw: RawCost
  readonly takings: ProcessCost
}

/**
 * The import, from the first line of the process to its end, against the engine's own statements alone.
 * Both take turns, so that what else the machine does meets both.
 */
export async function measureLoad(shop: BenchShop): Promise<Outcome> {
  await ensureFiles(shop)
  const done: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const raw = await loadRaw(shop)
    const folder = await emptyFolder(shop, 'warehouse')
    // As people type it: the server alone starts itself again in an environment of its own.
    const takings = await runMeasured(takingsCommand(importWords(shop, folder)))
    confirmCommitted(takings.stdout)
    if (round === rounds - 1) await keepWarehouse(shop, folder)
    done.push({ raw, takings })
  }
  return { findings: findingsOf(shop, done), details: [roundsTable(shop, done)] }
}

async function loadRaw(shop: BenchShop): Promise<RawCost> {
  const file = join(await emptyFolder(shop, 'raw'), 'raw.duckdb')
  const { stdout } = await runMeasured(scriptCommand('raw-load.ts', [shop.files, file]))
  return JSON.parse(stdout) as RawCost
}

/** An import that loads nothing is fast. */
function confirmCommitted(stdout: string): void {
  const { data } = JSON.parse(stdout) as { data: { state: string } }
  if (data.state !== 'committed') throw new Error(`the import ended as ${data.state}: ${stdout}`)
}

function findingsOf({ size, lines }: BenchShop, done: readonly Round[]): Finding[] {
  const base = { part: 'load', size } as const
  const ratios = done.map(({ raw, takings }) => takings.seconds / raw.seconds)
  const cpuRatios = done.map(({ raw, takings }) => takings.cpuSeconds / raw.cpuSeconds)
  const seconds = median(done.map(({ takings }) => takings.seconds))
  const peaks = done.map(({ takings }) => takings.peakBytes / 1e6)
  return [
    {
      ...base,
      what: 'import against raw loading',
      value: median(ratios),
      unit: 'x',
      target: atMost(largestRatio),
      detail: `rounds ${listText(ratios, 'x')}; aim ${figureText(wantedRatio, 'x')}`,
    },
    {
      ...base,
      what: 'CPU time against raw loading',
      value: median(cpuRatios),
      unit: 'x',
      target: null,
      detail: `rounds ${listText(cpuRatios, 'x')}; less shaken by what else runs`,
    },
    {
      ...base,
      what: 'import, peak memory of all processes',
      value: Math.max(...peaks),
      unit: 'MB',
      target: atMost(mostMegabytes),
      detail: `rounds ${listText(peaks, 'MB')}`,
    },
    {
      ...base,
      what: 'import',
      value: lines / seconds,
      unit: 'lines/s',
      target: null,
      detail: `median ${figureText(seconds, 's')}`,
    },
  ]
}

function roundsTable({ size }: BenchShop, done: readonly Round[]): Detail {
  return {
    title: `Import of ${size} lines, round by round`,
    head: [
      'round',
      'raw',
      'takings',
      'ratio',
      'raw CPU',
      'takings CPU',
      'CPU ratio',
      'peak memory',
    ],
    rows: done.map(({ raw, takings }, index) => [
      String(index + 1),
      figureText(raw.seconds, 's'),
      figureText(takings.seconds, 's'),
      figureText(takings.seconds / raw.seconds, 'x'),
      figureText(raw.cpuSeconds, 's'),
      figureText(takings.cpuSeconds, 's'),
      figureText(takings.cpuSeconds / raw.cpuSeconds, 'x'),
      figureText(takings.peakBytes / 1e6, 'MB'),
    ]),
  }
}
