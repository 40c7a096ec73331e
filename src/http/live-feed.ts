import { randomUUID } from 'node:crypto'
import type { Writable } from 'node:stream'
import { anyDay, type Change } from '../model/change.ts'
import type { LivePage } from '../model/live-page.ts'
import type { LiveBeat, LiveChange } from '../model/wire.ts'
import { createLivePages, type LivePages } from './live-pages.ts'

/**
 * Tells every viewer of each commit, once for all of them: a change is written down one time, as a server-sent event, and
 * the same bytes go to everybody. Source: WHATWG HTML, server-sent events.
 */
export interface LiveFeed {
  /** Where the feed stands: changes after it are told to whoever names it. */
  position(): string
  /** Whether there is no room for one more viewer. */
  isFull(): boolean
  /** Tells a viewer what comes, and at once of what it missed since a position. Gives a function that ends it. */
  follow(viewer: Viewer, since: string | null, wishes?: Wishes): () => void
  /** Ends all viewers. */
  close(): void
}

export interface Wishes {
  /** The figures of the Live page too. */
  readonly figures: boolean
}

/** What is used of a response. */
export type Viewer = Pick<
  Writable,
  'write' | 'end' | 'destroy' | 'once' | 'writableLength' | 'writableNeedDrain'
>

export interface LiveFeedOptions {
  readonly now: () => Date
  readonly onCommit: (listener: (change: Change) => void) => () => void
  /** The figures of the Live page now. Left out: there are none. */
  readonly readPage?: (signal: AbortSignal) => Promise<LivePage>
  readonly onFailure?: (error: unknown) => void
  /** Milliseconds between two times that figures are told: at least, and without commits at most. */
  readonly leastPause?: number
  readonly mostPause?: number
  /** Milliseconds between signs of life. */
  readonly heartbeat?: number
  /** Bytes that wait for one viewer before it is told of nothing more until it has read them. */
  readonly mostWaiting?: number
  readonly mostViewers?: number
}

/** Milliseconds after which a page that lost its connection tries again. */
const reconnectAfter = 2_000

/** Of a viewer that may have missed something: it must ask all of it again. */
const everything: LiveChange = { days: anyDay }

export function createLiveFeed(options: LiveFeedOptions): LiveFeed {
  const { now, heartbeat = 15_000, mostWaiting = 64 * 1024, mostViewers = 5_000 } = options
  // Positions of another run of the server say nothing of this one.
  const run = randomUUID().slice(0, 8)
  const viewers = new Set<Viewer>()
  const late = new WeakSet<Viewer>()
  /** Those who want figures. */
  const looking = new Set<Viewer>()
  let changes = 0

  const position = () => `${run}-${changes}`
  const tell = (viewer: Viewer, text: string) => {
    if (late.has(viewer)) return
    if (viewer.writableLength <= mostWaiting) {
      viewer.write(text)
      return
    }
    late.add(viewer)
    viewer.once('drain', () => {
      late.delete(viewer)
      tell(viewer, eventOf(position(), everything))
      if (looking.has(viewer)) for (const event of pages?.known() ?? []) tell(viewer, event)
    })
  }
  const pages = pagesFor(options, (event) => {
    for (const viewer of looking) tell(viewer, event)
  })
  const stopListening = options.onCommit(({ days }) => {
    changes += 1
    const text = eventOf(position(), { days })
    for (const viewer of viewers) tell(viewer, text)
    pages?.changed()
  })
  const timer = setInterval(() => {
    const text = signOfLife('beat', now())
    // A viewer that has read nothing since the last sign of life comes back by itself, if it is there at all.
    for (const viewer of viewers) {
      if (viewer.writableNeedDrain && late.has(viewer)) viewer.destroy()
      else tell(viewer, text)
    }
  }, heartbeat)
  timer.unref()

  return {
    position,
    isFull: () => viewers.size >= mostViewers,
    follow(viewer, since, { figures } = { figures: false }) {
      viewers.add(viewer)
      tell(viewer, greeting(position(), since, now()))
      if (figures && pages) {
        looking.add(viewer)
        for (const event of pages.enter()) tell(viewer, event)
      }
      return () => {
        viewers.delete(viewer)
        if (looking.delete(viewer)) pages?.leave()
      }
    },
    close() {
      clearInterval(timer)
      stopListening()
      pages?.close()
      for (const viewer of viewers) viewer.end()
      viewers.clear()
    },
  }
}

function pagesFor(options: LiveFeedOptions, tell: (event: string) => void): LivePages | null {
  const { readPage: read, onFailure = () => undefined } = options
  return read ? createLivePages({ ...options, read, tell, onFailure }) : null
}

/**
 * Where something was missed only the event that says so bears the position: who is cut off before it would name that
 * one when it comes back, and never hear of what it missed.
 */
function greeting(position: string, since: string | null, now: Date): string {
  const hello = signOfLife('hello', now)
  const isMissing = since !== null && since !== position
  const events = isMissing ? hello + eventOf(position, everything) : `id: ${position}\n${hello}`
  return `retry: ${reconnectAfter}\n${events}`
}

function signOfLife(name: 'hello' | 'beat', now: Date): string {
  const told: LiveBeat = { at: now.toISOString() }
  return `event: ${name}\ndata: ${JSON.stringify(told)}\n\n`
}

function eventOf(id: string, change: LiveChange): string {
  return `id: ${id}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`
}
