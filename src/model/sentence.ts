import { divide, isZero, multiply, round } from './money.ts'

/** Figures and days inside sentences. No currency sign: the sentence stands beside figures that have it. */

/** `1755276.64` as `1,755,276.64`. */
export function amountText(amount: string): string {
  const [whole = '0', fraction] = round(amount, 2).split('.')
  return `${groupText(whole)}.${fraction}`
}

/** `4339` as `4,339`; decimals stay as they are. */
export function countText(count: string): string {
  const [whole = '0', fraction] = count.split('.')
  const kept = fraction?.replace(/0+$/, '')
  return kept ? `${groupText(whole)}.${kept}` : groupText(whole)
}

/** `1,755,276.64, 16.5 %`: an amount and its share of a total. */
export function shareText(amount: string, total: string): string {
  if (isZero(total)) return amountText(amount)
  const percent = round(multiply(divide(amount, total, 6) ?? '0', '100'), 1)
  return `${amountText(amount)}, ${percent} %`
}

/** `one order`, `2 orders`. */
export function plural(count: string, one: string, many: string): string {
  return count === '1' ? `1 ${one}` : `${countText(count)} ${many}`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2010-12-01` as `1 Dec 2010`. */
export function dayText(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-')
  return `${Number(date)} ${months[Number(month) - 1] ?? month} ${year}`
}

const longMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `2010-12-01`, or `2010-12`, as `December 2010`. */
export function monthText(day: string): string {
  const [year = '', month = ''] = day.split('-')
  return `${longMonths[Number(month) - 1] ?? month} ${year}`
}

function groupText(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',')
}
