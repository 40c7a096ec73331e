/**
 * Chance without a state: every draw is a hash of (seed, purpose, key), so that rows can be made in any
 * order, in chunks and on any number of threads, and come out the same.
 */

/** What a draw is for; two purposes never share a draw. Append only: the place in the list is the salt. */
const purposes = [
  'buyer kind',
  'buyer',
  'lines',
  'slot',
  'jitter',
  'pair',
  'moment',
  'quantity',
  'promotion',
  'coupon',
  'channel',
  'ship elsewhere',
  'ship to',
  'returned',
  'returned quantity',
  'return day',
  'home kind',
  'home',
  'first name',
  'last name',
  'mailbox',
  'age',
  'second age',
] as const
export type Purpose = (typeof purposes)[number]

export interface Chance {
  /** SQL for a whole number 0 to `size` - 1; `key` is SQL for a whole number from 0. */
  pick(purpose: Purpose, key: string, size: number | string): string
  /** SQL for a DOUBLE from 0 up to but not including 1. */
  share(purpose: Purpose, key: string): string
  /** The same outside SQL, for the small tables: from 0 up to but not including 1. */
  number(purpose: string, index: number): number
}

const purposesPerKey = 64

export function createChance(seed: number): Chance {
  const mask = `${spread(BigInt(seed))}::UBIGINT`
  const draw = (purpose: Purpose, key: string) => {
    const salted = `((${key}) * ${purposesPerKey} + ${purposes.indexOf(purpose)})::UBIGINT`
    return `hash(xor(${salted}, ${mask}))`
  }
  return {
    pick: (purpose, key, size) => `(${draw(purpose, key)} % (${size})::UBIGINT)::BIGINT`,
    share: (purpose, key) => `((${draw(purpose, key)} >> 11)::DOUBLE * ${2 ** -53})`,
    number: (purpose, index) => {
      const mixed = spread(BigInt(seed) ^ spread(textNumber(purpose) + BigInt(index)))
      return Number(mixed >> 11n) * 2 ** -53
    },
  }
}

/** The numbers 0 to `size` - 1 in an order of chance. */
export function shuffled(chance: Chance, purpose: string, size: number): number[] {
  return Array.from({ length: size }, (_, index) => ({ index, by: chance.number(purpose, index) }))
    .sort((a, b) => a.by - b.by || a.index - b.index)
    .map(({ index }) => index)
}

/** splitmix64: neighbouring numbers end up far apart. */
function spread(value: bigint): bigint {
  let mixed = BigInt.asUintN(64, value + 0x9e3779b97f4a7c15n)
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n)
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn)
  return mixed ^ (mixed >> 31n)
}

/** FNV-1a over the characters. */
function textNumber(text: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (const character of text) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n)
  }
  return hash
}
