import type { DayRange } from '../model/day.ts'
import type { Cell, TimeDimension } from '../model/query.ts'
import type { Measure } from './value-text.ts'

/** What a chart shows, without a word on how it is drawn. */
export type ChartSpec = LineSpec | RankingSpec | StackedBarsSpec | TimeBarsSpec | WorldMapSpec

/** A figure over time, with the compared period behind it, bucket by bucket. */
export interface LineSpec {
  readonly kind: 'line'
  readonly measure: Measure
  readonly grain: TimeDimension
  readonly range: DayRange
  /** Null when nothing is compared. */
  readonly compareRange: DayRange | null
  readonly points: readonly LinePoint[]
  /** The shop's today: a last bucket that holds it is drawn as unfinished. */
  readonly today: string
}

export interface LinePoint {
  /** First day of the bucket's unit. */
  readonly day: string
  readonly value: Cell
  readonly previous: Cell
}

/** Members in the order given, the first on top. */
export interface RankingSpec {
  readonly kind: 'ranking'
  readonly measure: Measure
  readonly bars: readonly RankingBar[]
}

export interface RankingBar {
  /** What a filter takes; null when the bar cannot be filtered by (Other). */
  readonly key: string | null
  readonly label: string
  readonly value: Cell
  readonly previous: Cell
  /** False while another bar is filtered for. */
  readonly inFocus: boolean
}

/** Parts of a whole per category. */
export interface StackedBarsSpec {
  readonly kind: 'stacked-bars'
  readonly measure: Measure
  readonly categories: readonly {
    readonly key: string
    readonly label: string
    readonly inFocus: boolean
  }[]
  /** One colour each, in this order; `other` is drawn grey. */
  readonly series: readonly StackedSeries[]
}

export interface StackedSeries {
  readonly key: string
  readonly label: string
  readonly other: boolean
  /** One value per category. */
  readonly values: readonly Cell[]
}

/** Minutes or hours by the clock of a shop, one bar each. */
export interface TimeBarsSpec {
  readonly kind: 'time-bars'
  /** What the height of a bar is. */
  readonly measure: Measure
  /** What is said beside it; null where nothing is. */
  readonly beside: Measure | null
  readonly unit: 'minute' | 'hour'
  /** IANA name. */
  readonly timeZone: string
  readonly bars: readonly TimeBar[]
}

export interface TimeBar {
  /** ISO instant. */
  readonly start: string
  readonly value: Cell
  readonly beside: Cell
  readonly state: 'over' | 'running' | 'to_come'
}

/** Places of the world. */
export interface WorldMapSpec {
  readonly kind: 'world-map'
  readonly measure: Measure
  /** What an area is: a country, or a continent whose countries all take its colour. */
  readonly level: 'country' | 'continent'
  readonly areas: readonly MapArea[]
}

export interface MapArea {
  /** ISO 3166-1 alpha-2 of a country, English name of a continent. */
  readonly key: string
  readonly label: string
  readonly value: Cell
  readonly inFocus: boolean
}
