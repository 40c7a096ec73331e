import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { plus, unitSum } from '../parts.ts'

export const units: Metric = {
  name: 'units',
  label: 'Units',
  unit: 'quantity',
  goodDirection: 'up',
  definition: 'Pieces sold, every line counted; weight for goods sold by weight.',
  formula: 'sum(quantity)',
  dimensions: salesDimensions,
  additiveOver: salesDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(unitSum)] },
  caveats: [],
}
