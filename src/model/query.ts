import type { DayRange } from './day.ts'

/** The question as a value: what the page, the command line, the API and the exports all ask. */

export const dimensionNames = [
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'weekday',
  'hour',
  'region',
  'country',
  'continent',
  'category',
  'product',
  'product_kind',
  'customer',
  'channel',
  'source',
] as const
export type Dimension = (typeof dimensionNames)[number]

export const timeDimensions = ['day', 'week', 'month', 'quarter', 'year'] as const
export type TimeDimension = (typeof timeDimensions)[number]

export const metricNames = [
  'revenue',
  'gross_sales',
  'discounts',
  'returns',
  'returned_units',
  'net_sales',
  'orders',
  'units',
  'customers',
  'new_customers',
  'returning_customers',
  'aov',
  'units_per_order',
  'margin',
  'margin_rate',
  'charges',
  'stock_on_hand',
  'stock_value',
] as const
export type MetricName = (typeof metricNames)[number]

export type FilterOperator = 'in' | 'not_in' | 'contains'

export interface Filter {
  readonly dimension: Dimension
  readonly op: FilterOperator
  /**
   * Names, the source's keys, or `#` and an id, which is exact: `#17` is what a row gives as
   * `<dimension>_key` with `#` before it. Unknown members are written `Unknown`. Weekdays are 1
   * (Monday) to 7 or English names, hours 0 to 23, buckets of time their first day; `2011-03`,
   * `2011-Q1` and `2011` do for month, quarter and year. `contains` looks for text in the name, in
   * either case.
   */
  readonly values: readonly string[]
}

export type Compare = 'none' | 'previous' | 'previous_year' | DayRange

export interface Top {
  readonly dimension: Dimension
  readonly n: number
  /** Ranked by this metric. */
  readonly metric: MetricName
  /** Adds one row `Other` for all that is not shown. */
  readonly other: boolean
}

export interface OrderBy {
  readonly column: Dimension | MetricName
  readonly direction: 'asc' | 'desc'
}

export interface Query {
  readonly metrics: readonly MetricName[]
  readonly by?: readonly Dimension[]
  /** First shop day, inclusive. Left out: the first day of the data. */
  readonly from?: string
  /** Last shop day, inclusive. Left out: the last day of the data. */
  readonly to?: string
  readonly where?: readonly Filter[]
  readonly compare?: Compare
  /** Shifts the compared range by whole weeks (a year by 364 days). */
  readonly matchWeekday?: boolean
  readonly top?: Top
  readonly orderBy?: readonly OrderBy[]
  readonly limit?: number
  /** Rankings leave out Unknown members and fees unless this asks for them. */
  readonly includeUnknown?: boolean
}

/**
 * money: decimal text in the reporting currency · quantity: decimal text · count: integer number ·
 * ratio: decimal text, 0.25 is 25 % · text, day (yyyy-mm-dd): strings · integer: number.
 */
export type Unit = 'money' | 'quantity' | 'count' | 'ratio' | 'text' | 'day' | 'integer'

/**
 * A row holds `<dimension>`, `<metric>`, and when compared `<metric>_previous` and `<metric>_change`.
 * Dimension cells: first day of a bucket of time (yyyy-mm-dd), weekday 1 to 7, hour 0 to 23 (null: the
 * source gave none), else the name. Region, product and customer have a second cell `<dimension>_key`,
 * the id as text, because two of them may share a name; `country_key` is the ISO code or null.
 * The row for all the rest of a top list has the name `Other` and the key null, and stands last.
 */
export interface ResultColumn {
  readonly name: string
  readonly label: string
  /** `key` columns are for filters and links, not for people. */
  readonly kind: 'dimension' | 'key' | 'metric' | 'previous' | 'change'
  readonly unit: Unit
}

/** Name of the row that stands for all that a top list does not show. */
export const otherName = 'Other'

/** Money, quantities and ratios are decimal strings, counts numbers, missing values null. */
export type Cell = string | number | null
export type Row = Readonly<Record<string, Cell>>

export interface Note {
  /** Closed list, so that pages can place a note: see docs/metrics.md. */
  readonly code:
    | 'without_customer'
    | 'without_product'
    | 'without_region'
    | 'fees_left_out'
    | 'returns_without_amount'
    | 'orders_unavailable'
    | 'currency_not_stated'
    | 'no_cost'
    | 'never_counted'
    | 'oversold'
    | 'no_hour'
    | 'period_running'
    | 'compare_before_data'
    | 'no_match'
    | 'no_data'
    | 'month_set_aside'
  /** A whole sentence for people. */
  readonly text: string
}

export interface Freshness {
  /** Newest order day in the warehouse, or null when it is empty. */
  readonly newestDay: string | null
  /** When the last run was committed (ISO instant), or null. */
  readonly loadedAt: string | null
  /** Sequence of the last change that the answer includes. */
  readonly sequence: number
}

export interface Result {
  readonly data: { readonly columns: readonly ResultColumn[]; readonly rows: readonly Row[] }
  readonly meta: {
    readonly query: Query
    /** The range that was answered; null when there are no facts. */
    readonly range: DayRange | null
    readonly compareRange: DayRange | null
    readonly timeZone: string
    /** ISO 4217, or null: no sign is shown and a note says so. */
    readonly currency: string | null
    readonly sql: readonly string[]
    /** Where the figures came from, in words: the facts, or a rollup. */
    readonly plan: string
    readonly freshness: Freshness
    readonly notes: readonly Note[]
    readonly tookMs: number
  }
}

/** What `GET /api/v1/metrics` says of each metric. */
export interface MetricDescription {
  readonly name: MetricName
  readonly label: string
  readonly unit: Unit
  readonly goodDirection: 'up' | 'down' | 'none'
  /** One sentence. */
  readonly definition: string
  readonly formula: string
  readonly dimensions: readonly Dimension[]
  /** Dimensions over which its parts may be summed. */
  readonly additiveOver: readonly Dimension[]
  /** What an empty bucket shows. */
  readonly whenEmpty: '0' | null
}

/** What `GET /api/v1/metrics` answers, with the state of the shop for pages that open. */
export interface Catalogue {
  readonly metrics: readonly MetricDescription[]
  readonly dimensions: readonly { readonly name: Dimension; readonly label: string }[]
}
