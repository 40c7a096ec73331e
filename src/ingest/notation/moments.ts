import type { PartEvidence, SettledOrder } from './day-order.ts'
import { type DayOrder, type MomentFamily, namedParts } from './moment-families.ts'
import { monthNames } from './month-names.ts'
import { spelt } from './spellings.ts'

/** How a column of dates or times is read: the notation settled from all of its values, and the SQL for it. */

export interface MomentNotation {
  readonly families: readonly MomentFamily[]
  /** Day order for families that need one, by key. */
  readonly orders: Readonly<Record<string, DayOrder>>
  readonly hasTime: boolean
  readonly inUtc: boolean
  /** Parts of a second are read too, to the microsecond: they tell which of two came first. */
  readonly toMicroseconds?: true
}

/** The same values, read with the parts of their seconds. */
export function toMicroseconds(notation: MomentNotation): MomentNotation {
  return { ...notation, toMicroseconds: true }
}

/** SQL of a TIMESTAMP as text that sorts by time. Parts of a second stand there only where there are some. */
export function sortableText(moment: string): string {
  return `rtrim(rtrim(strftime(${moment}, '%Y-%m-%dT%H:%M:%S.%f'), '0'), '.')`
}

export interface MomentEvidence {
  readonly families: readonly MomentFamily[]
  readonly orders: Readonly<Record<string, SettledOrder>>
  /** Of the families that have an order. */
  readonly parts: readonly PartEvidence[]
  readonly unreadable: number
  /** A spreadsheet that takes the month for the first number seems to have read those whose first number may be one. */
  readonly swapped?: true
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
    spellings: [],
    times: [...(timed < filled ? [''] : []), ...(timed > 0 ? ['%H:%M:%S'] : [])],
    zones: [''],
    count: filled,
    example: '',
  }
  return { families: [family], orders: {}, parts: [], unreadable: 0 }
}

/**
 * SQL that reads the local time as written, TIMESTAMP, null where it is none. Only instants in UTC are
 * moved, to the shop's zone.
 */
export function readMoment(text: string, notation: MomentNotation, timeZone: string): string {
  const readers = notation.families.map((family) => {
    const own = spelt(text, family.spellings)
    const written = readWritten(own, family, notation)
    if (!family.zones.includes('Z') || timeZone === 'UTC') return written
    const local = `timezone('${timeZone}', timezone('UTC', ${written}))`
    if (family.kind === 'epoch') return local
    return `CASE WHEN regexp_matches(${own}, '${timed}\\s*(Z|UTC)$') THEN ${local} ELSE ${written} END`
  })
  return readers.length > 1 ? `coalesce(${readers.join(', ')})` : (readers[0] ?? 'NULL::TIMESTAMP')
}

/**
 * SQL condition: the moment has a time of day, and is no mere day, whose midnight is no hour. Null where all moments of the
 * column have one, or are numbers, which do not tell.
 */
export function tellsTime(text: string, { families }: MomentNotation): string | null {
  const mayBeDays = families.some(({ times }) => times.includes(''))
  if (!mayBeDays || families.some(({ kind }) => kind === 'serial' || kind === 'epoch')) return null
  const spellings = [...new Set(families.flatMap((family) => family.spellings))]
  return `regexp_matches(${spelt(text, spellings)}, '[0-9]:[0-9]{2}')`
}

/** A time of day: what a zone stands behind, and what tells it from the end of a day (2024-01-15). */
const timed = '[0-9]{1,2}:[0-9]{2}[0-9:.,]*(?:\\s*[AaPp]\\.?\\s?[Mm]\\.?)?'
const stated = '(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)'

/** SQL of the TIMESTAMP as written, its zone left out. */
function readWritten(text: string, family: MomentFamily, notation: MomentNotation): string {
  const { kind, times } = family
  if (kind === 'compact') return `try_strptime(${text}, '%Y%m%d')`
  if (kind === 'serial') return serialDay(text)
  if (kind === 'epoch') return sinceEpoch(text)
  const alone = notation.families.length === 1
  if (family.plain)
    return alone ? cast(text) : `CASE WHEN strpos(${text}, '-') = 5 THEN ${cast(text)} END`
  const parts = notation.toMicroseconds === true
  const normal = normalised(kind === 'named' ? inDigits(text, family, notation) : text, {
    ...family,
    parts,
  })
  const halves = times.some((time) => time.endsWith('%p'))
  if (kind === 'iso' && !halves) return cast(normal)
  const date = kind === 'numeric' ? dateFormat(family, notation) : yearFirst(family)
  const formats = withParts(times, parts).map((time) => `'${date}${time && ` ${time}`}'`)
  const read = (value: string) => `try_strptime(${value}, [${formats.join(', ')}])`
  if (!times.some((time) => time.startsWith('%H'))) return read(normal)
  // The end of a day is the start of the next.
  return `CASE WHEN contains(${normal}, ' 24:00')
    THEN ${read(`regexp_replace(${normal}, ' 24:00(:00(?:[.]0+)?)?$', ' 00:00\\1')`)} + INTERVAL 1 DAY ELSE ${read(normal)} END`
}

/** Formats of times, also with parts of their seconds where these are wanted. */
function withParts(times: readonly string[], parts: boolean): readonly string[] {
  if (!parts) return times
  return [...new Set(times.flatMap((time) => [time, time.replace('%S', '%S.%f')]))]
}

function cast(text: string): string {
  return `TRY_CAST(${text} AS TIMESTAMP)`
}

/** Days since the last but one of 1899, as spreadsheets count them, to the second. */
function serialDay(text: string): string {
  const days = `TRY_CAST(replace(${text}, ',', '.') AS DECIMAL(20,12))`
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{5}(?:[.,][0-9]+)?')
    THEN TIMESTAMP '1899-12-30 00:00:00' + to_seconds(round(${days} * 86400)::BIGINT) END`
}

/** Seconds, thousandths or millionths of them since 1970, told by how many digits there are. */
function sinceEpoch(text: string): string {
  const number = `TRY_CAST(replace(${text}, ',', '.') AS DECIMAL(28,9))`
  const millionths = `CASE WHEN length(${text}) = 16 AND NOT regexp_matches(${text}, '[.,]') THEN 1 WHEN length(${text}) = 13 AND NOT regexp_matches(${text}, '[.,]') THEN 1000 ELSE 1000000 END`
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{10}(?:[.,][0-9]+)?|[0-9]{13}|[0-9]{16}')
    THEN make_timestamp((${number} * ${millionths})::BIGINT) END`
}

/** SQL of the text with one way to write what varies and says nothing: zones, gaps, fractions, halves. */
function normalised(
  text: string,
  { kind, separator, zones, times, parts }: MomentFamily & { readonly parts: boolean },
): string {
  const steps: [from: string, to: string][] = []
  if (zones.some((zone) => zone !== '')) steps.push([`(${timed})\\s*${stated}$`, '\\1'])
  if (kind === 'iso' && separator !== '-')
    steps.push([`^([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})`, '\\1-\\2-\\3'])
  if (times.some((time) => time.includes('%S')))
    steps.push(
      parts ? ['(:[0-9]{2})[.,]([0-9]{1,6})[0-9]*', '\\1.\\2'] : ['(:[0-9]{2})[.,][0-9]+', '\\1'],
    )
  if (times.some((time) => time !== '')) steps.push(['[T ,]+([0-9]{1,2}:)', ' \\1'])
  if (times.some((time) => time.endsWith('%p'))) {
    steps.push(['\\s*([AaPp])\\.?\\s?[Mm]\\.?$', ' \\1M'])
    // Half past midnight is 12:30 AM, and some write 0:30 AM.
    steps.push([' 0{1,2}(:[0-9:]+ [Aa]M)$', ' 12\\1'])
  }
  return steps.reduce((sql, [from, to]) => `regexp_replace(${sql}, '${from}', '${to}')`, text)
}

function yearFirst({ yearDigits }: MomentFamily): string {
  return yearDigits === 4 ? '%Y-%m-%d' : '%y-%m-%d'
}

/** SQL of the text with its day written year first and in digits; null where it is not of the family. */
function inDigits(text: string, family: MomentFamily, notation: MomentNotation): string {
  const { named: seen, yearDigits, key } = family
  const parts = namedParts('[0-9]').find(([order]) => order === seen?.order)?.[1] ?? ''
  const expression = parts
    .replace(/\(\?<\w+>/g, '(')
    .replace(`(?:[0-9]{4}|[0-9]{2})`, `[0-9]{${yearDigits}}`)
    .replaceAll("'", "''")
  // 24-Feb-03 looks alike whether its year stands first or last.
  const order = notation.orders[key] ?? seen?.order ?? 'dmy'
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
  return `concat(lpad(${found}.year, ${yearDigits}, '0'), '-', CASE lower(${found}.month) ${months} END, '-',
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
    .map((family) => instantOf(spelt(text, family.spellings), family, notation))
  if (readers.length === 0) return 'NULL::TIMESTAMPTZ'
  return readers.length > 1 ? `coalesce(${readers.join(', ')})` : (readers[0] ?? '')
}

function instantOf(text: string, family: MomentFamily, notation: MomentNotation): string {
  const written = readWritten(text, family, notation)
  if (family.kind === 'epoch') return `timezone('UTC', ${written})`
  const offset = `regexp_extract(${text}, '${timed}\\s*([+-])([0-9]{2}):?([0-9]{2})?$', ['sign', 'hours', 'minutes'])`
  const minutes = `(TRY_CAST(${offset}.hours AS INTEGER) * 60 + coalesce(TRY_CAST(${offset}.minutes AS INTEGER), 0))`
  return `CASE WHEN regexp_matches(${text}, '${timed}\\s*${stated}$')
    THEN timezone('UTC', ${written}
      - to_minutes(coalesce(CASE ${offset}.sign WHEN '-' THEN -${minutes} ELSE ${minutes} END, 0))) END`
}

/** For people. */
export function describeMoments(notation: MomentNotation): string {
  const orders = new Set(Object.values(notation.orders))
  const has = (wanted: MomentFamily['kind']) =>
    notation.families.some(({ kind }) => kind === wanted)
  if (has('named')) return 'months by name'
  if (has('epoch')) return 'seconds since 1970'
  if (has('serial')) return 'days as spreadsheets count them'
  if (orders.size === 0 || orders.has('ymd')) return 'dates year first'
  return orders.has('dmy') ? 'day before month' : 'month before day'
}
