import type { Cell, MetricDescription, MetricName } from './query.ts'

/**
 * The figures of a day up to a moment: what the Live page shows of now, and of a moment that it replays. Money,
 * quantities and ratios are decimal text, instants ISO 8601 in UTC, days yyyy-mm-dd.
 *
 * What tells its moment counts from that moment on. What tells only its hour or its day counts when that is over, but
 * for today, of which everything that is here has happened.
 */
export interface LiveFigures {
  readonly kind: 'now' | 'replay'
  /** The moment, by the server's clock. */
  readonly at: string
  /** The shop's day that it lies in. */
  readonly day: string
  /** Its first instant, and that of the next day. */
  readonly dayStart: string
  readonly dayEnd: string
  readonly timeZone: string
  /** ISO 4217, or null when no source stated it. */
  readonly currency: string | null
  /** First and last day with orders; null where there are none. */
  readonly period: { readonly from: string; readonly to: string } | null
  /** What orders around the day tell of their time; null where there are none. */
  readonly precision: 'minute' | 'hour' | 'day' | null
  /** The same weekday of the week before, with which the day is compared. */
  readonly comparedDay: string
  readonly totals: readonly LiveTotal[]
  readonly recent: LiveRecent
  readonly bars: LiveBars
  /** The first by revenue on the day. */
  readonly products: readonly LiveProduct[]
  readonly stock: LiveStock
  /** What is left out or cannot be known, in whole sentences. */
  readonly notes: readonly LiveNote[]
}

export interface LiveTotal
  extends Pick<MetricDescription, 'label' | 'unit' | 'goodDirection' | 'definition'> {
  readonly name: MetricName
  /** Of the day up to the moment. */
  readonly value: Cell
  /** Up to when the day and the compared one are compared, on the day; null where they cannot be. */
  readonly comparedUntil: string | null
  /** Of the compared day up to the same time by the clock on the wall. */
  readonly previous: Cell
  /** From `previous` to the day up to `comparedUntil`, as a ratio. */
  readonly change: Cell
  /** Why nothing is compared; null where it is. */
  readonly reason: string | null
}

/** Orders of the last minutes. */
export interface LiveRecent {
  readonly minutes: number
  /** Null where orders tell no minute, or cannot be counted. */
  readonly orders: Cell
  readonly perMinute: Cell
}

export interface LiveBars {
  /**
   * Minutes of the last hour, hours of the day where orders tell no minute, null where they tell neither. An hour that
   * the clock leaps over when summer begins has none, and one that it shows twice when summer ends has one.
   */
  readonly unit: 'minute' | 'hour' | null
  readonly bars: readonly LiveBar[]
}

export interface LiveBar {
  /** The first instant of the minute or hour. */
  readonly start: string
  /** Null where orders cannot be counted. */
  readonly orders: Cell
  readonly revenue: string
  /** `running`: the moment lies in it, so that it still grows. */
  readonly state: 'over' | 'running' | 'to_come'
}

export interface LiveProduct {
  readonly key: string
  readonly name: string
  readonly revenue: string
  readonly units: string
}

export interface LiveStock {
  /** The moment the levels are of; null where no stock was counted. */
  readonly at: string | null
  /** Products that are out, or will be within `horizonHours` at their pace, the next first. */
  readonly products: readonly LiveStockLevel[]
  /** How many there are beside these. */
  readonly more: number
  /** Pace is units sold in so many hours before the moment. */
  readonly paceHours: number
  readonly horizonHours: number
}

export interface LiveStockLevel {
  readonly key: string
  readonly name: string
  readonly onHand: string
  /** More was sold than counts and receipts explain, by so much. */
  readonly oversold: string
  /** Units sold in the last `paceHours`. */
  readonly sold: string
  /** When nothing is left at this pace; null where nothing is left now. */
  readonly runsOutAt: string | null
}

export interface LiveNote {
  readonly code:
    | 'later_today'
    | 'orders_by_hour'
    | 'orders_without_time'
    | 'returns_without_time'
    | 'returns_without_amount'
    | 'orders_unavailable'
    | 'left_out'
    | 'never_counted'
    | 'month_set_aside'
  readonly text: string
}

/** The newest orders by the moment of the figures, the newest first. */
export interface LiveTicker {
  readonly orders: readonly LiveOrder[]
}

export interface LiveOrder {
  readonly key: string
  /** Null where lines have no order number. */
  readonly number: string | null
  readonly day: string
  /** Null where the source tells no minute. */
  readonly at: string | null
  /** By the clock of the shop; null where the source tells a day only. */
  readonly hour: number | null
  /** Name of the region; null where it is not known. */
  readonly place: string | null
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string | null
  /** Name of the product that most was paid for. */
  readonly product: string
  /** Lines beside that one. */
  readonly moreLines: number
  readonly units: string
  readonly revenue: string
}

export interface LivePage {
  readonly figures: LiveFigures
  readonly ticker: LiveTicker
}
