import type { RankingSpec } from '../../src/display/chart-spec.ts'
import type { Dimension, Result } from '../../src/model/query.ts'
import { filterValueOf } from '../filters.ts'
import type { View } from '../view.ts'
import { isInFocus, measureOf, metricOf } from './chart-definition.ts'

/** So many bars stay readable beside each other. */
export const rankingLength = 8

/** The first rows of an answer as horizontal bars. */
export function rankingOf(result: Result, view: View, dimension: Dimension): RankingSpec {
  const metric = metricOf(result)
  return {
    kind: 'ranking',
    measure: measureOf(result, metric),
    bars: result.data.rows.slice(0, rankingLength).map((row) => ({
      key: filterValueOf(row, dimension),
      label: String(row[dimension] ?? ''),
      value: row[metric] ?? null,
      previous: row[`${metric}_previous`] ?? null,
      inFocus: isInFocus(view, dimension, row),
    })),
  }
}
