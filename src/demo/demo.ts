import { join } from 'node:path'
import { isDay } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import { openStaging, StagingFault } from '../staging/staging.ts'
import { writeBriefFiles } from './brief-files.ts'
import { type DemoFolder, openDemoFolder } from './demo-folder.ts'
import { faultList, writeShopFiles } from './shop-files.ts'
import type { DemoContent, DemoPatterns, DemoStep, DemoTotals } from './summary.ts'
import { type DemoFormat, demoFormats, type Workshop } from './workshop.ts'

export type { ShopIdentity } from './build-shop.ts'
export type { Fault, FaultOutcome } from './faults.ts'
export { beginLife } from './living/begin-life.ts'
export { Life, type LifeOptions, type RunningFlashSale } from './living/life.ts'
export { readLife } from './living/life-store.ts'
export type { Happening, LifeEvent, Stretch } from './living/live-through.ts'
export type { DemoFormat, DemoPatterns, DemoStep, DemoTotals }
export { demoFormats }

export interface DemoOptions {
  /** Created when missing; refused when it holds anything that no demo wrote. */
  readonly folder: string
  /** Orders, not lines; an order has 2.2 lines on average. */
  readonly orders: number
  /** Length of the period; months are whole: 0.5 is six months. */
  readonly years: number
  /** A whole number from 0: the same seed and options give the same bytes. */
  readonly seed: number
  readonly format: DemoFormat
  /** Plants known faults and lists them in `faults.json`. */
  readonly dirty?: boolean
  /** `brief` is the fixed small data set of 2023; orders, years, until and dirty do not apply to it. */
  readonly preset?: 'shop' | 'brief'
  /** Last day, yyyy-mm-dd. */
  readonly until: string
  /** As the staging engine writes it: 1GB, 512MB. */
  readonly memoryLimit: string
  /** Orders made at a time; more need more memory. The files do not depend on it. */
  readonly ordersPerChunk?: number
  /** Above this the sales are written as `sales_fact-0001`, `-0002`, ... */
  readonly ordersPerFile?: number
  /** `done` is 0 to 1 over the whole. */
  readonly onProgress?: (progress: DemoProgress) => void
  readonly signal?: AbortSignal
}

export interface DemoProgress {
  readonly step: DemoStep
  readonly done: number
}

export interface DemoSummary {
  /** Absolute. */
  readonly folder: string
  /** Data files in the order written; `path` is absolute, `rows` are records without header. */
  readonly files: readonly {
    readonly name: string
    readonly path: string
    readonly rows: number
    readonly bytes: number
  }[]
  readonly period: { readonly from: string; readonly to: string }
  readonly currency: 'EUR'
  readonly totals: DemoTotals
  readonly patterns: DemoPatterns | null
  /** How many faults were planted, and their list; null when there are none. */
  readonly faults: number
  readonly faultList: string | null
}

const defaultOrdersPerChunk = 250_000
/** About ten million lines. */
const defaultOrdersPerFile = 4_500_000
const fewestDirtyOrders = 200
/** Days in the shortest period. */
const shortestYears = 1 / 12

/**
 * Writes the demo shop as files in the star layout: `sales_fact`, `customers`, `products`, `regions`, `dates`,
 * `returns`, `stock`. All or nothing: the folder keeps what it held when this fails or is aborted.
 *
 * @throws TakingsError invalid_option, disk_full, staging_out_of_memory, staging_stopped
 */
export async function writeDemo(options: DemoOptions): Promise<DemoSummary> {
  check(options)
  options.signal?.throwIfAborted()
  const folder = await openDemoFolder(options.folder)
  try {
    const content = await make(options, folder)
    options.signal?.throwIfAborted()
    return await publish(content, folder)
  } catch (error) {
    throw explained(error, options)
  } finally {
    await folder.clear()
  }
}

async function make(options: DemoOptions, folder: DemoFolder): Promise<DemoContent> {
  const staging = await openStaging({
    folder: join(folder.work, 'staging'),
    memoryLimit: options.memoryLimit,
    ...(options.signal ? { signal: options.signal } : {}),
  })
  try {
    const workshop: Workshop = { staging, folder: folder.work, format: options.format }
    await staging.run('SET preserve_insertion_order = true')
    if (options.preset === 'brief') return await writeBriefFiles(workshop, options.seed)
    return await writeShopFiles(workshop, {
      ...options,
      dirty: options.dirty ?? false,
      ordersPerChunk: options.ordersPerChunk ?? defaultOrdersPerChunk,
      ordersPerFile: options.ordersPerFile ?? defaultOrdersPerFile,
      onProgress: (step, done) => options.onProgress?.({ step, done }),
    })
  } finally {
    await staging.close()
  }
}

async function publish(content: DemoContent, folder: DemoFolder): Promise<DemoSummary> {
  const { files, faults, ...rest } = content
  const names = files.map(({ name }) => name)
  const sizes = await folder.publish(faults > 0 ? [...names, faultList] : names)
  return {
    ...rest,
    folder: folder.path,
    currency: 'EUR',
    faults,
    faultList: faults > 0 ? join(folder.path, faultList) : null,
    files: files.map(({ name, rows }, index) => ({
      name,
      rows,
      path: join(folder.path, name),
      bytes: sizes[index] ?? 0,
    })),
  }
}

function check(options: DemoOptions): void {
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least
  if (!whole(options.seed, 0)) refuse('--seed', 'it is no whole number from 0', 'For example 42.')
  if (!demoFormats.includes(options.format)) {
    refuse('--format', `${options.format} is none`, `Formats are: ${demoFormats.join(', ')}.`)
  }
  if (options.preset === 'brief') {
    if (options.dirty) {
      refuse('--dirty', 'the brief asks for clean data', 'Leave out --preset brief, or --dirty.')
    }
    return
  }
  if (!whole(options.orders, 1)) refuse('--orders', 'it is no whole number from 1', 'Try 30000.')
  if (!isDay(options.until)) refuse('--until', 'it is no day', 'Give a day as yyyy-mm-dd.')
  if (!(options.years >= shortestYears && options.years <= longestYears(options.until))) {
    refuse('--years', 'the period is under a month or starts before 1990', 'Try 2.')
  }
  if (options.dirty && options.orders < fewestDirtyOrders) {
    refuse(
      '--dirty',
      'so few orders have no room for all faults',
      `Use ${fewestDirtyOrders} or more.`,
    )
  }
}

/** Years from 1990, before which no order is believed. */
function longestYears(until: string): number {
  return Number(until.slice(0, 4)) - 1990
}

function refuse(option: string, problem: string, advice: string): never {
  throw new TakingsError('invalid_option', { option, problem, advice })
}

/** What a person can do something about; anything else is a bug and stays as it is. */
function explained(error: unknown, options: DemoOptions): unknown {
  if (options.signal?.aborted) return options.signal.reason
  if (!(error instanceof StagingFault)) return error
  const cause = { cause: error }
  if (error.diskFull) {
    return new TakingsError('disk_full', { problem: error.message, path: options.folder }, cause)
  }
  if (error.outOfMemory) {
    const details = { path: options.folder, limit: options.memoryLimit }
    return new TakingsError('staging_out_of_memory', details, cause)
  }
  return error
}
