import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { grainOf } from '../../../src/display/day-text.ts'
import type { Catalogue, MetricDescription, MetricName, Result } from '../../../src/model/query.ts'
import { asked } from '../../charts/chart-definition.ts'
import { dimensionsOf, labelOf } from '../../charts/known-filters.ts'
import { pageNotes } from '../../charts/notes.ts'
import { NoteList } from '../../controls/note-list.tsx'
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
  readonly totals: UseQueryResult<Result>
}

/** The figures of the whole range, asked as one bucket. */
export function useTotals(view: View, catalogue: Catalogue): UseQueryResult<Result> {
  const metrics = knownMetrics(view, catalogue)
  return useQuery({
    ...figuresQuery({ metrics, ...asked(view, view.filters) }),
    enabled: metrics.length > 0,
  })
}

/** Whether the figures of the view are still to come, and not merely asked again. */
export function isAwaited({
  isFetching,
  data,
  isPlaceholderData,
}: UseQueryResult<Result>): boolean {
  return isFetching && (data === undefined || isPlaceholderData)
}

/** Totals, their changes and their course behind them, which is asked when the totals stand. */
export function KpiRow({ view, catalogue, totals }: KpiRowProps) {
  const { chooseMetric } = useViewActions()
  const metrics = knownMetrics(view, catalogue)
  const { compare: _, ...course } = asked(view, view.filters)
  const courses = useQuery({
    ...figuresQuery({ metrics, by: [grainOf(view.range)], ...course }),
    enabled: metrics.length > 0 && !isAwaited(totals),
  })
  const notes = totals.data ? pageNotes(totals.data).map(({ text }) => text) : []
  return (
    <section aria-label="Key figures" className="flex flex-col gap-3">
      {totals.error ? (
        <div className="rounded-card border border-border bg-surface p-4">
          <Failure error={totals.error} onRetry={() => void totals.refetch()} />
        </div>
      ) : (
        <div className="grid grid-cols-2 gap-4 md:grid-cols-3 xl:grid-cols-6">
          {describedMetrics(catalogue).map((metric) => (
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
        </div>
      )}
      {notes.length > 0 && <NoteList texts={notes} />}
    </section>
  )
}

function describedMetrics(catalogue: Catalogue): MetricDescription[] {
  return shown.flatMap((name) => catalogue.metrics.find((metric) => metric.name === name) ?? [])
}

/** Those that can be had under the page's filters. */
function knownMetrics(view: View, catalogue: Catalogue): MetricName[] {
  return describedMetrics(catalogue)
    .filter((metric) => unknownFilter(metric, view, catalogue) === null)
    .map(({ name }) => name)
}

/** Why the metric has no figure under the page's filters; null when it has. */
function unknownFilter(metric: MetricDescription, view: View, catalogue: Catalogue): string | null {
  const knows = dimensionsOf(metric.name, catalogue)
  const found = view.filters.find(({ dimension }) => !knows.includes(dimension))
  return found ? `not known per ${labelOf(found.dimension, catalogue)}` : null
}
