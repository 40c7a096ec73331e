/**
 * A fixed number of things that are used by one at a time, handed out first come first served. One slot
 * makes a queue for the writer, several make a pool of readers.
 */
export class Slots<Item> {
  readonly #free: Item[]
  readonly #waiting: Waiter<Item>[] = []
  readonly #size: number
  #closedBy: Error | null = null
  #drained: (() => void) | null = null

  constructor(items: readonly Item[]) {
    this.#free = [...items]
    this.#size = items.length
  }

  /** Waits for a free item and runs `work` with it. Rejects with the signal's reason while waiting. */
  async use<T>(work: (item: Item) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const item = await this.#take(signal)
    try {
      return await work(item)
    } finally {
      this.#release(item)
    }
  }

  /** Nobody uses anything, and nobody waits. */
  get idle(): boolean {
    return this.#free.length === this.#size
  }

  /** Runs `work` while nobody uses anything. At most one call of this at a time. */
  async holdAll<T>(work: () => Promise<T>, held = 0): Promise<T> {
    if (held === this.#size) return work()
    return this.use(() => this.holdAll(work, held + 1))
  }

  /** Refuses whoever waits or comes later with `reason`; resolves when nothing is in use any more. */
  async close(reason: Error): Promise<void> {
    this.#closedBy = reason
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(reason)
    if (this.#free.length === this.#size) return
    await new Promise<void>((resolve) => {
      this.#drained = resolve
    })
  }

  async #take(signal: AbortSignal | undefined): Promise<Item> {
    signal?.throwIfAborted()
    if (this.#closedBy) throw this.#closedBy
    const item = this.#free.shift()
    if (item !== undefined) return item
    return new Promise<Item>((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(signal?.reason)
      }
      const waiter: Waiter<Item> = {
        give: (given) => {
          signal?.removeEventListener('abort', leave)
          resolve(given)
        },
        refuse: (reason) => {
          signal?.removeEventListener('abort', leave)
          reject(reason)
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiter)
    })
  }

  #release(item: Item): void {
    const next = this.#waiting.shift()
    if (next) {
      next.give(item)
      return
    }
    this.#free.push(item)
    if (this.#free.length === this.#size) this.#drained?.()
  }
}

interface Waiter<Item> {
  give(item: Item): void
  refuse(reason: Error): void
}
