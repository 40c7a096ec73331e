import type { KeptMapping } from './kept-mappings.ts'
import { columnOf } from './layout.ts'
import type { TableNotation } from './notation.ts'
import { questionKeys } from './questions.ts'
import type { Role } from './role.ts'
import { valuesOf } from './sample.ts'
import { headerOf, type ProfiledTable, type Settled } from './settle.ts'

/** How a table was read, in the words in which questions are answered. */
export function readAs(
  table: ProfiledTable,
  settled: Settled,
): NonNullable<KeptMapping['read']> | null {
  const { recognised } = table
  const notation = settled.notations.get(recognised)
  if (!notation) return null
  const columns = [...recognised.claim.columns].map(([sql, { role }]): [string, Role] => [
    headerOf(recognised, sql),
    role,
  ])
  const told = {
    [questionKeys.dayOrder]: only(dayOrders(table, notation)),
    [questionKeys.decimalSign]: only(signs(table, notation)),
    [questionKeys.priceMeaning]: notation.price ?? undefined,
    [questionKeys.discountMeaning]: discountAnswer(table, notation),
    [questionKeys.currency]: notation.stated ?? undefined,
  }
  const answers = Object.entries(told).filter(([, value]) => value !== undefined)
  return {
    answers: Object.fromEntries(answers) as Record<string, string>,
    columns: Object.fromEntries(columns),
    holds: recognised.claim.holds,
  }
}

/**
 * True where the values of a table were read otherwise than an answer says: they prove something else, so the
 * answer was not asked for.
 */
export function disproved(
  table: ProfiledTable,
  settled: Settled,
  [key, value]: readonly [key: string, value: string],
): boolean {
  const notation = settled.notations.get(table.recognised)
  if (!notation) return false
  switch (key) {
    case questionKeys.dayOrder:
      return dayOrders(table, notation).some((order) => order !== value)
    case questionKeys.decimalSign: {
      const found = signs(table, notation)
      return found.length > 0 && !found.includes(value)
    }
    case questionKeys.priceMeaning:
      return notation.price !== null && notation.price !== value
    case questionKeys.discountMeaning: {
      const found = discountAnswer(table, notation)
      return found !== undefined && found !== value
    }
    default:
      return false
  }
}

/** Orders of day and month by which dates were read that could be written either way. */
function dayOrders({ profile }: ProfiledTable, { moments }: TableNotation): string[] {
  return [...profile.moments].flatMap(([sql, { families }]) =>
    families.flatMap(({ key, kind, separator }) => {
      const order = moments.get(sql)?.orders[key]
      if (kind !== 'numeric' || order === undefined || order === 'ymd') return []
      // Between points the day stands first unless a month proves otherwise: that proves nothing of others.
      if (separator === '.' && order === 'dmy') return []
      return [order === 'mdy' ? 'month-first' : 'day-first']
    }),
  )
}

/** Decimal signs by which numbers were read, whole ones left out. */
function signs({ profile }: ProfiledTable, { numbers }: TableNotation): string[] {
  const name = { '.': 'point', ',': 'comma' } as const
  return [...profile.numbers].flatMap(([sql, { votes, certain, ambiguous }]) => {
    const notation = numbers.get(sql)
    if (!notation) return []
    const sign = notation.decimal === 'either' ? notation.undecided : notation.decimal
    const proven = certain ? votes['.'] + votes[','] > 0 : ambiguous > 0
    return sign && proven ? [name[sign]] : []
  })
}

/** Nothing where no line takes anything off: what it would mean does not matter. */
function discountAnswer(
  { recognised }: ProfiledTable,
  { discount }: TableNotation,
): string | undefined {
  const column = columnOf(recognised.claim, 'discount')
  const some = column && valuesOf(recognised.sample, column).some((value) => /[1-9]/.test(value))
  if (!some) return undefined
  if (discount === 'line_amount') return 'amount'
  if (discount === 'unit_amount') return 'unit-amount'
  return discount === 'rate' || discount === 'percent' ? 'share' : undefined
}

function only(values: readonly string[]): string | undefined {
  const [first, ...others] = new Set(values)
  return others.length === 0 ? first : undefined
}
