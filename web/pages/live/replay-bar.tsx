import { Link } from '@tanstack/react-router'
import { History, Pause, Play } from 'lucide-react'
import { useId } from 'react'
import { dayText } from '../../../src/display/day-text.ts'
import { clockText } from '../../../src/display/moment-text.ts'
import { earlierOf, isDay } from '../../../src/model/day.ts'
import type { Shop } from '../../../src/model/wire.ts'
import { Button, buttonClass } from '../../controls/button.tsx'
import { defaultSpeed, replaySpeeds, type Search } from '../../search.ts'
import type { Replay } from './use-replay.ts'

interface ReplayBarProps {
  readonly shop: Shop
  readonly day: string
  readonly speed: Search['speed'] & number
  readonly replay: Replay
  readonly start: number
  /** Of what can be shown: now, while the day runs. */
  readonly end: number
  readonly dayEnd: number
  readonly onChange: (next: (search: Search) => Search) => void
}

const field =
  'h-8 rounded-control border border-border-input bg-surface px-2 text-control text-text max-md:h-11'

/** Says that this is not now, and holds everything that the replay obeys. */
export function ReplayBar(props: ReplayBarProps) {
  const { shop, day, speed, replay, start, end, dayEnd, onChange } = props
  const { moment, isPlaying } = replay
  const ids = { day: useId(), moment: useId() }
  const clock =
    moment >= dayEnd ? '24:00' : clockText(new Date(moment).toISOString(), shop.timeZone)
  const Icon = isPlaying ? Pause : Play
  return (
    <section
      aria-label="Replay"
      className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card border border-warning bg-warning-weak px-4 py-3"
    >
      <p className="flex items-center gap-2 text-body font-semibold tv:text-[18px]">
        <History aria-hidden className="size-4 shrink-0 text-warning" />
        <span>
          Replay of {dayText(day)}, {clock} {isPlaying ? `at ${speed}×` : '— paused'}
        </span>
      </p>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-3 max-md:w-full max-md:flex-none">
        <Button onClick={replay.toggle} title="Space" className="w-24">
          <Icon aria-hidden className="size-4" />
          {isPlaying ? 'Pause' : 'Play'}
        </Button>
        <label htmlFor={ids.moment} className="sr-only">
          Moment of the day
        </label>
        <input
          id={ids.moment}
          type="range"
          min={0}
          max={(end - start) / 1_000}
          step={60}
          value={Math.round((moment - start) / 1_000)}
          aria-valuetext={clock}
          onChange={(event) => replay.seek(start + Number(event.target.value) * 1_000)}
          className="h-8 min-w-40 flex-1 accent-(--accent) max-md:order-first max-md:h-11 max-md:w-full max-md:flex-none"
        />
        <SpeedField speed={speed} onChange={onChange} />
        <label htmlFor={ids.day} className="sr-only">
          Day
        </label>
        <input
          id={ids.day}
          type="date"
          value={day}
          min={shop.period?.from}
          max={shop.period ? earlierOf(shop.period.to, shop.today) : shop.today}
          onChange={({ target: { value } }) => {
            if (isDay(value)) onChange((search) => ({ ...search, day: value }))
          }}
          className={field}
        />
        <Link
          to="/live"
          search={({ day: _, at: __, speed: ___, ...rest }: Search) => rest}
          className={buttonClass('plain')}
        >
          Back to now
        </Link>
      </div>
    </section>
  )
}

function SpeedField({ speed, onChange }: Pick<ReplayBarProps, 'speed' | 'onChange'>) {
  const id = useId()
  return (
    <>
      <label htmlFor={id} className="sr-only">
        Speed
      </label>
      <select
        id={id}
        value={speed}
        onChange={({ target }) => {
          const chosen = replaySpeeds.find((one) => one === Number(target.value))
          onChange(({ speed: _, ...rest }) =>
            chosen && chosen !== defaultSpeed ? { ...rest, speed: chosen } : rest,
          )
        }}
        className={field}
      >
        {replaySpeeds.map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
    </>
  )
}
