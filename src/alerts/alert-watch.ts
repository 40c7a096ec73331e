import type { Change } from '../model/change.ts'
import { isOfAlerts } from './transaction.ts'

/** Looks at all rules after commits and as the time goes by, and sends what is to be sent. */
export interface AlertWatch {
  /** Something was said of alerts: looked at as soon as the last look was long enough ago. */
  soon(): void
  /** Ends when what runs is over. */
  close(): Promise<void>
}

export interface WatchOptions {
  readonly alerts: {
    check(): Promise<void>
    /** Gives the milliseconds until something is due next, null when nothing waits. */
    deliver(signal: AbortSignal): Promise<number | null>
    forget(): void
  }
  readonly onCommit: (listener: (change: Change) => void) => () => void
  readonly onFailure: (error: unknown) => void
  /** Milliseconds between two looks: at least, and without commits at most. */
  readonly leastPause?: number
  readonly mostPause?: number
}

/** How much longer than a look the rest is: stock takes a while where many facts came since it was counted. */
const restRatio = 10

export function watchAlerts(options: WatchOptions): AlertWatch {
  const { alerts, onCommit, onFailure, leastPause = 3_000, mostPause = 30_000 } = options
  const ending = new AbortController()
  const failed = (error: unknown) => {
    if (!ending.signal.aborted) onFailure(error)
  }
  const sender = new Sending(alerts, ending.signal, failed)
  let nextAt = performance.now() + leastPause
  let isChanged = true
  let looking: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined

  const wait = (milliseconds: number) => {
    clearTimeout(timer)
    if (ending.signal.aborted) return
    timer = setTimeout(() => void look(), Math.max(0, milliseconds)).unref()
  }
  const soon = () => {
    isChanged = true
    if (!looking) wait(nextAt - performance.now())
  }
  const look = (): Promise<void> => {
    looking ??= work().finally(() => {
      looking = null
      wait(isChanged ? nextAt - performance.now() : mostPause)
    })
    return looking
  }
  async function work(): Promise<void> {
    isChanged = false
    const startedAt = performance.now()
    await alerts.check().catch(failed)
    const endedAt = performance.now()
    nextAt = endedAt + Math.max(leastPause, restRatio * (endedAt - startedAt))
    sender.send()
  }
  const stopListening = onCommit((change) => {
    // What alerts write themselves is no news to them, but others may have written it.
    if (isOfAlerts(change)) alerts.forget()
    else soon()
  })
  soon()

  return {
    soon,
    async close() {
      stopListening()
      ending.abort(new Error('the watch was closed'))
      clearTimeout(timer)
      await Promise.all([looking, sender.close()])
    },
  }
}

/** Sends what waits, and again when something is due. A receiver that is slow keeps no look waiting. */
class Sending {
  readonly #alerts: WatchOptions['alerts']
  readonly #signal: AbortSignal
  readonly #failed: (error: unknown) => void
  #sending: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(
    alerts: WatchOptions['alerts'],
    signal: AbortSignal,
    failed: (error: unknown) => void,
  ) {
    this.#alerts = alerts
    this.#signal = signal
    this.#failed = failed
  }

  send(): void {
    clearTimeout(this.#timer)
    if (this.#signal.aborted || this.#sending) return
    this.#sending = this.#deliver().finally(() => {
      this.#sending = null
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#sending
  }

  async #deliver(): Promise<void> {
    const wait = await this.#alerts.deliver(this.#signal).catch((error: unknown) => {
      this.#failed(error)
      return longestWait
    })
    if (wait === null || this.#signal.aborted) return
    const pause = Math.min(longestWait, Math.max(shortestWait, wait))
    this.#timer = setTimeout(() => this.send(), pause).unref()
  }
}

/** Milliseconds between two looks into the box while something waits in it; the clock may be set meanwhile. */
const shortestWait = 1_000
const longestWait = 60_000
