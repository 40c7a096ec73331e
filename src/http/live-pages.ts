import type { LivePage } from '../model/live-page.ts'

/**
 * The figures of the Live page for all who look at it: worked out once, after commits and as the time goes by, written
 * down once, and only while somebody looks.
 */
export interface LivePages {
  /** One more looks. Gives what is known already, for that one. */
  enter(): readonly string[]
  leave(): void
  /** What is known, as events; nothing before the first is worked out. */
  known(): readonly string[]
  /** A commit: worked out anew, as soon as the last time was long enough ago. */
  changed(): void
  close(): void
}

export interface LivePagesOptions {
  readonly read: (signal: AbortSignal) => Promise<LivePage>
  /** Tells everybody who looks. */
  readonly tell: (event: string) => void
  readonly onFailure: (error: unknown) => void
  /** Milliseconds between two times at least, and without commits at most. Slow figures have a longer pause. */
  readonly leastPause?: number
  readonly mostPause?: number
}

/** How much longer than the work the rest is, so that it takes a quarter of one reader at most. */
const restRatio = 3

export function createLivePages(options: LivePagesOptions): LivePages {
  const { read, tell, onFailure, leastPause = 250, mostPause = 5_000 } = options
  let looking = 0
  let told: readonly string[] = []
  let nextAt = Number.NEGATIVE_INFINITY
  let isChanged = false
  let working: AbortController | null = null
  let timer: NodeJS.Timeout | undefined

  const wait = (milliseconds: number) => {
    clearTimeout(timer)
    if (looking === 0) return
    timer = setTimeout(() => void work(), milliseconds)
    timer.unref()
  }
  const soon = () => wait(Math.max(0, nextAt - performance.now()))
  async function work(): Promise<void> {
    const own = new AbortController()
    working = own
    isChanged = false
    const startedAt = performance.now()
    try {
      const page = await read(own.signal)
      if (own.signal.aborted) return
      const events = [eventOf('figures', page.figures), eventOf('ticker', page.ticker)]
      for (const event of events) if (!told.includes(event)) tell(event)
      told = events
    } catch (error) {
      if (own.signal.aborted) return
      onFailure(error)
    }
    working = null
    const endedAt = performance.now()
    nextAt = endedAt + Math.max(leastPause, (endedAt - startedAt) * restRatio)
    if (isChanged) soon()
    else wait(mostPause)
  }
  const stop = () => {
    clearTimeout(timer)
    working?.abort()
    working = null
    told = []
  }

  return {
    enter() {
      looking += 1
      if (looking === 1) soon()
      return told
    },
    leave() {
      looking -= 1
      if (looking === 0) stop()
    },
    known: () => told,
    changed() {
      isChanged = true
      if (looking > 0 && working === null) soon()
    },
    close: stop,
  }
}

/** Without an id, so that who comes back names the last change. */
function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
