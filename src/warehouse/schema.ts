import type { Rollup } from '../model/rollups.ts'
import { type Column, type ColumnType, type Table, unknownId, unknownName } from '../model/star.ts'

/** What an engine calls each column type. */
export type SqlTypes = Readonly<Record<ColumnType, string>>

/** All that differs between engines in the statements that make a warehouse. */
export interface Dialect {
  readonly types: SqlTypes
  /** The type of a text column of which a few values are sought at a time; null where every text is kept for that. */
  readonly soughtText: string | null
  /** The schema in which tables are made when none is named. */
  readonly mainSchema: string
  /** What the engine needs before its first table. */
  readonly preparation: readonly string[]
  /** What follows the columns of a table: how its rows are kept. */
  storageOf(table: Table): string
  /** Keys, references, indexes and partitions, made once all tables have their Unknown members. */
  constraintsOf(table: Table): readonly string[]
  /** Indexes of a rollup. */
  indexesOf(rollup: Rollup): readonly string[]
  /** What comes after all tables and rollups; run again it replaces what is there of it. */
  readonly completion: readonly string[]
  /** Statements that keep what a view is for beside it, where programs look for it. */
  describeView(name: string, meaning: string): readonly string[]
}

/**
 * The statement that creates a table of the star. It states NOT NULL and CHECK and no key: keys,
 * references and uniqueness are the business of the engine, or of `audit` where the engine cannot hold
 * them without harm.
 */
export function createTable(table: Table, dialect: Dialect): string {
  const lines = columnLines(table, dialect)
  for (const column of table.columns) {
    if (column.check) lines.push(`CHECK (${exemptUnknown(table, column.check)})`)
  }
  return `CREATE TABLE ${table.name} (\n  ${lines.join(',\n  ')}\n)${dialect.storageOf(table)}`
}

/** The columns with their types. */
export function columnLines({ columns }: Table, { types }: Dialect): string[] {
  return columns.map(({ name, type, nullable }) => {
    return `${name} ${types[type]}${nullable ? '' : ' NOT NULL'}`
  })
}

/** Member 0 stands for what is not known, so the rules for real members cannot apply to it. */
function exemptUnknown(table: Table, check: string): string {
  const id = unknownKey(table)
  return id === null ? check : `${id} = ${unknownId} or (${check})`
}

/** The id column whose value 0 is the Unknown member; null for tables without one. */
export function unknownKey(table: Table): string | null {
  const [key, ...others] = table.key
  const numbered =
    key !== undefined && others.length === 0 && columnOf(table, key).type === 'bigint'
  return table.kind === 'dimension' && numbered ? key : null
}

export function columnOf(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name)
  if (!found) throw new Error(`no column ${name} in ${table.name}`)
  return found
}

/** What a column of the Unknown member holds where it is neither an id nor null. */
const unknownValues: Readonly<Record<string, string>> = {
  level: "'other'",
  kind: "'goods'",
  stated: 'false',
}

/** The statement that inserts the Unknown member of a dimension; null for tables without one. */
export function insertUnknown(table: Table): string | null {
  if (unknownKey(table) === null) return null
  const values = table.columns.map((column) => {
    if (column.nullable) return 'NULL'
    if (column.type === 'bigint') return String(unknownId)
    return unknownValues[column.name] ?? `'${unknownName}'`
  })
  const names = table.columns.map((column) => column.name)
  return `INSERT INTO ${table.name} (${names.join(', ')})\nVALUES (${values.join(', ')})`
}
