import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { grossSum, minus, plus, revenueSum } from '../parts.ts'

export const discounts: Metric = {
  name: 'discounts',
  label: 'Discounts',
  unit: 'money',
  goodDirection: 'down',
  definition: 'What was taken off the stated prices.',
  formula: 'gross_sales - revenue',
  dimensions: salesDimensions,
  additiveOver: salesDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(grossSum), minus(revenueSum)] },
  caveats: [],
}
