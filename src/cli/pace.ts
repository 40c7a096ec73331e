import { setTimeout } from 'node:timers/promises'
import { TakingsError } from '../model/errors.ts'

/** Records that go into one request at most. */
export const mostAtOnce = 500
/** Milliseconds that are made up for at most: after a wait the rate goes on as it was. */
const longestBacklogMs = 1_000

/** Tells how many records are due, spread evenly over each second; without a rate as many as a request takes. */
export class Pace {
  readonly #perSecond: number | null
  /** When the next record is due. */
  #dueAt = performance.now()

  constructor(perSecond: number | null) {
    this.#perSecond = perSecond
  }

  /** Waits until at least one is due and gives how many are. Throws what the signal was aborted with. */
  async due(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted()
    if (this.#perSecond === null) return mostAtOnce
    const apart = 1_000 / this.#perSecond
    this.#dueAt = Math.max(this.#dueAt, performance.now() - longestBacklogMs)
    const early = this.#dueAt - performance.now()
    if (early > 0)
      await setTimeout(early, undefined, { signal }).catch(() => signal.throwIfAborted())
    const late = Math.max(0, performance.now() - this.#dueAt)
    const due = Math.min(mostAtOnce, Math.floor(late / apart) + 1)
    this.#dueAt += due * apart
    return due
  }
}

/** Reads records per second. Throws `invalid_option`. */
export function rateFrom(text: string): number {
  const rate = Number(text)
  if (text.trim() !== '' && rate > 0 && rate <= 100_000) return rate
  throw new TakingsError('invalid_option', {
    option: '--rate',
    problem: `${text} is no number of orders a second`,
    advice: 'Write a number such as 50, or 0.5 for one every two seconds.',
  })
}
