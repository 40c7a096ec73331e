import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { grossSum, plus } from '../parts.ts'

export const grossSales: Metric = {
  name: 'gross_sales',
  label: 'Gross sales',
  unit: 'money',
  goodDirection: 'up',
  definition: 'Goods sold at their stated prices, before discounts and returns.',
  formula: 'sum(gross_price)',
  dimensions: salesDimensions,
  additiveOver: salesDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(grossSum)] },
  caveats: [],
}
