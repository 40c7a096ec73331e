import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDemo } from '../demo/demo.ts'
import { wholeText } from '../display/value-text.ts'
import { importFiles } from '../ingest/ingest.ts'
import { addDays, dayIn } from '../model/day.ts'
import { openWarehouse } from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'
import { progressLine, progressText } from './progress-line.ts'

export interface DemoWish {
  readonly orders: number
  readonly years: number
  readonly seed: number
  readonly dirty?: boolean
  readonly preset?: 'shop' | 'brief'
}

/** What the first start shows: two years of a middling shop. */
export const standardDemo: DemoWish = { orders: 30_000, years: 2, seed: 1 }

/**
 * Makes the demo shop anew, a warehouse of its own in `<data>/demo`. It is built beside the old one and
 * then put in its place, so that an interrupted build leaves nothing half done.
 */
export async function makeDemoShop(wish: DemoWish, context: CommandContext): Promise<void> {
  const { config, terminal, signal, now } = context
  const building = join(config.workFolder, 'demo')
  terminal.note(`Making the demo shop: ${wholeText(wish.orders)} orders ...`)
  await rm(building, { recursive: true, force: true })
  try {
    const demo = await writeDemo({
      ...wish,
      folder: join(building, 'files'),
      format: 'parquet',
      until: lastFullDay(now()),
      memoryLimit: config.stagingMemory,
      signal,
    })
    const shop = join(building, 'shop')
    await loadInto(shop, demo.folder, context)
    await rm(config.demoFolder, { recursive: true, force: true })
    await rename(shop, config.demoFolder)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function loadInto(folder: string, files: string, context: CommandContext): Promise<void> {
  const { config, terminal, signal, now } = context
  const memoryLimit = config.warehouseMemory
  const warehouse = await openWarehouse({ folder, now, readers: 1, memoryLimit })
  const line = progressLine(terminal, progressText)
  try {
    const report = await importFiles(warehouse, {
      paths: [files],
      now,
      signal,
      workFolder: config.workFolder,
      memoryLimit: config.stagingMemory,
      maxRejects: 1,
      onProgress: (progress) => line.show(progress),
    })
    if (report.state !== 'committed') {
      throw new Error(`the demo shop ended as ${report.state}: ${report.error?.message ?? ''}`)
    }
  } finally {
    line.end()
    await warehouse.close()
  }
}

/** Yesterday, on this machine's calendar. */
export function lastFullDay(now: Date): string {
  return addDays(dayIn(Intl.DateTimeFormat().resolvedOptions().timeZone, now), -1)
}
