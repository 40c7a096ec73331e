import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { orderCount, plus, revenueSum } from '../parts.ts'

export const aov: Metric = {
  name: 'aov',
  label: 'Average order value',
  unit: 'money',
  goodDirection: 'up',
  definition: 'Revenue for each order.',
  formula: 'revenue / orders',
  dimensions: salesDimensions,
  additiveOver: [],
  whenEmpty: null,
  figure: { kind: 'quotient', dividend: [plus(revenueSum)], divisor: [plus(orderCount)] },
  caveats: [],
}
