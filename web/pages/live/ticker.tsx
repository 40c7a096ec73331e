import { ArrowUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { dayText } from '../../../src/display/day-text.ts'
import { clockText, hourText, secondsText } from '../../../src/display/moment-text.ts'
import { countText, fullText, unitText } from '../../../src/display/value-text.ts'
import type { LiveFigures, LiveOrder } from '../../../src/model/live-page.ts'
import { Card } from '../../controls/card.tsx'
import { classNames } from '../../controls/class-names.ts'
import { Empty } from '../../controls/states.tsx'

interface TickerProps {
  readonly orders: readonly LiveOrder[]
  /** What is known while the page is paused. */
  readonly newest: readonly LiveOrder[]
  readonly figures: LiveFigures
  readonly isPaused: boolean
  readonly onGoOn: () => void
  readonly className: string
}

/**
 * The newest orders, the newest on top. While somebody reads further down, points at them or stands among them, they
 * stay where they are, and a button says how many are waiting.
 */
export function Ticker({ orders, newest, figures, isPaused, onGoOn, className }: TickerProps) {
  const place = useRef<HTMLElement>(null)
  const [held, setHeld] = useState<readonly LiveOrder[] | null>(null)
  const shown = held ?? orders
  const waiting = countNew(newest, shown)
  const settle = () => {
    const target = place.current
    const isLeft = !target || (target.scrollTop === 0 && !target.matches(':hover, :focus-within'))
    setHeld((before) => (isLeft ? null : (before ?? orders)))
  }
  const showAll = () => {
    if (place.current) place.current.scrollTop = 0
    setHeld(null)
    if (isPaused) onGoOn()
  }
  return (
    <Card
      title="Newest orders"
      detail={unitText({ label: '', unit: 'money', currency: figures.currency })}
      className={classNames('relative', className)}
    >
      <div className="relative min-h-0 flex-1">
        {waiting > 0 && (held !== null || isPaused) && (
          <div className="absolute inset-x-0 top-2 z-[2] flex justify-center">
            <button
              type="button"
              onClick={showAll}
              className="flex h-8 items-center gap-1.5 rounded-full bg-accent px-3 text-control font-medium text-on-accent shadow-float max-md:h-11"
            >
              <ArrowUp aria-hidden className="size-4" />
              {waiting >= shown.length && shown.length > 0 ? `${waiting}+` : waiting} new — show
            </button>
          </div>
        )}
        <section
          ref={place}
          aria-label="List of newest orders"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={settle}
          onPointerEnter={settle}
          onPointerLeave={settle}
          onFocus={settle}
          onBlur={() => requestAnimationFrame(settle)}
          className="relative h-[420px] overflow-auto lg:absolute lg:inset-0 lg:h-auto"
        >
          {shown.length === 0 ? (
            <Nothing figures={figures} />
          ) : (
            <List orders={shown} figures={figures} />
          )}
        </section>
      </div>
    </Card>
  )
}

function countNew(newest: readonly LiveOrder[], shown: readonly LiveOrder[]): number {
  if (newest === shown) return 0
  const known = new Set(shown.map(({ key }) => key))
  return newest.filter(({ key }) => !known.has(key)).length
}

function Nothing({ figures: { kind, day } }: { readonly figures: LiveFigures }) {
  return (
    <Empty title={kind === 'now' ? 'No orders yet.' : `No orders by this time of ${dayText(day)}.`}>
      <p className="text-text-2">
        {kind === 'now' ? 'They show here as they come in.' : 'Let the day go on, or move ahead.'}
      </p>
    </Empty>
  )
}

interface ListProps {
  readonly orders: readonly LiveOrder[]
  readonly figures: LiveFigures
}

function List({ orders, figures }: ListProps) {
  const known = useKnown(orders)
  return (
    <ol>
      {orders.map((order) => (
        <li
          key={order.key}
          className={classNames(
            'grid grid-cols-[auto_1fr_auto] gap-x-3 border-b border-border py-2 pr-2 text-control last:border-0 tv:text-[16px] tv:leading-6',
            !known.has(order.key) && 'appear',
          )}
        >
          <time
            dateTime={order.at ?? order.day}
            title={timeTitle(order, figures)}
            className="w-11 text-text-2 tv:w-14"
          >
            {timeText(order, figures)}
          </time>
          <span className="min-w-0 truncate font-medium" title={order.place ?? undefined}>
            {order.place ?? 'Place not known'}
          </span>
          <span className="text-right font-semibold">
            {fullText(order.revenue, { label: '', unit: 'money', currency: figures.currency })}
          </span>
          <span
            className="col-start-2 min-w-0 truncate text-meta text-text-3 tv:text-[14px]"
            title={order.product}
          >
            {order.product}
            {order.moreLines > 0 && ` and ${order.moreLines} more`}
          </span>
          <span
            className="max-w-28 truncate text-right text-meta text-text-3 tv:text-[14px]"
            title={order.number ?? 'The source states no order number.'}
          >
            {order.number ?? 'no number'}
          </span>
          <span className="sr-only">{itemsText(order.units)}</span>
        </li>
      ))}
    </ol>
  )
}

/** What was there when the list was first seen does not appear. */
function useKnown(orders: readonly LiveOrder[]): ReadonlySet<string> {
  const known = useRef<ReadonlySet<string> | null>(null)
  const keys = new Set(orders.map(({ key }) => key))
  const before = known.current ?? keys
  useEffect(() => {
    known.current = keys
  })
  return before
}

function itemsText(units: string): string {
  return /^\d+$/.test(units) ? countText(Number(units), 'item') : `${units} units`
}

function timeText({ at, hour, day }: LiveOrder, figures: LiveFigures): string {
  if (day !== figures.day) return shortDay(day)
  if (at !== null) return clockText(at, figures.timeZone)
  return hour === null ? '—' : hourText(hour)
}

/** `26 Nov`. */
function shortDay(day: string): string {
  return dayText(day).replace(/ \d+$/, '')
}

function timeTitle({ at, hour, day }: LiveOrder, { timeZone }: LiveFigures): string {
  if (at !== null) return `${dayText(day)}, ${secondsText(at, timeZone)}`
  if (hour === null) return `${dayText(day)}; the source tells no time`
  return `${dayText(day)}, between ${hour}:00 and ${hour + 1}:00; the source tells no minute`
}
