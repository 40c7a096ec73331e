import { randomUUID } from 'node:crypto'
import type { Engine } from './engine.ts'
import { compactRollups, renewDirtyDays } from './rollups.ts'

/** So long after the last commit nobody is likely to write, ms. */
const idleAfter = 15_000
/** Appended to so many days' rollups: fewer cost no reader anything. */
const worthCompacting = 100
/** So many do cost, whether or not commits ever pause. */
const mustCompact = 5_000

/**
 * Makes rollups anew where plain SQL changed the facts under them, and adds up what commits appended, once nobody
 * writes. Answers are the same before and after; they only take longer to give before.
 */
export class RollupUpkeep {
  readonly #engine: Engine
  readonly #stopListening: () => void
  #timer: NodeJS.Timeout | null = null
  #commits = 0
  #running: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(engine: Engine) {
    this.#engine = engine
    this.#stopListening = engine.onCommit(() => this.#committed())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopListening()
    if (this.#timer) clearTimeout(this.#timer)
    await this.#running
  }

  #committed(): void {
    this.#commits += 1
    if (this.#timer) clearTimeout(this.#timer)
    const soon = this.#commits % mustCompact === 0
    this.#timer = setTimeout(() => this.#start(), soon ? 0 : idleAfter).unref()
  }

  #start(): void {
    // It is tried again after the next commit; nothing depends on it.
    this.#running = this.#running.then(() => this.#tidy()).catch(() => undefined)
  }

  async #tidy(): Promise<void> {
    if (this.#stopped || !(await this.#isWorthIt())) return
    await this.#engine.transact(
      async (transaction) => {
        await renewDirtyDays(transaction)
        await compactRollups(transaction)
      },
      { change: () => null, runToken: `upkeep-${randomUUID()}` },
    )
  }

  async #isWorthIt(): Promise<boolean> {
    const [row] = await this.#engine.query(
      `SELECT EXISTS (SELECT 1 FROM dirty_days) AS dirty,
         (SELECT count(*) FROM rollup_deltas) >= ${worthCompacting} AS fragmented`,
      [],
      { brief: true },
    )
    return row?.dirty === true || row?.fragmented === true
  }
}
