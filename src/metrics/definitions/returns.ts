import { amountUnknown } from '../caveats.ts'
import { returnsDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { plus, returnedAmount } from '../parts.ts'

export const returns: Metric = {
  name: 'returns',
  label: 'Returns',
  unit: 'money',
  goodDirection: 'down',
  definition: 'Money given back for returned or refunded goods, on the day of the return.',
  formula: 'sum(amount) of returns_fact',
  dimensions: returnsDimensions,
  additiveOver: returnsDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(returnedAmount)] },
  caveats: [amountUnknown],
}
