import { z } from 'zod'
import {
  ruleDays,
  type StockPlan,
  type StockPlanLine,
  serviceLevels,
  stockStates,
} from '../model/inventory.ts'

const days = (name: keyof typeof ruleDays) =>
  z.number().int().min(ruleDays[name].least).max(ruleDays[name].most)

/** As a person states them, and as they are answered. */
export const stockRules = z.object({
  leadTimeDays: days('leadTimeDays').describe('from ordering goods to having them'),
  serviceLevel: z
    .enum(serviceLevels)
    .describe('in how many of a hundred deliveries stock should last until the goods come'),
  orderEveryDays: days('orderEveryDays').describe('between two orders of goods'),
  overstockDays: days('overstockDays').describe('stock that lasts longer is too much'),
})

const count = z.number().int()
const decimalText = z.string().describe('decimal text')

const stockPlanLine: z.ZodType<StockPlanLine> = z.object({
  product: z.string(),
  name: z.string(),
  sku: z.string().nullable(),
  category: z.string(),
  state: z.enum(stockStates),
  onHand: decimalText.nullable().describe('null where it was never counted'),
  oversold: decimalText,
  pace: z
    .object({
      perDay: decimalText.describe('units a day in stock'),
      units: decimalText,
      daysInStock: count,
      windowDays: count,
    })
    .nullable(),
  daysOfCover: decimalText.nullable(),
  runsOutOn: z.iso.date().nullable(),
  reorderPoint: decimalText.nullable(),
  orderQuantity: decimalText.nullable(),
  daysOut: count.describe('whole days of the last 28 without stock'),
  lostUnits: decimalText,
  lostSales: decimalText.nullable(),
  sellThrough: decimalText.nullable().describe('of the last 28 days, as a ratio'),
  because: z.string(),
})

export const stockPlanSchema: z.ZodType<StockPlan> = z.object({
  day: z.iso.date(),
  rules: stockRules,
  currency: z.string().nullable(),
  products: z.array(stockPlanLine),
})
