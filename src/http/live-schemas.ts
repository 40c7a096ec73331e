import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { LiveKind, LiveRecords } from '../model/live.ts'
import { compare, multiply, subtract, sum } from '../model/money.ts'

/**
 * The published schema of live records, as it stands in the OpenAPI document. What fits it becomes texts: amounts never
 * pass through binary fractions.
 */

const longestText = 500
const mostLines = 1_000

const written = z.union([z.string(), z.number()])
const asText = 'write the number as text, such as "19.90"'

/** Text that says something; numbers are taken where they are exact. */
const text = written.transform(exactText).pipe(
  z
    .string(asText)
    .min(1, 'it is blank')
    .max(longestText)
    // They cannot be written in UTF-8, and different ones would become the same.
    .refine((value) => !/\p{Surrogate}/u.test(value), 'it holds half of a character'),
)
const optionalText = text.optional()

function exactText(value: string | number): unknown {
  if (typeof value === 'string') return value.trim()
  return Number.isSafeInteger(value) ? String(value) : value
}

/** Digits that a binary fraction keeps. */
const exactDigits = 15

function decimalText(value: string | number): unknown {
  if (typeof value === 'string') return value.trim()
  const digits = String(value)
  return digits.replace(/\D/g, '').length <= exactDigits ? digits : value
}

const decimal = (pattern: RegExp, problem: string) =>
  written.transform(decimalText).pipe(z.string(asText).regex(pattern, problem))

const amount = decimal(
  /^\d{1,14}(\.\d{1,4})?$/,
  'an amount of 0 or more, with a point and at most four decimals, such as 19.90',
)
const optionalAmount = amount.optional()
const positive = (pattern: RegExp, problem: string) =>
  decimal(pattern, problem).refine((value) => /[1-9]/.test(value), problem)
const quantity = positive(
  /^\d{1,10}(\.\d{1,3})?$/,
  'a quantity above 0, with a point and at most three decimals, such as 2 or 0.25',
)
const rate = positive(/^\d{1,9}(\.\d{1,8})?$/, 'a rate above 0, such as 1.0832').optional()
const movement = decimal(
  /^-?\d{1,10}(\.\d{1,3})?$/,
  'a quantity with a point and at most three decimals',
)

const dayProblem = 'a day from 1990 on, as yyyy-mm-dd'
const day = z.string().refine(isDay, dayProblem)
const instantProblem = 'a date and time from 1990 on, such as 2026-11-27T10:15:00+01:00'
const instant = z.string().refine((value) => {
  const [, date = '', hours = '', minutes = '', seconds = '0', offset = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
      value,
    ) ?? []
  const zone = /^[+-](\d{2}):?(\d{2})$/.exec(offset)
  const isZone = !zone || (Number(zone[1]) <= 14 && Number(zone[2]) <= 59)
  const isTime = Number(hours) <= 23 && Number(minutes) <= 59 && Number(seconds) <= 59
  return isDay(date) && isTime && isZone
}, instantProblem)

function isDay(value: string): boolean {
  const moment = new Date(`${value}T00:00:00Z`)
  const isReal = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(moment.getTime())
  return isReal && value >= '1990-01-01' && moment.toISOString().startsWith(value)
}

const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'three letters of ISO 4217, such as EUR')
  .optional()

const region = z
  .strictObject({ country: optionalText, subdivision: optionalText, region: optionalText })
  .optional()
const customer = z
  .strictObject({ customer_key: optionalText, name: optionalText, email: optionalText })
  .optional()
const document = { customer, region, channel: optionalText, currency, exchange_rate: rate }

const productNames = {
  product_key: optionalText,
  sku: optionalText,
  product_name: optionalText,
  category: optionalText,
}
const names = (line: {
  product_key?: string | undefined
  sku?: string | undefined
  product_name?: string | undefined
}) => line.product_key !== undefined || line.sku !== undefined || line.product_name !== undefined
const namedBy = 'one of product_key, sku and product_name'

const orderLine = z
  .strictObject({
    line_number: decimal(/^[1-9]\d{0,8}$/, 'a number from 1 on').optional(),
    ...productNames,
    quantity,
    unit_price: optionalAmount,
    total_price: optionalAmount.describe('after the discount of the line'),
    discount: optionalAmount.describe('of the line; not needed beside total_price'),
    unit_cost: optionalAmount,
  })
  .refine(names, namedBy)
  .refine(
    (line) => line.unit_price !== undefined || line.total_price !== undefined,
    'one of unit_price and total_price',
  )

/** Lines without numbers are numbered by their places, which the stated number of another line may be. */
const orderLines = z
  .array(orderLine)
  .max(mostLines)
  .refine((lines) => {
    const numbered = lines.filter(({ line_number }) => line_number !== undefined)
    return numbered.length === 0 || numbered.length === lines.length
  }, 'either all lines have a line_number, or none')
  .refine((lines) => {
    const numbers = lines.flatMap(({ line_number }) => line_number ?? [])
    return new Set(numbers).size === numbers.length
  }, 'two lines have one line_number')

/**
 * Whether a day says no more than the time beside it, which counts: as written, but a time in UTC states none of the shop's
 * days.
 */
function isDayOf(date: string | undefined, at: string | undefined): boolean {
  if (date === undefined || at === undefined) return true
  return at.startsWith(date) && !/(?:Z|[+-]00:?00)$/.test(at)
}

const otherDay = (name: string, time: string) => ({
  path: [name],
  error: `not beside ${time}, unless it is the day that ${time} states, with the offset of its place`,
})

/** What the lines of an order cost before its own discount. */
function goodsOf(lines: z.output<typeof orderLines>): string {
  return sum(
    lines.map(({ quantity: pieces, unit_price = '0', total_price, discount = '0' }) =>
      total_price === undefined ? subtract(multiply(pieces, unit_price), discount) : total_price,
    ),
  )
}

const orders = z
  .strictObject({
    order_number: text,
    ordered_at: instant.optional(),
    order_date: day.optional(),
    state: z.enum(['counted', 'not_counted', 'cancelled']).default('counted'),
    source_version: instant.optional().describe('when the source last changed the order'),
    ...document,
    discount: optionalAmount.describe('of the whole order'),
    shipping: optionalAmount,
    tax: optionalAmount,
    tip: optionalAmount,
    duty: optionalAmount,
    fee: optionalAmount,
    lines: orderLines,
  })
  .refine((order) => order.ordered_at ?? order.order_date, 'one of ordered_at and order_date')
  .refine(
    (order) => isDayOf(order.order_date, order.ordered_at),
    otherDay('order_date', 'ordered_at'),
  )
  .refine(
    ({ lines, state }) => lines.length > 0 || state === 'cancelled',
    'an order that was not cancelled has lines',
  )
  .refine(
    ({ lines, discount = '0' }) => lines.length === 0 || compare(discount, goodsOf(lines)) <= 0,
    { path: ['discount'], error: 'more than the goods cost' },
  )
  .transform(({ ordered_at, order_date, ...order }) => ({
    ...order,
    at: ordered_at ?? order_date ?? '',
  }))

/** Returns that have no number of their own are called so. */
const ownWords = /^.{4}-.{2}-.{2} #/

const returns = z
  .strictObject({
    return_number: text.refine(
      (number) => !ownWords.test(number),
      'begins as the names of returns without a number do; write another word before it',
    ),
    order_number: optionalText,
    returned_at: instant.optional(),
    return_date: day.optional(),
    ...document,
    lines: z
      .array(
        z
          .strictObject({ ...productNames, quantity, amount: optionalAmount })
          .refine(names, namedBy),
      )
      .min(1)
      .max(mostLines),
  })
  .refine((back) => back.returned_at ?? back.return_date, 'one of returned_at and return_date')
  .refine(
    (back) => isDayOf(back.return_date, back.returned_at),
    otherDay('return_date', 'returned_at'),
  )
  .transform(({ returned_at, return_date, ...back }) => ({
    ...back,
    at: returned_at ?? return_date ?? '',
  }))

const products = z.strictObject({
  ...productNames,
  product_key: text,
  price: optionalAmount,
  unit_cost: optionalAmount,
})

const customers = z.strictObject({
  customer_key: text,
  name: optionalText,
  email: optionalText,
  age: decimal(/^[1-9]\d{0,2}$/, 'an age in years').optional(),
  country: optionalText,
})

const stock = z
  .strictObject({
    product_key: text,
    kind: z.enum(['count', 'receipt', 'adjustment']).default('count'),
    quantity: movement,
    occurred_at: instant,
    location: optionalText,
  })
  .refine(
    ({ kind, quantity: pieces }) => kind !== 'count' || !pieces.startsWith('-'),
    'a count is 0 or more',
  )
  .transform(({ occurred_at: at, ...entry }) => ({ ...entry, at }))

export const liveSchemas = { orders, returns, products, customers, stock }

/** The schema of one kind, held to the model. */
export function schemaOf(kind: LiveKind): z.ZodType<LiveRecords[LiveKind]> {
  return liveSchemas[kind]
}

const bodies = new WeakSet<object>()

/**
 * The schema of a body, for the OpenAPI document: its records are looked at one by one, so that a bad one keeps no other
 * out, see `validateRequest`.
 */
export function bodyOf(kind: LiveKind): z.ZodType {
  const record: z.ZodType = liveSchemas[kind]
  const body = z.union([record, z.array(record)])
  bodies.add(body)
  return body
}

/** Validates all parts of a request but bodies of live records. */
export const validateRequest: typeof validatorCompiler = (route) =>
  bodies.has(route.schema) ? (value) => ({ value }) : validatorCompiler(route)
