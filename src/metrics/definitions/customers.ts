import { customersUnknown } from '../caveats.ts'
import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { customerCount, plus } from '../parts.ts'

export const customers: Metric = {
  name: 'customers',
  label: 'Customers',
  unit: 'count',
  goodDirection: 'up',
  definition: 'Different known customers who bought.',
  formula: 'count(distinct customer_id), Unknown left out',
  dimensions: salesDimensions,
  additiveOver: [],
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(customerCount)] },
  caveats: [customersUnknown],
}
