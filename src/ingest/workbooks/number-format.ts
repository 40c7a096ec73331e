/** What the number format of a cell says of its value. */
export type NumberFormat =
  | { readonly kind: 'plain' }
  /** `clock`: the time of day is shown; `day`: the day is. */
  | { readonly kind: 'moment'; readonly day: boolean; readonly clock: boolean }
  | { readonly kind: 'percent' }
  /** Leading zeros are shown up to so many digits, as with postcodes and article numbers. */
  | { readonly kind: 'padded'; readonly digits: number }
  /** A sign such as € or a code such as USD stands beside the number. */
  | { readonly kind: 'currency'; readonly sign: string }

export const plain: NumberFormat = { kind: 'plain' }
const day: NumberFormat = { kind: 'moment', day: true, clock: false }
const clock: NumberFormat = { kind: 'moment', day: false, clock: true }
const dayAndClock: NumberFormat = { kind: 'moment', day: true, clock: true }

/** Formats that files name by number only (ECMA-376, part 1, 18.8.30). */
const builtIn: readonly (readonly [from: number, to: number, NumberFormat])[] = [
  [9, 10, { kind: 'percent' }],
  [14, 17, day],
  [18, 21, clock],
  [22, 22, dayAndClock],
  [27, 31, day],
  [32, 35, clock],
  [36, 36, day],
  [45, 47, clock],
  [50, 58, day],
]

export function builtInFormat(id: number): NumberFormat {
  return builtIn.find(([from, to]) => id >= from && id <= to)?.[2] ?? plain
}

const currencySign = /[€£¥$₹₩₽₺₫฿₪₴]|^[A-Z]{3}$/u

/** The meaning of a format code such as `#,##0.00 "€"` or `yyyy-mm-dd hh:mm`. */
export function formatOf(code: string): NumberFormat {
  // Sections for negative numbers, zero and text follow the first.
  const [first = ''] = code.match(/^(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*/u) ?? []
  const shown = first.replace(/"[^"]*"|\\.|[_*].|\[(?!(h+|m+|s+)\])[^\]]*\]/giu, '')
  if (/general/i.test(shown)) return plain
  if (/[ymdhs]/i.test(shown)) return momentFormat(shown)
  if (shown.includes('%')) return { kind: 'percent' }
  if (/^0{2,}$/.test(shown)) return { kind: 'padded', digits: shown.length }
  const sign = signsIn(first).find((text) => currencySign.test(text))
  return sign === undefined ? plain : { kind: 'currency', sign }
}

function momentFormat(shown: string): NumberFormat {
  const hasClock = /[hs]|\[m/i.test(shown)
  const hasDay = /[yd]/i.test(shown) || (!hasClock && /m/i.test(shown))
  return { kind: 'moment', day: hasDay, clock: hasClock }
}

/** Texts beside the number: "€", [$€-407], [$USD], or a plain $. */
function signsIn(section: string): string[] {
  const quoted = [...section.matchAll(/"([^"]*)"/gu)].map(([, text = '']) => text.trim())
  const bracketed = [...section.matchAll(/\[\$([^\]-]*)[^\]]*\]/gu)].map(([, text = '']) =>
    text.trim(),
  )
  const bare = section.replace(/"[^"]*"|\[[^\]]*\]/gu, '').match(/[€£¥$₹₩₽₺₫฿₪₴]/u) ?? []
  return [...bracketed, ...quoted, ...bare]
}
