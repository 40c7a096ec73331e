import { amountUnknown } from '../caveats.ts'
import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { minus, plus, returnedAmount, revenueSum } from '../parts.ts'

export const netSales: Metric = {
  name: 'net_sales',
  label: 'Net sales',
  unit: 'money',
  goodDirection: 'up',
  definition: 'Revenue less returns; a return counts on its own day, not on the day of the sale.',
  formula: 'revenue - returns',
  dimensions: salesDimensions,
  additiveOver: salesDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(revenueSum), minus(returnedAmount)] },
  caveats: [amountUnknown],
}
