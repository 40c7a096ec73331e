import { asked, type ChartDefinition } from './chart-definition.ts'
import { rankingLength, rankingOf } from './ranking.ts'

export const topCustomers: ChartDefinition = {
  id: 'top-customers',
  title: 'Top customers',
  detail: () => 'by net sales',
  metric: () => 'net_sales',
  query: (view, filters) => ({
    metrics: ['net_sales'],
    by: ['customer'],
    ...asked(view, filters),
    top: { dimension: 'customer', n: rankingLength, metric: 'net_sales', other: false },
  }),
  chooses: 'customer',
  pictures: (result, view) => {
    const spec = rankingOf(result, view, 'customer')
    return spec.bars.length > 0 ? [spec] : []
  },
}
