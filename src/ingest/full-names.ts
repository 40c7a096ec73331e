import type { SourceColumn } from './format.ts'
import { words } from './headers.ts'
import { sampleTable, type TableSample } from './sample.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

const first =
  /^((customer|client|billing|contact|buyer) )?(first name|forename|given name|vorname|prenom|nombre|nome|voornaam)( billing)?$/
const last =
  /^((customer|client|billing|contact|buyer) )?(last name|surname|family name|nachname|nom|apellido|apellidos|cognome|achternaam)( billing)?$/

/** The table with the first and last names of its people as one column, where they stand apart. */
export async function withFullNames(bench: Workbench, sample: TableSample): Promise<TableSample> {
  const { table } = sample
  const named = (pattern: RegExp) => table.columns.find(({ name }) => pattern.test(words(name)))
  const [given, family] = [named(first), named(last)]
  if (
    !given ||
    !family ||
    table.columns.some(({ name }) => words(name) === fullName(given, family))
  )
    return sample
  const column: SourceColumn = {
    name: fullName(given, family),
    sql: `c${table.columns.length + 1}`,
  }
  const whole = `nullif(concat_ws(' ', ${trimmed(given.sql)}, ${trimmed(family.sql)}), '')`
  const relation = (from: string) => `(SELECT *, ${whole} AS ${column.sql} FROM ${from})`
  const { mended } = table
  return sampleTable(bench.staging, {
    ...table,
    columns: [...table.columns, column],
    relation: relation(table.relation),
    unnumbered: relation(table.unnumbered),
    ...(mended
      ? {
          mended: async () =>
            (await withFullNames(bench, { ...sample, table: await mended() })).table,
        }
      : {}),
  })
}

function fullName(given: SourceColumn, family: SourceColumn): string {
  return `${words(given.name)} ${words(family.name)}`
}
