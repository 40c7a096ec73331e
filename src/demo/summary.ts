import type { DayRange } from '../model/day.ts'
import type { DemoFile } from './workshop.ts'

/** What a demo holds, so that tests and people know what to find in it. */

/** Steps of the writing, in order, for progress bars. */
export type DemoStep = 'catalogue' | 'orders' | 'stock' | 'customers' | 'finishing'

export interface DemoTotals {
  readonly orders: number
  /** Order lines that count: also those of a planted doubled line, none that is to be rejected or ignored. */
  readonly lines: number
  /** Decimal text, euros. */
  readonly revenue: string
  readonly grossSales: string
  readonly discounts: string
  readonly returns: string
  readonly returnedLines: number
  readonly units: number
  readonly customers: number
  readonly products: number
}

export interface NamedProduct {
  readonly productId: number
  readonly productName: string
}

/** What was planted for analyses to find. */
export interface DemoPatterns {
  /** One day with a multiple of the usual orders, most of them of one category. */
  readonly flashSale: { readonly day: string; readonly category: string; readonly percent: number }
  /** Sold well, then less and less, and no more in the last tenth of the period. */
  readonly dyingProduct: NamedProduct
  /** From next to nothing to one of the largest. */
  readonly growingRegion: { readonly regionId: number; readonly regionName: string }
  /** A best seller of which nothing is left; null day when it never sold in a tiny shop. */
  readonly stockOut: NamedProduct & { readonly lastSaleDay: string | null }
  /** Stock for a few days at the pace of the last weeks. */
  readonly runningOut: readonly (NamedProduct & { readonly stock: number })[]
  /** Stock for more than a year. */
  readonly overstock: readonly (NamedProduct & { readonly stock: number })[]
  /** Orders of two lines often hold both. */
  readonly boughtTogether: readonly {
    readonly product: NamedProduct
    readonly partner: NamedProduct
  }[]
}

export interface DemoContent {
  readonly files: readonly DemoFile[]
  readonly period: DayRange
  readonly totals: DemoTotals
  /** Null for the brief's data, which follow chance only. */
  readonly patterns: DemoPatterns | null
  readonly faults: number
}
