import { type Dimension, dimensionNames } from '../model/query.ts'

/** The dimensions that metrics declare, by the facts they stand on. */

export const calendar: readonly Dimension[] = ['day', 'week', 'month', 'quarter', 'year']
export const places: readonly Dimension[] = ['region', 'country', 'continent']
export const goods: readonly Dimension[] = ['category', 'product', 'product_kind']

export const salesDimensions: readonly Dimension[] = dimensionNames
export const returnsDimensions: readonly Dimension[] = dimensionNames
export const chargesDimensions: readonly Dimension[] = [
  ...calendar,
  'weekday',
  ...places,
  'channel',
  'source',
]
export const stockDimensions: readonly Dimension[] = [...calendar, ...goods]

/** An order has one day, hour, place, customer, channel and source, but many products. */
export const orderDimensions: readonly Dimension[] = dimensionNames.filter(
  (name) => !goods.includes(name),
)
