import { Link } from '@tanstack/react-router'
import { History, Pause, Play } from 'lucide-react'
import { use, useCallback, useEffect, useState } from 'react'
import { dayText } from '../../../src/display/day-text.ts'
import { ageText, secondsText } from '../../../src/display/moment-text.ts'
import { daysBetween, earlierOf } from '../../../src/model/day.ts'
import type { LiveFigures } from '../../../src/model/live-page.ts'
import type { Shop } from '../../../src/model/wire.ts'
import { Button, buttonClass } from '../../controls/button.tsx'
import { classNames } from '../../controls/class-names.ts'
import { ageOf, type LiveNow, lookAtFigures, useLiveNow } from '../../live-now.ts'
import { LiveContext } from '../../shell/live-status.tsx'
import { ShopNotices } from '../../shell/shop-notices.tsx'
import { LiveBoard, LiveBoardSkeleton } from './live-board.tsx'
import { LiveFrame } from './live-frame.tsx'
import { useSpace } from './use-space.ts'
import { useWallMode } from './use-wall-mode.ts'

/** What is shown while the page is paused stays as it is. */
export function NowView({ shop }: { readonly shop: Shop }) {
  useEffect(lookAtFigures, [])
  const now = useLiveNow()
  const [held, setHeld] = useState<LiveNow | null>(null)
  const wall = useWallMode()
  const toggle = useCallback(() => setHeld((before) => (before ? null : now)), [now])
  useSpace(toggle)
  const shown = held ?? now
  const ended = now && isOver(now.figures, shop)
  return (
    <LiveFrame
      wall={wall}
      busy={!shown}
      controls={
        !ended && (
          <>
            <Button onClick={toggle} aria-pressed={held !== null} disabled={!now} title="Space">
              {held ? (
                <Play aria-hidden className="size-4" />
              ) : (
                <Pause aria-hidden className="size-4" />
              )}
              {held ? 'Go on' : 'Pause'}
            </Button>
            <ReplayLink shop={shop} className={buttonClass('plain')}>
              <History aria-hidden className="size-4" />
              Replay
            </ReplayLink>
          </>
        )
      }
    >
      {ended && now ? (
        <Ended shop={shop} figures={now.figures} />
      ) : shown ? (
        <>
          {shop.demo && <ShopNotices shop={shop} />}
          {now && <NothingToday shop={shop} figures={now.figures} />}
          <LiveBoard
            page={shown}
            newest={now ?? shown}
            shop={shop}
            isPaused={held !== null}
            onGoOn={() => setHeld(null)}
            freshness={
              <Freshness at={shown.figures.at} zone={shop.timeZone} paused={held !== null} />
            }
          />
        </>
      ) : (
        <LiveBoardSkeleton />
      )}
    </LiveFrame>
  )
}

/** Orders of a demo end yesterday, those of a shop at night a while ago: older ones are a closed book. */
function isOver({ period, day }: LiveFigures, shop: Shop): boolean {
  if (!period || period.to >= day) return false
  return shop.demo || daysBetween(period.to, day) > 1
}

interface NoticeProps {
  readonly shop: Shop
  readonly figures: LiveFigures
}

function Ended({ shop, figures }: NoticeProps) {
  const last = figures.period?.to ?? figures.day
  return (
    <>
      <ShopNotices shop={shop} />
      <section className="flex flex-col items-start gap-3 rounded-card border border-border bg-surface p-6">
        <h2 className="text-title font-semibold">Your data ends on {dayText(last)}.</h2>
        <p className="max-w-prose text-body text-text-2">
          No order has come in since, so there is nothing live to show. Orders that are sent to this
          server or imported show here within a second. Until then, watch the last day again as it
          went: every figure as it stood at that moment.
        </p>
        <ReplayLink shop={shop} className={buttonClass('primary')}>
          <History aria-hidden className="size-4" />
          Replay {dayText(last)}
        </ReplayLink>
      </section>
    </>
  )
}

function NothingToday({ shop, figures: { period, day } }: NoticeProps) {
  if (!period || period.to >= day) return null
  return (
    <p className="text-control text-text-2">
      No orders today so far: the newest are of {dayText(period.to)}.{' '}
      <ReplayLink shop={shop} className="font-medium text-accent underline underline-offset-2">
        Replay that day
      </ReplayLink>
    </p>
  )
}

interface ReplayLinkProps {
  readonly shop: Shop
  readonly className: string
  readonly children: React.ReactNode
}

/** Of the last day with orders that has come, from the morning on. */
function ReplayLink({ shop, className, children }: ReplayLinkProps) {
  const day = shop.period ? earlierOf(shop.period.to, shop.today) : shop.today
  return (
    <Link
      to="/live"
      search={(search) => ({ ...search, day, at: '09:00:00' })}
      className={className}
    >
      {children}
    </Link>
  )
}

interface FreshnessProps {
  readonly at: string
  readonly zone: string
  readonly paused: boolean
}

const oldAfter = 15_000

/** How old the figures are, measured anew every second. */
function Freshness({ at, zone, paused }: FreshnessProps) {
  const state = use(LiveContext)
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  const age = ageOf(at)
  const clock = secondsText(at, zone)
  const isLost = state === 'reconnecting'
  const text = paused
    ? `Paused at ${clock}`
    : isLost
      ? `Reconnecting: figures of ${clock}`
      : `Figures of ${clock}, ${ageText(age)}`
  return (
    <span className="inline-flex items-center gap-1.5" data-freshness>
      <span
        aria-hidden
        className={classNames(
          'size-2 rounded-full',
          paused || isLost || age > oldAfter ? 'bg-warning' : 'bg-positive',
        )}
      />
      {text}
    </span>
  )
}
