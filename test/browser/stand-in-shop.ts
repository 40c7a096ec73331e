import { addDays, daysBetween, startOf } from '../../src/model/day.ts'
import type { Dimension } from '../../src/model/query.ts'

/**
 * A small shop in memory, the same at every run, for tests of the page alone. Its figures prove nothing
 * about Takings: those that do are asked of the real server. Names are as hostile as real ones.
 */

export interface StandInLine {
  readonly day: string
  readonly order: number
  readonly product: number
  readonly customer: number
  readonly country: number
  readonly units: number
  readonly cents: number
}

export const standInToday = '2026-11-23'
const firstDay = '2025-01-01'

export const products = [
  { name: 'Desk lamp A', category: 'Lighting' },
  { name: 'Bird feeder', category: 'Garden' },
  { name: 'Wool blanket, undyed', category: 'Home' },
  { name: 'Enamel mug 0.3 l', category: 'Kitchen' },
  { name: 'Cast iron pan 28 cm with a very long name that will not fit', category: 'Kitchen' },
  { name: 'Linen towel', category: 'Home' },
  { name: 'Wooden train', category: 'Toys' },
  { name: 'Kite', category: 'Toys' },
  { name: 'Garden shears', category: 'Garden' },
  { name: '<img src=x onerror="window.hacked=1">', category: 'Garden' },
  { name: 'Candle holder', category: 'Lighting' },
  { name: 'Teapot', category: 'Kitchen' },
] as const

export const customers = [
  'Ada Winter',
  'Björn Åkesson',
  'Chloé Martin',
  'Dieter Weiß',
  'Eva Novák',
  'Farid Haddad',
  'Grace O’Neill',
  'Hana Sato',
  'Ivo Kovač',
  'Jun Park',
] as const

export const countries = [
  { name: 'Germany', code: 'DE', continent: 'Europe' },
  { name: 'France', code: 'FR', continent: 'Europe' },
  { name: 'United Kingdom', code: 'GB', continent: 'Europe' },
  { name: 'United States', code: 'US', continent: 'North America' },
  { name: 'Brazil', code: 'BR', continent: 'South America' },
  { name: 'Australia', code: 'AU', continent: 'Oceania' },
  { name: 'Japan', code: 'JP', continent: 'Asia' },
  { name: 'South Africa', code: 'ZA', continent: 'Africa' },
  { name: 'Poland', code: 'PL', continent: 'Europe' },
  { name: 'Italy', code: 'IT', continent: 'Europe' },
  { name: 'Sweden', code: 'SE', continent: 'Europe' },
] as const

/** The first members are the frequent ones. */
function skewed(random: () => number, count: number): number {
  return Math.floor(random() ** 2.2 * count)
}

function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

export const lines: readonly StandInLine[] = sell()

function sell(): StandInLine[] {
  const random = randomFrom(7)
  const sold: StandInLine[] = []
  const days = daysBetween(firstDay, standInToday)
  for (let step = 0; step <= days; step += 1) {
    const day = addDays(firstDay, step)
    const season = 1 + 0.35 * Math.sin((step / 365) * 2 * Math.PI + 3)
    const orders = Math.round((6 + random() * 5) * season * (1 + step / 1500))
    for (let number = 0; number < orders; number += 1) {
      const order = step * 100 + number
      const customer = skewed(random, customers.length)
      const country = skewed(random, countries.length)
      for (let line = 0; line <= random() * 2; line += 1) {
        const product = skewed(random, products.length)
        const units = 1 + Math.floor(random() * 3)
        const cents = units * (990 + product * 1_310)
        sold.push({ day, order, product, customer, country, units, cents })
      }
    }
  }
  return sold
}

export interface Member {
  readonly name: string
  readonly key: string | null
}

/** What a line is under a dimension. */
export function memberOf(line: StandInLine, dimension: Dimension): Member {
  switch (dimension) {
    case 'day':
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return { name: startOf(dimension, line.day), key: null }
    case 'product':
      return { name: products[line.product]?.name ?? '', key: String(line.product + 1) }
    case 'customer':
      return { name: customers[line.customer] ?? '', key: String(line.customer + 1) }
    case 'country':
      return {
        name: countries[line.country]?.name ?? '',
        key: countries[line.country]?.code ?? null,
      }
    case 'continent':
      return { name: countries[line.country]?.continent ?? '', key: null }
    case 'category':
      return { name: products[line.product]?.category ?? '', key: null }
    default:
      return { name: 'web', key: null }
  }
}
