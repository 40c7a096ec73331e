import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo } from 'react'
import { dayText } from '../../../src/display/day-text.ts'
import { clockText, secondsText } from '../../../src/display/moment-text.ts'
import { instantOf, instantsOf } from '../../../src/model/moment.ts'
import type { Shop } from '../../../src/model/wire.ts'
import { Failure } from '../../controls/states.tsx'
import { serverNow } from '../../live-now.ts'
import { defaultSpeed, type Search } from '../../search.ts'
import { ShopNotices } from '../../shell/shop-notices.tsx'
import { useSearchState } from '../../view.ts'
import { LiveBoard, LiveBoardSkeleton } from './live-board.tsx'
import { LiveFrame } from './live-frame.tsx'
import { ReplayBar } from './replay-bar.tsx'
import { type Replay, useReplay } from './use-replay.ts'
import { useSpace } from './use-space.ts'
import { useWallMode } from './use-wall-mode.ts'

interface ReplayViewProps {
  readonly shop: Shop
  readonly day: string
}

/** A past day as it went, all of the page with it. The address tells day, moment and speed. */
export function ReplayView({ shop, day }: ReplayViewProps) {
  const { timeZone } = shop
  const { at, speed = defaultSpeed } = useSearchState()
  const { from, to } = useMemo(() => instantsOf(timeZone, day), [timeZone, day])
  const first = useMemo(
    () => instantOf(timeZone, day, secondsOf(at)).getTime(),
    [timeZone, day, at],
  )
  const endOf = useCallback(() => endOfReplay(from.getTime(), to.getTime()), [from, to])
  const replay = useReplay({ day, start: from.getTime(), endOf, first, speed })
  const wall = useWallMode()
  const { change } = useReplayAddress(replay, { at, timeZone, end: to.getTime() })
  useSpace(replay.toggle)
  const { page, error } = replay
  const isOld =
    page !== null && Math.abs(Date.parse(page.figures.at) - replay.moment) > speed * 3_000
  return (
    <LiveFrame wall={wall} busy={!page && !error} controls={null}>
      <ReplayBar
        shop={shop}
        day={day}
        speed={speed}
        replay={replay}
        start={from.getTime()}
        end={endOf()}
        dayEnd={to.getTime()}
        onChange={change}
      />
      {error && <Failure error={error} onRetry={replay.retry} />}
      {shop.demo && <ShopNotices shop={shop} />}
      {page ? (
        <LiveBoard
          page={page}
          newest={page}
          shop={shop}
          isPaused={false}
          onGoOn={replay.toggle}
          freshness={`Replay: not now, but ${dayText(day)}${isOld ? ` as of ${clockText(page.figures.at, timeZone)}` : ''}`}
        />
      ) : (
        !error && <LiveBoardSkeleton />
      )}
    </LiveFrame>
  )
}

/** A day that runs ends now. Days that are over end at midnight, and those that the server's clock has not reached. */
function endOfReplay(dayStart: number, dayEnd: number): number {
  const now = serverNow()
  return now !== null && now > dayStart ? Math.min(now, dayEnd) : dayEnd
}

/** `14:05:00`; none is the morning. */
function secondsOf(at = '09:00:00'): number {
  const [hours = 0, minutes = 0, seconds = 0] = at.split(':').map(Number)
  return hours * 3_600 + minutes * 60 + seconds
}

/** Milliseconds after which the address is brought up to date while the day goes by. */
const addressPause = 2_000

interface AddressOptions {
  readonly at: string | undefined
  readonly timeZone: string
  readonly end: number
}

/** Writes the moment into the address now and then, so that a reload goes on from there. */
function useReplayAddress({ moment, isPlaying }: Replay, { at, timeZone, end }: AddressOptions) {
  const navigate = useNavigate()
  const change = (next: (search: Search) => Search) =>
    void navigate({
      to: '/live',
      search: (search: Search) => next(search),
      replace: true,
      resetScroll: false,
    })
  // The last instant of the day is midnight, which as a time of this day would be its beginning.
  const clock = secondsText(new Date(Math.min(moment, end - 1_000)).toISOString(), timeZone)
  const step = isPlaying ? Math.floor(performance.now() / addressPause) : clock
  // biome-ignore lint/correctness/useExhaustiveDependencies: only now and then
  useEffect(() => {
    if (clock !== at) change((search) => ({ ...search, at: clock }))
  }, [step])
  return { change }
}
