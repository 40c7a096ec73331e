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
  let nextAt = performance.now() + leastPause
  let isChanged = true
  let looking: Promise<void> | null = null
  let sending: Promise<void> | null = null
  let lookTimer: NodeJS.Timeout | undefined
  let sendTimer: NodeJS.Timeout | undefined

  const failed = (error: unknown) => {
    if (!ending.signal.aborted) onFailure(error)
  }
  const wait = (milliseconds: number) => {
    clearTimeout(lookTimer)
    if (ending.signal.aborted) return
    lookTimer = setTimeout(() => void look(), milliseconds).unref()
  }
  const soon = () => {
    isChanged = true
    if (!looking) wait(Math.max(0, nextAt - performance.now()))
  }
  const look = (): Promise<void> => {
    looking ??= work().finally(() => {
      looking = null
      wait(isChanged ? Math.max(0, nextAt - performance.now()) : mostPause)
    })
    return looking
  }
  async function work(): Promise<void> {
    isChanged = false
    const startedAt = performance.now()
    await alerts.check().catch(failed)
    const endedAt = performance.now()
    nextAt = endedAt + Math.max(leastPause, restRatio * (endedAt - startedAt))
    send()
  }
  const send = (): void => {
    clearTimeout(sendTimer)
    if (ending.signal.aborted || sending) return
    sending = deliver().finally(() => {
      sending = null
    })
  }
  async function deliver(): Promise<void> {
    const wait = await alerts.deliver(ending.signal).catch((error: unknown) => {
      failed(error)
      return longestWait
    })
    if (wait === null || ending.signal.aborted) return
    const pause = Math.min(longestWait, Math.max(shortestWait, wait))
    sendTimer = setTimeout(send, pause).unref()
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
      clearTimeout(lookTimer)
      clearTimeout(sendTimer)
      await Promise.all([looking, sending])
    },
  }
}

/** Milliseconds between two looks into the box while something waits in it; the clock may be set meanwhile. */
const shortestWait = 1_000
const longestWait = 60_000
