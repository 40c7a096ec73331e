import type { ImportProgress, ImportStep } from '../model/import.ts'

/** Shares of an import's time that its steps take, by measurement on large files. */
const spans: Readonly<Record<ImportStep, readonly [number, number]>> = {
  reading: [0, 0.05],
  recognising: [0.05, 0.2],
  cleaning: [0.2, 0.55],
  loading: [0.55, 0.97],
  finishing: [0.97, 1],
}

const leastForEstimate = 0.05

/** Turns steps into progress: how far, how fast, how much longer. */
export class ImportClock {
  readonly #started = performance.now()
  readonly #listener: ((progress: ImportProgress) => void) | undefined
  #rows = 0
  #furthest = 0

  constructor(listener: ((progress: ImportProgress) => void) | undefined) {
    this.#listener = listener
  }

  /** Rows of the import, once they are known. */
  set rows(rows: number) {
    this.#rows = rows
  }

  /** `share` is 0 to 1 of the step. */
  at(step: ImportStep, share: number): void {
    const [from, to] = spans[step]
    this.#furthest = Math.max(this.#furthest, from + (to - from) * Math.min(1, Math.max(0, share)))
    const done = this.#furthest
    const seconds = (performance.now() - this.#started) / 1000
    this.#listener?.({
      step,
      done,
      rows: Math.round(this.#rows * done),
      rowsPerSecond: seconds > 0 ? Math.round((this.#rows * done) / seconds) : 0,
      secondsLeft: done > leastForEstimate ? (seconds / done) * (1 - done) : null,
    })
  }
}
