import { TakingsError } from './errors.ts'
import {
  type Compare,
  type Dimension,
  dimensionNames,
  type Filter,
  type FilterOperator,
  type MetricName,
  metricNames,
  type OrderBy,
  type Query,
  type Top,
} from './query.ts'

/**
 * A query as text, for addresses and the command line:
 * `metrics=net_sales,orders&by=month&from=2011-01-01&to=2011-12-31&where=country:in:Germany~France`
 * `&compare=previous&top=product:10:revenue:other&order=revenue:desc&limit=50`.
 * `where` may stand several times. Values are parted by `~`; a `~` or `\` inside one has a `\` before it.
 */

/** The query as search parameters; `queryFromSearch` gives the same query back. */
export function queryToSearch(query: Query): URLSearchParams {
  const search = new URLSearchParams()
  const set = (name: string, value: string | undefined) => {
    if (value) search.append(name, value)
  }
  set('metrics', query.metrics.join(','))
  set('by', query.by?.join(','))
  set('from', query.from)
  set('to', query.to)
  for (const filter of query.where ?? []) set('where', writeFilter(filter))
  set('compare', query.compare && writeCompare(query.compare))
  set('match_weekday', writeFlag(query.matchWeekday))
  set('top', query.top && writeTop(query.top))
  set('order', query.orderBy?.map(({ column, direction }) => `${column}:${direction}`).join(','))
  set('limit', query.limit?.toString())
  set('include_unknown', writeFlag(query.includeUnknown))
  return search
}

/**
 * Reads search parameters; unknown parameters are left to others.
 * Throws unknown_metric, unknown_dimension or invalid_query.
 */
export function queryFromSearch(search: URLSearchParams): Query {
  const where = search.getAll('where').map(filterFromText)
  const by = list(search.get('by'))
  const order = list(search.get('order'))
  const limit = search.get('limit')
  const compare = search.get('compare')
  const top = search.get('top')
  return withoutGaps({
    metrics: list(search.get('metrics')).map(metricNamed),
    by: by.length > 0 ? by.map(dimensionNamed) : undefined,
    from: search.get('from') ?? undefined,
    to: search.get('to') ?? undefined,
    where: where.length > 0 ? where : undefined,
    compare: compare === null ? undefined : compareFromText(compare),
    matchWeekday: flag('match_weekday', search.get('match_weekday')),
    top: top === null ? undefined : topFromText(top),
    orderBy: order.length > 0 ? order.map(orderFromText) : undefined,
    limit: limit === null ? undefined : wholeNumber('limit', limit),
    includeUnknown: flag('include_unknown', search.get('include_unknown')),
  })
}

/**
 * Reads one condition: `country:in:Germany~France`, or the words of the command line
 * `country=Germany`, `country!=Germany`, `product~lamp` (contains).
 */
export function filterFromText(text: string): Filter {
  const full = /^(\w+):(in|not_in|contains):(.*)$/s.exec(text)
  if (full) return filterOf(full[1], full[2] as FilterOperator, full[3])
  const word = /^(\w+)(!=|=|~)(.*)$/s.exec(text)
  if (!word) {
    throw invalid(
      `the condition ${text} cannot be read`,
      'Write country=Germany, country!=Germany or product~lamp; several values are parted by ~.',
    )
  }
  const operators = { '=': 'in', '!=': 'not_in', '~': 'contains' } as const
  return filterOf(word[1], operators[word[2] as keyof typeof operators], word[3])
}

/** Reads `product:10:revenue` or `product:10:revenue:other`. */
export function topFromText(text: string): Top {
  const [dimension = '', n = '', metric = '', other, ...rest] = text.split(':')
  if (rest.length > 0 || (other !== undefined && other !== 'other')) {
    throw invalid(`top ${text} cannot be read`, 'Write top=product:10:revenue or add :other.')
  }
  return {
    dimension: dimensionNamed(dimension),
    n: wholeNumber('top', n),
    metric: metricNamed(metric),
    other: other === 'other',
  }
}

/** Reads `none`, `previous`, `previous_year` or `2010-01-01..2010-12-31`. */
export function compareFromText(text: string): Compare {
  if (text === 'none' || text === 'previous' || text === 'previous_year') return text
  const range = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text)
  if (range?.[1] && range[2]) return { from: range[1], to: range[2] }
  throw invalid(
    `compare ${text} cannot be read`,
    'Write none, previous, previous_year or two days such as 2010-01-01..2010-12-31.',
  )
}

/** Reads `revenue:desc` or `month:asc`; without a direction metrics fall and dimensions rise. */
export function orderFromText(text: string): OrderBy {
  const [column = '', direction, ...rest] = text.split(':')
  const metric = metricNames.find((name) => name === column)
  const dimension = dimensionNames.find((name) => name === column)
  const found = metric ?? dimension
  const known = direction === undefined || direction === 'asc' || direction === 'desc'
  if (!found || !known || rest.length > 0) {
    throw invalid(
      `order ${text} cannot be read`,
      'Write a metric or dimension of the query and asc or desc, such as revenue:desc.',
    )
  }
  return { column: found, direction: direction ?? (metric ? 'desc' : 'asc') }
}

/** The metric of that name; throws unknown_metric with all names. */
export function metricNamed(text: string): MetricName {
  const found = metricNames.find((name) => name === text)
  if (!found) throw new TakingsError('unknown_metric', { metric: text, valid: metricNames })
  return found
}

/** The dimension of that name; throws unknown_dimension with all names. */
export function dimensionNamed(text: string): Dimension {
  const found = dimensionNames.find((name) => name === text)
  if (!found)
    throw new TakingsError('unknown_dimension', { dimension: text, valid: dimensionNames })
  return found
}

function filterOf(dimension = '', op: FilterOperator, values = ''): Filter {
  return { dimension: dimensionNamed(dimension), op, values: splitValues(values) }
}

function writeFilter({ dimension, op, values }: Filter): string {
  const escaped = values.map((value) => value.replace(/[\\~]/g, '\\$&'))
  return `${dimension}:${op}:${escaped.join('~')}`
}

function splitValues(text: string): string[] {
  const values = ['']
  for (const [piece] of text.matchAll(/\\[\\~]|~|[^\\~]+|\\/g)) {
    if (piece === '~') values.push('')
    else values[values.length - 1] += /^\\[\\~]$/.test(piece) ? piece.slice(1) : piece
  }
  return values
}

function writeCompare(compare: Compare): string {
  return typeof compare === 'string' ? compare : `${compare.from}..${compare.to}`
}

function writeTop({ dimension, n, metric, other }: Top): string {
  return [dimension, n, metric, ...(other ? ['other'] : [])].join(':')
}

function writeFlag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? '1' : '0'
}

function flag(name: string, text: string | null): boolean | undefined {
  if (text === null) return undefined
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false') return false
  throw invalid(`${name}=${text} cannot be read`, `Write ${name}=1 or ${name}=0.`)
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw invalid(`${name} ${text} is not a whole number`, 'Write a whole number such as 10.')
  }
  return Number(text)
}

function list(text: string | null): string[] {
  return text ? text.split(',').map((word) => word.trim()) : []
}

function invalid(problem: string, advice: string): TakingsError {
  return new TakingsError('invalid_query', { problem, advice })
}

type Gappy<T> = { [K in keyof T]: T[K] | undefined }

/** Drops what was left out, so that two equal queries are equal values. */
function withoutGaps(query: Gappy<Required<Query>> & Pick<Query, 'metrics'>): Query {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as unknown as Query
}
