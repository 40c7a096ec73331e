import type { MetricName } from './query.ts'

/** Metrics of which it is kept what a day said before and after a load changed it. */
export const restatedMetrics = [
  'net_sales',
  'revenue',
  'gross_sales',
  'orders',
  'units',
  'returns',
  'returned_units',
  'charges',
  'new_customers',
] as const satisfies readonly MetricName[]

export type RestatedMetric = (typeof restatedMetrics)[number]

/** What one run changed of a day that had been told before. */
export interface Restatement {
  /** yyyy-mm-dd. */
  readonly day: string
  readonly runId: number
  /** When the run was committed: ISO instant. */
  readonly at: string
  /** Names of the files; empty where live records came. */
  readonly files: readonly string[]
  /** The metrics that changed, decimal text. */
  readonly figures: readonly {
    readonly metric: RestatedMetric
    readonly before: string
    readonly after: string
    /** After less before. */
    readonly change: string
  }[]
}

/** Of which days, and by runs since when. */
export interface RestatementFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** ISO instant. */
  readonly since?: string | undefined
  /** Days of runs, the newest runs first; 100 unless given. */
  readonly limit?: number | undefined
}
