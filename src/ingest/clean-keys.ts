import { quote } from './format.ts'
import { columnOf } from './layout.ts'
import { anonymousNumber } from './mended.ts'
import { type TypingRequest, textOf } from './typed-rows.ts'

/** What finds orders, customers and places again, as SQL. */

export function orderNumberOf(request: TypingRequest & { readonly part?: boolean }): string {
  const { claim, table } = request.recognised
  if (columnOf(claim, 'order_number')) return textOf(request, 'order_number')
  return anonymousNumber(table, request.part ?? false)
}

/**
 * The id of an order or a return, equal on every engine: the first 16 hex digits of an md5, without the sign
 * bit (see the star). Hex digits read as a number cost as much as the md5 itself, so its number is taken,
 * which has the eight bytes in reverse.
 */
export function idOf(source: string, number: string): string {
  const hash = `(md5_number(${quote(`${source}\u001f`)} || ${number}) & 18446744073709551615)::UBIGINT`
  const bytes = [0, 1, 2, 3, 4, 5, 6, 7].map((byte) => {
    const moved = byte < 4 ? `<< ${56 - 16 * byte}` : `>> ${16 * byte - 56}`
    const mask = byte === 0 ? 0x7fn : 0xffn << BigInt(8 * byte)
    return `((${hash} & ${mask}) ${moved})`
  })
  return `(${bytes.join(' | ')})::BIGINT`
}

/** Customer ids that name nobody. */
export const guests = [
  '0',
  '0.0',
  'null',
  'NULL',
  'nan',
  'NaN',
  'None',
  'none',
  'n/a',
  'N/A',
  '#N/A',
  'guest',
  'Guest',
]

const longestGuest = Math.max(...guests.map((word) => word.length))

export function customerKey(request: TypingRequest): string {
  const key = textOf(request, 'customer_key')
  // A list is asked rather than IN: the engine would make a join of that and copy every column for it.
  return `coalesce(CASE WHEN length(${key}) <= ${longestGuest}
    AND list_contains([${guests.map(quote).join(', ')}], ${key}) THEN NULL ELSE ${key} END,
  lower(${textOf(request, 'customer_email')}))`
}

/** What finds a place again in the import's list of places; null where the table names none. */
export function placeKey(request: TypingRequest): string | null {
  const { claim } = request.recognised
  if (columnOf(claim, 'region_key')) return textOf(request, 'region_key')
  const roles = ['country', 'subdivision', 'region'] as const
  const parts = roles.filter((role) => columnOf(claim, role)).map((role) => textOf(request, role))
  if (parts.length < 2) return parts[0] ?? null
  return `nullif(concat_ws(chr(31), ${parts.map((part) => `coalesce(${part}, '')`).join(', ')}), repeat(chr(31), ${parts.length - 1}))`
}
