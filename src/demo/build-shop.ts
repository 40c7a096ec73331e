import { buildCalendar } from './calendar.ts'
import { buildCatalogue, catalogueSize, type Product } from './catalogue.ts'
import { createChance } from './chance.ts'
import { customerCount } from './customers.ts'
import type { Shop } from './orders.ts'

/** All that a synthetic shop follows from: the same options are the same shop. */
export interface ShopIdentity {
  readonly orders: number
  readonly years: number
  /** Last day of its history, yyyy-mm-dd. */
  readonly until: string
  readonly seed: number
}

export interface BuiltShop {
  readonly seed: number
  readonly shop: Shop
  readonly products: readonly Product[]
}

export function buildShop(identity: ShopIdentity): BuiltShop {
  const chance = createChance(identity.seed)
  const calendar = buildCalendar(chance, identity)
  const products = buildCatalogue(chance, catalogueSize(identity.orders))
  const shop: Shop = {
    chance,
    calendar,
    orders: identity.orders,
    customers: customerCount(identity.orders),
    products: products.length,
    returnsUntil: calendar.period.to,
  }
  return { seed: identity.seed, shop, products }
}
