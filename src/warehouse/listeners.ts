import type { Change } from '../model/change.ts'

type Listener = (change: Change) => void

/** Who hears of commits. */
export class Listeners {
  readonly #listeners = new Set<Listener>()

  /** Gives a function that ends it. */
  add(listener: Listener): () => void {
    // Wrapped, so that a function added twice is called twice and ended one at a time.
    const entry: Listener = (change) => listener(change)
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
    }
  }

  /** The data is committed whatever a listener does, so its fault becomes a warning of the process. */
  announce(change: Change | null): void {
    if (!change) return
    for (const listener of [...this.#listeners]) {
      try {
        listener(change)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}
