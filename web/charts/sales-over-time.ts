import { grainOf, grainWords } from '../../src/display/day-text.ts'
import type { TimeDimension } from '../../src/model/query.ts'
import { asked, type ChartDefinition, measureOf, metricOf } from './chart-definition.ts'

export const salesOverTime: ChartDefinition = {
  id: 'sales-over-time',
  title: (metricLabel) => `${metricLabel} over time`,
  detail: (view) => grainWords[grainOf(view.range)],
  metric: (view) => view.metric,
  query: (view, filters) => ({
    metrics: [view.metric],
    by: [grainOf(view.range)],
    ...asked(view, filters),
  }),
  chooses: null,
  pictures: (result, view) => {
    const { range, compareRange, query } = result.meta
    const grain = query.by?.[0] as TimeDimension | undefined
    const metric = metricOf(result)
    if (!range || !grain || result.data.rows.every((row) => row[metric] === null)) return []
    return [
      {
        kind: 'line',
        measure: measureOf(result, metric),
        grain,
        range,
        compareRange,
        today: view.shop.today,
        points: result.data.rows.map((row) => ({
          day: String(row[grain]),
          value: row[metric] ?? null,
          previous: row[`${metric}_previous`] ?? null,
        })),
      },
    ]
  },
}
