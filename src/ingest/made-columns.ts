import { changedTable, type SourceColumn, type StagedTable } from './format.ts'
import type { MadeColumn } from './layout.ts'
import { layouts } from './layouts/layouts.ts'
import { sampleTable, type TableSample } from './sample.ts'
import type { Workbench } from './workbench.ts'

/**
 * The table with the columns that its layout makes of others: a price less its tax, a quantity whose sign another
 * column tells, a title that stands on a product's first row only.
 */
export async function withMadeColumns(bench: Workbench, sample: TableSample): Promise<TableSample> {
  for (const layout of layouts) {
    const made = layout.makes?.(sample) ?? []
    if (made.length > 0) return sampleTable(bench.staging, withColumns(sample.table, made))
  }
  return sample
}

function withColumns(table: StagedTable, made: readonly MadeColumn[]): StagedTable {
  const added = made.map(
    ({ name }, index): SourceColumn => ({
      name,
      sql: `c${table.columns.length + index + 1}`,
      made: 'by_layout',
    }),
  )
  const columns = [...table.columns, ...added]
  const values = made.map(({ sql }, index) => `${sql} AS ${added[index]?.sql}`)
  const relation = (from: string) => `(SELECT *, ${values.join(', ')} FROM ${from})`
  const inOrder = made.some((column) => column.inOrder)
  return changedTable(table, (own) => ({
    columns,
    relation: relation(own.relation),
    unnumbered: relation(inOrder ? own.relation : own.unnumbered),
  }))
}
