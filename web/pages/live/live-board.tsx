import type { ReactNode } from 'react'
import { dayText } from '../../../src/display/day-text.ts'
import { clockText } from '../../../src/display/moment-text.ts'
import type { LiveFigures, LivePage } from '../../../src/model/live-page.ts'
import type { Shop } from '../../../src/model/wire.ts'
import { NoteList } from '../../controls/note-list.tsx'
import { Skeleton } from '../../controls/states.tsx'
import { CurrencyPicker } from '../../shell/currency-picker.tsx'
import { LiveBars } from './live-bars.tsx'
import { LiveProducts } from './live-products.tsx'
import { LiveTotals } from './live-totals.tsx'
import { PulseMap } from './pulse-map.tsx'
import { RunningOut } from './running-out.tsx'
import { Summary } from './summary.tsx'
import { Ticker } from './ticker.tsx'

interface LiveBoardProps {
  readonly page: LivePage
  /** What is known while the page is paused: the ticker counts what it does not show. */
  readonly newest: LivePage
  readonly shop: Shop
  readonly isPaused: boolean
  readonly onGoOn: () => void
  readonly freshness: ReactNode
}

/** Everything of one moment. */
export function LiveBoard(props: LiveBoardProps) {
  const { page, newest, shop, isPaused, onGoOn, freshness } = props
  const { figures, ticker } = page
  return (
    <>
      <Scope figures={figures} shop={shop} freshness={freshness} />
      <Summary figures={figures} />
      <LiveTotals figures={figures} />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-6 tv:grid-cols-12!">
        <LiveBars figures={figures} className="lg:col-span-4 tv:col-span-5!" />
        <Ticker
          orders={ticker.orders}
          newest={newest.ticker.orders}
          figures={figures}
          isPaused={isPaused}
          onGoOn={onGoOn}
          className="lg:col-span-2 lg:row-span-2 tv:col-span-3!"
        />
        <PulseMap orders={ticker.orders} className="lg:col-span-4 tv:col-span-5!" />
        <LiveProducts
          figures={figures}
          className="lg:col-span-3 tv:col-span-4! tv:col-start-9! tv:row-start-1"
        />
        <RunningOut
          figures={figures}
          className="lg:col-span-3 tv:col-span-4! tv:col-start-9! tv:row-start-2"
        />
      </div>
      {figures.notes.length > 0 && <NoteList texts={figures.notes.map(({ text }) => text)} />}
    </>
  )
}

/** What all figures are figures of. */
function Scope({
  figures,
  shop,
  freshness,
}: {
  readonly figures: LiveFigures
  readonly shop: Shop
  readonly freshness: ReactNode
}) {
  const { day, at, dayEnd, timeZone, currency } = figures
  const isWhole = at >= dayEnd
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-control text-text-2 tv:text-[16px]">
      <p>
        <span className="font-medium text-text">
          {dayText(day)}
          {isWhole ? ', the whole day' : ` up to ${clockText(at, timeZone)}`}
        </span>
        <Separator />
        {timeZone}
        <Separator />
        {shop.demo ? (currency ?? 'currency not stated') : <CurrencyPicker currency={currency} />}
      </p>
      <p>{freshness}</p>
    </div>
  )
}

function Separator() {
  return (
    <span aria-hidden className="mx-2 text-text-3">
      ·
    </span>
  )
}

/** The same room, so that nothing moves when the figures come. */
export function LiveBoardSkeleton() {
  return (
    <>
      <Skeleton className="h-5 w-72" />
      <div className="grid grid-cols-2 gap-4 md:grid-cols-3 xl:grid-cols-6">
        {['a', 'b', 'c', 'd', 'e', 'f'].map((name) => (
          <Skeleton key={name} className="h-[122px]" />
        ))}
      </div>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-6">
        <Skeleton className="h-[300px] lg:col-span-4" />
        <Skeleton className="h-[300px] lg:col-span-2" />
      </div>
    </>
  )
}
