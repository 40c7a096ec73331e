import { addDays, addMonths, type DayRange, daysBetween, unitsIn, weekdayOf } from '../model/day.ts'
import { categories } from './assortment-words.ts'
import type { Chance } from './chance.ts'

/** The shop's days: how many orders each takes, what is on sale, and which assortment is offered. */

export interface DemoDay {
  readonly day: string
  readonly day_index: number
  /** Weeks start on Mondays; week 0 holds the first day. */
  readonly week: number
  readonly year: number
  readonly is_weekend: boolean
  /** Index in `Calendar.steps`. */
  readonly step: number
  /** Orders of all days before. */
  readonly first_order: number
  readonly orders: number
}

/** Days that share one mix of products. */
export interface AssortmentStep {
  readonly kind: 'month' | 'flash_sale' | 'after_stock_out'
  /** Where in the period, 0 to 1. */
  readonly share: number
  /** 1 to 12. */
  readonly month: number
  /** Categories that a flash sale is about, as indexes in `categories`. */
  readonly onSale: readonly number[]
}

export interface Promotion {
  readonly from: string
  readonly to: string
  /** Indexes in `categories`. */
  readonly categories: readonly number[]
  /** Taken off the line, in percent of its price. */
  readonly percent: number
  /** Lines of these categories that get it, in percent. */
  readonly reach: number
  /** Orders of such a day against a usual one. */
  readonly lift: number
}

export interface Calendar {
  readonly period: DayRange
  readonly days: readonly DemoDay[]
  readonly steps: readonly AssortmentStep[]
  readonly promotions: readonly Promotion[]
  readonly flashSale: Promotion
  /** What the busyness of its days is measured against, see `laterDay`. */
  readonly meanWeight: number
}

export interface CalendarOptions {
  readonly orders: number
  readonly years: number
  /** Last day. */
  readonly until: string
}

const growthPerYear = 1.22
const daysSoldOut = 6
/** January to December: the new year's dip, a quiet summer, the run-up to Christmas. */
const seasonByMonth = [0.72, 0.8, 0.92, 0.96, 1, 0.95, 0.88, 0.86, 0.98, 1.06, 1.4, 1.6]
/** Monday to Sunday. */
const weekdayLift = [1.08, 1.03, 1, 0.98, 0.94, 0.88, 1.12]
const holidayLift: Readonly<Record<string, number>> = {
  '12-23': 0.75,
  '12-24': 0.5,
  '12-25': 0.35,
  '12-26': 0.5,
  '12-31': 0.6,
  '01-01': 0.55,
}

export function buildCalendar(chance: Chance, options: CalendarOptions): Calendar {
  const from = addMonths(addDays(options.until, 1), -Math.round(options.years * 12))
  const period = { from, to: options.until }
  const length = daysBetween(from, options.until) + 1
  const flashSale = flashSaleIn(chance, period, length)
  const promotions = [...yearlyPromotions(period), flashSale]
  const days = Array.from({ length }, (_, index) => addDays(from, index))
  const weights = days.map((day, index) => dayWeight(chance, { day, index, promotions }))
  const { steps, stepOf } = buildSteps({ period, length, flashSale })
  const orders = spreadOrders(weights, options.orders)
  const weekdayOfFirst = weekdayOf(from) - 1
  return {
    period,
    promotions,
    flashSale,
    steps,
    meanWeight: weights.reduce((sum, weight) => sum + weight, 0) / length,
    days: days.map((day, index) => ({
      day,
      day_index: index,
      week: Math.floor((index + weekdayOfFirst) / 7),
      year: Number(day.slice(0, 4)),
      is_weekend: weekdayOf(day) >= 6,
      step: stepOf(day),
      first_order: orders[index] ?? 0,
      orders: (orders[index + 1] ?? 0) - (orders[index] ?? 0),
    })),
  }
}

/** A day after the period, in which the shop goes on as before. */
export interface LaterDay {
  /** Its orders against those of a mean day of the period. */
  readonly busyness: number
  readonly promotions: readonly Promotion[]
}

export function laterDay(chance: Chance, calendar: Calendar, day: string): LaterDay {
  const promotions = yearlyPromotions({ from: day, to: day }).filter(
    ({ from, to }) => from <= day && day <= to,
  )
  const index = daysBetween(calendar.period.from, day)
  return {
    promotions,
    busyness: dayWeight(chance, { day, index, promotions }) / calendar.meanWeight,
  }
}

/** Orders up to each day, rounded so that they add up to `total`; one entry more than days. */
function spreadOrders(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let reached = 0
  const ends = weights.map((weight) => {
    reached += weight
    return Math.round((reached / sum) * total)
  })
  return [0, ...ends.slice(0, -1), total]
}

function dayWeight(
  chance: Chance,
  at: { day: string; index: number; promotions: readonly Promotion[] },
): number {
  const running = at.promotions.filter(({ from, to }) => from <= at.day && at.day <= to)
  const lift = running.reduce((highest, promotion) => Math.max(highest, promotion.lift), 1)
  const noise = 0.92 + 0.16 * chance.number('day', at.index)
  const holiday = holidayLift[at.day.slice(5)] ?? 1
  const weekday = weekdayLift[weekdayOf(at.day) - 1] ?? 1
  return growthPerYear ** (at.index / 365) * season(at.day) * weekday * holiday * lift * noise
}

/** Months flow into each other: the figure of a month holds in its middle. */
function season(day: string): number {
  const month = Number(day.slice(5, 7)) - 1
  const along = (Number(day.slice(8, 10)) - 15.5) / 31
  const neighbour = (month + (along < 0 ? 11 : 1)) % 12
  const here = seasonByMonth[month] ?? 1
  return here + Math.abs(along) * ((seasonByMonth[neighbour] ?? here) - here)
}

/** A Wednesday some six weeks before the end, or the middle of a short period. */
function flashSaleIn(chance: Chance, period: DayRange, length: number): Promotion {
  const near = addDays(period.to, -Math.min(44, Math.floor(length / 2)))
  const wednesday = addDays(near, 3 - weekdayOf(near))
  const day = wednesday >= period.from ? wednesday : near
  const category = Math.floor(chance.number('flash sale', 0) * categories.length)
  return { from: day, to: day, categories: [category], percent: 35, reach: 95, lift: 3.4 }
}

function yearlyPromotions(period: DayRange): Promotion[] {
  const named = (...names: string[]) => names.map(categoryIndex)
  const all = categories.map((_, index) => index)
  return unitsIn('year', period).flatMap((newYear) => {
    const year = newYear.slice(0, 4)
    const friday = blackFriday(year)
    return [
      {
        from: `${year}-01-03`,
        to: `${year}-01-14`,
        categories: named('Furniture', 'Home textiles', 'Lighting'),
        percent: 20,
        reach: 60,
        lift: 1.15,
      },
      {
        from: `${year}-04-20`,
        to: `${year}-04-25`,
        categories: named('Books'),
        percent: 15,
        reach: 70,
        lift: 1.05,
      },
      {
        from: `${year}-07-08`,
        to: `${year}-07-18`,
        categories: named('Garden', 'Sports'),
        percent: 15,
        reach: 60,
        lift: 1.25,
      },
      { from: friday, to: friday, categories: all, percent: 25, reach: 75, lift: 2.5 },
      {
        from: addDays(friday, 1),
        to: addDays(friday, 3),
        categories: all,
        percent: 20,
        reach: 60,
        lift: 1.8,
      },
    ]
  })
}

export function categoryIndex(name: string): number {
  return categories.findIndex((category) => category.name === name)
}

/** The day after the fourth Thursday of November. */
function blackFriday(year: string): string {
  const first = `${year}-11-01`
  return addDays(first, ((4 - weekdayOf(first) + 7) % 7) + 22)
}

function buildSteps(options: { period: DayRange; length: number; flashSale: Promotion }) {
  const { period, length, flashSale } = options
  const shareOf = (day: string) => Math.min(1, Math.max(0, daysBetween(period.from, day) / length))
  const step = (kind: AssortmentStep['kind'], day: string): AssortmentStep => {
    const onSale = kind === 'flash_sale' ? flashSale.categories : []
    return { kind, share: shareOf(day), month: Number(day.slice(5, 7)), onSale }
  }
  const months = unitsIn('month', period)
  const steps = [
    ...months.map((month) => step('month', addDays(month, 14))),
    step('flash_sale', flashSale.from),
    step('after_stock_out', period.to),
  ]
  const soldOutFrom = addDays(period.to, 1 - daysSoldOut)
  const stepOf = (day: string) => {
    if (day === flashSale.from) return months.length
    if (day >= soldOutFrom) return months.length + 1
    return months.indexOf(`${day.slice(0, 7)}-01`)
  }
  return { steps, stepOf }
}
