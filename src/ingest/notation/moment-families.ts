import { monthNames } from './month-names.ts'
import { plainlySpelt, type SpellingName } from './spellings.ts'

/** Which values of a column are written alike, told by their shapes (digits as 9). */

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
  /** `serial`: days of a spreadsheet, since 1899-12-30; `epoch`: seconds or parts of them since 1970, in UTC. */
  readonly kind: 'iso' | 'compact' | 'numeric' | 'named' | 'serial' | 'epoch'
  readonly separator: string
  readonly yearDigits: 2 | 4
  /** Where months stand by name: the order of the parts, and the names seen. */
  readonly named?: { readonly order: DayOrder; readonly months: readonly string[] }
  /** Values need no more than a cast. */
  readonly plain: boolean
  /** What some of the values are to be rewritten from. */
  readonly spellings: readonly SpellingName[]
  /** Times seen behind the day, as strptime formats without what is between: '', '%H:%M', ... */
  readonly times: readonly string[]
  /** Zones seen: '' none, 'Z', 'offset'. */
  readonly zones: readonly ('' | 'Z' | 'offset')[]
  readonly count: number
  readonly example: string
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
/** Days since 1899-12-30 up to 2173, and what is over of a day. */
const serial = /^9{5}(?<fraction>[.,]9+)?$/
/** Seconds, thousandths and millionths from 2001 to 2286. */
const epoch = /^(?:9{10}(?:[.,]9+)?|9{13}|9{16})$/

/** Day, month by name and year as they stand; the same expressions tell shapes and read values. */
const weekday = '(?:\\p{L}+[.,]?\\s+)?'
const dayPart = (digit: string) => `${digit}{1,2}(?:st|nd|rd|th|er|º|ª)?`
const monthPart = '\\p{L}{3,10}'
const yearPart = (digit: string) => `(?:${digit}{4}|${digit}{2})`
const between = '[\\s,./-]*(?:de\\s+)?'
export function namedParts(digit: string): readonly (readonly [DayOrder, string])[] {
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

type Told = Omit<MomentFamily, 'count' | 'example'>

/** Null for what is no moment. Bare numbers are moments only where their column is known to hold such. */
export function familyOf(shape: string): Told | null {
  const { text, spellings } = plainlySpelt(shape)
  const told = bareNumber(shape.trim()) ?? writtenDay(text)
  return told && { ...told, spellings, plain: told.plain && spellings.length === 0 }
}

/** A number that is a moment in a column of moments, and a number anywhere else. */
export function isBareNumber(shape: string): boolean {
  return bareNumber(shape.trim()) !== null || /^9{14}$/.test(shape.trim())
}

function bareNumber(text: string): Told | null {
  const none = { separator: '', yearDigits: 4, plain: false, spellings: [] } as const
  const asSerial = serial.exec(text)
  if (asSerial) {
    const times = [asSerial.groups?.fraction ? '%H:%M:%S' : '']
    return { ...none, key: 'serial', kind: 'serial', times, zones: [''] }
  }
  if (epoch.test(text))
    return { ...none, key: 'epoch', kind: 'epoch', times: ['%H:%M:%S'], zones: ['Z'] }
  return null
}

function writtenDay(text: string): Told | null {
  if (compact.test(text)) {
    return {
      key: 'compact',
      kind: 'compact',
      separator: '',
      yearDigits: 4,
      plain: false,
      spellings: [],
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
    spellings: [],
    times: [timeFormat(groups)],
    zones: [zoneOf(groups.zone)],
  }
}

/** 26-May-26, 5 Jan 2024, January 5th, 2024 10:05 PM, 5 de enero de 2024. */
function namedFamily(text: string): Told | null {
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
      spellings: [],
      times: [timeFormat(groups)],
      zones: [zoneOf(groups.zone)],
    }
  }
  return null
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
      spellings: union(known?.spellings, family.spellings),
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
