import { monthNames } from './month-names.ts'

/**
 * The notation of a column of dates or times, settled from all of its values: each shape (digits as 9)
 * belongs to a family; the order of day and month is settled per family, and families that prove
 * nothing follow those that do.
 */

/** `ymd` is for years of two digits only: years of four digits in front are a family of their own. */
export type DayOrder = 'dmy' | 'mdy' | 'ymd'

export interface MomentShape {
  readonly shape: string
  readonly count: number
  readonly example: string
}

/** Values that are written alike: same separator, same length of year. */
export interface MomentFamily {
  readonly key: string
  readonly kind: 'iso' | 'compact' | 'numeric' | 'named'
  readonly separator: string
  readonly yearDigits: 2 | 4
  /** Where months stand by name: the order of the parts, and the names seen. */
  readonly named?: { readonly order: DayOrder; readonly months: readonly string[] }
  /** Values need no more than a cast. */
  readonly plain: boolean
  /** Times seen behind the day, as strptime formats without what is between: '', '%H:%M', ... */
  readonly times: readonly string[]
  /** Zones seen: '' none, 'Z', 'offset'. */
  readonly zones: readonly ('' | 'Z' | 'offset')[]
  readonly count: number
  readonly example: string
}

/** Largest numbers in first and second place over all values of a family. */
export interface PartEvidence {
  readonly key: string
  readonly firstMost: number
  readonly secondMost: number
  readonly firstOver12: number
  readonly secondOver12: number
  readonly thirdMost: number
  /** How many different numbers stand in first and in third place. */
  readonly firstKinds: number
  readonly thirdKinds: number
}

export interface MomentNotation {
  readonly families: readonly MomentFamily[]
  /** Day order for numeric families, by key. */
  readonly orders: Readonly<Record<string, DayOrder>>
  readonly hasTime: boolean
  readonly inUtc: boolean
}

export interface MomentEvidence {
  readonly families: readonly MomentFamily[]
  readonly orders: Readonly<Record<string, DayOrder | 'open' | 'contradictory'>>
  readonly unreadable: number
}

const clockPart =
  '(?<time>9{1,2}:99(?<seconds>:99(?:[.]9+|(?<comma>,9+))?)?(?<half>\\s*[AaPp]\\.?\\s?[Mm]\\.?)?)'
const zonePart = '(?<zone>\\s*(?:Z|UTC|[+-]99:?99|[+-]99))'
const timePart = `(?:(?<gap>[T ,]+)${clockPart}${zonePart}?)?`
const iso = new RegExp(`^9999(?<separator>[-/.])9{1,2}\\k<separator>9{1,2}${timePart}$`)
const numeric = new RegExp(
  `^9{1,2}(?<separator>[-/. ])9{1,2}\\k<separator>(?<year>9999|99)${timePart}$`,
)
const compact = /^99999999$/

/** Day, month by name and year as they stand; the same expressions tell shapes and read values. */
const weekday = '(?:\\p{L}+[.,]?\\s+)?'
const dayPart = (digit: string) => `${digit}{1,2}(?:st|nd|rd|th|er|º|ª)?`
const monthPart = '\\p{L}{3,10}'
const yearPart = (digit: string) => `(?:${digit}{4}|${digit}{2})`
const between = '[\\s,./-]*(?:de\\s+)?'
function namedParts(digit: string): readonly (readonly [DayOrder, string])[] {
  const [day, year] = [`(?<day>${dayPart(digit)})`, `'?(?<year>${yearPart(digit)})`]
  const month = `(?<month>${monthPart})\\.?`
  return [
    ['dmy', `${weekday}${day}${between}${month}${between}${year}`],
    ['mdy', `${weekday}${month}[\\s./-]*${day}[\\s,./-]+${year}`],
    ['ymd', `(?<year>${digit}{4})[\\s./-]+${month}[\\s./-]+${day}`],
  ]
}
const named = namedParts('9').map(
  ([order, parts]) => [order, new RegExp(`^${parts}${timePart}$`, 'u')] as const,
)

export function familyOf(shape: string): Omit<MomentFamily, 'count' | 'example'> | null {
  const text = shape.trim()
  if (compact.test(text)) {
    return {
      key: 'compact',
      kind: 'compact',
      separator: '',
      yearDigits: 4,
      plain: false,
      times: [''],
      zones: [''],
    }
  }
  const asIso = iso.exec(text)?.groups
  const asNumeric = asIso ? undefined : numeric.exec(text)?.groups
  const groups = asIso ?? asNumeric
  if (!groups) return namedFamily(text)
  const separator = groups.separator ?? ''
  const yearDigits = asIso || groups.year?.length === 4 ? 4 : 2
  const odd = groups.half ?? groups.comma ?? groups.zone
  const key = asIso ? `iso${separator}` : `${separator}${yearDigits}`
  return {
    key,
    kind: asIso ? 'iso' : 'numeric',
    separator,
    yearDigits,
    plain: key === 'iso-' && !odd && /^[T ]?$/.test(groups.gap ?? ''),
    times: [timeFormat(groups)],
    zones: [zoneOf(groups.zone)],
  }
}

/** 26-May-26, 5 Jan 2024, January 5th, 2024 10:05 PM, 5 de enero de 2024. */
function namedFamily(text: string): ReturnType<typeof familyOf> {
  for (const [order, expression] of named) {
    const groups = expression.exec(text)?.groups
    const month = groups?.month?.toLowerCase() ?? ''
    if (!groups || !monthNames.has(month)) continue
    const yearDigits = groups.year?.length === 4 ? 4 : 2
    return {
      key: `named-${order}-${yearDigits}`,
      kind: 'named',
      separator: '-',
      yearDigits,
      named: { order, months: [month] },
      plain: false,
      times: [timeFormat(groups)],
      zones: [zoneOf(groups.zone)],
    }
  }
  return null
}

/** Dates that one cast reads: 2010-12-01, of which `timed` have 08:26 or 08:26:00 behind them. */
export function isoEvidence(counts: {
  readonly filled: number
  readonly timed: number
}): MomentEvidence {
  const { filled, timed } = counts
  const family: MomentFamily = {
    key: 'iso-',
    kind: 'iso',
    separator: '-',
    yearDigits: 4,
    plain: true,
    times: [...(timed < filled ? [''] : []), ...(timed > 0 ? ['%H:%M:%S'] : [])],
    zones: [''],
    count: filled,
    example: '',
  }
  return { families: [family], orders: {}, unreadable: 0 }
}

function timeFormat({ time, seconds, half }: Record<string, string | undefined>): string {
  if (!time) return ''
  return `${half ? '%I:%M' : '%H:%M'}${seconds ? ':%S' : ''}${half ? ' %p' : ''}`
}

function zoneOf(zone: string | undefined): '' | 'Z' | 'offset' {
  if (!zone) return ''
  return /Z|UTC/.test(zone) ? 'Z' : 'offset'
}

export function familiesOf(shapes: readonly MomentShape[]): {
  families: MomentFamily[]
  unreadable: number
} {
  const families = new Map<string, MomentFamily>()
  let unreadable = 0
  for (const { shape, count, example } of shapes) {
    const family = familyOf(shape)
    if (!family) {
      unreadable += count
      continue
    }
    const known = families.get(family.key)
    families.set(family.key, {
      ...family,
      plain: family.plain && known?.plain !== false,
      times: union(known?.times, family.times),
      zones: union(known?.zones, family.zones),
      ...(family.named
        ? {
            named: {
              order: family.named.order,
              months: union(known?.named?.months, family.named.months),
            },
          }
        : {}),
      count: (known?.count ?? 0) + count,
      example: known?.example ?? example,
    })
  }
  return { families: [...families.values()], unreadable }
}

function union<T>(known: readonly T[] | undefined, more: readonly T[]): T[] {
  return [...new Set([...(known ?? []), ...more])]
}

/** The day order each numeric family proves by values over 12; dots stand between day, month and year. */
export function settleOrders(
  families: readonly MomentFamily[],
  parts: readonly PartEvidence[],
): Readonly<Record<string, DayOrder | 'open' | 'contradictory'>> {
  const orders: Record<string, DayOrder | 'open' | 'contradictory'> = {}
  for (const family of families.filter(({ kind }) => kind === 'numeric')) {
    const part = parts.find(({ key }) => key === family.key)
    orders[family.key] = orderOf(family, part)
  }
  const proven = new Set(
    Object.values(orders).filter((order) => order === 'dmy' || order === 'mdy'),
  )
  if (proven.size === 1) {
    const [order] = proven
    for (const key of Object.keys(orders)) if (orders[key] === 'open' && order) orders[key] = order
  }
  return orders
}

function orderOf(
  family: MomentFamily,
  part: PartEvidence | undefined,
): DayOrder | 'open' | 'contradictory' {
  if (family.yearDigits === 2 && part && isYearFirst(part)) return 'ymd'
  const first = (part?.firstMost ?? 0) > 12
  const second = (part?.secondMost ?? 0) > 12
  if (first && second) return 'contradictory'
  if (first) return 'dmy'
  if (second) return 'mdy'
  return family.separator === '.' ? 'dmy' : 'open'
}

/** 24-01-15: the first number hardly changes, the last one runs through the days of a month. */
function isYearFirst({ firstMost, thirdMost, firstKinds, thirdKinds }: PartEvidence): boolean {
  if (thirdMost > 31 || firstMost <= 12) return false
  return firstMost > 31 || firstKinds * 2 <= thirdKinds
}

/** SQL condition: the text is of this numeric family. */
export function isOfFamily(text: string, family: MomentFamily): string {
  const separator = family.separator === '.' ? '\\.' : family.separator
  return `regexp_matches(${text}, '^[0-9]{1,2}${separator}[0-9]{1,2}${separator}[0-9]{${family.yearDigits}}([^0-9]|$)')`
}

/**
 * SQL that reads the local time as written, TIMESTAMP, null where it is none. Only instants in UTC are
 * moved, to the shop's zone.
 */
export function readMoment(text: string, notation: MomentNotation, timeZone: string): string {
  const readers = notation.families.map((family) => {
    const written = readWritten(text, family, notation)
    if (!family.zones.includes('Z') || timeZone === 'UTC') return written
    return `CASE WHEN regexp_matches(${text}, '${timed}\\s*(Z|UTC)$')
      THEN timezone('${timeZone}', timezone('UTC', ${written})) ELSE ${written} END`
  })
  return readers.length > 1 ? `coalesce(${readers.join(', ')})` : (readers[0] ?? 'NULL::TIMESTAMP')
}

/** A time of day: what a zone stands behind, and what tells it from the end of a day (2024-01-15). */
const timed = '[0-9]{1,2}:[0-9]{2}[0-9:.,]*(?:\\s*[AaPp]\\.?\\s?[Mm]\\.?)?'
const stated = '(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)'

/** SQL of the TIMESTAMP as written, its zone left out. */
function readWritten(text: string, family: MomentFamily, notation: MomentNotation): string {
  const { kind, times } = family
  if (kind === 'compact') return `try_strptime(${text}, '%Y%m%d')`
  const halves = times.some((time) => time.endsWith('%p'))
  if (family.plain) return `TRY_CAST(${text} AS TIMESTAMP)`
  const normal = normalised(kind === 'named' ? inDigits(text, family) : text, family)
  if (kind === 'iso' && !halves) return `TRY_CAST(${normal} AS TIMESTAMP)`
  const date = kind === 'numeric' ? dateFormat(family, notation) : yearFirst(family)
  const formats = times.map((time) => `'${date}${time && ` ${time}`}'`)
  return `try_strptime(${normal}, [${formats.join(', ')}])`
}

/** SQL of the text with one way to write what varies and says nothing: zones, gaps, fractions, halves. */
function normalised(text: string, { kind, separator, zones, times }: MomentFamily): string {
  const steps: [from: string, to: string][] = []
  if (zones.some((zone) => zone !== '')) steps.push([`(${timed})\\s*${stated}$`, '\\1'])
  if (kind === 'iso' && separator !== '-')
    steps.push([`^([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})`, '\\1-\\2-\\3'])
  if (times.some((time) => time.includes('%S'))) steps.push(['(:[0-9]{2})[.,][0-9]+', '\\1'])
  if (times.some((time) => time !== '')) steps.push(['[T ,]+([0-9]{1,2}:)', ' \\1'])
  if (times.some((time) => time.endsWith('%p')))
    steps.push(['\\s*([AaPp])\\.?\\s?[Mm]\\.?$', ' \\1M'])
  return steps.reduce((sql, [from, to]) => `regexp_replace(${sql}, '${from}', '${to}')`, text)
}

function yearFirst({ yearDigits }: MomentFamily): string {
  return yearDigits === 4 ? '%Y-%m-%d' : '%y-%m-%d'
}

/** SQL of the text with its day written year first and in digits; null where it is not of the family. */
function inDigits(text: string, { named: seen, yearDigits }: MomentFamily): string {
  const parts = namedParts('[0-9]').find(([order]) => order === seen?.order)?.[1] ?? ''
  const expression = parts
    .replace(/\(\?<\w+>/g, '(')
    .replace(`(?:[0-9]{4}|[0-9]{2})`, `[0-9]{${yearDigits}}`)
    .replaceAll("'", "''")
  const order = seen?.order ?? 'dmy'
  const groups = {
    dmy: ['day', 'month', 'year'],
    mdy: ['month', 'day', 'year'],
    ymd: ['year', 'month', 'day'],
  }[order]
  const names = [...groups, 'rest'].map((name) => `'${name}'`).join(', ')
  const found = `regexp_extract(${text}, '^${expression}([^0-9].*)?$', [${names}])`
  const months = (seen?.months ?? [])
    .map((name) => `WHEN '${name}' THEN '${String(monthNames.get(name)).padStart(2, '0')}'`)
    .join(' ')
  return `concat(${found}.year, '-', CASE lower(${found}.month) ${months} END, '-',
    regexp_extract(${found}.day, '^[0-9]+'), ${found}.rest)`
}

function dateFormat(
  { key, separator, yearDigits }: MomentFamily,
  notation: MomentNotation,
): string {
  const year = yearDigits === 4 ? '%Y' : '%y'
  const parts: Record<DayOrder, string[]> = {
    dmy: ['%d', '%m', year],
    mdy: ['%m', '%d', year],
    ymd: [year, '%m', '%d'],
  }
  return parts[notation.orders[key] ?? 'dmy'].join(separator)
}

/** SQL that gives the instant, TIMESTAMPTZ, where the source states it; null otherwise. */
export function readInstant(text: string, notation: MomentNotation): string {
  const readers = notation.families
    .filter(({ zones }) => zones.some((zone) => zone !== ''))
    .map((family) => readWritten(text, family, notation))
  if (readers.length === 0) return 'NULL::TIMESTAMPTZ'
  const offset = `regexp_extract(${text}, '${timed}\\s*([+-])([0-9]{2}):?([0-9]{2})?$', ['sign', 'hours', 'minutes'])`
  const minutes = `(TRY_CAST(${offset}.hours AS INTEGER) * 60 + coalesce(TRY_CAST(${offset}.minutes AS INTEGER), 0))`
  return `CASE WHEN regexp_matches(${text}, '${timed}\\s*${stated}$')
    THEN timezone('UTC', coalesce(${readers.join(', ')})
      - to_minutes(coalesce(CASE ${offset}.sign WHEN '-' THEN -${minutes} ELSE ${minutes} END, 0))) END`
}

/** For people. */
export function describeMoments(notation: MomentNotation): string {
  const orders = new Set(Object.values(notation.orders))
  if (notation.families.some(({ kind }) => kind === 'named')) return 'months by name'
  if (orders.size === 0 || orders.has('ymd')) return 'dates year first'
  return orders.has('dmy') ? 'day before month' : 'month before day'
}
