import { useCallback, useEffect, useRef, useState } from 'react'
import type { LivePage } from '../../../src/model/live-page.ts'
import { readReplay } from '../../api.ts'

/** A day as it goes by, at a speed. */
export interface Replay {
  /** The last that was answered; null before the first. */
  readonly page: LivePage | null
  readonly error: Error | null
  readonly isPlaying: boolean
  /** The moment that is asked for, in milliseconds since 1970. */
  readonly moment: number
  toggle(): void
  /** Goes to a moment. */
  seek(moment: number): void
  retry(): void
}

interface ReplayOptions {
  readonly day: string
  readonly start: number
  /** The last moment that can be shown, which goes on while the day runs. */
  readonly endOf: () => number
  readonly first: number
  readonly speed: number
}

/** Milliseconds between two questions at least. */
const leastPause = 250

export function useReplay({ day, start, endOf, first, speed }: ReplayOptions): Replay {
  const moment = useRef(Math.min(first, endOf()))
  /** It played to the end, from which only the beginning is left to play. */
  const isOver = useRef(false)
  const [, redraw] = useState(0)
  const [page, setPage] = useState<LivePage | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [isPlaying, setPlaying] = useState(true)
  /** Rises when a moment is to be asked although the time stands. */
  const [asked, ask] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` begins anew
  useEffect(() => {
    const stop = new AbortController()
    let before = performance.now()
    const go = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const startedAt = performance.now()
        const end = endOf()
        if (isPlaying) moment.current = Math.min(end, moment.current + (startedAt - before) * speed)
        before = startedAt
        const wanted = moment.current
        redraw((count) => count + 1)
        try {
          const at = new Date(wanted).toISOString()
          const found = await readReplay({ day, at }, stop.signal)
          if (stop.signal.aborted) return
          setPage(found)
          setError(null)
          moment.current = latestOf(found, wanted)
        } catch (problem) {
          if (!stop.signal.aborted) {
            setError(problem as Error)
            setPlaying(false)
          }
          return
        }
        if (!isPlaying) return
        if (wanted >= end || moment.current < wanted) {
          isOver.current = true
          return setPlaying(false)
        }
        const rest = leastPause - (performance.now() - startedAt)
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, rest)))
      }
    }
    void go()
    return () => stop.abort()
  }, [day, endOf, speed, isPlaying, asked])

  const toggle = useCallback(() => {
    if (isOver.current || moment.current >= endOf()) moment.current = start
    isOver.current = false
    setPlaying((before) => !before)
  }, [start, endOf])
  const seek = useCallback(
    (to: number) => {
      moment.current = Math.min(Math.max(to, start), endOf())
      isOver.current = false
      redraw((count) => count + 1)
      ask((count) => count + 1)
    },
    [start, endOf],
  )
  const retry = useCallback(() => ask((count) => count + 1), [])
  return { page, error, isPlaying, moment: moment.current, toggle, seek, retry }
}

/** Of a moment that has not come yet the server answers what it is now, whatever the clock here says. */
function latestOf({ figures }: LivePage, wanted: number): number {
  const told = Date.parse(figures.at)
  return told < Math.floor(wanted) ? told : wanted
}
