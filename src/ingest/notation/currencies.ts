/** What stands for a currency beside an amount. */

const marks: Readonly<Record<string, string>> = {
  EUR: '€ euro euros',
  GBP: '£',
  JPY: '¥ ￥ 円',
  CNY: '元 RMB CN¥',
  INR: '₹',
  RUB: '₽ руб',
  UAH: '₴ грн',
  TRY: '₺ TL',
  ILS: '₪',
  KRW: '₩ 원',
  VND: '₫ đ',
  IDR: 'Rp',
  THB: '฿',
  PHP: '₱',
  MYR: 'RM',
  NGN: '₦',
  AED: 'Dhs Dh',
  PLN: 'zł zl',
  CZK: 'Kč Kc',
  HUF: 'Ft',
  RON: 'lei',
  BGN: 'лв',
  CHF: 'Fr SFr',
  BRL: 'R$',
  USD: 'US$ U$',
  AUD: 'A$ AU$',
  CAD: 'C$ CA$ CAD$',
  NZD: 'NZ$',
  HKD: 'HK$',
  SGD: 'S$ SG$',
  TWD: 'NT$',
  MXN: 'MX$ Mex$',
  $: '$',
  kr: 'kr',
  Rs: 'Rs',
}

/** Marks of several currencies, which they may all stand for. */
const shared: Readonly<Record<string, string>> = {
  $: 'USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP',
  kr: 'SEK NOK DKK ISK',
  Rs: 'INR PKR LKR NPR MUR SCR',
}

const codes = new Set(Intl.supportedValuesOf('currency'))

const byMark = new Map(
  Object.entries(marks).flatMap(([code, all]) =>
    all.split(' ').map((mark): [string, string] => [mark.toLowerCase(), code]),
  ),
)

/** The currency that a text stands for: an ISO code, or a mark that does not say which; null for any other text. */
export function currencyOf(text: string): string | null {
  return codes.has(text) ? text : (byMark.get(text.toLowerCase()) ?? null)
}

const withoutCents = ['JPY', 'KRW', 'VND', 'IDR', 'CLP', 'HUF', 'ISK', 'PYG', 'UGX']

/** False where amounts are whole, so that ¥1,234 is a thousand and more. */
export function hasCents(currency: string): boolean {
  return !withoutCents.includes(currency)
}

/** True for $ and the like. */
export function isSharedMark(currency: string): boolean {
  return currency in shared
}

/** True where the one may be what is meant by the other: a code by itself, or a mark by one of its currencies. */
export function mayStandFor(stated: string, currency: string): boolean {
  return stated === currency || (shared[stated]?.split(' ').includes(currency) ?? false)
}

/** Expression (RE2, whatever the case) of all that stands for a currency. */
export function expressionOf(currency: string): string {
  const all = new Set([
    ...(marks[currency]?.split(' ') ?? []),
    ...(codes.has(currency) ? [currency] : []),
  ])
  const letter = '\\p{L}'
  const alternatives = [...all].map((mark) => {
    const text = mark.replaceAll('$', '\\$')
    const before = /^[\p{L}$]/u.test(mark) ? `(?:^|[^${letter}])` : ''
    const after = /\p{L}$/u.test(mark) ? `(?:[^${letter}$]|$)` : ''
    return `${before}${text}${after}`
  })
  return `(?i)(?:${alternatives.join('|')})`
}
