import type { MalformedRow } from './format.ts'
import type { MomentEvidence, MomentNotation } from './notation/moments.ts'
import type { NumberEvidence, NumberNotation } from './notation/numbers.ts'
import type { OrderState } from './statuses.ts'

/** How the values of a table are read, settled from all of its rows. Keys are staged columns (c1, ...). */
export interface TableNotation {
  readonly numbers: ReadonlyMap<string, NumberNotation>
  readonly moments: ReadonlyMap<string, MomentNotation>
  readonly discount: DiscountMeaning
  /** What the only column of money means where there is just one; null where both stand. */
  readonly price: 'unit' | 'total' | null
  /** The currency that counts; null when it is stated nowhere. */
  readonly currency: string | null
  /** The currency that stands beside its amounts, if any; $ for a dollar that does not say which. */
  readonly stated: string | null
  /** Amounts in other currencies are converted by the rates of the import, which state them so; null where they are not. */
  readonly rates: 'multiply' | 'divide' | null
  /** The same by rates that stand on the rows themselves. */
  readonly rowRates: 'multiply' | 'divide' | null
  /** What the statuses of the table mean; those that count are left out. */
  readonly states: ReadonlyMap<string, OrderState>
  /** Identifiers end in ".0" throughout: a spreadsheet or data frame made them numbers. */
  readonly floatIdentifiers: ReadonlySet<string>
  /** Words that stand for a missing value in all columns. */
  readonly placeholders: readonly string[]
}

/**
 * line_amount and unit_amount are money, rate is 0 to 1, percent 0 to 100. `included`: the stated total
 * is already after discount, whatever the column says.
 */
export type DiscountMeaning =
  | 'none'
  | 'line_amount'
  | 'unit_amount'
  | 'rate'
  | 'percent'
  | 'included'

/** What one scan over a whole table told. */
export interface TableCount {
  readonly rows: number
  readonly malformed: readonly MalformedRow[]
}

/** What all the rows of a table say about the notation of its columns. */
export interface TableProfile {
  readonly count: TableCount
  readonly numbers: ReadonlyMap<string, NumberEvidence>
  readonly moments: ReadonlyMap<string, MomentEvidence>
  /** With the rows that state each; null where they were not counted. */
  readonly currencies: readonly { readonly code: string; readonly rows: number | null }[]
  /** The different statuses as written, most frequent first; at most a thousand. */
  readonly statuses: readonly string[]
  readonly floatIdentifiers: ReadonlySet<string>
  /** Of a table with a key: some rows share one. */
  readonly keysRepeat: boolean
  /** Where only the first rows were looked at: what they promise for all rows; see `promiseOf`. */
  readonly promise: TablePromise | null
}

/** By staged column (c1, ...). */
export interface TablePromise {
  /** Columns of numbers that one cast reads, and whether they have decimals. */
  readonly decimals: ReadonlyMap<string, boolean>
  /** Columns of dates written year first, and how long they are in characters. */
  readonly lengths: ReadonlyMap<string, readonly number[]>
  /** Columns of few words, and the words. */
  readonly words: ReadonlyMap<string, readonly string[]>
  /** Identifiers that the first rows leave blank: none of them ends in ".0". */
  readonly blankIdentifiers: ReadonlySet<string>
  /** Those of these columns that the first rows never leave empty. */
  readonly filled: ReadonlySet<string>
}
