import type { Column, Table } from '../../../model/star.ts'
import { table as tableNamed } from '../../../model/star.ts'
import type { Dialect } from '../../schema.ts'
import { defaultPartition, mainSchema } from './names.ts'
import { plainSqlStatements } from './plain-sql.ts'

/**
 * Text is compared byte by byte, as on every other engine: what comes first, and so which ids members get,
 * must not depend on the language of a server.
 */
const text = 'TEXT COLLATE "C"'

/** What PostgreSQL calls types, and all that it holds by itself: keys, references, partitions, indexes. */
export const postgresDialect: Dialect = {
  mainSchema,
  types: {
    bigint: 'BIGINT',
    integer: 'INTEGER',
    smallint: 'SMALLINT',
    text,
    boolean: 'BOOLEAN',
    date: 'DATE',
    instant: 'TIMESTAMPTZ',
    money: 'NUMERIC(18,4)',
    quantity: 'NUMERIC(14,3)',
    rate: 'NUMERIC(18,8)',
  },
  soughtText: null,
  preparation: [
    `CREATE SCHEMA IF NOT EXISTS ${mainSchema}`,
    // For whoever runs the printed statements.
    `SET search_path = ${mainSchema}`,
  ],
  storageOf: ({ name }) => (name === partitioned ? `\nPARTITION BY RANGE (${partitionedBy})` : ''),
  constraintsOf: (table) => [
    ...safeguardsOf(table).map(({ create }) => create),
    ...(table.name === partitioned
      ? [`CREATE TABLE ${defaultPartition} PARTITION OF ${partitioned} DEFAULT`]
      : []),
  ],
  indexesOf: ({ name, unit }) =>
    // Rows come in the order of days, but for what is appended.
    unit === 'ever' ? [] : [`CREATE INDEX ${name}_day_index ON ${name} USING brin (day)`],
  completion: plainSqlStatements,
  describeView: (name, meaning) => [
    `COMMENT ON VIEW ${name} IS '${meaning.replaceAll("'", "''")}'`,
  ],
}

/** A key, a reference or an index of a table. */
export interface Safeguard {
  readonly create: string
  readonly drop: string
}

/** In the order in which they are made. */
export function safeguardsOf(table: Table): Safeguard[] {
  return [
    keyOf(table),
    ...table.columns.filter(({ unique }) => unique).map((column) => uniqueOf(table, column)),
    ...(otherKeys[table.name] ?? []).map((columns) => uniqueTogether(table, columns)),
    ...table.columns.flatMap((column) => referenceOf(table, column)),
    ...(table.kind === 'fact' ? indexesOf(table) : []),
  ]
}

function constraint({ name: owner }: Table, name: string, definition: string): Safeguard {
  return {
    create: `ALTER TABLE ${owner} ADD CONSTRAINT ${name} ${definition}`,
    drop: `ALTER TABLE ${owner} DROP CONSTRAINT ${name}`,
  }
}

function index(name: string, definition: string): Safeguard {
  return { create: `CREATE INDEX ${name} ON ${definition}`, drop: `DROP INDEX ${name}` }
}

const partitioned = 'sales_fact'
const partitionedBy = 'order_date'

const otherKeys: Readonly<Partial<Record<string, readonly (readonly string[])[]>>> = {
  products: [['source', 'product_key']],
  runs: [['run_token']],
}

/** The key of a partitioned table holds what it is partitioned by; one that may be null is no primary key. */
function keyOf(table: Table): Safeguard {
  const { name, key, columns } = table
  const names = name === partitioned ? [...key, partitionedBy] : key
  const nullable = columns.some((column) => column.nullable && names.includes(column.name))
  const kind = nullable ? 'UNIQUE NULLS NOT DISTINCT' : 'PRIMARY KEY'
  return constraint(table, `${name}_key`, `${kind} (${names.join(', ')})`)
}

/** E-mails are looked at when the transaction ends: customers that are merged have one for a moment. */
function uniqueOf(table: Table, { name }: Column): Safeguard {
  const later = name === 'email' ? ' DEFERRABLE INITIALLY DEFERRED' : ''
  return constraint(table, `${table.name}_${name}_unique`, `UNIQUE (${name})${later}`)
}

function uniqueTogether(table: Table, columns: readonly string[]): Safeguard {
  const name = `${table.name}_${columns.join('_')}_unique`
  return constraint(table, name, `UNIQUE (${columns.join(', ')})`)
}

function referenceOf(owner: Table, { name, references }: Column): Safeguard[] {
  if (!references) return []
  const column = references === 'dates' ? 'date' : (tableNamed(references).key[0] ?? '')
  const definition = `FOREIGN KEY (${name}) REFERENCES ${references} (${column})`
  return [constraint(owner, `${owner.name}_${name}_known`, definition)]
}

/** Every reference of a fact; instants come nearly in the order of the rows. */
function indexesOf({ name, columns }: Table): Safeguard[] {
  const references = columns.filter(({ references }) => references !== undefined)
  const instant = columns.find((column) => column.name === 'ordered_at')
  return [
    ...references.map((column) =>
      index(`${name}_${column.name}_index`, `${name} (${column.name})`),
    ),
    ...(instant
      ? [index(`${name}_${instant.name}_index`, `${name} USING brin (${instant.name})`)]
      : []),
  ]
}
