import { customersUnknown } from '../caveats.ts'
import { salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { newCustomerCount, plus } from '../parts.ts'

export const newCustomers: Metric = {
  name: 'new_customers',
  label: 'New customers',
  unit: 'count',
  goodDirection: 'up',
  definition:
    'Customers of the bucket, matching its filters, whose first counted order ever, over all sources, lies in it.',
  formula: 'customers with first_order_date in the bucket',
  dimensions: salesDimensions,
  additiveOver: [],
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(newCustomerCount)] },
  caveats: [customersUnknown],
}
