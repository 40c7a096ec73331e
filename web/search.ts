import { isDay } from '../src/model/day.ts'
import { type MetricName, metricNames } from '../src/model/query.ts'
import { filtersFromTexts, filtersToTexts } from './filters.ts'
import { type PresetName, presetNames } from './range-presets.ts'

/** What the address says. Defaults are left out; what is not understood falls back to them. */
export interface Search {
  readonly range?: PresetName
  readonly from?: string
  readonly to?: string
  readonly compare?: CompareName
  /** One text per filter, see filters.ts. */
  readonly where?: readonly string[]
  /** The metric of the big chart. */
  readonly metric?: MetricName
  /** An import in progress, so that a reload finds it again. */
  readonly import?: string
  /** The run whose rejected rows are shown. */
  readonly run?: number
  /** The day that the Live page replays. */
  readonly day?: string
  /** The moment of it, by the clock of the shop: `14:05:00`. */
  readonly at?: string
  /** So many times as fast as it was. */
  readonly speed?: ReplaySpeed
  /** The Live page as it hangs on a wall. */
  readonly tv?: 1
}

export const replaySpeeds = [1, 10, 60, 300, 1000] as const
export type ReplaySpeed = (typeof replaySpeeds)[number]
export const defaultSpeed: ReplaySpeed = 300

export const compareNames = ['previous', 'previous_year', 'none'] as const
export type CompareName = (typeof compareNames)[number]

export const defaultCompare: CompareName = 'previous'
export const defaultMetric: MetricName = 'net_sales'

/** Reads what stands in the address and drops what is not understood, and defaults. */
export function readSearch(raw: Readonly<Record<string, unknown>>): Search {
  const custom = customRange(raw.from, raw.to)
  const compare = oneOf(compareNames, raw.compare)
  const metric = oneOf(metricNames, raw.metric)
  const session = raw.import
  const run = Number(raw.run)
  return {
    ...(custom ?? presetOnly(oneOf(presetNames, raw.range))),
    ...(compare && compare !== defaultCompare ? { compare } : {}),
    ...whereOnly(raw.where),
    ...(metric && metric !== defaultMetric ? { metric } : {}),
    ...(typeof session === 'string' && session !== '' ? { import: session } : {}),
    ...(Number.isInteger(run) && run > 0 ? { run } : {}),
    ...replayOnly(raw),
    ...(Number(raw.tv) === 1 ? { tv: 1 as const } : {}),
  }
}

function customRange(from: unknown, to: unknown): Pick<Search, 'from' | 'to'> | null {
  if (typeof from !== 'string' || typeof to !== 'string') return null
  return isDay(from) && isDay(to) && from <= to ? { from, to } : null
}

function replayOnly({ day, at, speed }: Readonly<Record<string, unknown>>) {
  if (typeof day !== 'string' || !isDay(day)) return {}
  const isTime = typeof at === 'string' && /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(at)
  const known = replaySpeeds.find((one) => one === Number(speed))
  return {
    day,
    ...(isTime ? { at } : {}),
    ...(known && known !== defaultSpeed ? { speed: known } : {}),
  }
}

function presetOnly(range: PresetName | undefined): Pick<Search, 'range'> {
  return range ? { range } : {}
}

function whereOnly(raw: unknown): Pick<Search, 'where'> {
  const texts = (Array.isArray(raw) ? raw : [raw]).filter((text) => typeof text === 'string')
  const where = filtersToTexts(filtersFromTexts(texts))
  return where.length > 0 ? { where } : {}
}

/** Addresses hold plain text, not JSON; only `where` may stand several times. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const search = new URLSearchParams(text)
  const where = search.getAll('where')
  return { ...Object.fromEntries(search), ...(where.length > 0 ? { where } : {}) }
}

export function writeSearch(search: object): string {
  const pairs = Object.entries(search).flatMap(([name, value]) => {
    if (value === undefined || value === null) return []
    return (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)])
  })
  // A colon and a tilde are allowed in addresses and read better than their codes.
  const text = new URLSearchParams(pairs).toString().replaceAll('%3A', ':').replaceAll('%7E', '~')
  return text === '' ? '' : `?${text}`
}

function oneOf<Name extends string>(names: readonly Name[], value: unknown): Name | undefined {
  return names.find((name) => name === value)
}
