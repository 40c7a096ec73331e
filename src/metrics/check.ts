import { z } from 'zod'
import { isDay } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import type { Compare, Dimension, Filter, MetricName, OrderBy, Query } from '../model/query.ts'
import { dimensionNamed, metricNamed } from '../model/query-text.ts'
import { metrics } from './definitions/definitions.ts'
import { dimensions, isAxis, isCalendar } from './dimensions.ts'
import { partsOf } from './figure.ts'
import { checkFilter } from './filters.ts'
import type { Metric } from './metric.ts'

/** A query that makes sense, with everything left out filled in, except the range. */
export interface CheckedQuery {
  readonly query: Query
  readonly metrics: readonly Metric[]
  readonly by: readonly Dimension[]
  readonly where: readonly Filter[]
  readonly compare: Compare
  readonly matchWeekday: boolean
  readonly top: {
    readonly dimension: Dimension
    readonly n: number
    readonly metric: Metric
    readonly other: boolean
  } | null
  readonly orderBy: readonly OrderBy[]
  readonly limit: number | null
  readonly includeUnknown: boolean
}

const mostTop = 1000
const mostRows = 1_000_000

const rangeShape = z.strictObject({ from: z.string(), to: z.string() })
const queryShape = z.strictObject({
  metrics: z.array(z.string()),
  by: z.array(z.string()).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  where: z
    .array(
      z.strictObject({
        dimension: z.string(),
        op: z.enum(['in', 'not_in', 'contains']),
        values: z.array(z.string()),
      }),
    )
    .optional(),
  compare: z.union([z.enum(['none', 'previous', 'previous_year']), rangeShape]).optional(),
  matchWeekday: z.boolean().optional(),
  top: z
    .strictObject({ dimension: z.string(), n: z.number(), metric: z.string(), other: z.boolean() })
    .optional(),
  orderBy: z
    .array(z.strictObject({ column: z.string(), direction: z.enum(['asc', 'desc']) }))
    .optional(),
  limit: z.number().optional(),
  includeUnknown: z.boolean().optional(),
})

/**
 * A query from outside: the shape and every name are settled here, what they mean together in
 * `checkQuery`. Throws invalid_query, unknown_metric or unknown_dimension.
 */
export function parseQuery(value: unknown): Query {
  const parsed = queryShape.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue?.path.join('.') || 'query'
    throw invalid(
      `${place}: ${issue?.message ?? 'not valid'}`,
      'See /docs for the shape of a query.',
    )
  }
  const { metrics: names, by, where, top, orderBy, ...rest } = parsed.data
  const query = {
    ...rest,
    metrics: names.map(metricNamed),
    by: by?.map(dimensionNamed),
    where: where?.map((filter) => ({ ...filter, dimension: dimensionNamed(filter.dimension) })),
    top: top && {
      ...top,
      dimension: dimensionNamed(top.dimension),
      metric: metricNamed(top.metric),
    },
    orderBy: orderBy?.map(({ column, direction }) => ({ column: columnNamed(column), direction })),
  }
  const given = Object.entries(query).filter(([, each]) => each !== undefined)
  return Object.fromEntries(given) as unknown as Query
}

/**
 * Settles once whether a query can be answered. Throws dimension_not_available, invalid_range or
 * invalid_query, each with what would be right.
 */
export function checkQuery(query: Query): CheckedQuery {
  const asked = unique(query.metrics, 'metric').map((name) => metrics[name])
  if (asked.length === 0) {
    throw invalid('no metric is asked', `Ask at least one of: ${Object.keys(metrics).join(', ')}.`)
  }
  const by = unique(query.by ?? [], 'dimension')
  const where = query.where ?? []
  where.forEach(checkFilter)
  const top = checkTop(query, by)
  const involved = top ? [...asked, top.metric] : asked
  for (const metric of involved) checkDimensions(metric, by, where)
  checkStock(involved, by, where)
  checkRange(query)
  return {
    query,
    metrics: asked,
    by,
    where,
    compare: query.compare ?? 'none',
    matchWeekday: query.matchWeekday ?? false,
    top,
    orderBy: checkOrder(query, by),
    limit: query.limit === undefined ? null : wholeNumber('limit', query.limit, mostRows),
    includeUnknown: query.includeUnknown ?? false,
  }
}

function checkTop(query: Query, by: readonly Dimension[]): CheckedQuery['top'] {
  const { top } = query
  if (!top) return null
  const choices: readonly Dimension[] = by.filter((name) => !isAxis(name))
  if (!choices.includes(top.dimension)) {
    throw invalid(
      `the top ${top.dimension} is asked, but the answer is not split by it`,
      choices.length > 0
        ? `Split by ${top.dimension} too, or ask for the top ${choices.join(' or ')}.`
        : `Split by ${isAxis(top.dimension) ? 'something other than time' : top.dimension}.`,
    )
  }
  const { dimension, other } = top
  return { dimension, other, n: wholeNumber('top', top.n, mostTop), metric: metrics[top.metric] }
}

function checkDimensions(metric: Metric, by: readonly Dimension[], where: readonly Filter[]): void {
  for (const dimension of [...by, ...where.map((filter) => filter.dimension)]) {
    if (!metric.dimensions.includes(dimension)) {
      throw new TakingsError('dimension_not_available', {
        metric: metric.name,
        dimension,
        valid: metric.dimensions,
      })
    }
  }
}

/** Stock is a level at one moment, so only one kind of bucket can say which. */
function checkStock(
  asked: readonly Metric[],
  by: readonly Dimension[],
  where: readonly Filter[],
): void {
  const stock = asked.find((metric) => isStock(metric))
  if (!stock) return
  if (by.filter(isCalendar).length > 1) {
    throw invalid(`${stock.name} is split by two buckets of time`, 'Split by one of them.')
  }
  const time = where.find((filter) => isCalendar(filter.dimension))
  if (time) {
    throw invalid(
      `${stock.name} is known at the end of a period and cannot be filtered by ${time.dimension}`,
      'Use from and to instead.',
    )
  }
}

/** Whether the metric is a level of stock, which has a moment and not a range. */
export function isStock(metric: Metric): boolean {
  return partsOf(metric.figure).some((part) => part.family === 'stock')
}

function checkRange({ from, to, compare }: Query): void {
  checkDays(from, to)
  if (typeof compare === 'object') checkDays(compare.from, compare.to)
}

function checkDays(from: string | undefined, to: string | undefined): void {
  const fail = (problem: string) =>
    new TakingsError('invalid_range', { from: from ?? '(start)', to: to ?? '(end)', problem })
  for (const day of [from, to]) {
    if (day !== undefined && !isDay(day)) throw fail(`${day} is not a day`)
  }
  if (from !== undefined && to !== undefined && from > to) throw fail('it ends before it begins')
}

/** Time rises, then the first metric falls, unless told otherwise. */
function checkOrder(query: Query, by: readonly Dimension[]): OrderBy[] {
  const { orderBy = [], metrics: names } = query
  const valid: readonly string[] = [...names, ...by]
  for (const { column } of orderBy) {
    if (!valid.includes(column)) {
      throw invalid(
        `the answer has no column ${column} to order by`,
        `Columns are: ${valid.join(', ')}.`,
      )
    }
  }
  if (orderBy.length > 0) return [...orderBy]
  const steps = by.filter(
    (name) => dimensions[name].keyType === 'date' || dimensions[name].keyType === 'integer',
  )
  const [first] = names
  const time = steps.map((column): OrderBy => ({ column, direction: 'asc' }))
  return first && steps.length < by.length ? [...time, { column: first, direction: 'desc' }] : time
}

function columnNamed(name: string): MetricName | Dimension {
  if (name in dimensions) return dimensionNamed(name)
  return metricNamed(name)
}

function unique<T extends string>(names: readonly T[], what: string): T[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw invalid(`the ${what} ${twice} is asked twice`, `Ask each ${what} once.`)
  return [...names]
}

function wholeNumber(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw invalid(`${name} ${value} is not possible`, `Write a whole number from 1 to ${most}.`)
}

function invalid(problem: string, advice: string): TakingsError {
  return new TakingsError('invalid_query', { problem, advice })
}
