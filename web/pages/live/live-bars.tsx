import { lazy, Suspense, useMemo, useState } from 'react'
import type { TimeBarsSpec } from '../../../src/display/chart-spec.ts'
import { describeChart } from '../../../src/display/describe-chart.ts'
import { barText } from '../../../src/display/options/time-bars.ts'
import { fullText, unitText } from '../../../src/display/value-text.ts'
import type { LiveFigures } from '../../../src/model/live-page.ts'
import { ViewSwitch } from '../../charts/view-switch.tsx'
import { Card } from '../../controls/card.tsx'
import { DataTable } from '../../controls/data-table.tsx'
import { Empty, Skeleton } from '../../controls/states.tsx'

const Chart = lazy(async () => ({ default: (await import('../../charts/chart.tsx')).Chart }))

interface LiveBarsProps {
  readonly figures: LiveFigures
  readonly className: string
}

const height = 'h-[220px] md:h-[240px] tv:h-[26vh]!'

/** Orders of the last hour by the minute, or of the day by the hour where that is all that orders tell. */
export function LiveBars({ figures, className }: LiveBarsProps) {
  const [asTable, setAsTable] = useState(false)
  const spec = useMemo(() => specOf(figures), [figures])
  const title = figures.bars.unit === 'minute' ? 'Last 60 minutes' : 'The day by the hour'
  const what = spec?.measure.unit === 'money' ? unitText(spec.measure) : 'orders'
  return (
    <Card
      title={title}
      detail={spec ? `${what} per ${spec.unit}` : undefined}
      className={className}
      actions={spec && <ViewSwitch title={title} asTable={asTable} onChange={setAsTable} />}
    >
      {!spec ? (
        <div className={height}>
          <Empty title="These orders tell a day and no time.">
            <p className="text-text-2">
              When in the day they came is not known, so there are no minutes and hours to show.
            </p>
          </Empty>
        </div>
      ) : asTable ? (
        <BarTable spec={spec} title={title} />
      ) : (
        <Suspense fallback={<Skeleton className={height} />}>
          <Chart spec={spec} label={describeChart(spec, title)} className={height} />
        </Suspense>
      )}
    </Card>
  )
}

/** Where orders cannot be counted, revenue is what can be drawn. */
function specOf({ bars: { unit, bars }, currency, timeZone }: LiveFigures): TimeBarsSpec | null {
  if (unit === null) return null
  const orders = { label: 'Orders', unit: 'count', currency: null } as const
  const revenue = { label: 'Revenue', unit: 'money', currency } as const
  const isCounted = bars.every((bar) => bar.orders !== null)
  return {
    kind: 'time-bars',
    measure: isCounted ? orders : revenue,
    beside: isCounted ? revenue : null,
    unit,
    timeZone,
    bars: bars.map((bar) => ({
      start: bar.start,
      value: isCounted ? bar.orders : bar.revenue,
      beside: isCounted ? bar.revenue : null,
      state: bar.state,
    })),
  }
}

function BarTable({ spec, title }: { readonly spec: TimeBarsSpec; readonly title: string }) {
  const rows = spec.bars.filter(({ state }) => state !== 'to_come').toReversed()
  const { measure, beside } = spec
  return (
    <DataTable
      caption={title}
      rows={rows}
      rowKey={({ start }) => start}
      className={height}
      columns={[
        {
          name: 'start',
          label: spec.unit === 'minute' ? 'Minute' : 'Hour',
          cell: (bar) => barText(spec, bar),
        },
        {
          name: 'value',
          label: measure.label,
          align: 'right',
          cell: ({ value }) => fullText(value, measure),
        },
        ...(beside
          ? [
              {
                name: 'beside',
                label: `${beside.label} (${unitText(beside)})`,
                align: 'right' as const,
                cell: (bar: TimeBarsSpec['bars'][number]) =>
                  fullText(bar.beside, { ...beside, currency: null }),
              },
            ]
          : []),
      ]}
    />
  )
}
