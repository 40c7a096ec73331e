import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { plus, revenueSum } from '../parts.ts'

export const revenue: Metric = {
  name: 'revenue',
  label: 'Revenue',
  unit: 'money',
  goodDirection: 'up',
  definition:
    'What customers were charged for goods: line totals after discount, before returns, without tax and shipping wherever the source keeps them apart.',
  formula: 'sum(total_price)',
  dimensions: salesDimensions,
  additiveOver: salesDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(revenueSum)] },
  caveats: [],
}
