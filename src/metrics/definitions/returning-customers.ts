import { customersUnknown } from '../caveats.ts'
import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { customerCount, minus, newCustomerCount, plus } from '../parts.ts'

export const returningCustomers: Metric = {
  name: 'returning_customers',
  label: 'Returning customers',
  unit: 'count',
  goodDirection: 'up',
  definition: 'Customers of the bucket who had ordered before it.',
  formula: 'customers - new_customers',
  dimensions: salesDimensions,
  additiveOver: [],
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(customerCount), minus(newCustomerCount)] },
  caveats: [customersUnknown],
}
