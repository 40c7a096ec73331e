import type { RejectedRecord } from './rejected-records.ts'

/** Rejected records that are remembered for whoever waits for them; older ones stand among the rejected rows alone. */
const mostRemembered = 100_000

/** What was rejected lately of the records that were accepted, by their sequences. */
export class RejectedSequences {
  readonly #rejected = new Map<number, RejectedRecord>()

  note(records: readonly RejectedRecord[]): void {
    for (const record of records) {
      // What is noted last is forgotten last.
      this.#rejected.delete(record.sequence)
      this.#rejected.set(record.sequence, record)
    }
    for (const sequence of this.#rejected.keys()) {
      if (this.#rejected.size <= mostRemembered) break
      this.#rejected.delete(sequence)
    }
  }

  /** Those from one sequence to another, in their order. */
  between(first: number, last: number): readonly RejectedRecord[] {
    if (last - first < this.#rejected.size) {
      const sequences = Array.from({ length: last - first + 1 }, (_, index) => first + index)
      return sequences.flatMap((sequence) => this.#rejected.get(sequence) ?? [])
    }
    return [...this.#rejected.values()]
      .filter(({ sequence }) => first <= sequence && sequence <= last)
      .sort((one, other) => one.sequence - other.sequence)
  }
}
