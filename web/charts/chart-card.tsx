import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { unitText } from '../../src/display/value-text.ts'
import type { Catalogue, Result } from '../../src/model/query.ts'
import { Card } from '../controls/card.tsx'
import { classNames } from '../controls/class-names.ts'
import { NoteList } from '../controls/note-list.tsx'
import { Failure, Skeleton } from '../controls/states.tsx'
import { useHolding } from '../held-order.ts'
import { figuresQuery } from '../queries.ts'
import type { View } from '../view.ts'
import { Answered } from './answered.tsx'
import { type ChartDefinition, measureOf, metricOf } from './chart-definition.ts'
import { useHeldResult } from './held-result.ts'
import { knownFilters } from './known-filters.ts'
import { ownNotes } from './notes.ts'
import { ViewSwitch } from './view-switch.tsx'

interface ChartCardProps {
  readonly chart: ChartDefinition
  readonly view: View
  readonly catalogue: Catalogue
  /** True while other figures come first: nothing new is asked meanwhile. */
  readonly waiting: boolean
  /** Height of the picture, also while it loads, so that nothing moves. */
  readonly height: string
  readonly className: string
}

/** A chart with all its states: it owns its question, its loading, its failure and its emptiness. */
export function ChartCard(props: ChartCardProps) {
  const { chart, view, catalogue, waiting, height, className } = props
  const [asTable, setAsTable] = useState(false)
  const metric = catalogue.metrics.find(({ name }) => name === chart.metric(view))
  const { filters, ignored } = knownFilters(chart, view, catalogue)
  const answer = useAnswer(chart, view, { filters, waiting })
  const { error, isPlaceholderData } = answer
  const { isHeld, holding } = useHolding()
  const result = useHeldResult(answer.data, isHeld)
  const title = typeof chart.title === 'string' ? chart.title : chart.title(metric?.label ?? '')
  const detail = [result && unitOf(result), chart.detail(view)]
  const remark = result && chart.remark?.(result, view)
  return (
    <Card
      title={title}
      detail={detail.filter(Boolean).join(' · ')}
      className={className}
      busy={isPlaceholderData}
      holding={holding}
      actions={<ViewSwitch title={title} asTable={asTable} onChange={setAsTable} />}
    >
      <div
        className={classNames(
          'flex flex-1 flex-col transition-opacity',
          isPlaceholderData && 'opacity-60 delay-150',
        )}
      >
        {error ? (
          <div className={height}>
            <Failure error={error} onRetry={() => void answer.refetch()} />
          </div>
        ) : result ? (
          <Answered {...{ chart, view, result, asTable, title, height }} />
        ) : (
          <Skeleton className={height} />
        )}
        <Remarks remark={remark ?? null} result={result} ignored={ignored} />
      </div>
    </Card>
  )
}

/** A currency that is not stated is said once, beside the range. */
function unitOf(result: Result): string | null {
  const measure = measureOf(result, metricOf(result))
  return measure.unit === 'money' && measure.currency === null ? null : unitText(measure)
}

function useAnswer(
  chart: ChartDefinition,
  view: View,
  { filters, waiting }: { readonly filters: View['filters']; readonly waiting: boolean },
) {
  const first = useQuery({ ...figuresQuery(chart.query(view, filters)), enabled: !waiting })
  const isEmpty = first.data !== undefined && first.data.data.rows.length === 0
  const otherwise = chart.otherwise && isEmpty && !first.isPlaceholderData
  const second = useQuery({
    ...figuresQuery((chart.otherwise ?? chart.query)(view, filters)),
    enabled: otherwise === true,
  })
  return otherwise && second.data ? second : first
}

interface RemarksProps {
  readonly remark: string | null
  readonly result: Result | undefined
  readonly ignored: readonly string[]
}

/** What the figures leave out. */
function Remarks({ remark, result, ignored }: RemarksProps) {
  const notes = result ? ownNotes(result).map(({ text }) => text) : []
  const all = [...(remark ? [remark] : []), ...notes, ...ignored]
  if (all.length === 0) return null
  return <NoteList texts={all} className="mt-3 border-t border-border pt-2" />
}
