import { orderDimensions, salesDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { orderCount, plus } from '../parts.ts'

export const orders: Metric = {
  name: 'orders',
  label: 'Orders',
  unit: 'count',
  goodDirection: 'up',
  definition:
    'Orders with at least one counted line; cancelled orders never count. Not known where lines have no order number.',
  formula: 'count(distinct order_id)',
  dimensions: salesDimensions,
  additiveOver: orderDimensions,
  whenEmpty: '0',
  figure: { kind: 'sum', terms: [plus(orderCount)] },
  caveats: [],
}
