import { stockOversold, stockWithoutValue } from '../caveats.ts'
import { goods, stockDimensions } from '../dimension-sets.ts'
import type { Metric } from '../metric.ts'
import { plus, stockValueSum } from '../parts.ts'

export const stockValue: Metric = {
  name: 'stock_value',
  label: 'Stock value',
  unit: 'money',
  goodDirection: 'none',
  definition:
    'Stock on hand at the latest unit cost of each product, or at its list price where no cost is known.',
  formula: 'sum(stock_on_hand * coalesce(product unit_cost, product price))',
  dimensions: stockDimensions,
  additiveOver: goods,
  whenEmpty: null,
  figure: { kind: 'sum', terms: [plus(stockValueSum)] },
  caveats: [stockOversold, stockWithoutValue],
}
