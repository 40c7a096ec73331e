import type { ChartSpec } from '../../src/display/chart-spec.ts'
import type { Measure } from '../../src/display/value-text.ts'
import type { Dimension, Filter, MetricName, Query, Result, Row } from '../../src/model/query.ts'
import { filterValueOf } from '../filters.ts'
import type { View } from '../view.ts'

/** One chart of a page: what it asks, what it draws, and what choosing in it means. */
export interface ChartDefinition {
  readonly id: string
  readonly title: string | ((metricLabel: string) => string)
  /** Words beside the title, after the unit. */
  readonly detail: (view: View) => string
  readonly metric: (view: View) => MetricName
  /** `filters` are those of the page that the metric knows, less those this chart chooses itself. */
  readonly query: (view: View, filters: readonly Filter[]) => Query
  /** Asked instead when the first answer has no rows. */
  readonly otherwise?: (view: View, filters: readonly Filter[]) => Query
  /** Rows may be chosen to filter the page by this; null where they may not. */
  readonly chooses: Dimension | null
  /** Pictures side by side, drawn from the answer alone; none when there is nothing to show. */
  readonly pictures: (result: Result, view: View) => readonly ChartSpec[]
  /** Said below the figures. */
  readonly remark?: (result: Result, view: View) => string | null
  /** Why there may be nothing, when it is not the range or the filters. */
  readonly whenEmpty?: string
}

/** Range, comparison and filters as every chart asks for them. */
export function asked(
  view: View,
  filters: readonly Filter[],
): Pick<Query, 'from' | 'to' | 'compare' | 'where'> {
  return {
    from: view.range.from,
    to: view.range.to,
    ...(view.compare === 'none' ? {} : { compare: view.compare }),
    ...(filters.length > 0 ? { where: filters } : {}),
  }
}

/** What the answer's metric measures. */
export function measureOf(result: Result, metric: MetricName): Measure {
  const column = result.data.columns.find(({ name }) => name === metric)
  return {
    label: column?.label ?? metric,
    unit: column?.unit ?? 'count',
    currency: result.meta.currency,
  }
}

/** The metric that was asked for; the page may already want another one. */
export function metricOf(result: Result): MetricName {
  return result.meta.query.metrics[0] ?? 'revenue'
}

/** While some members of a dimension are filtered for, the others step back. */
export function isInFocus(view: View, dimension: Dimension, row: Row): boolean {
  const filter = view.filters.find((one) => one.dimension === dimension && one.op === 'in')
  if (!filter) return true
  const value = filterValueOf(row, dimension)
  return value !== null && filter.values.includes(value)
}
