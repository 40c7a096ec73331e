import * as money from '../model/money.ts'
import { guests } from './clean-keys.ts'
import type { ReadColumns } from './column-reports.ts'
import { quote } from './format.ts'
import { isOfLines, type RecognisedTable } from './layout.ts'
import { readMoment } from './notation/moments.ts'
import { readNumber } from './notation/numbers.ts'
import type { TableNotation } from './notation.ts'
import { readingOf } from './role.ts'
import type { Workbench } from './workbench.ts'

/**
 * The first values of each used column as they are read. Only these values are looked at, not the file: a
 * large one costs no more than a small one.
 */
export async function readColumns(
  bench: Workbench,
  { claim, sample }: RecognisedTable,
  { notation, timeZone }: { readonly notation: TableNotation; readonly timeZone: string },
): Promise<ReadColumns> {
  const read = new Map<string, (string | null)[]>()
  const selects: string[] = []
  for (const { sql, examples } of sample.columns) {
    const role = claim.columns.get(sql)?.role
    if (!role || examples.length === 0) continue
    const number = notation.numbers.get(sql)
    const moment = notation.moments.get(sql)
    if (!number && !moment) {
      const blank = isOfLines(claim) ? notation.placeholders : []
      const whole = readingOf(role) === 'identifier' && notation.floatIdentifiers.has(sql)
      read.set(
        sql,
        examples.map((text) => {
          if (blank.includes(text)) return null
          if (role === 'customer_key' && isOfLines(claim) && guests.includes(text)) return null
          if (whole) return text.replace(/\.0$/, '')
          return role === 'customer_email' ? text.toLowerCase() : text
        }),
      )
      continue
    }
    const value = number
      ? readNumber('text', number)
      : moment && readMoment('text', moment, timeZone)
    const rows = examples.map((text, position) => `(${position}, ${quote(text)})`)
    selects.push(
      `SELECT ${quote(sql)} AS sql, position, (${value})::VARCHAR AS read FROM (VALUES ${rows.join(', ')}) AS given(position, text)`,
    )
  }
  if (selects.length === 0) return read
  const found = await bench.rows(`${selects.join(' UNION ALL ')} ORDER BY sql, position`)
  for (const row of found) {
    const sql = String(row.sql)
    const known = read.get(sql) ?? []
    const given = sample.columns.find((column) => column.sql === sql)?.examples[known.length]
    read.set(sql, [...known, asGiven(tidy(row.read), given)])
  }
  return read
}

/** `19.90` is read as 19.9, which is no change: it stays as it was given. */
function asGiven(value: string | null, given: string | undefined): string | null {
  const isNumber = given !== undefined && money.isStoredDecimal(given)
  return isNumber && money.trim(given) === value ? given : value
}

/** Decimals and days without what only their type adds. */
function tidy(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return money.trimDecimal(value).replace(/ 00:00:00$/, '')
}
