import { grainOf } from '../src/display/day-text.ts'
import type { DayRange } from '../src/model/day.ts'
import type { MetricName, Query } from '../src/model/query.ts'
import type { Shop } from '../src/model/wire.ts'
import { charts } from '../web/charts/charts.ts'
import type { View } from '../web/view.ts'

export interface NamedQuery {
  readonly name: string
  readonly query: Query
}

/** The figures on top of the Overview. */
const keyFigures: readonly MetricName[] = [
  'net_sales',
  'orders',
  'aov',
  'units',
  'new_customers',
  'returns',
]

/** Everything that the Overview asks when it opens on these days: the charts' own questions. */
export function overviewQueries(shop: Shop, range: DayRange): NamedQuery[] {
  const view: View = {
    shop,
    range,
    preset: null,
    compare: 'previous',
    filters: [],
    metric: 'net_sales',
  }
  return [
    { name: 'key figures', query: { metrics: keyFigures, ...range, compare: 'previous' } },
    { name: 'their course', query: { metrics: keyFigures, by: [grainOf(range)], ...range } },
    ...charts.map(({ chart }) => ({
      name: chart.id.replaceAll('-', ' '),
      query: chart.query(view, view.filters),
    })),
  ]
}
