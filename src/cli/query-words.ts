import { TakingsError } from '../model/errors.ts'
import {
  type Dimension,
  type MetricName,
  type Query,
  type TimeDimension,
  type Top,
  timeDimensions,
} from '../model/query.ts'
import {
  compareFromText,
  dimensionNamed,
  filterFromText,
  metricNamed,
  orderFromText,
  topFromText,
} from '../model/query-text.ts'

/** The words of `takings query`; the same that addresses of pages use. */
export interface QueryWords {
  readonly by?: string
  readonly from?: string
  readonly to?: string
  readonly where?: readonly string[]
  readonly compare?: string
  readonly matchWeekday?: boolean
  readonly top?: string
  readonly other?: boolean
  readonly order?: string
  readonly limit?: string
  readonly includeUnknown?: boolean
}

/** Throws `unknown_metric`, `unknown_dimension`, `invalid_query` or `invalid_option`. */
export function queryFromWords(metricWords: string, words: QueryWords): Query {
  const metrics = parts(metricWords).map(metricNamed)
  const by = parts(words.by).map(dimensionNamed)
  const { from, to } = words
  return {
    metrics,
    ...(by.length > 0 ? { by } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(words.where ? { where: words.where.map(filterFromText) } : {}),
    ...(words.compare === undefined ? {} : { compare: compareFromText(words.compare) }),
    ...(words.matchWeekday ? { matchWeekday: true } : {}),
    ...(words.top === undefined ? {} : { top: topOf(words.top, { metrics, by, words }) }),
    ...(words.order === undefined ? {} : { orderBy: parts(words.order).map(orderFromText) }),
    ...(words.limit === undefined ? {} : { limit: wholeNumber('--limit', words.limit) }),
    ...(words.includeUnknown ? { includeUnknown: true } : {}),
  }
}

/** `--top 10` ranks what `--by` names by the first metric; `--top product:10:revenue` says it in full. */
function topOf(
  text: string,
  query: { metrics: readonly MetricName[]; by: readonly Dimension[]; words: QueryWords },
): Top {
  if (text.includes(':')) return topFromText(text)
  const dimension = query.by.find((name) => !timeDimensions.includes(name as TimeDimension))
  const [metric] = query.metrics
  if (!dimension || !metric) {
    throw invalid(
      '--top',
      'there is nothing to rank',
      'Add --by product, customer, region or alike.',
    )
  }
  return { dimension, metric, n: wholeNumber('--top', text), other: query.words.other === true }
}

function parts(words = ''): string[] {
  return words.split(',').filter((word) => word !== '')
}

export function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw invalid(option, `${text} is no whole number above 0`, 'Write a number such as 10.')
}

function invalid(option: string, problem: string, advice: string): TakingsError {
  return new TakingsError('invalid_option', { option, problem, advice })
}
