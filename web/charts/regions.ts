import type { WorldMapSpec } from '../../src/display/chart-spec.ts'
import { countText } from '../../src/display/value-text.ts'
import type { Dimension, Filter, Query, Result } from '../../src/model/query.ts'
import type { View } from '../view.ts'
import { asked, type ChartDefinition, isInFocus, measureOf, metricOf } from './chart-definition.ts'
import { rankingLength, rankingOf } from './ranking.ts'

/** Countries; for shops that only know continents, those. */
export const regions: ChartDefinition = {
  id: 'regions',
  title: 'Regions',
  detail: () => 'net sales by place of delivery',
  metric: () => 'net_sales',
  query: (view, filters) => byPlace('country', view, filters),
  otherwise: (view, filters) => byPlace('continent', view, filters),
  chooses: 'country',
  pictures: (result, view) => {
    if (result.data.rows.length === 0) return []
    return [mapOf(result, view), rankingOf(result, view, levelOf(result))]
  },
  remark: (result) => {
    const hidden = result.data.rows.length - rankingLength
    if (hidden <= 0) return null
    return `${countText(hidden, 'more place', 'more places')} on the map and in the table.`
  },
}

function byPlace(level: 'country' | 'continent', view: View, filters: readonly Filter[]): Query {
  return {
    metrics: ['net_sales'],
    by: [level],
    ...asked(view, filters),
    orderBy: [{ column: 'net_sales', direction: 'desc' }],
  }
}

function levelOf(result: Result): Dimension & ('country' | 'continent') {
  return result.meta.query.by?.[0] === 'continent' ? 'continent' : 'country'
}

function mapOf(result: Result, view: View): WorldMapSpec {
  const level = levelOf(result)
  const metric = metricOf(result)
  return {
    kind: 'world-map',
    measure: measureOf(result, metric),
    level,
    areas: result.data.rows.flatMap((row) => {
      const key = level === 'country' ? row.country_key : row.continent
      if (key === null || key === undefined) return []
      return [
        {
          key: String(key),
          label: String(row[level]),
          value: row[metric] ?? null,
          inFocus: isInFocus(view, level, row),
        },
      ]
    }),
  }
}
