import type { Warning } from '../model/import.ts'
import type { RecognisedTable } from './layout.ts'
import { familyOf } from './notation/moment-families.ts'
import { prove } from './notation/numbers.ts'
import { readingOf } from './role.ts'

/** A word, as ERROR, UNKNOWN, n/a or #N/A; anything with a digit in it may be a value. */
const word = /^[^\d]{1,20}$/

/**
 * Words that stand for a missing value: in the first rows at least two columns of numbers or dates hold them
 * among values that are such. A product or a customer of that name is then none either.
 */
export function placeholdersIn({ claim, sample }: RecognisedTable): string[] {
  const columnsWith = new Map<string, number>()
  for (const [index, { sql, numbers, moments }] of sample.columns.entries()) {
    const role = claim.columns.get(sql)?.role
    const reading = role === undefined ? 'text' : readingOf(role)
    const isValue =
      reading === 'number' && numbers > 0.5
        ? isNumber
        : reading === 'moment' && moments > 0.5
          ? isMoment
          : null
    if (!isValue) continue
    const values = new Set(sample.rows.flatMap((row) => row[index] ?? []))
    for (const value of values) {
      if (word.test(value) && !isValue(value))
        columnsWith.set(value, (columnsWith.get(value) ?? 0) + 1)
    }
  }
  return [...columnsWith].filter(([, columns]) => columns >= 2).map(([value]) => value)
}

function isNumber(value: string): boolean {
  return prove(value.replace(/\d/g, '9')).kind !== 'unreadable'
}

function isMoment(value: string): boolean {
  return familyOf(value.replace(/\d/g, '9')) !== null
}

/** What a person should know of words that were taken as blank. */
export function placeholderWarnings(tables: readonly RecognisedTable[]): Warning[] {
  return tables.flatMap((recognised) => {
    const found = placeholdersIn(recognised)
    if (found.length === 0) return []
    const named = found.map((value) => `"${value}"`).join(' and ')
    return [
      {
        code: 'placeholders' as const,
        text: `${named} in ${recognised.table.file.name} ${found.length === 1 ? 'stands' : 'stand'} where numbers and dates belong: taken as blank, as a product or a customer too.`,
      },
    ]
  })
}
