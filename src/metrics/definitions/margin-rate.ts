import { costUnknown } from '../caveats.ts'
import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { costedRevenue, costSum, minus, plus } from '../parts.ts'

export const marginRate: Metric = {
  name: 'margin_rate',
  label: 'Margin rate',
  unit: 'ratio',
  goodDirection: 'up',
  definition: 'Margin as a share of the revenue of the lines whose cost is known.',
  formula: 'margin / revenue of lines with a cost',
  dimensions: salesDimensions,
  additiveOver: [],
  whenEmpty: null,
  figure: {
    kind: 'quotient',
    dividend: [plus(costedRevenue), minus(costSum)],
    divisor: [plus(costedRevenue)],
  },
  caveats: [costUnknown],
}
