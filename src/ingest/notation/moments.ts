/**
 * The notation of a column of dates or times, settled from all of its values: each shape (digits as 9)
 * belongs to a family; the order of day and month is settled per family, and families that prove
 * nothing follow those that do.
 */

export type DayOrder = 'dmy' | 'mdy'

export interface MomentShape {
  readonly shape: string
  readonly count: number
  readonly example: string
}

/** Values that are written alike: same separator, same length of year. */
export interface MomentFamily {
  readonly key: string
  readonly kind: 'iso' | 'compact' | 'numeric'
  readonly separator: string
  readonly yearDigits: 2 | 4
  /** Time suffixes seen, as strptime formats: '', ' %H:%M', ... */
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

const timePart =
  '(?<time>[T ,]+9{1,2}:99(?<seconds>:99(?<fraction>[.,]9+)?)?(?<half>\\s*[AaPp]\\.?[Mm]\\.?)?)?'
const zonePart = '(?<zone>\\s*(?:Z|UTC|[+-]99:?99|[+-]99))?'
const iso = new RegExp(`^9999(?<separator>[-/.])9{1,2}\\k<separator>9{1,2}${timePart}${zonePart}$`)
const numeric = new RegExp(
  `^9{1,2}(?<separator>[-/. ])9{1,2}\\k<separator>(?<year>9999|99)${timePart}${zonePart}$`,
)
const compact = /^99999999$/

export function familyOf(shape: string): Omit<MomentFamily, 'count' | 'example'> | null {
  const text = shape.trim()
  if (compact.test(text)) {
    return {
      key: 'compact',
      kind: 'compact',
      separator: '',
      yearDigits: 4,
      times: [''],
      zones: [''],
    }
  }
  const asIso = iso.exec(text)?.groups
  const asNumeric = asIso ? undefined : numeric.exec(text)?.groups
  const groups = asIso ?? asNumeric
  if (!groups) return null
  const separator = groups.separator ?? ''
  const yearDigits = asIso || groups.year?.length === 4 ? 4 : 2
  return {
    key: asIso ? `iso${separator}` : `${separator}${yearDigits}`,
    kind: asIso ? 'iso' : 'numeric',
    separator,
    yearDigits,
    times: [timeFormat(groups)],
    zones: [zoneOf(groups.zone)],
  }
}

function timeFormat(groups: Record<string, string | undefined>): string {
  if (!groups.time) return ''
  const lead = /^[T ,]+/.exec(groups.time)?.[0] ?? ' '
  const clock = groups.half ? '%I:%M' : '%H:%M'
  const seconds = groups.seconds ? ':%S' : ''
  const fraction = groups.fraction ? `${groups.fraction[0]}%f` : ''
  const half = groups.half ? `${/^\s/.test(groups.half) ? ' ' : ''}%p` : ''
  return `${lead}${clock}${seconds}${fraction}${half}`
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
      times: union(known?.times, family.times),
      zones: union(known?.zones, family.zones),
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
  const first = (part?.firstMost ?? 0) > 12
  const second = (part?.secondMost ?? 0) > 12
  if (first && second) return 'contradictory'
  if (first) return 'dmy'
  if (second) return 'mdy'
  return family.separator === '.' ? 'dmy' : 'open'
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
    if (family.kind === 'compact') return `try_strptime(${text}, '%Y%m%d')`
    return family.kind === 'iso'
      ? readIso(text, family, timeZone)
      : readNumeric(text, family, notation)
  })
  return readers.length > 1 ? `coalesce(${readers.join(', ')})` : (readers[0] ?? 'NULL::TIMESTAMP')
}

function readIso(text: string, family: MomentFamily, timeZone: string): string {
  const normal = family.separator === '-' ? text : `replace(${text}, '${family.separator}', '-')`
  const written = `TRY_CAST(${normal} AS TIMESTAMP)`
  if (!family.zones.includes('Z') || timeZone === 'UTC') return written
  return `CASE WHEN ${text} LIKE '%Z' OR ${text} LIKE '%UTC'
    THEN timezone('${timeZone}', TRY_CAST(${normal} AS TIMESTAMPTZ)) ELSE ${written} END`
}

function readNumeric(text: string, family: MomentFamily, notation: MomentNotation): string {
  const order = notation.orders[family.key] ?? 'dmy'
  const year = family.yearDigits === 4 ? '%Y' : '%y'
  const day = order === 'dmy' ? ['%d', '%m'] : ['%m', '%d']
  const date = [...day, year].join(family.separator)
  // Four-digit years first: with %y, "2010" would be read as the year 20.
  const formats = family.times.map((time) => `'${date}${time}'`)
  return `try_strptime(${text}, [${formats.join(', ')}])`
}

/** SQL that gives the instant, TIMESTAMPTZ, where the source states it; null otherwise. */
export function readInstant(text: string, notation: MomentNotation): string {
  const stated = notation.families.some(({ zones }) => zones.some((zone) => zone !== ''))
  if (!stated) return 'NULL::TIMESTAMPTZ'
  return `CASE WHEN regexp_matches(${text}, '(Z|UTC|[+-][0-9]{2}:?[0-9]{2})$') THEN TRY_CAST(${text} AS TIMESTAMPTZ) END`
}

/** For people. */
export function describeMoments(notation: MomentNotation): string {
  const orders = new Set(Object.values(notation.orders))
  if (orders.size === 0) return 'dates year first'
  return orders.has('dmy') ? 'day before month' : 'month before day'
}
