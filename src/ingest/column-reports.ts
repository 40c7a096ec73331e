import type { ColumnReport, FileReport } from '../model/import.ts'
import { meanings } from './headers.ts'
import type { Claim } from './layout.ts'
import type { LinkedTable } from './links.ts'
import type { Role } from './role.ts'
import type { ColumnSample, TableSample } from './sample.ts'

/** Values of a column as they are read, by its name in the staged relation (c1, ...). */
export type ReadColumns = ReadonlyMap<string, readonly (string | null)[]>

/** Every column of a table: what it was taken for and why, or why it is not used. */
export function columnReports(
  sample: TableSample,
  { columns, unused }: Pick<Claim, 'columns' | 'unused'>,
  read: ReadColumns = new Map(),
): ColumnReport[] {
  return sample.columns.map((column) => {
    const claimed = columns.get(column.sql)
    return {
      name: column.name,
      role: claimed?.role ?? null,
      confidence: claimed?.confidence ?? 0,
      evidence: claimed?.evidence ?? unused?.get(column.sql) ?? whyUnused(column, sample, columns),
      samples: column.examples,
      read: claimed ? (read.get(column.sql) ?? []) : [],
    }
  })
}

/** Why nothing is read from a column, in a few words. */
function whyUnused(
  { name, filled }: ColumnSample,
  { columns: all }: TableSample,
  claimed: Claim['columns'],
): string {
  if (filled === 0) return 'not used: its first rows are blank'
  const [best] = meanings(name)
  const holder = best && headerWith(best.role, all, claimed)
  if (best && holder !== undefined) {
    return `not used: "${holder}" was taken for the same`
  }
  return best && best.score >= 0.5
    ? 'not used: tables of this kind are loaded without it'
    : 'not used: its name and values say nothing that is loaded'
}

function headerWith(
  role: Role,
  all: readonly ColumnSample[],
  claimed: Claim['columns'],
): string | undefined {
  return all.find(({ sql }) => claimed.get(sql)?.role === role)?.name
}

/** A table that is read into another. */
export function linkedFile({ sample, rows, malformed, into }: LinkedTable): FileReport {
  const file = unreadFile(sample, rows + malformed.length)
  return {
    ...file,
    layout: 'generic',
    holds: `read with ${into}`,
    confidence: 1,
    columns: file.columns.map((column) => ({ ...column, evidence: `see ${into}` })),
  }
}

/** A table of which nothing is loaded. */
export function unreadFile(sample: TableSample, rows: number): FileReport {
  const { table } = sample
  return {
    path: table.file.name,
    format: table.format,
    layout: null,
    holds: null,
    confidence: 0,
    encoding: table.file.encoding,
    notation: table.notation,
    rows,
    columns: columnReports(sample, { columns: new Map() }),
    preview: [],
  }
}
