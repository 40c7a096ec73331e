import type { IgnoreReason, RejectReason, RepairReason, WarningCode } from './reasons.ts'

/** The import document: what `takings import --json`, the import API and the runs ledger all give. */
export interface ImportReport {
  /** Null when nothing was written (dry run, question, failed). */
  readonly runId: number | null
  /**
   * `preview` is a dry run or an upload that waits for its commit; `question` waits for an answer and
   * has loaded nothing; `failed` has loaded nothing.
   */
  readonly state: 'preview' | 'committed' | 'unchanged' | 'question' | 'failed'
  readonly source: string
  readonly files: readonly FileReport[]
  readonly rows: RowCounts
  readonly ignoredBy: Readonly<Partial<Record<IgnoreReason, number>>>
  readonly rejectedBy: Readonly<Partial<Record<RejectReason, number>>>
  readonly orders: { readonly new: number; readonly replaced: number; readonly unchanged: number }
  /** First and last day of this import's accepted rows. */
  readonly period: { readonly from: string; readonly to: string } | null
  /** Of this import's accepted rows. */
  readonly totals: ImportTotals
  readonly questions: readonly Question[]
  /** What was answered or corrected in an earlier import of such files, and held without being asked again. */
  readonly remembered: readonly RememberedUse[]
  /** Values that were changed beyond plain reading. */
  readonly repairs: readonly Repair[]
  readonly warnings: readonly Warning[]
  /** Set when state is `failed`. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null
}

/** The report of what has read nothing and written nothing, yet or at all. */
export function reportOfNothing(source: string, state: ImportReport['state']): ImportReport {
  return {
    runId: null,
    state,
    source,
    files: [],
    rows: { in: 0, accepted: 0, rejected: 0, duplicate: 0, ignored: 0 },
    ignoredBy: {},
    rejectedBy: {},
    orders: { new: 0, replaced: 0, unchanged: 0 },
    period: null,
    totals: {
      revenue: '0.00',
      returns: '0.00',
      net_sales: '0.00',
      orders: 0,
      units: '0',
      currency: null,
    },
    questions: [],
    remembered: [],
    repairs: [],
    warnings: [],
    error: null,
  }
}

/** in = accepted + rejected + duplicate + ignored, always. */
export interface RowCounts {
  readonly in: number
  readonly accepted: number
  readonly rejected: number
  readonly duplicate: number
  readonly ignored: number
}

export interface ImportTotals {
  /** Decimal text, two places or more; null when there are no sales in the import. */
  readonly revenue: string
  readonly returns: string
  readonly net_sales: string
  readonly orders: number
  readonly units: string
  readonly currency: string | null
}

export interface FileReport {
  readonly path: string
  readonly format: string
  /** Null when the file is ignored. */
  readonly layout: string | null
  /** What each record is: order lines, products, customers, ... */
  readonly holds: string | null
  /** 0 to 1. */
  readonly confidence: number
  readonly encoding: string
  /** For people: "decimal comma, day before month, ; between columns". */
  readonly notation: string
  readonly rows: number
  readonly columns: readonly ColumnReport[]
  /** The first rows as read: each a map from the role of a column to the value as it was understood. */
  readonly preview: readonly Readonly<Record<string, string | null>>[]
}

export interface ColumnReport {
  /** The header, or the path inside a document. */
  readonly name: string
  /** What it was taken for; null when it is not used. */
  readonly role: string | null
  readonly confidence: number
  /** Why, in a few words. */
  readonly evidence: string
  /** First values as they stand in the file. */
  readonly samples: readonly string[]
  /** The same values as they are read; null where one is not readable. Empty for a column that is not used. */
  readonly read: readonly (string | null)[]
}

/** A doubt that changes figures. Answered by `--answer KEY=VALUE`, on the page or by a saved mapping. */
export interface Question {
  readonly key: string
  readonly text: string
  /** What speaks for and against, for people. */
  readonly evidence: string
  readonly choices: readonly Choice[]
}

export interface Choice {
  readonly value: string
  readonly text: string
  /** What in the file speaks for it, for people; empty when nothing does. */
  readonly evidence: string
  /** What the figures become with this choice. */
  readonly effect: string
  /** The same one by one, in the same order for every choice of a question; empty when they are not known. */
  readonly figures: readonly ChoiceFigure[]
}

export interface ChoiceFigure {
  /** Revenue, first day, ... */
  readonly name: string
  readonly value: string
  /** False when all choices of the question agree on it. */
  readonly differs: boolean
}

/** An answer or a correction of an earlier import that held in this one. */
export interface RememberedUse {
  /** The file in which it held. */
  readonly file: string
  /** Key of the question, or header of the column. */
  readonly name: string
  /** `holds` is what the whole table was said to hold. */
  readonly kind: 'answer' | 'column' | 'holds'
  /** As `--answer` and `--column` take it; null for a column that is not used. */
  readonly value: string | null
  /** For people: "the day stands first". */
  readonly text: string
  /** ISO instant at which a person said it. */
  readonly saidAt: string
}

/** What is remembered of files of one shape: `takings answers` and `GET /api/v1/answers`. */
export interface RememberedAnswers {
  readonly id: string
  readonly source: string
  /** The file that was last imported with it. */
  readonly file: string
  readonly headers: readonly string[]
  readonly said: readonly Omit<RememberedUse, 'file'>[]
}

/** One kind of change that an import made to values, with the first of them. */
export interface Repair {
  readonly reason: RepairReason
  /** The reason as a sentence. */
  readonly text: string
  /** Values that were changed. */
  readonly rows: number
  /** The first few. */
  readonly examples: readonly RepairExample[]
}

export interface RepairExample {
  readonly file: string
  readonly record: number
  /** The header. */
  readonly column: string
  /** As it stands in the file; null when it is blank. */
  readonly before: string | null
  readonly after: string | null
}

export interface Warning {
  readonly code: WarningCode
  readonly text: string
}

/** Steps of an import, in order, for progress bars. */
export type ImportStep = 'reading' | 'recognising' | 'cleaning' | 'loading' | 'finishing'

export interface ImportProgress {
  readonly step: ImportStep
  /** 0 to 1 over the whole import. */
  readonly done: number
  /** Rows handled so far in this step; 0 when not known yet. */
  readonly rows: number
  readonly rowsPerSecond: number
  /** Null when not known yet. */
  readonly secondsLeft: number | null
}

/** One line of `takings runs` and `GET /api/v1/runs`. */
export interface RunSummary {
  readonly runId: number
  readonly source: string
  readonly state: 'committed' | 'unchanged'
  readonly startedAt: string
  readonly finishedAt: string
  readonly rows: RowCounts
  readonly period: { readonly from: string; readonly to: string } | null
  readonly files: readonly string[]
  readonly totals: ImportTotals
}

/** Rejected, ignored or duplicate rows of one run under one reason. */
export interface RejectGroup {
  readonly runId: number
  readonly outcome: 'rejected' | 'ignored' | 'duplicate'
  readonly reason: string
  /** The reason as a sentence. */
  readonly text: string
  /** Those that are still left out. */
  readonly rows: number
  /** Those that were mended and loaded since. */
  readonly mended: number
}

export interface RejectedRow {
  readonly runId: number
  readonly file: string
  readonly recordNumber: number
  readonly outcome: 'rejected' | 'ignored' | 'duplicate'
  readonly reason: string
  readonly text: string
  readonly column: string | null
  readonly value: string | null
  /** Header to text, as it stood in the file. */
  readonly row: Readonly<Record<string, string | null>>
  /** Whose row it is and where it stood first, such as `shop #1.1.52`; null for rows that cannot be mended. */
  readonly origin: string | null
}

/** A rejected row as a person mended it: header to text. */
export interface MendedRow {
  readonly origin: string
  readonly row: Readonly<Record<string, string | null>>
}
