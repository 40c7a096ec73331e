import { asked, type ChartDefinition } from './chart-definition.ts'
import { rankingLength, rankingOf } from './ranking.ts'

export const topProducts: ChartDefinition = {
  id: 'top-products',
  title: 'Top products',
  detail: () => 'by net sales',
  metric: () => 'net_sales',
  query: (view, filters) => ({
    metrics: ['net_sales'],
    by: ['product'],
    ...asked(view, filters),
    top: { dimension: 'product', n: rankingLength, metric: 'net_sales', other: false },
  }),
  chooses: 'product',
  pictures: (result, view) => {
    const spec = rankingOf(result, view, 'product')
    return spec.bars.length > 0 ? [spec] : []
  },
}
