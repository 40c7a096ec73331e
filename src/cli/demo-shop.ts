import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type DemoSummary, writeDemo } from '../demo/demo.ts'
import { wholeText } from '../display/value-text.ts'
import { importFiles } from '../ingest/ingest.ts'
import { addDays, dayIn } from '../model/day.ts'
import { openWarehouse } from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'
import { demoProgressText, progressLine, progressText } from './progress-line.ts'

export interface DemoWish {
  readonly orders: number
  readonly years: number
  readonly seed: number
  readonly dirty?: boolean
  readonly preset?: 'shop' | 'brief'
  /** Last day; left out: yesterday. */
  readonly until?: string
}

/** What the first start shows: two years of a middling shop. */
export const standardDemo: DemoWish = { orders: 30_000, years: 2, seed: 1 }

/** Makes the demo shop anew, a warehouse of its own in `<data>/demo`. */
export function makeDemoShop(wish: DemoWish, context: CommandContext): Promise<void> {
  return buildDemoShop(wish, { folder: context.config.demoFolder }, context)
}

export interface DemoPlace {
  /** Where the shop is to be; what is there goes. */
  readonly folder: string
  /** IANA name; left out: as an import takes times without a zone. */
  readonly timeZone?: string
  /** Called with the data folder of the shop before it is put in its place, while its files are still there. */
  readonly finish?: (shop: string, demo: DemoSummary) => Promise<void>
}

/** It is built beside the old one and then put in its place, so that an interrupted build leaves nothing half done. */
export async function buildDemoShop(
  wish: DemoWish,
  place: DemoPlace,
  context: CommandContext,
): Promise<void> {
  const { config, terminal } = context
  const building = join(config.workFolder, basename(place.folder))
  terminal.note(`Making the demo shop: ${wholeText(wish.orders)} orders ...`)
  await rm(building, { recursive: true, force: true })
  try {
    const demo = await writeFiles(wish, join(building, 'files'), context)
    const shop = join(building, 'shop')
    await loadInto({ folder: shop, timeZone: place.timeZone }, demo.folder, context)
    await place.finish?.(shop, demo)
    await rm(place.folder, { recursive: true, force: true })
    await rename(shop, place.folder)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function writeFiles(
  wish: DemoWish,
  folder: string,
  { config, terminal, signal, now }: CommandContext,
): Promise<DemoSummary> {
  const line = progressLine(terminal, demoProgressText)
  try {
    return await writeDemo({
      ...wish,
      folder,
      format: 'parquet',
      until: wish.until ?? lastFullDay(now()),
      memoryLimit: config.stagingMemory,
      signal,
      onProgress: (progress) => line.show(progress),
    })
  } finally {
    line.end()
  }
}

async function loadInto(
  { folder, timeZone }: { readonly folder: string; readonly timeZone: string | undefined },
  files: string,
  context: CommandContext,
): Promise<void> {
  const { config, terminal, signal, now } = context
  const memoryLimit = config.warehouseMemory
  const warehouse = await openWarehouse({ folder, now, readers: 1, memoryLimit })
  const line = progressLine(terminal, progressText)
  try {
    const report = await importFiles(warehouse, {
      paths: [files],
      ...(timeZone === undefined ? {} : { timeZone }),
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

/** Yesterday, on this machine's calendar or on that of a zone. */
export function lastFullDay(
  now: Date,
  timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  return addDays(dayIn(timeZone, now), -1)
}
