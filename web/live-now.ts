import { useSyncExternalStore } from 'react'
import type { LiveFigures, LivePage, LiveTicker } from '../src/model/live-page.ts'

/**
 * What the feed told last of the Live page. It is kept outside of React, because only that page shall be drawn again
 * four times a second.
 */

export interface LiveNow extends LivePage {
  /** When the figures came, by this machine's clock, in milliseconds. */
  readonly cameAt: number
}

/** Figures are painted once a second at most, orders as they come. */
const leastPause = 1_000

let page: LiveNow | null = null
let ticker: LiveTicker | null = null
let waiting: LiveFigures | null = null
let timer: ReturnType<typeof setTimeout> | undefined
/** How far the clock of this machine is ahead of the server's, and the way of the figures: the least that was seen. */
let ahead = Number.POSITIVE_INFINITY
/** What time it was at the server, and by this machine's clock, when it last said so. */
let heard: { readonly at: number; readonly by: number } | null = null
const listeners = new Set<() => void>()
const looking = new Set<symbol>()

export function clockNow(): number {
  return performance.timeOrigin + performance.now()
}

/** Milliseconds since the figures were so, by the server's clock. */
export function ageOf(at: string): number {
  return Number.isFinite(ahead) ? Math.max(0, clockNow() - Date.parse(at) - ahead) : 0
}

export function tellMoment(at: string): void {
  heard = { at: Date.parse(at), by: clockNow() }
}

/**
 * The server's time in milliseconds; null before the first word of it. The clock of a page stands still while its
 * machine sleeps, so it only counts from the last sign of life.
 */
export function serverNow(): number | null {
  return heard && heard.at + clockNow() - heard.by
}

function publish(): void {
  for (const listener of listeners) listener()
}

export function tellFigures(figures: LiveFigures): void {
  ahead = Math.min(ahead, clockNow() - Date.parse(figures.at))
  waiting = figures
  const rest = page ? page.cameAt + leastPause - clockNow() : 0
  clearTimeout(timer)
  if (rest <= 0) showFigures()
  else timer = setTimeout(showFigures, rest)
}

function showFigures(): void {
  if (!waiting || !ticker) return
  page = { figures: waiting, ticker, cameAt: clockNow() }
  waiting = null
  publish()
}

export function tellTicker(next: LiveTicker): void {
  ticker = next
  if (!page) {
    showFigures()
    return
  }
  page = { ...page, ticker: next }
  publish()
}

/** Where the feed told nothing yet: null. */
export function useLiveNow(): LiveNow | null {
  return useSyncExternalStore(subscribe, () => page)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says that figures are looked at, until the given function is called. */
export function lookAtFigures(): () => void {
  const look = Symbol('look')
  looking.add(look)
  publish()
  return () => {
    looking.delete(look)
    publish()
  }
}

/** Whether somebody looks at figures. */
export function useIsLooked(): boolean {
  return useSyncExternalStore(subscribe, () => looking.size > 0)
}
