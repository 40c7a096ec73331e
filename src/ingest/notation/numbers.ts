/**
 * The notation of a column of numbers, settled from all of its values. The engine counts the shapes of
 * the values (every digit written as 9); what a shape proves is decided here.
 */

import { currencyOf, expressionOf, hasCents } from './currencies.ts'

export type DecimalSign = '.' | ','

export interface NumberShape {
  /** The value with every digit written as 9. */
  readonly shape: string
  readonly count: number
  /** How many of these begin with zero and a separator: 0.125 can only be a decimal. */
  readonly leadingZero: number
  readonly example: string
}

export interface NumberNotation {
  /** The decimal sign, or 'either' where both kinds stand in one column: each value is read by its own. */
  readonly decimal: DecimalSign | 'either'
  /** In a column of both kinds: the decimal sign of values that fit both, such as 1.234. */
  readonly undecided?: DecimalSign
  /** Values need no more than a cast. */
  readonly plain: boolean
  /** No value has more than digits, points, commas and a sign in front: nothing need be taken off. */
  readonly bare: boolean
  /** Values carry a percent sign. */
  readonly percent: boolean
  /** More than four decimals: read with more care, and slower. */
  readonly fine: boolean
  /** Some values are written as 1.2E+05. */
  readonly scientific: boolean
  /** Currencies found beside the numbers: ISO codes, and $ for a dollar that does not say which. */
  readonly currencies: readonly string[]
  /** Those of them that do not count: values beside them are not read. */
  readonly refused?: readonly string[]
}

export interface NumberEvidence {
  readonly notation: NumberNotation
  /** True when the decimal sign is proven; otherwise `ambiguous` values could be read two ways. */
  readonly certain: boolean
  readonly ambiguous: number
  readonly ambiguousExample: string
  /** Values that are no number in any notation. */
  readonly unreadable: number
  /** Different units beside the numbers, as kg and g; currencies are none. */
  readonly units: readonly string[]
  /** Proofs for each sign. */
  readonly votes: Readonly<Record<DecimalSign, number>>
}

/** What may stand between three digits and the next three, besides point and comma. */
const gaps = "'\u2019\u02bc\u00b4` \\t\u00a0\u2007\u2009\u200a\u202f"
/**
 * Currency, unit or space beside a number; no digits of other scripts, no fractions, nothing that says more
 * or less than the number, and no error of a spreadsheet: #DIV/0! is no zero.
 */
const beside = '[^#!\\p{Nd}\u00bc-\u00be\u2150-\u215f.,()+\\-\u2212<>\u2264\u2265~\u2248\u00b1]*'
const minus = '[-\u2212]'
/** Currencies that end in a point, which is no decimal sign: Rs. 500. */
const abbreviation = '\\b(Rs|Rp|kr|Kr|Fr|SFr|Bs|Dhs|pcs|Stk|St|Pz|pz|ud|uds|un|st)\\.'
/** A line where no cents are: 12,- and CHF 12.– and 12:-. It is no minus. */
const noCents = '([0-9])[.,:][-\u2212\u2013\u2014]{1,2}'
/** What stands for a thousand or more: 1.5k is no 1.5. */
const multiples = '[0-9] ?(?:[kKMB]|Mio|Mrd|Tsd|mln|bn|thousand|million|lakh|crore)(?:[^\\p{L}]|$)'
/** As spreadsheets and programs write large and small numbers: 1.2E+05. */
const scientific = '([+-]?[0-9](?:[.,][0-9]+)?)[eE]([+-]?[0-9]{1,2})'

/** Values as they may stand around a number: signs, brackets, currency, percent. */
const number = `[.,]?[0-9][0-9.,${gaps}]*?`
const decorated = new RegExp(
  `^(?:(?<before>${beside})(?<sign>[+]|${minus})?(?<between>${beside})(?<body>${number})(?: ?${minus})?(?<after>${beside})|` +
    `(?<left>${beside})(?<leftSign>[+]|${minus})?(?<leftBetween>${beside})(?<leftBody>${number})(?<leftAfter>${beside})${minus}|` +
    `(?<outBefore>${beside})\\((?<inBefore>${beside})(?<inBody>${number})(?<inAfter>${beside})\\)(?<outAfter>${beside}))$`,
  'u',
)
/** As nearly all values are written where the decimal sign is a point: read without a second look. */
const everyday = /^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/
const exponential = new RegExp(`^${scientific}$`)
const multiple = new RegExp(multiples, 'u')

/** No number is longer, with all that may stand beside it; the pattern takes for ever on texts of megabytes. */
const longestNumber = 200

function partsOf(shape: string): { body: string; beside: string } | null {
  if (shape.length > longestNumber) return null
  const text = plainOf(shape)
  if (multiple.test(text)) return null
  const groups = decorated.exec(text)?.groups
  if (!groups) return null
  const { before, between, after, left, leftBetween, leftAfter } = groups
  const { inBefore, inAfter, outBefore, outAfter } = groups
  const around = [
    before,
    between,
    after,
    left,
    leftBetween,
    leftAfter,
    outBefore,
    inBefore,
    inAfter,
    outAfter,
  ]
  return {
    body: groups.body ?? groups.leftBody ?? groups.inBody ?? '',
    beside: around.join('').trim(),
  }
}

/** Without points and lines that are no part of the number. */
function plainOf(text: string): string {
  return text.trim().replace(new RegExp(abbreviation, 'g'), '$1').replace(new RegExp(noCents), '$1')
}

type Proof =
  | { readonly kind: 'unreadable' }
  /** `places` where a value without decimals is a fraction all the same: 5E-05. */
  | { readonly kind: 'whole'; readonly places?: number }
  | { readonly kind: 'decimal'; readonly sign: DecimalSign; readonly places: number }
  /** The sign separates thousands, so the other one is the decimal sign. */
  | { readonly kind: 'thousands'; readonly sign: DecimalSign }
  | { readonly kind: 'ambiguous'; readonly sign: DecimalSign }

const spaced = new RegExp(`^[0-9]{1,3}([${gaps}][0-9]{3})+([.,][0-9]*)?$`, 'u')
const gap = new RegExp(`[${gaps}]`, 'gu')
/** Of a number with an exponent; at most as many are read. */
const finest = 10
const grouped = /^[0-9]{1,3}([.,][0-9]{2,3})*[.,][0-9]{3}$/

/** What one shape proves of the decimal sign. */
export function prove(shape: string): Proof {
  const exponent = exponential.exec(shape.trim())
  if (exponent) {
    const sign = exponent[1]?.match(/[.,]/)?.[0] as DecimalSign | undefined
    return sign ? { kind: 'decimal', sign, places: finest } : { kind: 'whole', places: finest }
  }
  const parts = partsOf(shape)
  const stated = parts?.body.trim()
  if (stated === undefined) return { kind: 'unreadable' }
  const body = stated.replace(gap, '')
  if (body !== stated && !spaced.test(stated)) return { kind: 'unreadable' }
  const dots = count(body, '.')
  const commas = count(body, ',')
  if (dots + commas === 0) return { kind: 'whole' }
  const last: DecimalSign = body.lastIndexOf('.') > body.lastIndexOf(',') ? '.' : ','
  const lead = body.lastIndexOf(last)
  const places = body.length - 1 - lead
  if (dots > 0 && commas > 0) {
    const fits = count(body, last) === 1 && grouped.test(body.slice(0, lead))
    return fits ? { kind: 'decimal', sign: last, places } : { kind: 'unreadable' }
  }
  if (count(body, last) > 1) {
    return grouped.test(body) ? { kind: 'thousands', sign: last } : { kind: 'unreadable' }
  }
  if (places !== 3 || lead > 3 || lead === 0) return { kind: 'decimal', sign: last, places }
  const currency = currencyOf(parts?.beside ?? '')
  return { kind: currency && !hasCents(currency) ? 'thousands' : 'ambiguous', sign: last }
}

export function settleNumbers(shapes: readonly NumberShape[]): NumberEvidence {
  const votes: Record<DecimalSign, number> = { '.': 0, ',': 0 }
  const open: Record<DecimalSign, number> = { '.': 0, ',': 0 }
  let unreadable = 0
  let places = 0
  let ambiguousExample = ''
  for (const { shape, count: times, leadingZero, example } of shapes) {
    const proof = prove(shape)
    if (proof.kind === 'unreadable') unreadable += times
    if (proof.kind === 'whole') places = Math.max(places, proof.places ?? 0)
    if (proof.kind === 'decimal') {
      votes[proof.sign] += times
      places = Math.max(places, proof.places)
    }
    if (proof.kind === 'thousands') votes[proof.sign === '.' ? ',' : '.'] += times
    if (proof.kind === 'ambiguous') {
      votes[proof.sign] += leadingZero
      open[proof.sign] += times - leadingZero
      places = Math.max(places, 3)
      if (times > leadingZero) ambiguousExample = example
    }
  }
  const ambiguous = open['.'] + open[',']
  const stated = besidesOf(shapes)
  const proven = votes['.'] + votes[','] > 0
  const decimal = votes['.'] > 0 && votes[','] > 0 ? 'either' : votes[','] > 0 ? ',' : '.'
  return {
    notation: {
      decimal,
      plain:
        decimal === '.' && shapes.every(({ shape }) => /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(shape)),
      bare: shapes.every(({ shape }) => /^[+-]?[\d.,]+$/.test(shape)),
      percent: shapes.some(({ shape }) => shape.includes('%')),
      fine: places > 4,
      scientific: shapes.some(({ shape }) => exponential.test(shape.trim())),
      currencies: [...new Set(stated.flatMap((text) => currencyOf(text) ?? []))].sort(),
    },
    certain: ambiguous === 0 || (proven && decimal !== 'either'),
    ambiguous,
    ambiguousExample,
    unreadable,
    units: unitsIn(stated),
    votes,
  }
}

/** The different texts beside the numbers. */
function besidesOf(shapes: readonly NumberShape[]): string[] {
  const texts = shapes.flatMap(({ shape }) => {
    const text = exponential.test(shape.trim()) ? '' : (partsOf(shape)?.beside ?? '')
    return text === '' ? [] : [text]
  })
  return [...new Set(texts)]
}

/** "1 pc" and "2 pcs" are one unit. */
function unitsIn(besides: readonly string[]): string[] {
  const words = besides.filter((text) => /^\p{L}+$/u.test(text) && currencyOf(text) === null)
  return [...new Map(words.map((word) => [word.toLowerCase().replace(/s$/, ''), word])).values()]
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1
}

/** SQL that gives the shape of a text. */
export function shapeOf(text: string): string {
  return `translate(${text}, '0123456789', '9999999999')`
}

/**
 * SQL that reads a number as DECIMAL(18,4), null where it is none. `text` is an expression of trimmed
 * text, null where blank. Wide decimals cost ten times as much, so they are only tried for values that
 * need them.
 */
export function readNumber(text: string, notation: NumberNotation): string {
  if (notation.plain) return cast(text, notation)
  if (notation.refused && notation.refused.length > 0) {
    const others = notation.refused
      .map(expressionOf)
      .map((one) => `regexp_matches(${text}, ${literal(one)})`)
    return `CASE WHEN NOT (${others.join(' OR ')}) THEN ${readNumber(text, { ...notation, refused: [] })} END`
  }
  // A value costs half as much where nothing can stand beside its digits.
  const stated = notation.bare
    ? text
    : `regexp_replace(regexp_replace(${text}, ${literal(abbreviation)}, '\\1', 'g'), ${literal(noCents)}, '\\1')`
  const single = notation.bare ? '' : `AND NOT regexp_matches(${stated}, ${literal(multiples)})`
  const body = `regexp_replace(${stated}, '[^0-9.,]', '', 'g')`
  const number = `CASE WHEN regexp_full_match(${stated}, ${literal(readable(notation))}) ${single}
    THEN ${cast(pointed(body, notation), notation)} END`
  const signed = `CASE WHEN regexp_matches(${stated}, '[-\u2212(]') THEN -(${number}) ELSE ${number} END`
  if (notation.scientific) {
    const exponents = notation.decimal === 'either' ? '' : `[${notation.decimal}]`
    const own = exponents === '' ? scientific : scientific.replace('[.,]', exponents)
    return `CASE WHEN regexp_full_match(${text}, ${literal(own)}) THEN TRY_CAST(replace(${text}, ',', '.') AS DECIMAL(30,10))
      ELSE ${withPercent(text, signed, notation)} END`
  }
  return withPercent(text, signed, notation)
}

/** Without its sign, 5 beside 10 % may be five hundredths or five: it is not read at all. */
function withPercent(text: string, signed: string, { percent }: NumberNotation): string {
  if (!percent) return signed
  return `CASE WHEN contains(${text}, '%') THEN (${signed} / 100)::DECIMAL(18,6) WHEN (${signed}) = 0 THEN 0 END`
}

function literal(expression: string): string {
  return `'${expression.replaceAll("'", "''")}'`
}

/** The expression that a value of the notation fits whole. Digits in groups are so throughout. */
function readable({ decimal }: NumberNotation): string {
  const bodies = (decimal === 'either' ? (['.', ','] as const) : [decimal]).map((sign) => {
    const between = `[${sign === '.' ? ',' : '.'}${gaps}]`
    return `(?:[0-9]+|[0-9]{1,3}(?:${between}[0-9]{2,3})*${between}[0-9]{3})(?:[${sign}][0-9]*)?|[${sign}][0-9]+`
  })
  const body = `(?:${bodies.join('|')})`
  const signed = `${beside}(?:[+]|${minus})?${beside}${body}(?: ?${minus}${beside}|${beside}${minus}?)`
  return `${signed}|${beside}\\(${beside}${body}${beside}\\)${beside}`
}

/** SQL: the digits with a decimal point, if any, and nothing else. */
function pointed(body: string, { decimal, undecided = '.' }: NumberNotation): string {
  const bare = `replace(replace(${body}, '.', ''), ',', '')`
  const point = `replace(${body}, ',', '')`
  const comma = `replace(replace(${body}, '.', ''), ',', '.')`
  if (decimal !== 'either') return decimal === '.' ? point : comma
  // Both kinds in one column: the later sign of a value is its decimal sign.
  return `CASE WHEN contains(${body}, '.') AND contains(${body}, ',')
      THEN CASE WHEN strpos(reverse(${body}), ',') < strpos(reverse(${body}), '.') THEN ${comma} ELSE ${point} END
    WHEN regexp_matches(${body}, '[.,].*[.,]') THEN ${bare}
    WHEN regexp_full_match(${body}, '[1-9][0-9]{0,2}[.,][0-9]{3}') THEN ${undecided === '.' ? point : comma}
    ELSE replace(${body}, ',', '.') END`
}

function cast(text: string, notation: NumberNotation): string {
  return notation.fine
    ? `TRY_CAST(${text} AS DECIMAL(30,10))`
    : `TRY_CAST(${text} AS DECIMAL(18,4))`
}

/** One value as a binary float, good enough to look for products and sums; null where it is no number. */
export function numberOf(
  value: string,
  { decimal, undecided = '.' }: NumberNotation,
): number | null {
  if (decimal === '.' && everyday.test(value)) return Number(value)
  const text = plainOf(value)
  const exponent = exponential.exec(text)
  if (exponent) return Number(text.replace(',', '.'))
  const body = partsOf(text)?.body.replace(gap, '')
  if (body === undefined) return null
  const proof = prove(text.replace(/[0-9]/g, '9'))
  const own =
    proof.kind === 'decimal'
      ? proof.sign
      : proof.kind === 'thousands'
        ? other(proof.sign)
        : undecided
  const sign = decimal === 'either' ? own : decimal
  const size = Number(body.replaceAll(other(sign), '').replace(sign, '.'))
  if (!Number.isFinite(size)) return null
  const signed = /[-\u2212(]/.test(text) ? -size : size
  return text.includes('%') ? signed / 100 : signed
}

function other(sign: DecimalSign): DecimalSign {
  return sign === '.' ? ',' : '.'
}

/** For people. */
export function describeNumbers(notation: NumberNotation): string {
  if (notation.decimal === 'either') return 'decimal points and commas'
  return notation.decimal === ',' ? 'decimal comma' : 'decimal point'
}
