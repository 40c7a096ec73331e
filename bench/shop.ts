import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runMeasured } from './measured-process.ts'
import { fingerprint, scriptCommand, serverEnvironment, takingsCommand } from './product.ts'

/** A demo shop of so many lines, made once and kept between runs. */
export interface BenchShop {
  /** As asked: `1m`. */
  readonly size: string
  readonly lines: number
  readonly orders: number
  /** Holds nothing but the files of the shop. */
  readonly files: string
  /** Data folder with the shop imported; may not be there yet. */
  readonly warehouse: string
  /** For what a measurement leaves behind. */
  readonly scratch: string
}

const linesPerOrder = 2.18
const lastDay = '2026-10-31'
const cache = join(tmpdir(), 'takings-bench')

/** Throws when the text is no size such as `100k` or `10m`. */
export function shopOfSize(text: string): BenchShop {
  const [, number, unit] = /^(\d+)(k|m)$/i.exec(text) ?? []
  if (number === undefined || unit === undefined) {
    throw new Error(`${text} is no number of lines: write 100k or 10m`)
  }
  const lines = Number(number) * (unit.toLowerCase() === 'k' ? 1_000 : 1_000_000)
  const size = text.toLowerCase()
  const demo = fingerprint(['demo'])
  const loaded = fingerprint(['demo', 'ingest', 'warehouse', 'staging', 'model'])
  return {
    size,
    lines,
    orders: Math.round(lines / linesPerOrder / 1_000) * 1_000,
    files: join(cache, `${size}-files-${demo}`),
    warehouse: join(cache, `${size}-warehouse-${loaded}`),
    scratch: join(cache, `${size}-scratch`),
  }
}

/** The words that make the shop's files; seed and last day are fixed, so every machine has the same. */
export function demoWords(shop: BenchShop, folder: string): string[] {
  const { orders } = shop
  const wish = { orders, years: 5, seed: 1, until: lastDay, out: folder, format: 'csv' }
  return [
    'demo',
    '--json',
    ...Object.entries(wish).flatMap(([name, value]) => [`--${name}`, `${value}`]),
  ]
}

export function importWords(shop: BenchShop, folder: string): string[] {
  return ['import', shop.files, '--data', folder, '--json', '--no-input']
}

/** Makes the files unless they are there. */
export async function ensureFiles(shop: BenchShop): Promise<void> {
  if (existsSync(shop.files)) return
  await forgetOlder(`${shop.size}-files-`)
  const making = await emptyFolder(shop, 'files')
  await runMeasured(takingsCommand(demoWords(shop, making)))
  await rename(making, shop.files)
}

/** Shops of more lines are not imported, but made of one of so many. */
const mostImported = 10_000_000

/** Imports the files unless that was done. */
export async function ensureWarehouse(shop: BenchShop): Promise<void> {
  if (existsSync(shop.warehouse)) return
  const making = await emptyFolder(shop, 'warehouse')
  const times = shop.lines / mostImported
  if (times > 1) {
    if (!Number.isInteger(times)) throw new Error(`${shop.size} is no multiple of 10m`)
    const one = shopOfSize('10m')
    await ensureWarehouse(one)
    const words = [one.warehouse, making, String(times)]
    await runMeasured(scriptCommand('multiply-shop.ts', words), serverEnvironment)
  } else {
    await ensureFiles(shop)
    await runMeasured(takingsCommand(importWords(shop, making)), serverEnvironment)
  }
  await keepWarehouse(shop, making)
}

/** Puts a data folder that was just filled where the other parts look for it. */
export async function keepWarehouse(shop: BenchShop, folder: string): Promise<void> {
  await forgetOlder(`${shop.size}-warehouse-`)
  await rename(folder, shop.warehouse)
}

export async function emptyFolder(shop: BenchShop, name: string): Promise<string> {
  const folder = join(shop.scratch, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  return folder
}

export async function clearScratch(shop: BenchShop): Promise<void> {
  await rm(shop.scratch, { recursive: true, force: true })
}

async function forgetOlder(prefix: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  for (const name of readdirSync(cache).filter((one) => one.startsWith(prefix))) {
    await rm(join(cache, name), { recursive: true, force: true })
  }
}
