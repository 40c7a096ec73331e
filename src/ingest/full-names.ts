import { type SourceColumn, type StagedTable, withRelation } from './format.ts'
import { words } from './headers.ts'
import { trimmed } from './survey.ts'

const owner = '((customer|client|billing|contact|buyer) )?'
const givenWords = `${owner}(first name|forename|given name|vorname|prenom|nombre|nome|voornaam)( billing)?`
const familyWords = `${owner}(last name|surname|family name|nachname|nom|apellido|apellidos|cognome|achternaam)( billing)?`
const givenName = new RegExp(`^${givenWords}$`)
const familyName = new RegExp(`^${familyWords}$`)
const bothNames = new RegExp(`^${givenWords} ${familyWords}$`)

/** True for the name, as words, of a column that `withFullNames` made. */
export function isFullName(header: string): boolean {
  return bothNames.test(header)
}

/** The table with the first and last names of its people as one column, where they stand apart. */
export function withFullNames(table: StagedTable): StagedTable {
  const named = (pattern: RegExp) => table.columns.find(({ name }) => pattern.test(words(name)))
  const [given, family] = [named(givenName), named(familyName)]
  if (
    !given ||
    !family ||
    table.columns.some(({ name }) => words(name) === fullName(given, family))
  )
    return table
  const column: SourceColumn = {
    name: fullName(given, family),
    sql: `c${table.columns.length + 1}`,
  }
  const whole = `nullif(concat_ws(' ', ${trimmed(given.sql)}, ${trimmed(family.sql)}), '')`
  const relation = (from: string) => `(SELECT *, ${whole} AS ${column.sql} FROM ${from})`
  const columns = [...table.columns, column]
  return withRelation(table, relation, { columns })
}

function fullName(given: SourceColumn, family: SourceColumn): string {
  return `${words(given.name)} ${words(family.name)}`
}
