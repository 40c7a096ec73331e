import { costUnknown } from '../caveats.ts'
import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { costedRevenue, costSum, minus, plus } from '../parts.ts'

export const margin: Metric = {
  name: 'margin',
  label: 'Margin',
  unit: 'money',
  goodDirection: 'up',
  definition:
    'Revenue less the cost of the goods, over the lines whose cost is known: the cost at the time of sale, else the latest cost of the product.',
  formula:
    'sum(total_price) - sum(quantity * coalesce(line unit_cost, product unit_cost)), lines with a cost only',
  dimensions: salesDimensions,
  additiveOver: salesDimensions,
  whenEmpty: null,
  figure: { kind: 'sum', terms: [plus(costedRevenue), minus(costSum)] },
  caveats: [costUnknown],
}
