import { returnsDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { plus, returnedUnitSum } from '../parts.ts'

export const returnedUnits: Metric = {
  name: 'returned_units',
  label: 'Returned units',
  unit: 'quantity',
  goodDirection: 'down',
  definition: 'Pieces given back, on the day of the return, also where the amount is not known.',
  formula: 'sum(quantity) of returns_fact',
  dimensions: returnsDimensions,
  additiveOver: returnsDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(returnedUnitSum)] },
  caveats: [],
}
