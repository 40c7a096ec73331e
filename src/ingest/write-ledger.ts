import type { ImportReport } from '../model/import.ts'
import type { Transaction } from '../warehouse/warehouse.ts'
import { originAt } from './mended.ts'

export interface LedgerRequest {
  readonly runToken: string
  readonly startedAt: Date
  readonly now: () => Date
  /** Rows that were set aside, as a file; null where there are none. */
  readonly rejected: string | null
}

/** The run, its files and its rejected rows, as they will be shown. */
export async function writeLedger(
  transaction: Transaction,
  request: LedgerRequest,
  report: ImportReport,
): Promise<void> {
  const { runId, rows, period, files } = report
  const first = files.filter(
    (file, index) => files.findIndex(({ path }) => path === file.path) === index,
  )
  for (const [index, file] of first.entries()) {
    await transaction.execute(
      `INSERT INTO run_files (run_id, file_number, path, format, layout, rows_in)
       VALUES ($1::BIGINT, $2::INTEGER, $3, $4, $5, $6::BIGINT)`,
      [runId, index + 1, file.path, file.format, file.layout, file.rows],
    )
  }
  await transaction.execute(
    `INSERT INTO runs (run_id, run_token, source, state, started_at, finished_at, rows_in, rows_accepted,
       rows_rejected, rows_duplicate, rows_ignored, period_from, period_to, report)
     VALUES ($1::BIGINT, $2, $3, $4, $5::TIMESTAMPTZ, $6::TIMESTAMPTZ, $7::BIGINT, $8::BIGINT, $9::BIGINT, $10::BIGINT,
       $11::BIGINT, $12::DATE, $13::DATE, $14)`,
    [
      runId,
      request.runToken,
      report.source,
      report.state,
      request.startedAt.toISOString(),
      request.now().toISOString(),
      rows.in,
      rows.accepted,
      rows.rejected,
      rows.duplicate,
      rows.ignored,
      period?.from ?? null,
      period?.to ?? null,
      JSON.stringify(report),
    ],
  )
  if (request.rejected !== null) await keepRejected(transaction, report)
}

/**
 * The same file imported again rejects the same rows again: they are known by where they stood first, and
 * mended rows that are wrong once more by what they state.
 */
async function keepRejected(
  transaction: Transaction,
  { runId, source }: ImportReport,
): Promise<void> {
  await transaction.execute(
    `INSERT INTO rejected_rows (run_id, file_number, record_number, outcome, reason, column_name, value, row, origin)
     SELECT $1::BIGINT, incoming.file_number, incoming.record_number, incoming.outcome, incoming.reason,
       incoming.column_name, incoming.value, incoming.row,
       CASE WHEN incoming.outcome = 'rejected' THEN coalesce(incoming.origin, known.origin,
         ${originAt('$2::VARCHAR', ['$1::BIGINT', 'incoming.file_number', 'incoming.record_number'])}) END
     FROM incoming_rejected AS incoming
     LEFT JOIN run_files AS own ON own.run_id = $1::BIGINT AND own.file_number = incoming.file_number
     LEFT JOIN (SELECT run_files.path, rejected_rows.record_number, rejected_rows.row, min(rejected_rows.origin) AS origin
         FROM rejected_rows JOIN runs ON runs.run_id = rejected_rows.run_id
         JOIN run_files ON run_files.run_id = rejected_rows.run_id AND run_files.file_number = rejected_rows.file_number
         WHERE runs.source = $2 AND rejected_rows.outcome = 'rejected'
           AND run_files.path IN (SELECT path FROM run_files WHERE run_id = $1::BIGINT)
         GROUP BY run_files.path, rejected_rows.record_number, rejected_rows.row) AS known
       ON known.path = own.path AND known.record_number = incoming.record_number AND known.row = incoming.row`,
    [runId, source],
  )
}
