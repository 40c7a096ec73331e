import { chargesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { chargeSum, plus } from '../parts.ts'

export const charges: Metric = {
  name: 'charges',
  label: 'Charges',
  unit: 'money',
  goodDirection: 'none',
  definition:
    'What orders carried beside the goods: shipping, tax, tips, duties and fees. Not part of revenue.',
  formula: 'sum(amount) of order_charges_fact',
  dimensions: chargesDimensions,
  additiveOver: chargesDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(chargeSum)] },
  caveats: [],
}
