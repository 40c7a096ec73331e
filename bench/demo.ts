import { listText, median } from './figures.ts'
import { atLeast, type Outcome } from './finding.ts'
import { runMeasured } from './measured-process.ts'
import { takingsCommand } from './product.ts'
import { type BenchShop, demoWords, emptyFolder } from './shop.ts'

const rounds = 3
const fewestLinesPerSecond = 200_000

interface DemoDocument {
  readonly data: { readonly files: readonly { readonly name: string; readonly rows: number }[] }
}

/** How fast the demo shop is written to CSV files, from the start of the process to its end. */
export async function measureDemo(shop: BenchShop): Promise<Outcome> {
  const rates: number[] = []
  const peaks: number[] = []
  for (let round = 0; round < rounds; round++) {
    const folder = await emptyFolder(shop, 'demo')
    const { stdout, seconds, peakBytes } = await runMeasured(
      takingsCommand(demoWords(shop, folder)),
    )
    rates.push(linesIn(JSON.parse(stdout) as DemoDocument) / seconds)
    peaks.push(peakBytes / 1e6)
  }
  const base = { part: 'demo', size: shop.size } as const
  return {
    findings: [
      {
        ...base,
        what: 'demo shop to CSV files',
        value: median(rates),
        unit: 'lines/s',
        target: atLeast(fewestLinesPerSecond),
        detail: `rounds ${listText(rates, 'lines/s')}`,
      },
      {
        ...base,
        what: 'demo shop, peak memory of all processes',
        value: Math.max(...peaks),
        unit: 'MB',
        target: null,
        detail: `rounds ${listText(peaks, 'MB')}`,
      },
    ],
    details: [],
  }
}

/** Order lines; customers and the other tables come on top. */
function linesIn({ data }: DemoDocument): number {
  return data.files
    .filter(({ name }) => name.startsWith('sales_fact'))
    .reduce((sum, { rows }) => sum + rows, 0)
}
