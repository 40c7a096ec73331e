import type { LiveIntake } from '../ingest/ingest.ts'
import type { AcceptedRecords, RefusedRecord } from '../model/wire.ts'
import { checkedAnswer, mostNamed, type Taken } from './live-door.ts'

/**
 * What is answered once records can be queried: those that fit the schema and were rejected when they were applied count
 * as rejected, and are named. Throws `records_rejected` where none is left.
 */
export function appliedAnswer(
  { answer, written }: Taken,
  intake: Pick<LiveIntake, 'rejectedBetween'>,
): AcceptedRecords {
  const rejected = written.flatMap(({ index, first, last }) =>
    intake.rejectedBetween(first, last).map(({ sequence, path, problem }): RefusedRecord => {
      return { index: index + sequence - first, path, problem }
    }),
  )
  if (rejected.length === 0) return answer
  const refused = [...answer.refused, ...rejected].sort((one, other) => one.index - other.index)
  return checkedAnswer({
    ...answer,
    accepted: answer.accepted - rejected.length,
    rejected: answer.rejected + rejected.length,
    refused: refused.slice(0, mostNamed),
  })
}
