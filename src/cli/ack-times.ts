/** Requests whose times are kept: the latest. */
const mostKept = 10_000

/** How long the latest acknowledgements took. */
export class AckTimes {
  readonly #times: number[] = []
  #noted = 0

  /** Milliseconds. */
  note(time: number): void {
    this.#times[this.#noted % mostKept] = time
    this.#noted += 1
  }

  /** Milliseconds that a share (0 to 1) of them took at most; null where there are none. */
  within(share: number): number | null {
    const sorted = [...this.#times].sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
  }
}
