import { heldNames } from '../model/held.ts'
import type {
  FileReport,
  ImportReport,
  Question,
  RememberedUse,
  Repair,
  RowCounts,
  Warning,
} from '../model/import.ts'
import * as money from '../model/money.ts'
import type { IgnoreReason, RejectReason } from '../model/reasons.ts'
import { countText, plural } from '../model/sentence.ts'
import { chargesOfPartsWarnings, lineAmountWarnings } from './charge-warnings.ts'
import { columnReports, linkedFile, type ReadColumns, unreadFile } from './column-reports.ts'
import { heldWarnings } from './held-returns.ts'
import type { JudgedImport } from './judge-all.ts'
import { twinWarnings } from './known-twins.ts'
import type { RecognisedTable } from './layout.ts'
import { customerWarnings } from './load-customers.ts'
import type { LoadOutcome } from './load-request.ts'
import { stockWarnings } from './load-stock.ts'
import { leftAsSumWarning, namedLikeSumWarning } from './named-sums.ts'
import { describeMoments } from './notation/moments.ts'
import { describeNumbers } from './notation/numbers.ts'
import type { TableNotation } from './notation.ts'
import { noParts, partWarnings } from './parts.ts'
import { placeholderWarnings } from './placeholders.ts'
import type { TableSample } from './sample.ts'
import type { ProfiledTable, Settled } from './settle.ts'
import type { Understanding } from './understand.ts'

/** Everything the import document is made of. */
export interface ReportDraft {
  readonly understanding: Understanding
  readonly settled: Settled
  readonly judged: JudgedImport
  readonly source: string
  readonly answers: Readonly<Record<string, string>>
  readonly remembered: readonly RememberedUse[]
  readonly repairs: readonly Repair[]
  /** The first values of the columns of each table as they are read. */
  readonly read: ReadonlyMap<ProfiledTable, ReadColumns>
  /** Of answers that no longer hold. */
  readonly warnings: readonly Warning[]
}

export interface ReportEnd {
  readonly state: ImportReport['state']
  readonly questions?: readonly Question[]
  readonly outcome?: LoadOutcome
}

export function reportOf(draft: ReportDraft, end: ReportEnd): ImportReport {
  const { judged, understanding } = draft
  const { figures } = judged
  const ignoredRows = understanding.ignored.map(({ sample, rows }) => ({
    reason: reasonOf(sample),
    rows,
  }))
  const rejectedBy = countBy<RejectReason>(judged, 'rejected')
  const ignoredBy = countBy<IgnoreReason>(judged, 'ignored')
  const malformed = [
    ...understanding.tables.flatMap(({ profile }) => profile.count.malformed),
    ...understanding.linked.flatMap((table) => table.malformed),
  ]
  for (const { problem, ignored } of malformed) {
    if (ignored) addCount(ignoredBy, ignored, 1)
    else addCount(rejectedBy, problem === 'not valid JSON' ? 'malformed_json' : 'malformed_row', 1)
  }
  addCount(rejectedBy, 'duplicate_key', judged.arranged.conflicting)
  for (const { reason, rows } of ignoredRows) addCount(ignoredBy, reason, rows)
  const rows = countRows(draft, rejectedBy, ignoredBy)
  return {
    runId: end.outcome?.runId ?? null,
    state: end.state,
    source: draft.source,
    files: [
      ...understanding.tables.map((table) => fileReport(table, draft)),
      ...understanding.linked.map(linkedFile),
      ...understanding.ignored.map(({ sample, rows: count }) => unreadFile(sample, count)),
    ].sort((a, b) => order(draft, a) - order(draft, b)),
    rows,
    ignoredBy,
    rejectedBy,
    orders: end.outcome
      ? {
          new: end.outcome.orders.new,
          replaced: end.outcome.orders.replaced,
          unchanged: end.outcome.orders.unchanged,
        }
      : { new: 0, replaced: 0, unchanged: 0 },
    period: figures.period,
    totals: {
      revenue: tidy(figures.revenue),
      returns: tidy(figures.returns),
      net_sales: tidy(money.subtract(figures.revenue, figures.returns)),
      orders: figures.orders,
      units: figures.units,
      currency: judged.currency,
    },
    questions: end.questions ?? [],
    remembered: draft.remembered,
    repairs: draft.repairs,
    warnings: [
      ...draft.warnings,
      ...warningsOf(draft, rows),
      ...customerWarnings(end.outcome?.mergedCustomers ?? 0),
      ...heldWarnings(end.outcome?.heldReturns ?? 0),
      ...(end.outcome ? stockWarnings(end.outcome.stock) : []),
      ...(end.outcome ? twinWarnings(end.outcome.twins) : []),
      ...partWarnings(end.outcome?.orders.parts ?? noParts),
      ...chargesOfPartsWarnings(end.outcome?.chargesOfParts ?? 0),
    ],
    error: null,
  }
}

/** Money as people write it: two decimals, half away from zero, from the exact sum. */
function tidy(amount: string): string {
  return money.round(amount, 2)
}

function order({ understanding }: ReportDraft, report: FileReport): number {
  return understanding.files.findIndex(({ name }) => name === report.path)
}

function reasonOf(sample: TableSample): IgnoreReason {
  const names = sample.columns.map(({ name }) => name.toLowerCase())
  return names.includes('weekday') && names.includes('month') ? 'calendar_row' : 'not_loaded'
}

function countBy<Reason extends string>(
  judged: JudgedImport,
  outcome: string,
): Partial<Record<Reason, number>> {
  const counts: Partial<Record<Reason, number>> = {}
  for (const tally of judged.tallies) {
    if (tally.outcome === outcome && tally.reason)
      addCount(counts, tally.reason as Reason, tally.rows)
  }
  return counts
}

function addCount<Reason extends string>(
  counts: Partial<Record<Reason, number>>,
  reason: Reason,
  rows: number,
): void {
  if (rows > 0) counts[reason] = (counts[reason] ?? 0) + rows
}

function countRows(
  { judged, understanding }: ReportDraft,
  rejectedBy: Partial<Record<string, number>>,
  ignoredBy: Partial<Record<string, number>>,
): RowCounts {
  const sum = (counts: Partial<Record<string, number>>) =>
    Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0)
  const read = understanding.tables.reduce(
    (total, { profile }) => total + profile.count.rows + profile.count.malformed.length,
    understanding.linked.reduce((total, { rows, malformed }) => total + rows + malformed.length, 0),
  )
  const unread = understanding.ignored.reduce((total, { rows }) => total + rows, 0)
  const rejected = sum(rejectedBy)
  const ignored = sum(ignoredBy)
  const repeated = judged.tallies.filter(({ outcome }) => outcome === 'duplicate')
  const duplicates = repeated.reduce((total, { rows }) => total + rows, judged.arranged.duplicates)
  const total = read + unread
  return {
    in: total,
    accepted: total - rejected - ignored - duplicates,
    rejected,
    duplicate: duplicates,
    ignored,
  }
}

function fileReport(profiled: ProfiledTable, draft: ReportDraft): FileReport {
  const { recognised, profile } = profiled
  const { table, claim } = recognised
  const notation = draft.settled.notations.get(recognised)
  return {
    path: table.file.name,
    format: formatText(table),
    layout: claim.layout,
    holds: heldNames[claim.holds],
    confidence: Math.round(claim.confidence * 100) / 100,
    encoding: table.file.encoding,
    notation: [table.notation, ...(notation ? notationWords(notation, profile) : [])]
      .filter(Boolean)
      .join(', '),
    rows: profile.count.rows + profile.count.malformed.length,
    columns: columnReports(recognised.sample, claim, draft.read.get(profiled)),
    preview: draft.judged.previews.get(profiled) ?? [],
  }
}

function formatText({ format, file: { compression } }: RecognisedTable['table']): string {
  return compression === 'none' ? format : `${format} (${compression})`
}

/** Only what the values prove: whole numbers have no decimal sign. */
function notationWords(notation: TableNotation, profile: ProfiledTable['profile']): string[] {
  const numbers = [...notation.numbers].flatMap(([sql, column]) => {
    const votes = profile.numbers.get(sql)?.votes
    return votes && votes['.'] + votes[','] > 0 ? [describeNumbers(column)] : []
  })
  const moments = [...notation.moments.values()].map(describeMoments)
  return [...new Set([...numbers, ...moments])]
}

function warningsOf(draft: ReportDraft, rows: RowCounts): Warning[] {
  const { understanding, judged, settled } = draft
  const found: Warning[] = [
    ...understanding.notes,
    ...settled.doubts,
    ...placeholderWarnings(understanding.tables.map(({ recognised }) => recognised)),
    ...judged.figures.warnings,
  ]
  if (rows.rejected > 0) {
    found.push({
      code: 'rejected_rows',
      text: `${countText(String(rows.rejected))} of ${plural(String(rows.in), 'row', 'rows')} ${rows.rejected === 1 ? 'was rejected and is' : 'were rejected and are'} kept whole among the rejected rows, to be mended and imported again.`,
    })
  }
  if (judged.pricedFromList > 0) {
    found.push({
      code: 'priced_from_list',
      text: `${plural(String(judged.pricedFromList), 'line states', 'lines state')} no price: quantity x the price of the product in the products table counts.`,
    })
  }
  for (const { namedLikeSums, leftAsSums } of judged.tables) {
    if (namedLikeSums) found.push(namedLikeSumWarning(namedLikeSums))
    if (leftAsSums) found.push(leftAsSumWarning(leftAsSums))
  }
  if (judged.currency === null && judged.figures.orders > 0) {
    found.push({
      code: 'currency_not_stated',
      text: 'The currency is not stated: amounts are shown without a sign until you set it.',
    })
  }
  for (const table of understanding.tables) {
    const { recognised } = table
    const notation = settled.notations.get(recognised)
    const mixed = [...(notation?.moments.values() ?? [])].some(
      ({ families }) => families.length > 1,
    )
    const either = [...(notation?.numbers.values() ?? [])].some(
      ({ decimal }) => decimal === 'either',
    )
    found.push(...swappedWarnings(table))
    if (mixed || either) {
      found.push({
        code: 'mixed_notation',
        text: `${recognised.table.file.name} writes ${mixed ? 'dates' : 'numbers'} in several notations; each was read by its own.`,
      })
    }
    const lines = recognised.claim.holds === 'order_lines'
    if (lines) found.push(...lineAmountWarnings(table))
    const has = (role: string) =>
      [...recognised.claim.columns.values()].some((column) => column.role === role)
    if (lines && !has('quantity')) {
      found.push({
        code: 'quantity_assumed',
        text: `${recognised.table.file.name} states no quantity: every line counts as one piece.`,
      })
    }
  }
  return found
}

/** Dates that a spreadsheet seems to have read with day and month swapped. */
function swappedWarnings({ recognised, profile }: ProfiledTable): Warning[] {
  if (![...profile.moments.values()].some(({ swapped }) => swapped)) return []
  const text = `${recognised.table.file.name} seems to come from a spreadsheet that took days for months: no date that it read has a day after the 12th, and all that it left as texts have. Open the original file there with its own order of day and month, or import that file.`
  return [{ code: 'day_month_swapped', text }]
}
