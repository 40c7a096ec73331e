import { changedTable, quote, type SourceColumn, type StagedTable } from './format.ts'
import type { Making, Unpacking } from './layout.ts'
import { layouts } from './layouts/layouts.ts'

/**
 * The table with the columns that its layout makes of others: a price less its tax, a quantity whose sign another
 * column tells, a title that stands on a product's first row only. Where several lines stand in one cell each of them
 * becomes a row first.
 */
export function withMadeColumns(table: StagedTable): StagedTable {
  for (const layout of layouts) {
    const made = layout.makes?.(table)
    if (made) return withColumns(table, made)
  }
  return table
}

function withColumns(table: StagedTable, { columns: made, unpacks }: Making): StagedTable {
  const added = made.map(
    ({ name }, index): SourceColumn => ({
      name,
      sql: `c${table.columns.length + index + 1}`,
      made: 'by_layout',
    }),
  )
  const columns = [...table.columns, ...added]
  const values = made.map(({ sql }, index) => `${sql} AS ${added[index]?.sql}`)
  const relation = (from: string) =>
    `(SELECT *, ${values.join(', ')} FROM ${unpacks ? unpacked(from, unpacks) : from})`
  const inOrder = unpacks !== undefined || made.some((column) => column.inOrder)
  return changedTable(table, (own) => ({
    columns,
    relation: relation(own.relation),
    unnumbered: relation(inOrder ? own.relation : own.unnumbered),
  }))
}

const mark = 'chr(30)'

/** A row for each line that a cell holds. It is the lines that are numbered then, as those of a document are. */
function unpacked(from: string, { sql, starts, between }: Unpacking): string {
  const begin = quote(starts)
  const marked = `replace(replace(${sql}, ${quote(`${between}${starts}`)}, ${begin}), ${begin}, ${mark} || ${begin})`
  const lines = `list_filter(string_split(${marked}, ${mark}), lambda x: trim(x) <> '')`
  const parts = `CASE WHEN len(${lines}) > 0 THEN ${lines} ELSE [NULL::VARCHAR] END`
  return `(SELECT * REPLACE (row_number() OVER () AS record_number)
    FROM (SELECT * REPLACE (unnest(${parts}) AS ${sql}) FROM ${from}))`
}
