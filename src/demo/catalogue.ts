import { type Category, categories, categoryOf } from './assortment-words.ts'
import { type Chance, shuffled } from './chance.ts'

/** What becomes of a product's sales and stock. */
export type ProductPlan = 'steady' | 'dying' | 'running_out' | 'out' | 'overstock'

export interface Product {
  readonly id: number
  readonly sku: string
  readonly name: string
  /** What it is, without its style: `desk lamp`. */
  readonly thing: string
  /** Index in `categories`. */
  readonly category: number
  /** 1 sells best. */
  readonly rank: number
  readonly plan: ProductPlan
  /** When it was launched, as a share of the period; 0: it was always there. */
  readonly launched: number
  /** Id of the product that is often bought together with this one, or null. */
  readonly partner: number | null
  /** Whole cents, today. */
  readonly price: number
  readonly cost: number
}

const firstProductId = 1001
const largestCatalogue = 2400
const smallestCatalogue = 240
const plansByRank: Readonly<Record<number, ProductPlan>> = {
  4: 'dying',
  6: 'out',
  9: 'running_out',
  14: 'running_out',
  21: 'running_out',
  33: 'running_out',
  60: 'overstock',
  110: 'overstock',
  170: 'overstock',
}
/** Ranks that are often bought together with another product of their category. */
const rankWithPartner = 8

/** How many products a shop with so many orders has. */
export function catalogueSize(orders: number): number {
  const wanted = Math.floor(orders / 20_000) * 10
  return Math.min(largestCatalogue, Math.max(smallestCatalogue, wanted))
}

/** The shop's products, categories in equal parts, popularity in an order of chance. */
export function buildCatalogue(chance: Chance, size: number): Product[] {
  const names = categories.map((category, index) => productNames(chance, category, index))
  const products = shuffled(chance, 'popularity', size).map((place, index) => {
    const category = index % categories.length
    const named = names[category]?.[Math.floor(index / categories.length)] as NamedThing
    return buildProduct(chance, { index, rank: place + 1, category, named })
  })
  return withPartners(products)
}

interface NamedThing {
  readonly name: string
  /** What it is, without its style: `desk lamp`. */
  readonly thing: string
  /** Euros. */
  readonly typicalPrice: number
}

function buildProduct(
  chance: Chance,
  at: { index: number; rank: number; category: number; named: NamedThing },
): Product {
  const { index, rank, category, named } = at
  const { prefix, costPercent } = categoryOf(category)
  const id = firstProductId + index
  const price = roundPrice(named.typicalPrice * 100 * (0.8 + 0.55 * chance.number('price', index)))
  const costShare = costPercent / 100 + 0.12 * (chance.number('cost', index) - 0.5)
  return {
    id,
    sku: `${prefix}-${id}`,
    name: named.name,
    thing: named.thing,
    category,
    rank,
    plan: plansByRank[rank] ?? 'steady',
    launched: launchOf(chance, rank, index),
    partner: null,
    price,
    cost: Math.round(price * costShare),
  }
}

/** Best sellers get a partner: the next best of their category that is always there, each only once. */
function withPartners(products: readonly Product[]): Product[] {
  const byRank = products
    .filter(({ plan, launched }) => plan === 'steady' && launched === 0)
    .sort((a, b) => a.rank - b.rank)
  const partners = new Map<number, number>()
  const taken = new Set<number>()
  for (const product of byRank.filter(({ rank }) => rank <= rankWithPartner)) {
    const partner = byRank.find(
      ({ id, rank, category, thing }) =>
        rank > rankWithPartner &&
        category === product.category &&
        thing !== product.thing &&
        !taken.has(id),
    )
    if (!partner) continue
    partners.set(product.id, partner.id)
    taken.add(partner.id)
  }
  return products.map((product) => ({ ...product, partner: partners.get(product.id) ?? null }))
}

/** The price in cents `yearsAgo` calendar years before the last one; most prices rise every year. */
export function priceBefore(product: Product, yearsAgo: number): { price: number; cost: number } {
  if (yearsAgo === 0 || product.id % 5 === 0) return { price: product.price, cost: product.cost }
  const factor = 1.03 ** -yearsAgo
  return {
    price: roundPrice(product.price * factor),
    cost: Math.round(product.cost * factor),
  }
}

/** New products come throughout the first nine tenths of the period; planted ones are there at once. */
function launchOf(chance: Chance, rank: number, index: number): number {
  const isNew = rank > 40 && !(rank in plansByRank) && chance.number('is new', index) < 0.15
  return isNew ? 0.1 + 0.8 * chance.number('launched', index) : 0
}

/** All names a category can have, each once, in an order of chance, with a typical price in euros. */
export function productNames(chance: Chance, category: Category, index: number): NamedThing[] {
  const { styles, things } = category
  return shuffled(chance, `names ${index}`, styles.length * things.length).map((place) => {
    const [thing, typicalPrice] = things[place % things.length] ?? ['thing', 20]
    const style = styles[Math.floor(place / things.length)] ?? ''
    const name = category.article ? `${category.article} ${style} ${thing}` : `${style} ${thing}`
    return { name, thing, typicalPrice }
  })
}

/** Prices end as shops write them: 4.49, 24.95, 129.00. */
function roundPrice(cents: number): number {
  if (cents < 2000) return Math.max(199, Math.round(cents / 50) * 50 - 1)
  if (cents < 10_000) return Math.round(cents / 100) * 100 - 5
  return Math.round(cents / 500) * 500 - 100
}
