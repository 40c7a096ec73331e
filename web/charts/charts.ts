import type { ChartDefinition } from './chart-definition.ts'
import { inventory } from './inventory.ts'
import { regions } from './regions.ts'
import { salesOverTime } from './sales-over-time.ts'
import { topCustomers } from './top-customers.ts'
import { topProducts } from './top-products.ts'

/** The charts of the Overview, in their order, with the place each one takes. */
export const charts: readonly { readonly chart: ChartDefinition; readonly place: ChartPlace }[] = [
  { chart: salesOverTime, place: 'wide' },
  { chart: topProducts, place: 'third' },
  { chart: topCustomers, place: 'third' },
  { chart: inventory, place: 'third' },
  { chart: regions, place: 'map' },
]

export type ChartPlace = 'wide' | 'third' | 'map'
