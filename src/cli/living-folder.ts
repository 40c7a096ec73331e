import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beginLife, type DemoSummary, readLife, type ShopIdentity } from '../demo/demo.ts'
import { wholeText } from '../display/value-text.ts'
import { addDays, addMonths, daysBetween } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import { takeLock } from '../warehouse/warehouse.ts'
import type { CommandContext } from './command.ts'
import { buildDemoShop, lastFullDay } from './demo-shop.ts'

/** What was asked of the living shop; what was left out is as it was, or the usual. */
export interface LivingWish {
  /** Orders a second on an average day. */
  readonly rate: number
  /** Of its history, where given. */
  readonly orders?: number
  readonly years?: number
  readonly seed?: number
}

/** The shop's days are those of every shop that a command makes. */
const timeZone = 'UTC'
/** Two months, so that the last 28 days have some before them. */
const usualYears = 2 / 12
const usualSeed = 1
/** Above it a history takes minutes to make. */
const mostOrders = 1_100_000
/** Fewer are no shop to look at. */
const fewestOrders = 500

/** The living shop has a data folder of its own, in which nothing of the real shop's settings holds. */
export function livingContext(context: CommandContext): CommandContext {
  const { config } = context
  const dataFolder = join(config.dataFolder, 'demo-live')
  const { shopify, woocommerce } = config.hookSecrets
  return {
    ...context,
    config: {
      ...config,
      dataFolder,
      address: null,
      demoFolder: join(dataFolder, 'demo'),
      workFolder: join(dataFolder, 'work'),
      tokenFile: null,
      hookSecrets: {
        shopify: { ...shopify, secrets: [] },
        woocommerce: { ...woocommerce, secrets: [] },
      },
      hooksAt: null,
    },
  }
}

/**
 * Makes the living shop where there is none. Throws `invalid_option` where another one was asked for, or the folder
 * holds something else.
 */
export async function ensureLivingShop(wish: LivingWish, context: CommandContext): Promise<void> {
  const { workFolder } = context.config
  // Of two that begin at once the second must not put its shop in the place of the one that lives by then.
  const making = join(workFolder, 'demo-live-making')
  await mkdir(making, { recursive: true })
  const lock = await takeLock(making, context.now)
  try {
    await findOrMake(wish, context)
  } finally {
    await lock.release()
  }
}

async function findOrMake(wish: LivingWish, context: CommandContext): Promise<void> {
  const folder = livingContext(context).config.dataFolder
  const life = await readLife(folder)
  if (life) return refuseOther(wish, life.identity, folder)
  if (existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new TakingsError('invalid_option', {
      option: '--live',
      problem: `${folder} holds no living demo shop that can be read`,
      advice: 'Delete that folder, or move it away; another one is made then.',
    })
  }
  await make(wish, folder, context)
}

async function make(wish: LivingWish, folder: string, context: CommandContext): Promise<void> {
  const { config, terminal, now } = context
  const identity = identityOf(wish, lastFullDay(now(), timeZone))
  const days = lengthOf(identity)
  const wanted = wish.rate * 86_400 * days
  if (wanted > identity.orders * 2) {
    terminal.note(
      `Its history holds ${wholeText(identity.orders)} orders, ${wholeText(Math.round(wanted / identity.orders))} times fewer than --rate ${wish.rate} would have sold: the days before today look small.`,
    )
  }
  const finish = async (shop: string, { files }: DemoSummary) => {
    const products = files.find(({ name }) => name.startsWith('products.'))
    await beginLife({
      identity,
      dataFolder: shop,
      productsFile: products?.path ?? '',
      from: startOfDay(addDays(identity.until, 1)),
      workFolder: join(shop, 'work'),
      memoryLimit: config.stagingMemory,
    })
  }
  await buildDemoShop(identity, { folder, timeZone, finish }, context)
}

function identityOf(
  { rate, orders, years = usualYears, seed = usualSeed }: LivingWish,
  until: string,
): ShopIdentity {
  const days = lengthOf({ years, until })
  const usual = Math.min(mostOrders, Math.max(fewestOrders, Math.round(rate * 86_400 * days)))
  return { orders: orders ?? usual, years, seed, until }
}

/** Days of the history; months are whole. */
function lengthOf({ years, until }: Pick<ShopIdentity, 'years' | 'until'>): number {
  const end = addDays(until, 1)
  return daysBetween(addMonths(end, -Math.round(years * 12)), end)
}

/** Seconds since 1970. */
function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000
}

function refuseOther(wish: LivingWish, is: ShopIdentity, folder: string): void {
  for (const name of ['orders', 'years', 'seed'] as const) {
    const asked = wish[name]
    if (asked === undefined || asked === is[name]) continue
    throw new TakingsError('invalid_option', {
      option: `--${name}`,
      problem: `the living shop in ${folder} was made with ${is[name]}`,
      advice: `Leave it out to go on with that shop; delete the folder to make another one.`,
    })
  }
}
