/** What a file can hold, in words. */
export const heldNames = {
  order_lines: 'order lines',
  returns: 'returns',
  customers: 'customers',
  products: 'products',
  regions: 'regions',
  stock: 'stock counts',
  rates: 'exchange rates',
  calendar: 'a calendar',
  nothing: 'nothing that is loaded',
} as const
export type Held = keyof typeof heldNames

/** What a person can say that a file holds. Of a calendar nothing is loaded either. */
export const correctableHolds = (Object.keys(heldNames) as Held[]).filter(
  (held) => held !== 'calendar',
)
