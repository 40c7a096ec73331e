import type { LiveItem, LiveRecord, MisfitRecord } from '../../model/live.ts'
import { identityOf, rowsOf } from './live-tables.ts'
import type { LiveBatch } from './stage-batch.ts'

/** A record as it stands in the journal. */
export interface JournaledItem {
  readonly sequence: number
  /** What was written down: the same text says the same. */
  readonly text: string
  readonly item: LiveItem
}

export interface Cut {
  /** One for each source; all records of one source stand in one of them. */
  readonly batches: readonly LiveBatch[]
  /** How many of the items they hold, from the first on. */
  readonly taken: number
}

/**
 * As many records as can be applied at once, in whatever order within a batch: it ends before a record that says
 * something else of what an earlier one of it is about. One that says the same again is left out, and counted.
 */
export function cutBatch(items: readonly JournaledItem[]): Cut {
  const bySource = new Map<string, MutableBatch>()
  const seen = new Map<string, string>()
  let taken = 0
  for (const { sequence, text, item } of items) {
    const one = 'fits' in item ? item.fits : null
    const identity = one ? `${one.source}\u001f${identityOf(one)}` : null
    const known = identity === null ? undefined : seen.get(identity)
    if (known !== undefined && known !== text) break
    taken += 1
    const source = 'fits' in item ? item.fits.source : item.misfit.source
    const batch = bySource.get(source) ?? newBatch(source, sequence)
    bySource.set(source, batch)
    batch.last = sequence
    if ('misfit' in item) batch.misfits.push(item.misfit)
    else if (known !== undefined) batch.repeatedRows += rowsOf(item.fits).length
    else batch.records.push(item.fits)
    if (identity !== null) seen.set(identity, text)
  }
  return { batches: [...bySource.values()], taken }
}

interface MutableBatch extends LiveBatch {
  readonly records: LiveRecord[]
  readonly misfits: MisfitRecord[]
  repeatedRows: number
  last: number
}

function newBatch(source: string, first: number): MutableBatch {
  return { source, first, last: first, records: [], misfits: [], repeatedRows: 0 }
}

/** A record that fits the schema and cannot be loaded all the same. */
export function misfitOf({ kind, source, record }: LiveRecord, problem: string): MisfitRecord {
  return { kind, source, path: null, problem, text: JSON.stringify(record) }
}
