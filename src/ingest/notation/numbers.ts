/**
 * The notation of a column of numbers, settled from all of its values. The engine counts the shapes of
 * the values (every digit written as 9); what a shape proves is decided here.
 */

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
  /** The decimal sign, or 'either' where both kinds stand in one column, each recognisable. */
  readonly decimal: DecimalSign | 'either'
  /** Values need no more than a cast. */
  readonly plain: boolean
  /** Values carry a percent sign. */
  readonly percent: boolean
  /** More than four decimals: read with more care, and slower. */
  readonly fine: boolean
  /** Currency signs or codes found beside the numbers. */
  readonly currencies: readonly string[]
}

export interface NumberEvidence {
  readonly notation: NumberNotation
  /** True when the decimal sign is proven; otherwise `ambiguous` values could be read two ways. */
  readonly certain: boolean
  readonly ambiguous: number
  readonly ambiguousExample: string
  /** Values that are no number in any notation. */
  readonly unreadable: number
  /** Proofs for each sign. */
  readonly votes: Readonly<Record<DecimalSign, number>>
}

/** Values as they may stand around a number: signs, brackets, currency, percent. */
const decorated =
  /^(?<open>\()?(?<before>[^\d.,()+-]*)(?<sign>[+\-\u2212])?(?<between>[^\d.,()+-]*)(?<body>[.,]?\d[\d.,'’\s\u00a0\u202f]*?)(?<after>[^\d.,()+-]*)(?<trailing>[-\u2212])?(?<close>\))?$/u

type Proof =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'decimal'; readonly sign: DecimalSign; readonly places: number }
  /** The sign separates thousands, so the other one is the decimal sign. */
  | { readonly kind: 'thousands'; readonly sign: DecimalSign }
  | { readonly kind: 'ambiguous'; readonly sign: DecimalSign }

/** What one shape proves of the decimal sign. */
export function prove(shape: string): Proof {
  const body = decorated.exec(shape.trim())?.groups?.body?.replace(/['’\s\u00a0\u202f]/gu, '')
  if (body === undefined) return { kind: 'unreadable' }
  const dots = count(body, '.')
  const commas = count(body, ',')
  if (dots + commas === 0) return { kind: 'whole' }
  const last: DecimalSign = body.lastIndexOf('.') > body.lastIndexOf(',') ? '.' : ','
  const other: DecimalSign = last === '.' ? ',' : '.'
  const places = body.length - 1 - body.lastIndexOf(last)
  if (dots > 0 && commas > 0) {
    return count(body, last) === 1
      ? { kind: 'decimal', sign: last, places }
      : { kind: 'thousands', sign: other }
  }
  if (count(body, last) > 1) {
    return /^\d{1,3}([.,]\d{2,3})+$/.test(body)
      ? { kind: 'thousands', sign: last }
      : { kind: 'unreadable' }
  }
  const lead = body.indexOf(last)
  if (places !== 3 || lead > 3 || lead === 0) return { kind: 'decimal', sign: last, places }
  return { kind: 'ambiguous', sign: last }
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
  const proven = votes['.'] + votes[','] > 0
  const decimal = votes['.'] > 0 && votes[','] > 0 ? 'either' : votes[','] > 0 ? ',' : '.'
  return {
    notation: {
      decimal,
      plain:
        decimal === '.' && shapes.every(({ shape }) => /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(shape)),
      percent: shapes.some(({ shape }) => shape.includes('%')),
      fine: places > 4,
      currencies: currenciesIn(shapes),
    },
    certain: ambiguous === 0 || (proven && decimal !== 'either'),
    ambiguous,
    ambiguousExample,
    unreadable,
    votes,
  }
}

const signs: Readonly<Record<string, string>> = {
  '£': 'GBP',
  '€': 'EUR',
  '¥': 'JPY',
  '₹': 'INR',
  '₽': 'RUB',
  R$: 'BRL',
  zł: 'PLN',
  Kč: 'CZK',
}

/** ISO codes that the text beside the numbers stands for; a bare dollar is no code. */
function currenciesIn(shapes: readonly NumberShape[]): string[] {
  const found = shapes.flatMap(({ shape }) => {
    const groups = decorated.exec(shape.trim())?.groups
    const beside = `${groups?.before ?? ''}${groups?.between ?? ''}${groups?.after ?? ''}`.trim()
    if (/^[A-Z]{3}$/.test(beside)) return [beside]
    return signs[beside] ? [signs[beside]] : []
  })
  return [...new Set(found)].sort()
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
  const body = `regexp_replace(${text}, '[^0-9.,]', '', 'g')`
  const number = `CASE WHEN regexp_full_match(${text}, '${readable}') THEN ${cast(dotted(body, notation), notation)} END`
  const signed = `CASE WHEN regexp_matches(${text}, '[-\u2212(]') THEN -(${number}) ELSE ${number} END`
  return notation.percent ? `(${signed} / 100)::DECIMAL(18,6)` : signed
}

const readable =
  '\\(?[^0-9.,()+\\-]*[+\\-\u2212]?[^0-9.,()+\\-]*[.,]?[0-9][0-9., \u00a0\u202f\u2019' +
  "''" +
  ']*[^0-9.,()+\\-]*[\\-\u2212]?\\)?'

function dotted(body: string, notation: NumberNotation): string {
  if (notation.decimal === '.') return `replace(${body}, ',', '')`
  if (notation.decimal === ',') return `replace(replace(${body}, '.', ''), ',', '.')`
  // Both kinds in one column: the later sign of a value is its decimal sign.
  return `CASE WHEN instr(reverse(${body}), ',') > 0
      AND (instr(reverse(${body}), '.') = 0 OR instr(reverse(${body}), ',') < instr(reverse(${body}), '.'))
    THEN replace(replace(${body}, '.', ''), ',', '.') ELSE replace(${body}, ',', '') END`
}

function cast(text: string, notation: NumberNotation): string {
  return notation.fine
    ? `TRY_CAST(${text} AS DECIMAL(30,10))`
    : `TRY_CAST(${text} AS DECIMAL(18,4))`
}

/** For people. */
export function describeNumbers(notation: NumberNotation): string {
  if (notation.decimal === 'either') return 'decimal points and commas'
  return notation.decimal === ',' ? 'decimal comma' : 'decimal point'
}
