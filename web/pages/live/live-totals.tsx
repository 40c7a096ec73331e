import { changeText } from '../../../src/display/change-text.ts'
import { dayText } from '../../../src/display/day-text.ts'
import { clockText } from '../../../src/display/moment-text.ts'
import { compactText, fullText } from '../../../src/display/value-text.ts'
import type { LiveFigures, LiveTotal } from '../../../src/model/live-page.ts'
import { Change } from '../../controls/change.tsx'

/** Today so far against the same time a week ago. */
export function LiveTotals({ figures }: { readonly figures: LiveFigures }) {
  return (
    <section aria-label="Key figures" className="flex flex-col gap-2">
      <div className="grid grid-cols-2 gap-4 md:grid-cols-3 xl:grid-cols-6">
        {figures.totals.map((total) => (
          <TotalCard key={total.name} total={total} figures={figures} />
        ))}
        <RecentCard figures={figures} />
      </div>
      <p className="text-meta text-text-3 tv:text-[14px]">{comparison(figures)}</p>
    </section>
  )
}

/** `Compared with 20 Nov 2026 up to 14:05`; figures that can be cut at hours only may differ. */
function comparison({ totals, comparedDay, timeZone, at, dayEnd }: LiveFigures): string {
  const untils = new Set(totals.flatMap(({ comparedUntil }) => comparedUntil ?? []))
  const day = dayText(comparedDay)
  if (untils.size === 0) return `Not compared with ${day}, the same weekday a week before.`
  if (at >= dayEnd) return `Compared with ${day}, the same weekday a week before.`
  const clocks = [...untils].sort().map((until) => clockText(until, timeZone))
  return `Compared with ${day}, the same weekday a week before, up to ${clocks.join(' or ')}.`
}

interface TotalCardProps {
  readonly total: LiveTotal
  readonly figures: LiveFigures
}

function TotalCard({ total, figures }: TotalCardProps) {
  const { label, unit, value, previous, change, goodDirection, definition, reason } = total
  const measure = { label, unit, currency: figures.currency }
  // The change is of the part that can be compared, so `previous` alone says whether there is any.
  const text = changeText({ value, previous, change, unit, goodDirection })
  return (
    <Box title={definition} label={label}>
      <Value full={fullText(value, measure)}>{compactText(value, measure)}</Value>
      <span className="flex h-5 min-w-0 items-center gap-1.5 text-meta tv:text-[15px]">
        {reason === null ? (
          <>
            <Change change={text} />
            <span className="truncate text-text-3" title={fullText(previous, measure)}>
              vs {compactText(previous, measure)}
            </span>
          </>
        ) : (
          <span className="truncate text-text-3" title={`Not compared: ${reason}`}>
            {reason}
          </span>
        )}
      </span>
    </Box>
  )
}

const count = { label: '', unit: 'count', currency: null } as const

function RecentCard({ figures: { recent } }: { readonly figures: LiveFigures }) {
  const known = recent.orders !== null
  return (
    <Box
      label={`Last ${recent.minutes} minutes`}
      title={`Orders of the last ${recent.minutes} minutes, and how many that are for each minute.`}
    >
      <Value full={fullText(recent.orders, count)}>
        {known ? `${fullText(recent.orders, count)} ` : '—'}
        {known && (
          <span className="text-control font-normal text-text-2 tv:text-[18px]">
            {recent.orders === 1 ? 'order' : 'orders'}
          </span>
        )}
      </Value>
      <span className="flex h-5 items-center text-meta text-text-3 tv:text-[15px]">
        <span className="truncate">
          {known ? `${recent.perMinute} a minute` : 'orders tell no minute'}
        </span>
      </span>
    </Box>
  )
}

interface BoxProps {
  readonly label: string
  readonly title: string
  readonly children: React.ReactNode
}

function Box({ label, title, children }: BoxProps) {
  return (
    <div
      title={title}
      className="flex min-w-0 flex-col rounded-card border border-border bg-surface p-4"
    >
      <span className="truncate text-control text-text-2 tv:text-[16px]">{label}</span>
      {children}
    </div>
  )
}

function Value({ full, children }: { readonly full: string; readonly children: React.ReactNode }) {
  return (
    <span
      title={full}
      className="mt-1 block truncate text-kpi font-semibold tracking-tight tv:text-[44px] tv:leading-[52px]"
    >
      {children}
    </span>
  )
}
