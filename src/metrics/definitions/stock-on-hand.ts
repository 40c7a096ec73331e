import { stockOversold } from '../caveats.ts'
import { goods, stockDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { plus, stockSum } from '../parts.ts'

export const stockOnHand: Metric = {
  name: 'stock_on_hand',
  label: 'Stock on hand',
  unit: 'quantity',
  goodDirection: 'none',
  definition:
    'Pieces in stock at the end of the range or bucket: the last count of each place, less units sold, plus units returned and received since. Products never counted are left out; below 0 counts as 0.',
  formula: 'last count - units sold + returned + received since, per product, not below 0',
  dimensions: stockDimensions,
  additiveOver: goods,
  whenEmpty: null,
  figure: { kind: 'sum', terms: [plus(stockSum)] },
  caveats: [stockOversold],
}
