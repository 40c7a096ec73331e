import { asked, type ChartDefinition } from './chart-definition.ts'
import { rankingOf } from './ranking.ts'

const shown = 8

export const topProducts: ChartDefinition = {
  id: 'top-products',
  title: 'Top products',
  detail: () => 'by net sales',
  metric: () => 'net_sales',
  query: (view, filters) => ({
    metrics: ['net_sales'],
    by: ['product'],
    ...asked(view, filters),
    top: { dimension: 'product', n: shown, metric: 'net_sales', other: false },
  }),
  chooses: 'product',
  pictures: (result, view) => {
    const spec = rankingOf(result, view, 'product', shown)
    return spec.bars.length > 0 ? [spec] : []
  },
}
