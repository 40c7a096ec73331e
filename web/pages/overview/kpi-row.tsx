import { useQuery } from '@tanstack/react-query'
import { grainOf } from '../../../src/display/day-text.ts'
import type { Catalogue, MetricDescription, MetricName } from '../../../src/model/query.ts'
import { asked } from '../../charts/chart-definition.ts'
import { dimensionsOf, labelOf } from '../../charts/known-filters.ts'
import { Failure } from '../../controls/states.tsx'
import { figuresQuery } from '../../queries.ts'
import { useViewActions, type View } from '../../view.ts'
import { KpiCard } from './kpi-card.tsx'

const shown: readonly MetricName[] = [
  'net_sales',
  'orders',
  'aov',
  'units',
  'new_customers',
  'returns',
]

interface KpiRowProps {
  readonly view: View
  readonly catalogue: Catalogue
}

/** The figures of the whole range, asked as one bucket, and their course behind them. */
export function KpiRow({ view, catalogue }: KpiRowProps) {
  const { chooseMetric } = useViewActions()
  const metrics = shown.flatMap(
    (name) => catalogue.metrics.find((metric) => metric.name === name) ?? [],
  )
  const known = metrics.filter((metric) => unknownFilter(metric, view, catalogue) === null)
  const names = known.map(({ name }) => name)
  const { compare: _, ...course } = asked(view, view.filters)
  const totals = useQuery({
    ...figuresQuery({ metrics: names, ...asked(view, view.filters) }),
    enabled: names.length > 0,
  })
  const courses = useQuery({
    ...figuresQuery({ metrics: names, by: [grainOf(view.range)], ...course }),
    enabled: names.length > 0,
  })
  if (totals.error) {
    return (
      <section
        aria-label="Key figures"
        className="rounded-card border border-border bg-surface p-4"
      >
        <Failure error={totals.error} onRetry={() => void totals.refetch()} />
      </section>
    )
  }
  return (
    <section
      aria-label="Key figures"
      className="grid grid-cols-2 gap-4 md:grid-cols-3 xl:grid-cols-6"
    >
      {metrics.map((metric) => (
        <KpiCard
          key={metric.name}
          metric={metric}
          view={view}
          totals={totals.data}
          courses={courses.data}
          stale={totals.isPlaceholderData}
          unavailable={unknownFilter(metric, view, catalogue)}
          onChoose={() => chooseMetric(metric.name)}
        />
      ))}
    </section>
  )
}

/** Why the metric has no figure under the page's filters; null when it has. */
function unknownFilter(metric: MetricDescription, view: View, catalogue: Catalogue): string | null {
  const knows = dimensionsOf(metric.name, catalogue)
  const found = view.filters.find(({ dimension }) => !knows.includes(dimension))
  return found ? `not known per ${labelOf(found.dimension, catalogue)}` : null
}
