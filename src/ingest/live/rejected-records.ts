import { type RejectReason, rejectReasons } from '../../model/reasons.ts'
import type { JudgedImport } from '../judge-all.ts'
import { reading, type Workbench } from '../workbench.ts'
import { type LiveBatch, originsIn, type RowOrigin } from './stage-batch.ts'

/** A record that fits the schema, was accepted, and was rejected, whole or in part, when it was to be applied. */
export interface RejectedRecord {
  /** In the journal. */
  readonly sequence: number
  /** The line of an order whose other lines were loaded, such as `lines.0`; null where it is the whole. */
  readonly path: string | null
  readonly problem: string
}

/** The records of a batch of which cleaning rejected rows, each with the first of its reasons. */
export async function rejectedRecords(
  bench: Workbench,
  batch: LiveBatch,
  { rejected, tallies }: Pick<JudgedImport, 'rejected' | 'tallies'>,
): Promise<readonly RejectedRecord[]> {
  const isSome = tallies.some(({ outcome }) => outcome === 'rejected')
  // Nobody waits for what becomes of a document.
  if (rejected === null || !isSome || batch.documents.length > 0) return []
  const rows = await bench.rows(
    `SELECT file_number, record_number, reason, value FROM ${reading([rejected])}
     WHERE outcome = 'rejected' AND reason NOT IN ('malformed_row', 'malformed_json') ORDER BY file_number, record_number`,
  )
  const originOf = originsIn(batch)
  const found = new Map<RowOrigin['record'], FoundRow[]>()
  for (const row of rows) {
    const origin = originOf(Number(row.file_number), Number(row.record_number))
    if (!origin) continue
    const value = row.value === null ? null : String(row.value)
    const known = found.get(origin.record) ?? []
    found.set(origin.record, [...known, { origin, reason: String(row.reason), value }])
  }
  return [...found].flatMap(([record, own]) => {
    const why = whyOf(own)
    return record.sequences.map((sequence) => ({ sequence, ...why }))
  })
}

interface FoundRow {
  readonly origin: RowOrigin
  readonly reason: string
  readonly value: string | null
}

function whyOf(rows: readonly FoundRow[]): Omit<RejectedRecord, 'sequence'> {
  const [first] = rows
  if (!first) throw new Error('a record is rejected by its rows')
  const { origin, reason, value } = first
  const sentence = rejectReasons[reason as RejectReason] ?? reason
  const isPart = rows.length < origin.rows
  // Equal lines of a return were put together, so their places say nothing.
  const path = isPart && origin.record.kind === 'orders' ? `lines.${origin.index}` : null
  return { path, problem: value === null ? sentence : `${sentence}: ${value}` }
}
