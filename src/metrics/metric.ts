import type { RawBuilder } from 'kysely'
import type { DayRange } from '../model/day.ts'
import type { Dimension, MetricDescription, Note } from '../model/query.ts'
import type { MeasureName } from '../model/rollups.ts'

/**
 * What a metric is made of. SQL gives sums and counts only (parts), each from one family of facts;
 * everything beyond adding them up happens in exact decimals in `figure.ts`.
 */

/** Facts that are asked in one statement of their own; families meet by key, never in a join. */
export type Family = FactFamily | 'rollup'

/** All but sums that are made already, of several families at once. */
export type FactFamily = 'sales' | 'anonymous_sales' | 'returns' | 'charges' | 'stock'

/** A dimension table that a part or a dimension needs beside the fact `f`. */
export type JoinedTable = 'customers' | 'products' | 'regions'

/** What a part may need to know of the question. */
export interface PartContext {
  readonly by: readonly Dimension[]
  readonly range: DayRange
}

/** The same sum or count over the rows `f` of a rollup. */
export interface RolledPart {
  /** Measures that the rollup must have. */
  readonly measures: readonly MeasureName[]
  /** What it must be keyed by, beside what the question is split and filtered by. */
  readonly dimensions?: readonly Dimension[]
  readonly expression: RawBuilder<unknown>
  /** The same of a single cell, where it is no more than its measure. */
  readonly ofCell?: RawBuilder<unknown>
  /** Counts customers: the rows of each are added up to one first. */
  readonly perCustomer?: true
  /** Only of questions without any condition, split by nothing but buckets of time. */
  readonly unfiltered?: true
  /** How whole months tell it that are asked one by one and without any condition. */
  readonly monthly?: RolledPart
}

/** One sum or count over the rows `f` of a family. */
export interface Part {
  /** Also its column in the SQL. */
  readonly name: string
  readonly family: FactFamily
  readonly needs?: readonly JoinedTable[]
  readonly expression: (context: PartContext) => RawBuilder<unknown>
  /** Left out where only the facts can tell. */
  readonly rolled?: RolledPart
  /** What it is where there are no rows; null: not known. */
  readonly whenEmpty: '0' | null
}

/** A part, added or taken away. */
export interface Term {
  readonly part: Part
  readonly sign: 1 | -1
}

/** Terms added up, or one such sum divided by another (null when that is zero). */
export type Figure =
  | { readonly kind: 'sum'; readonly terms: readonly Term[] }
  | {
      readonly kind: 'quotient'
      readonly dividend: readonly Term[]
      readonly divisor: readonly Term[]
    }

/** Sums by part name; a part that was not asked or had no rows is missing or null. */
export type Sums = Readonly<Record<string, string | null>>

/** Something that a metric leaves out or cannot know, and the sentence that says so. */
export interface Caveat {
  readonly code: Note['code']
  readonly parts: readonly Part[]
  /** The sentence for the whole range, or null when there is nothing to say. */
  readonly text: (sums: Sums) => string | null
}

export interface Metric extends MetricDescription {
  readonly figure: Figure
  readonly caveats: readonly Caveat[]
}
