import type { RecognisedTable } from './layout.ts'
import { valuesOf } from './sample.ts'

/** What the first rows say for each choice of a question, for people. */

/** Rows that stand in order of time are seldom so by chance; a handful may be. */
const tellingRows = 5

/** How the dates would lie if they were written so. */
export function dayEvidence(
  { sample }: RecognisedTable,
  sql: string,
  order: 'dmy' | 'mdy',
): string {
  const days = valuesOf(sample, sql).flatMap((value) => dayOf(value, order) ?? [])
  const different = new Set(days)
  if (days.length < tellingRows || different.size < 3) return ''
  const [up, down] = [isSorted(days), isSorted([...days].reverse())]
  const months = new Set(days.map((day) => day.slice(0, 7))).size
  const spread = `${different.size} days in ${months === 1 ? 'one month' : `${months} months`}`
  const course = up || down ? 'the rows stand in order of time' : 'the rows are in no order of time'
  const rows = days.length === sample.rows.length ? '' : ` of those that can be read so`
  return `Read so, ${course}${rows}: ${spread}.`
}

/** A date of the column that is another day in each reading; the other where there is none. */
export function dayExample({ sample }: RecognisedTable, sql: string, other: string): string {
  const different = valuesOf(sample, sql).find((value) => {
    const [one, two] = [dayOf(value, 'dmy'), dayOf(value, 'mdy')]
    return one !== null && two !== null && one !== two
  })
  return different ?? other
}

/** yyyy-mm-dd of a numeric date; null for what is none in this order. */
function dayOf(value: string, order: 'dmy' | 'mdy'): string | null {
  const parts = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})\b/.exec(value)
  if (!parts) return null
  const [, first = '', , second = '', year = ''] = parts
  const [day, month] = order === 'dmy' ? [first, second] : [second, first]
  if (Number(month) > 12 || Number(day) > 31) return null
  return `${year.padStart(4, '20')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

function isSorted(days: readonly string[]): boolean {
  return days.every((day, index) => index === 0 || (days[index - 1] ?? '') <= day)
}

/** Between which numbers the values of the column would lie. */
export function signEvidence({ sample }: RecognisedTable, sql: string, sign: '.' | ','): string {
  const numbers = valuesOf(sample, sql)
    .map((value) => numberIn(value, sign))
    .filter((number) => number !== null)
    .sort((a, b) => Number(a) - Number(b))
  const [least] = numbers
  const most = numbers.at(-1)
  if (least === undefined || most === undefined || numbers.length < 2) return ''
  const places = numbers.map((number) => number.split('.')[1]?.length ?? 0)
  const three = places.every((count) => count === 3)
  const whole = places.every((count) => count === 0)
  const kind = three
    ? ', all with three decimals, which prices seldom have'
    : whole
      ? ', all whole, which prices seldom are'
      : ''
  return `Read so, the values lie between ${least} and ${most}${kind}.`
}

function numberIn(value: string, sign: '.' | ','): string | null {
  const body = value.replace(/[^\d.,-]/g, '')
  const plain = sign === ',' ? body.replaceAll('.', '').replace(',', '.') : body.replaceAll(',', '')
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : null
}

/** The name of a column says the one, its values the other. */
export function priceEvidence(
  said: 'unit' | 'total',
  told: 'unit' | 'total',
  choice: 'unit' | 'total',
): string {
  if (choice === said) return 'Its name says so.'
  if (choice !== told) return ''
  return told === 'unit'
    ? 'Its values say so: they stay the same whatever the quantity.'
    : 'Its values say so: they grow with the quantity.'
}
