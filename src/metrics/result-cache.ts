import type { Change } from '../model/change.ts'
import type { DayRange } from '../model/day.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/**
 * Answers that still hold. An entry is of one version of the data; a commit carries it over to the next when it
 * touched none of the days that the answer is about. Who asks what is being answered waits for that answer.
 */

interface Entry<Answer> {
  /** The revision of the warehouse of which it is an answer. */
  revision: number
  readonly answer: Promise<Answer>
  /** Days that it is about; null: it holds for no other version. */
  days: readonly DayRange[] | null
  /** Null while it is being worked out. */
  rows: number | null
  /** Ends the work when nobody waits any more. */
  readonly stop: AbortController
  waiting: number
}

export interface Work<Answer> {
  /** Days that the answer is about; null where any commit may change it. */
  daysOf(answer: Answer): readonly DayRange[] | null
  work(signal: AbortSignal): Promise<Answer>
  rowsOf(answer: Answer): number
  readonly signal?: AbortSignal
}

const mostEntries = 1_000
/** All entries together; a row of an answer takes some 300 bytes. */
const mostRows = 200_000

export class ResultCache<Answer> {
  readonly #revision: () => number
  /** Oldest use first. */
  readonly #entries = new Map<string, Entry<Answer>>()
  #rows = 0

  constructor(warehouse: Pick<Warehouse, 'revision' | 'onCommit'>) {
    this.#revision = () => warehouse.revision()
    warehouse.onCommit((change) => this.#carryOver(change))
  }

  /** The answer known under the key, or the one that `work` gives; it is worked out once for all who ask meanwhile. */
  async get(key: string, request: Work<Answer>): Promise<Answer> {
    const revision = this.#revision()
    const { signal } = request
    signal?.throwIfAborted()
    const known = this.#entries.get(key)
    if (known && known.revision !== revision) this.#drop(key, known)
    const valid = known?.revision === revision && !known.stop.signal.aborted ? known : null
    const entry = valid ?? this.#begin(key, revision, request)
    if (valid) {
      this.#entries.delete(key)
      this.#entries.set(key, valid)
    }
    return this.#wait(entry, signal)
  }

  #begin(key: string, revision: number, request: Work<Answer>): Entry<Answer> {
    const stop = new AbortController()
    const answer = request.work(stop.signal)
    const entry: Entry<Answer> = {
      revision,
      answer,
      days: null,
      rows: null,
      stop,
      waiting: 0,
    }
    this.#entries.set(key, entry)
    answer.then(
      (found) => {
        // A commit came meanwhile: nobody knows which of the two states was read.
        if (this.#entries.get(key) !== entry) return
        if (this.#revision() !== revision) this.#drop(key, entry)
        else this.#keep(entry, request, found)
      },
      () => this.#drop(key, entry),
    )
    return entry
  }

  #keep(entry: Entry<Answer>, request: Work<Answer>, found: Answer): void {
    entry.days = request.daysOf(found)
    entry.rows = request.rowsOf(found)
    this.#rows += entry.rows
    for (const [key, oldest] of this.#entries) {
      if (this.#rows <= mostRows && this.#entries.size <= mostEntries) return
      if (oldest.rows !== null) this.#drop(key, oldest)
    }
  }

  /** Work goes on as long as anybody waits for it. */
  async #wait(entry: Entry<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
    if (!signal) {
      entry.waiting = Number.POSITIVE_INFINITY
      return entry.answer
    }
    entry.waiting += 1
    let leave = () => {}
    const gone = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason)
    })
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([entry.answer, gone])
    } finally {
      signal.removeEventListener('abort', leave)
      entry.waiting -= 1
      if (signal.aborted && entry.waiting === 0 && entry.rows === null)
        entry.stop.abort(signal.reason)
    }
  }

  #drop(key: string, entry: Entry<Answer>): void {
    if (this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    this.#rows -= entry.rows ?? 0
  }

  /** Each commit raises the revision by one, so an entry of the one before has missed none. */
  #carryOver({ days }: Change): void {
    const revision = this.#revision()
    for (const [key, entry] of this.#entries) {
      const isKept = entry.rows !== null && entry.revision === revision - 1
      if (isKept && !touches(days, entry.days)) entry.revision = revision
      else if (entry.revision !== revision) this.#drop(key, entry)
    }
  }
}

function touches(changed: Change['days'], days: readonly DayRange[] | null): boolean {
  if (days === null) return true
  if (changed === null) return false
  return days.some(({ from, to }) => changed.from <= to && changed.to >= from)
}
