import { changeText } from '../../../src/display/change-text.ts'
import { compactText, fullText } from '../../../src/display/value-text.ts'
import type { MetricDescription, Result } from '../../../src/model/query.ts'
import { BusyLine } from '../../controls/card.tsx'
import { Change } from '../../controls/change.tsx'
import { classNames } from '../../controls/class-names.ts'
import { Skeleton } from '../../controls/states.tsx'
import type { View } from '../../view.ts'
import { Sparkline } from './sparkline.tsx'

interface KpiCardProps {
  readonly metric: MetricDescription
  readonly view: View
  readonly totals: Result | undefined
  readonly courses: Result | undefined
  readonly stale: boolean
  /** Why there is no figure; null when there is one. */
  readonly unavailable: string | null
  readonly onChoose: () => void
}

/** A button: it brings its figure into the big chart. */
export function KpiCard(props: KpiCardProps) {
  const { metric, view, totals, stale, unavailable, onChoose } = props
  const chosen = view.metric === metric.name
  return (
    <button
      type="button"
      aria-pressed={chosen}
      disabled={unavailable !== null}
      title={metric.definition}
      onClick={onChoose}
      className={classNames(
        'relative flex min-w-0 flex-col items-start rounded-card border bg-surface p-4 text-left transition-colors duration-[120ms]',
        chosen ? 'border-accent' : 'border-border hover:border-border-strong',
      )}
    >
      {stale && <BusyLine />}
      <span className="text-control text-text-2">{metric.label}</span>
      <span
        className={classNames(
          'mt-1 block h-[76px] w-full transition-opacity',
          stale && 'opacity-60 delay-150',
        )}
      >
        {unavailable ? (
          <span className="text-meta text-text-3">{unavailable}</span>
        ) : totals ? (
          <Figure {...props} totals={totals} />
        ) : (
          <Skeleton className="mt-1 block h-6 w-24" />
        )}
      </span>
    </button>
  )
}

function Figure({ metric, view, totals, courses }: KpiCardProps & { readonly totals: Result }) {
  const row = totals.data.rows[0] ?? {}
  const measure = { label: metric.label, unit: metric.unit, currency: totals.meta.currency }
  const value = row[metric.name]
  const change = changeText({
    value,
    previous: row[`${metric.name}_previous`],
    change: row[`${metric.name}_change`],
    unit: metric.unit,
    goodDirection: metric.goodDirection,
  })
  const course = (courses?.data.rows ?? []).map((one) => {
    const cell = one[metric.name]
    return cell === null || cell === undefined ? null : Number(cell)
  })
  return (
    <>
      <span
        title={fullText(value, measure)}
        className="block truncate text-kpi font-semibold tracking-tight"
      >
        {compactText(value, measure)}
      </span>
      <span className="flex h-5 items-center text-meta">
        {view.compare !== 'none' && <Change change={change} />}
      </span>
      <Sparkline values={course} />
    </>
  )
}
