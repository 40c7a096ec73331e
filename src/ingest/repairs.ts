import type { Repair, RepairExample } from '../model/import.ts'
import * as money from '../model/money.ts'
import { type RepairReason, repairReasons } from '../model/reasons.ts'
import { type Change, changesIn } from './repairs-of-table.ts'
import type { ReportDraft } from './report.ts'
import { reading, type Workbench } from './workbench.ts'

/**
 * What an import changed in values beyond reading them: counted exactly and shown with the first of them, as
 * they stand in the file and as they were taken. A table is looked at again only where something tells that
 * it may hold such a value, so files without one cost nothing.
 */
export async function findRepairs(
  bench: Workbench,
  draft: Pick<ReportDraft, 'judged' | 'settled'>,
): Promise<Repair[]> {
  const found = new Map<RepairReason, Found>()
  for (const own of draft.judged.tables) {
    const notation = draft.settled.notations.get(own.table.recognised)
    if (!notation) continue
    const changes = changesIn({ ...own, notation, judged: draft.judged })
    for (const change of changes) {
      const { rows, examples } = await look(bench, change)
      if (rows === 0) continue
      const known = found.get(change.reason) ?? { rows: 0, examples: [] }
      found.set(change.reason, {
        rows: known.rows + rows,
        examples: [...known.examples, ...examples].slice(0, mostExamples),
      })
    }
  }
  return [...found].map(([reason, repair]) => ({ reason, text: repairReasons[reason], ...repair }))
}

const mostExamples = 5

const isAccepted = "judged.outcome IN ('line', 'return', 'refunded', 'accepted')"

interface Found {
  readonly rows: number
  readonly examples: readonly RepairExample[]
}

/** The values that a change holds for; the file is read twice where there are some, to count and to show. */
async function look(bench: Workbench, change: Change): Promise<Found> {
  const { file, column, accepted, condition, before, after } = change
  const joined = accepted
    ? `JOIN ${reading(accepted)} AS judged ON judged.file_number = ${file.number}
       AND judged.record_number = raw.record_number AND ${isAccepted}`
    : ''
  const from = (relation: string) => `FROM ${relation} AS raw ${joined} WHERE ${condition}`
  // Rows need their numbers only to be found in another file, or to be shown.
  const counted =
    accepted && change.toldByJudged
      ? `FROM ${reading(accepted)} AS judged WHERE ${isAccepted} AND ${condition}`
      : from(accepted ? change.relation : change.unnumbered)
  const { rows } = await bench.row(`SELECT count(*)::BIGINT AS rows ${counted}`)
  if (Number(rows) === 0) return { rows: 0, examples: [] }
  const first = await bench.rows(
    `SELECT raw.record_number AS record, (${before})::VARCHAR AS before, (${after})::VARCHAR AS after
     ${from(change.relation)} ORDER BY raw.record_number LIMIT ${mostExamples}`,
  )
  const text = (value: unknown, change = (as: string) => as) =>
    typeof value === 'string' ? change(value) : null
  return {
    rows: Number(rows),
    examples: first.map((row) => ({
      file: file.name,
      record: Number(row.record),
      column,
      before: text(row.before),
      after: text(row.after, money.trimDecimal),
    })),
  }
}
