import type { Catalogue, Dimension, Filter, MetricName } from '../../src/model/query.ts'
import type { View } from '../view.ts'
import type { ChartDefinition } from './chart-definition.ts'

export interface KnownFilters {
  readonly filters: readonly Filter[]
  /** Sentences on the filters that the metric does not know, and that therefore do not hold here. */
  readonly ignored: readonly string[]
}

/** A chart keeps all of its own bars, so the filter that it chooses itself does not narrow it. */
export function knownFilters(
  chart: ChartDefinition,
  view: View,
  catalogue: Catalogue,
): KnownFilters {
  const name = chart.metric(view)
  const knows = dimensionsOf(name, catalogue)
  const others = view.filters.filter(
    ({ dimension, op }) => dimension !== chart.chooses || op !== 'in',
  )
  return {
    filters: others.filter(({ dimension }) => knows.includes(dimension)),
    ignored: others
      .filter(({ dimension }) => !knows.includes(dimension))
      .map(
        ({ dimension }) =>
          `Not filtered by ${labelOf(dimension, catalogue)}: ${metricLabel(name, catalogue)} is not known per ${labelOf(dimension, catalogue)}.`,
      ),
  }
}

export function dimensionsOf(name: MetricName, catalogue: Catalogue): readonly Dimension[] {
  return catalogue.metrics.find((metric) => metric.name === name)?.dimensions ?? []
}

export function labelOf(dimension: Dimension, catalogue: Catalogue): string {
  const known = catalogue.dimensions.find(({ name }) => name === dimension)
  return (known?.label ?? dimension).toLowerCase()
}

function metricLabel(name: MetricName, catalogue: Catalogue): string {
  return catalogue.metrics.find((metric) => metric.name === name)?.label ?? name
}
