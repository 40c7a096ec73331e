import { z } from 'zod'
import type { LivePage } from '../model/live-page.ts'
import { metricNames } from '../model/query.ts'

/** What the API answers about a day up to a moment, for the OpenAPI document: see `model/live-page.ts`. */

const cell = z.union([z.string(), z.number()]).nullable()
const text = z.string().nullable()
const instant = z.iso.datetime()

const total = z.object({
  name: z.enum(metricNames),
  label: z.string(),
  unit: z.enum(['money', 'quantity', 'count', 'ratio', 'text', 'day', 'integer']),
  goodDirection: z.enum(['up', 'down', 'none']),
  definition: z.string(),
  value: cell,
  comparedUntil: instant.nullable(),
  previous: cell,
  change: cell,
  reason: text,
})

const stockLevel = z.object({
  key: z.string(),
  name: z.string(),
  onHand: z.string(),
  oversold: z.string(),
  sold: z.string(),
  runsOutAt: instant.nullable(),
})

const figures = z.object({
  kind: z.enum(['now', 'replay']),
  at: instant,
  day: z.iso.date(),
  dayStart: instant,
  dayEnd: instant,
  timeZone: z.string(),
  currency: text,
  period: z.object({ from: z.iso.date(), to: z.iso.date() }).nullable(),
  precision: z.enum(['minute', 'hour', 'day']).nullable(),
  comparedDay: z.iso.date(),
  totals: z.array(total),
  recent: z.object({ minutes: z.number(), orders: cell, perMinute: cell }),
  bars: z.object({
    unit: z.enum(['minute', 'hour']).nullable(),
    bars: z.array(
      z.object({
        start: instant,
        orders: cell,
        revenue: z.string(),
        state: z.enum(['over', 'running', 'to_come']),
      }),
    ),
  }),
  products: z.array(
    z.object({ key: z.string(), name: z.string(), revenue: z.string(), units: z.string() }),
  ),
  stock: z.object({
    at: instant.nullable(),
    products: z.array(stockLevel),
    more: z.number(),
    paceHours: z.number(),
    horizonHours: z.number(),
  }),
  notes: z.array(
    z.object({
      code: z.enum([
        'later_today',
        'orders_by_hour',
        'orders_without_time',
        'returns_without_time',
        'returns_without_amount',
        'orders_unavailable',
        'left_out',
        'never_counted',
        'month_set_aside',
      ]),
      text: z.string(),
    }),
  ),
})

const ticker = z.object({
  orders: z.array(
    z.object({
      key: z.string(),
      number: text,
      day: z.iso.date(),
      at: instant.nullable(),
      hour: z.number().nullable(),
      place: text,
      countryCode: text,
      product: z.string(),
      moreLines: z.number(),
      units: z.string(),
      revenue: z.string(),
    }),
  ),
})

export const livePageSchema: z.ZodType<LivePage> = z.object({ figures, ticker })
