import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { orderCount, plus, unitSum } from '../parts.ts'

export const unitsPerOrder: Metric = {
  name: 'units_per_order',
  label: 'Units per order',
  unit: 'quantity',
  goodDirection: 'up',
  definition: 'Pieces in each order.',
  formula: 'units / orders',
  dimensions: salesDimensions,
  additiveOver: [],
  whenEmpty: null,
  figure: { kind: 'quotient', dividend: [plus(unitSum)], divisor: [plus(orderCount)] },
  caveats: [],
}
