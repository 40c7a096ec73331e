import type { NumberFormat } from './number-format.ts'

/**
 * Numbers of a workbook as text. A cell holds a binary float and a format: what is read is the value itself,
 * in the 15 digits that a spreadsheet knows, written as the format means it. Days become yyyy-mm-dd, shares
 * keep their percent sign, amounts the sign of their currency.
 */
export interface CellNumber {
  /** As stored: `12.1`, `1.2E+17`. */
  readonly stored: string
  readonly format: NumberFormat
  /** Days are counted from 1904, as old Macs did. */
  readonly from1904: boolean
}

export function numberText({ stored, format, from1904 }: CellNumber): string {
  const value = Number(stored)
  if (stored.trim() === '' || !Number.isFinite(value)) return stored
  if (format.kind === 'moment')
    return momentText(value, { format, from1904 }) ?? unmistakable(plainText(stored))
  const text = plainText(stored)
  if (format.kind === 'percent') return `${unmistakable(shifted(text, 2))}%`
  if (format.kind === 'padded') return padded(text, format.digits)
  if (format.kind === 'currency') return withSign(unmistakable(text), format.sign)
  return unmistakable(text)
}

/** Whole numbers in all of their digits, others in 15, never with an exponent. */
function plainText(stored: string): string {
  const whole = expanded(stored)
  if (!whole.includes('.')) return whole
  return expanded(Number(stored).toPrecision(15))
}

/** A decimal literal without exponent, needless zeros and the sign of zero. */
function expanded(literal: string): string {
  const [, sign = '', digits = '0', decimals = '', exponent = '0'] =
    /^\s*([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?\s*$/i.exec(literal) ?? []
  const text = shifted(`${digits || '0'}.${decimals}`, Number(exponent))
  return sign === '-' && text !== '0' ? `-${text}` : text
}

/** Times ten to a power, by moving the point. */
function shifted(text: string, places: number): string {
  const negative = text.startsWith('-')
  const [whole = '', decimals = ''] = text.replace('-', '').split('.')
  const point = whole.length + places
  const digits = `${'0'.repeat(Math.max(0, -point))}${whole}${decimals}`
  const at = Math.max(0, point)
  const filled = digits.padEnd(at, '0')
  const before = filled.slice(0, at).replace(/^0+(?=\d)/, '') || '0'
  const after = filled.slice(at).replace(/0+$/, '')
  const result = after === '' ? before : `${before}.${after}`
  return negative && result !== '0' ? `-${result}` : result
}

/** Three decimals could be taken for thousands by whoever reads them as text: a fourth proves the point. */
function unmistakable(text: string): string {
  return /\.\d{3}$/.test(text) ? `${text}0` : text
}

function padded(text: string, digits: number): string {
  return /^\d+$/.test(text) ? text.padStart(digits, '0') : text
}

function withSign(text: string, sign: string): string {
  const [minus, amount] = text.startsWith('-') ? ['-', text.slice(1)] : ['', text]
  return `${minus}${sign}${/^[A-Z]/.test(sign) ? ' ' : ''}${amount}`
}

const secondsADay = 86_400
/** 31 December 9999, the last day of a spreadsheet. */
const lastSerial = 2_958_466
const milliseconds = 1000

interface MomentOptions {
  readonly format: Extract<NumberFormat, { kind: 'moment' }>
  readonly from1904: boolean
}

/** Null for what is no day of a spreadsheet. */
function momentText(serial: number, { format, from1904 }: MomentOptions): string | null {
  if (serial < 0 || serial >= lastSerial) return null
  const seconds = Math.round(serial * secondsADay)
  const days = Math.floor(seconds / secondsADay)
  const rest = seconds - days * secondsADay
  if (!format.day && days === 0) return clockText(rest)
  const text = dayText(days, from1904)
  return format.clock || rest > 0 ? `${text} ${clockText(rest)}` : text
}

function dayText(days: number, from1904: boolean): string {
  // Spreadsheets count a 29 February 1900 that never was; days before it are one less.
  const offset = days < 60 ? days + 1 : days
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
  const date = new Date(epoch + (from1904 ? days : offset) * secondsADay * milliseconds)
  return date.toISOString().slice(0, 10)
}

function clockText(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}
