import type { LiveItem, MisfitRecord } from '../../model/live.ts'
import { tableOf } from './document-heads.ts'
import { identityOf, rowsOf } from './live-tables.ts'
import { platforms } from './platforms/platforms.ts'
import type { LiveBatch, ReceivedDocument, SequencedRecord } from './stage-batch.ts'

/** A record as it stands in the journal. */
export interface JournaledItem {
  readonly sequence: number
  /** What was written down: the same text says the same. */
  readonly text: string
  /** ISO instant. */
  readonly receivedAt: string
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
 * something else of what an earlier one of it is about. One that says the same again is left out, and counted. Documents
 * of shop systems may tell of one thing as often as they like: which of them counts is told by their versions. They
 * share no batch with records of their source.
 */
export function cutBatch(items: readonly JournaledItem[]): Cut {
  const bySource = new Map<string, MutableBatch>()
  const seen = new Map<string, Seen>()
  let taken = 0
  for (const journaled of items) {
    const { sequence, text, item } = journaled
    const source = sourceOf(item)
    const identity = 'fits' in item ? `${source}\u001f${identityOf(item.fits)}` : null
    const known = identity === null ? undefined : seen.get(identity)
    if (known && known.text !== text) break
    const batch = bySource.get(source) ?? newBatch(source, sequence)
    if (!mayHold(batch, item)) break
    taken += 1
    bySource.set(source, batch)
    batch.last = sequence
    if ('misfit' in item) batch.misfits.push(item.misfit)
    else if ('document' in item) {
      batch.documents.push({ ...item.document, receivedAt: journaled.receivedAt })
      batch.characters += item.document.text.length
    } else if (known) {
      batch.repeatedRows += rowsOf(item.fits).length
      known.sequences.push(sequence)
    } else {
      const sequences = [sequence]
      batch.records.push({ ...item.fits, sequences })
      if (identity !== null) seen.set(identity, { text, sequences })
    }
  }
  return { batches: [...bySource.values()], taken }
}

/** What was said of one thing, and where. */
interface Seen {
  readonly text: string
  readonly sequences: number[]
}

function sourceOf(item: LiveItem): string {
  if ('fits' in item) return item.fits.source
  return 'misfit' in item ? item.misfit.source : item.document.source
}

/** Documents of one batch, and characters of them: each becomes some hundred columns on its way. */
const most = { documents: 1_000, characters: 16_000_000 }

/** Documents of one system alone, and not too many. */
function mayHold(batch: MutableBatch, item: LiveItem): boolean {
  const { records, documents } = batch
  if ('fits' in item) return documents.length === 0
  if ('misfit' in item) return true
  if (documents.length === 0) return records.length === 0
  const { platform, text } = item.document
  return (
    documents[0]?.platform === platform &&
    documents.length < most.documents &&
    batch.characters + text.length <= most.characters
  )
}

interface MutableBatch extends LiveBatch {
  readonly records: SequencedRecord[]
  readonly documents: ReceivedDocument[]
  readonly misfits: MisfitRecord[]
  /** Of its documents. */
  characters: number
  repeatedRows: number
  last: number
}

function newBatch(source: string, first: number): MutableBatch {
  const none = { records: [], documents: [], misfits: [], characters: 0, repeatedRows: 0 }
  return { source, first, last: first, ...none }
}

/** A batch in two, and each half as a batch; a single record, or document, as one that does not fit. */
export function halved(batch: LiveBatch): readonly [LiveBatch, LiveBatch] {
  const { records, documents } = batch
  const at = (all: readonly unknown[]) => Math.ceil(all.length / 2)
  return [
    {
      ...batch,
      misfits: [],
      repeatedRows: 0,
      records: records.slice(0, at(records)),
      documents: documents.slice(0, at(documents)),
    },
    { ...batch, records: records.slice(at(records)), documents: documents.slice(at(documents)) },
  ]
}

/** A batch of one record or document that cannot be loaded, with that as a record that does not fit; null where it holds more. */
export function withMisfit(batch: LiveBatch, problem: string): LiveBatch | null {
  const { records, documents, misfits } = batch
  const [record] = records
  const [document] = documents
  if (records.length + documents.length !== 1) return null
  const unfit = record
    ? misfitOf(record, problem)
    : document
      ? unfitDocument(document, problem)
      : null
  return unfit && { ...batch, records: [], documents: [], misfits: [...misfits, unfit] }
}

/** A record that fits the schema and cannot be loaded all the same. */
function misfitOf({ kind, source, record }: SequencedRecord, problem: string): MisfitRecord {
  return { kind, source, path: null, problem, text: JSON.stringify(record) }
}

function unfitDocument(
  { source, text, platform, topic }: ReceivedDocument,
  problem: string,
): MisfitRecord {
  const kind = tableOf(platforms[platform].subjectOf(topic) ?? 'order')
  return { kind, source, path: null, problem, text }
}
