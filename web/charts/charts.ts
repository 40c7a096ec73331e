import type { ChartDefinition } from './chart-definition.ts'
import { inventory } from './inventory.ts'
import { regions } from './regions.ts'
import { salesOverTime } from './sales-over-time.ts'
import { topCustomers } from './top-customers.ts'
import { topProducts } from './top-products.ts'

/** The charts of the Overview, in their order, with the place each one takes. */
export const charts: readonly { readonly chart: ChartDefinition; readonly place: ChartPlace }[] = [
  { chart: salesOverTime, place: 'wide' },
  { chart: topProducts, place: 'half' },
  { chart: topCustomers, place: 'half' },
  { chart: inventory, place: 'rest' },
  { chart: regions, place: 'map' },
]

/** Three of `half`, `half` and `rest` share a row where there is room, else the rest takes its own. */
export type ChartPlace = 'wide' | 'half' | 'rest' | 'map'
