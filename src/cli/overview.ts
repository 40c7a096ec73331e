import { changeText } from '../display/change-text.ts'
import { rangeText } from '../display/day-text.ts'
import { compactText, fullText } from '../display/value-text.ts'
import { addDays, type DayRange, unitsIn } from '../model/day.ts'
import { TakingsError } from '../model/errors.ts'
import {
  type Catalogue,
  type Compare,
  type Dimension,
  type MetricDescription,
  type MetricName,
  type Query,
  type Result,
  type TimeDimension,
  timeDimensions,
} from '../model/query.ts'
import type { Shop } from '../model/wire.ts'
import type { ShopAccess } from './shop-access.ts'
import { tableText } from './table-text.ts'
import type { Terminal } from './terminal.ts'

/** The answers that the overview is made of; `takings overview --json` gives them as they are. */
export interface Overview {
  readonly shop: Shop
  readonly range: DayRange
  readonly grain: TimeDimension
  readonly figures: Result
  readonly series: Result
  readonly products: Result
  readonly customers: Result
}

export interface OverviewWish {
  readonly range?: DayRange
  readonly compare: Compare
}

const shownMetrics: readonly MetricName[] = [
  'net_sales',
  'orders',
  'aov',
  'units',
  'returns',
  'new_customers',
]
const topCount = 5
const mostBlocks = 40

/** Asks all figures of the overview. Throws `no_shop` when nothing was imported. */
export async function askOverview(access: ShopAccess, wish: OverviewWish): Promise<Overview> {
  const shop = await access.shop()
  const range = wish.range ?? shop.defaultRange
  if (range === null) throw new TakingsError('no_shop', { path: shop.dataFolder })
  const grain = finestGrain(range)
  const ask = (query: Omit<Query, 'from' | 'to'>) => access.query({ ...query, ...range })
  const top = (dimension: Dimension) =>
    ask({
      metrics: ['revenue'],
      by: [dimension],
      compare: wish.compare,
      top: { dimension, n: topCount, metric: 'revenue', other: false },
    })
  return {
    shop,
    range,
    grain,
    figures: await ask({ metrics: shownMetrics, compare: wish.compare }),
    series: await ask({ metrics: shownMetrics, by: [grain] }),
    products: await top('product'),
    customers: await top('customer'),
  }
}

/** The finest grain of which a sparkline fits beside its figure. */
export function finestGrain(range: DayRange): TimeDimension {
  return timeDimensions.find((unit) => unitsIn(unit, range).length <= mostBlocks) ?? 'year'
}

/** The last days of the data: `28d`. Throws `invalid_option`. */
export function lastDays(text: string, shop: Pick<Shop, 'period' | 'today'>): DayRange | undefined {
  const count = /^([1-9]\d*)d$/.exec(text)?.[1]
  if (count === undefined) {
    const details = {
      option: '--last',
      problem: `${text} is no number of days`,
      advice: 'Write 28d.',
    }
    throw new TakingsError('invalid_option', details)
  }
  if (shop.period === null) return undefined
  const { to } = shop.period
  return { from: addDays(to, 1 - Number(count)), to }
}

/** Blocks of one sparkline, lowest to highest. */
const blocks = '▁▂▃▄▅▆▇█'

/** One character per value; a gap where there is none. */
export function sparkText(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  const low = Math.min(...known)
  const span = Math.max(...known) - low
  return values
    .map((value) => {
      if (value === null) return ' '
      const step = span === 0 ? 0 : Math.round(((value - low) / span) * (blocks.length - 1))
      return blocks[step]
    })
    .join('')
}

export function overviewText(overview: Overview, catalogue: Catalogue, terminal: Terminal): string {
  const { shop, range, figures } = overview
  const { currency, compareRange, timeZone } = figures.meta
  const title = [shop.name, rangeText(range), currency ?? 'currency not stated', timeZone]
  const versus = compareRange === null ? '' : `  vs ${rangeText(compareRange)}`
  const notes = new Set(
    [figures, overview.products, overview.customers].flatMap(({ meta }) =>
      meta.notes.map(({ text }) => text),
    ),
  )
  return [
    terminal.colors.bold(title.join(' · ')) + terminal.colors.dim(versus),
    '',
    figureTable(overview, catalogue, terminal),
    '',
    terminal.colors.bold('Top products by revenue'),
    rankingText(overview.products, 'product', terminal),
    '',
    terminal.colors.bold('Top customers by revenue'),
    rankingText(overview.customers, 'customer', terminal),
    ...[...notes].map((text) => terminal.colors.dim(`note: ${text}`)),
  ].join('\n')
}

function figureTable(overview: Overview, catalogue: Catalogue, terminal: Terminal): string {
  const { figures, series } = overview
  const [row] = figures.data.rows
  const described = shownMetrics.flatMap(
    (name) => catalogue.metrics.find((metric) => metric.name === name) ?? [],
  )
  const rows = described.map((metric) => {
    const { name, label, unit } = metric
    const values = series.data.rows.map((bucket) => {
      const value = bucket[name]
      return value === null || value === undefined ? null : Number(value)
    })
    return [
      label,
      compactText(row?.[name], { label, unit, currency: figures.meta.currency }),
      changeCell(overview, metric, terminal),
      sparkText(values),
    ]
  })
  const right = 'right' as const
  return tableText(
    [{ head: '' }, { head: '', align: right }, { head: '', align: right }, { head: '' }],
    rows,
  )
    .split('\n')
    .filter((line) => line !== '')
    .join('\n')
}

const arrows = { up: '▲', down: '▼', flat: '', none: '' } as const

function changeCell({ figures }: Overview, metric: MetricDescription, terminal: Terminal): string {
  const [row] = figures.data.rows
  if (figures.meta.compareRange === null) return ''
  const { name, unit, goodDirection } = metric
  const change = changeText({
    value: row?.[name],
    previous: row?.[`${name}_previous`],
    change: row?.[`${name}_change`],
    unit,
    goodDirection,
  })
  const text = `${arrows[change.direction]} ${change.text}`.trim()
  if (change.tone === 'good') return terminal.colors.green(text)
  return change.tone === 'bad' ? terminal.colors.red(text) : text
}

const barWidth = 20

function rankingText(result: Result, dimension: Dimension, { colors }: Terminal): string {
  const { currency } = result.meta
  const measure = { label: '', unit: 'money', currency } as const
  const rows = result.data.rows
  const largest = Math.max(1, ...rows.map((row) => Number(row.revenue ?? 0)))
  if (rows.length === 0) return '  none'
  return tableText(
    [{ head: '', align: 'right' }, { head: '' }, { head: '' }, { head: '', align: 'right' }],
    rows.map((row, index) => {
      const filled = Math.max(0, Math.round((Number(row.revenue ?? 0) / largest) * barWidth))
      const name = String(row[dimension] ?? '').slice(0, 40)
      return [
        String(index + 1),
        name,
        colors.cyan('█'.repeat(filled)),
        fullText(row.revenue, measure),
      ]
    }),
  )
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n')
}
