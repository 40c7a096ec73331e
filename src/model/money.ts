/**
 * Exact decimal arithmetic on text. Money and quantities are decimal strings everywhere outside SQL;
 * no figure ever passes through a binary float. Rounding is half away from zero.
 */

interface Decimal {
  readonly units: bigint
  readonly scale: number
}

/** a + b, exact. */
export function add(a: string, b: string): string {
  const [left, right, scale] = align(parse(a), parse(b))
  return write({ units: left + right, scale })
}

/** All of them together, exact. */
export function sum(values: Iterable<string>): string {
  let total: Decimal = { units: 0n, scale: 0 }
  for (const value of values) {
    // Sums of rare things, such as returns by day, are made of little else.
    if (value === '0') continue
    const [left, right, scale] = align(total, parse(value))
    total = { units: left + right, scale }
  }
  return write(total)
}

/** a - b, exact. */
export function subtract(a: string, b: string): string {
  const [left, right, scale] = align(parse(a), parse(b))
  return write({ units: left - right, scale })
}

/** a x b, exact. */
export function multiply(a: string, b: string): string {
  const left = parse(a)
  const right = parse(b)
  return write({ units: left.units * right.units, scale: left.scale + right.scale })
}

/** a / b to `places` decimals, half away from zero; null when b is zero. */
export function divide(a: string, b: string, places = 4): string | null {
  const left = parse(a)
  const right = parse(b)
  if (right.units === 0n) return null
  const shift = places + right.scale - left.scale
  const numerator = shift >= 0 ? left.units * powerOfTen(shift) : left.units
  const denominator = shift >= 0 ? right.units : right.units * powerOfTen(-shift)
  return write({ units: divideHalfAway(numerator, denominator), scale: places })
}

/** To `places` decimals, half away from zero; trailing zeros are kept. */
export function round(a: string, places: number): string {
  const value = parse(a)
  if (value.scale <= places) {
    return write({ units: value.units * powerOfTen(places - value.scale), scale: places })
  }
  const units = divideHalfAway(value.units, powerOfTen(value.scale - places))
  return write({ units, scale: places })
}

/** The smallest whole number that is not below it. */
export function roundUp(a: string): string {
  const { units, scale } = parse(a)
  const one = powerOfTen(scale)
  const whole = units / one
  return String(units > whole * one ? whole + 1n : whole)
}

/** To `places` decimals, half away from zero. Throws below zero. Source: Heron's method over whole numbers. */
export function squareRoot(a: string, places: number): string {
  const value = parse(a)
  if (value.units < 0n) throw new Error(`no square root of ${a}`)
  // One digit more than asked tells how to round: a root that ends in a five there is never exact but as a square.
  const shift = 2 * (places + 1) - value.scale
  const square = shift >= 0 ? value.units * powerOfTen(shift) : value.units / powerOfTen(-shift)
  return round(write({ units: wholeRoot(square), scale: places + 1 }), places)
}

function wholeRoot(square: bigint): bigint {
  if (square < 2n) return square
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2))
  for (;;) {
    const next = (root + square / root) / 2n
    if (next >= root) return root
    root = next
  }
}

/** Shortest text for the same value: no trailing zeros, no minus zero. */
export function trim(a: string): string {
  const value = parse(a)
  let { units, scale } = value
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n
    scale -= 1
  }
  return write({ units, scale })
}

/** Text of a stored value: of a decimal without the zeros that only its type adds, of anything else as it stands. */
export function trimDecimal(text: string): string {
  return isStoredDecimal(text) ? trim(text) : text
}

/** True of a number with decimals behind a point, as the engine writes it. */
export function isStoredDecimal(text: string): boolean {
  return /^-?\d+\.\d+$/.test(text)
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: string, b: string): number {
  const [left, right] = align(parse(a), parse(b))
  return left < right ? -1 : left > right ? 1 : 0
}

export function isZero(a: string): boolean {
  return parse(a).units === 0n
}

export function negate(a: string): string {
  const value = parse(a)
  return write({ units: -value.units, scale: value.scale })
}

/** Digits with at most one point among them, at least one digit, and perhaps a minus before. */
const decimal = /^-?(?:\d+\.?\d*|\.\d+)$/

function parse(text: string): Decimal {
  if (!decimal.test(text)) throw new Error(`not a decimal: ${JSON.stringify(text)}`)
  const point = text.indexOf('.')
  if (point < 0) return { units: BigInt(text), scale: 0 }
  const units = BigInt(text.slice(0, point) + text.slice(point + 1))
  return { units, scale: text.length - point - 1 }
}

function write({ units, scale }: Decimal): string {
  const negative = units < 0n
  const digits = (negative ? -units : units).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const text = scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`
  return negative ? `-${text}` : text
}

function align(a: Decimal, b: Decimal): [bigint, bigint, number] {
  // Amounts of one column have one scale.
  if (a.scale === b.scale) return [a.units, b.units, a.scale]
  const scale = Math.max(a.scale, b.scale)
  return [a.units * powerOfTen(scale - a.scale), b.units * powerOfTen(scale - b.scale), scale]
}

/** Raising to a power costs more than all else here, and scales are small. */
const powersOfTen = Array.from({ length: 20 }, (_, exponent) => 10n ** BigInt(exponent))

function powerOfTen(exponent: number): bigint {
  return powersOfTen[exponent] ?? 10n ** BigInt(exponent)
}

function divideHalfAway(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n
  const top = numerator < 0n ? -numerator : numerator
  const bottom = denominator < 0n ? -denominator : denominator
  const quotient = (2n * top + bottom) / (2n * bottom)
  return negative ? -quotient : quotient
}
