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
  readonly end: number
  readonly first: number
  readonly speed: number
}

/** Milliseconds between two questions at least. */
const leastPause = 250

export function useReplay({ day, start, end, first, speed }: ReplayOptions): Replay {
  const moment = useRef(Math.min(first, end))
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
        } catch (problem) {
          if (!stop.signal.aborted) {
            setError(problem as Error)
            setPlaying(false)
          }
          return
        }
        if (!isPlaying) return
        if (wanted >= end) return setPlaying(false)
        const rest = leastPause - (performance.now() - startedAt)
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, rest)))
      }
    }
    void go()
    return () => stop.abort()
  }, [day, end, speed, isPlaying, asked])

  const toggle = useCallback(() => {
    if (moment.current >= end) moment.current = start
    setPlaying((before) => !before)
  }, [start, end])
  const seek = useCallback(
    (to: number) => {
      moment.current = Math.min(Math.max(to, start), end)
      redraw((count) => count + 1)
      ask((count) => count + 1)
    },
    [start, end],
  )
  const retry = useCallback(() => ask((count) => count + 1), [])
  return { page, error, isPlaying, moment: moment.current, toggle, seek, retry }
}
