import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { figureText, median, percentile } from './figures.ts'
import { atMost, type Outcome } from './finding.ts'
import { runMeasured } from './measured-process.ts'
import { scriptCommand, serverEnvironment } from './product.ts'
import { type BenchShop, emptyFolder, ensureWarehouse } from './shop.ts'

const mostInTheMiddle = 80
const mostAtTheEnd = 400

/** What a batch of a thousand lines takes to be committed to a large warehouse. */
export async function measureLive(shop: BenchShop): Promise<Outcome> {
  await ensureWarehouse(shop)
  const folder = await emptyFolder(shop, 'live')
  cpSync(join(shop.warehouse, 'takings.duckdb'), join(folder, 'takings.duckdb'))
  const command = scriptCommand('live-times.ts', [folder, join(folder, 'batches')])
  const { stdout } = await runMeasured(command, serverEnvironment)
  const took = JSON.parse(stdout) as readonly number[]
  const base = { part: 'live', size: shop.size, unit: 'ms' } as const
  const worst = figureText(Math.max(...took), 'ms')
  return {
    findings: [
      {
        ...base,
        what: 'a batch of 1,000 lines committed, in the middle',
        value: median(took),
        target: atMost(mostInTheMiddle),
        detail: `${took.length} batches, a tenth of each corrects the one before`,
      },
      {
        ...base,
        what: 'a batch of 1,000 lines committed, 99 of 100',
        value: percentile(took, 0.99),
        target: atMost(mostAtTheEnd),
        detail: `the longest took ${worst}`,
      },
    ],
    details: [],
  }
}
