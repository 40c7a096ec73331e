import type { MalformedRow } from './format.ts'
import type { MomentNotation } from './notation/moments.ts'
import type { NumberNotation } from './notation/numbers.ts'
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
  /** What the statuses of the table mean; those that count are left out. */
  readonly states: ReadonlyMap<string, OrderState>
  /** Identifiers end in ".0" throughout: a spreadsheet or data frame made them numbers. */
  readonly floatIdentifiers: ReadonlySet<string>
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
