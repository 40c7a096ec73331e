import { exactDecimal, shortDecimal } from '../exact-decimal.ts'

/** SQL of texts that layouts make of others. Amounts are decimals on the way: nothing passes through a float. */

/** The first of them that states something. */
export function firstOf(...texts: readonly string[]): string {
  return `coalesce(${texts.join(', ')})`
}

/** What stands beside the country that counts, such as its state: of the first where that is stated, else of the other. */
export function besideFirst(first: string, own: string, other: string): string {
  return `CASE WHEN ${first} IS NULL THEN ${other} ELSE ${own} END`
}

/** The difference of two amounts; what is not stated takes nothing off. No number where one of them is none. */
export function less(whole: string, part: string): string {
  const difference = shortDecimal(
    `(TRY_CAST(${whole} AS ${exactDecimal}) - TRY_CAST(${part} AS ${exactDecimal}))`,
  )
  return `CASE WHEN ${whole} IS NULL OR NOT coalesce(regexp_matches(${part}, '[1-9]'), false) THEN ${whole}
    ELSE coalesce(${difference}, concat(${whole}, ' - ', ${part})) END`
}

/** The product of two amounts of up to four decimals; no number where one of them is none. */
export function times(first: string, second: string): string {
  const four = (text: string) => `TRY_CAST(${text} AS DECIMAL(19,4))`
  return `CASE WHEN ${first} IS NOT NULL AND ${second} IS NOT NULL
    THEN coalesce(${shortDecimal(`(${four(first)} * ${four(second)})`)}, concat(${first}, ' x ', ${second})) END`
}

/** The greater of two amounts; the first where they are not to be compared. */
export function greatestOf(first: string, second: string): string {
  return `CASE WHEN TRY_CAST(${second} AS ${exactDecimal}) > TRY_CAST(${first} AS ${exactDecimal}) THEN ${second} ELSE coalesce(${first}, ${second}) END`
}

/** An amount without its sign. */
export function unsigned(text: string): string {
  return `regexp_replace(${text}, '^\\s*-\\s*', '')`
}

/** An amount with a minus before it, once. */
export function negative(text: string): string {
  return `concat('-', nullif(${unsigned(text)}, ''))`
}

/** A name and what tells its variant, such as "Mug - blue"; names that every simple product has are left out. */
export function variantName(name: string, variant: string): string {
  return `CASE WHEN ${name} IS NULL OR lower(coalesce(${variant}, '')) IN ('', 'default title', 'regular') THEN ${name}
    ELSE concat(${name}, ' - ', ${variant}) END`
}

/** The text of a flag, true or false, as SQL condition. */
export function isTrue(text: string): string {
  return `(lower(coalesce(${text}, '')) IN ('true', 'yes', '1'))`
}
