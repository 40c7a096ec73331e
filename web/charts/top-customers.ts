import { asked, type ChartDefinition } from './chart-definition.ts'
import { rankingOf } from './ranking.ts'

const shown = 8

export const topCustomers: ChartDefinition = {
  id: 'top-customers',
  title: 'Top customers',
  detail: () => 'by net sales',
  metric: () => 'net_sales',
  query: (view, filters) => ({
    metrics: ['net_sales'],
    by: ['customer'],
    ...asked(view, filters),
    top: { dimension: 'customer', n: shown, metric: 'net_sales', other: false },
  }),
  chooses: 'customer',
  pictures: (result, view) => {
    const spec = rankingOf(result, view, 'customer', shown)
    return spec.bars.length > 0 ? [spec] : []
  },
}
