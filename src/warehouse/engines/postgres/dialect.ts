import type { Column, Table } from '../../../model/star.ts'
import { table as tableNamed } from '../../../model/star.ts'
import type { Dialect } from '../../schema.ts'

/** Everything of ours lives in a schema of its own, so that a database may hold other things too. */
export const mainSchema = 'takings'

/** Where facts of months that have no partition yet would go. */
export const defaultPartition = 'sales_fact_other_days'

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
  preparation: [`CREATE SCHEMA ${mainSchema}`],
  storageOf: ({ name }) => (name === partitioned ? `\nPARTITION BY RANGE (${partitionedBy})` : ''),
  constraintsOf: (table) => [
    keyOf(table),
    ...table.columns.filter(({ unique }) => unique).map((column) => uniqueOf(table, column)),
    ...(otherKeys[table.name] ?? []).map((columns) => uniqueTogether(table, columns)),
    ...table.columns.flatMap((column) => referenceOf(table, column)),
    ...(table.kind === 'fact' ? indexesOf(table) : []),
    ...(table.name === partitioned
      ? [`CREATE TABLE ${defaultPartition} PARTITION OF ${partitioned} DEFAULT`]
      : []),
  ],
}

const partitioned = 'sales_fact'
const partitionedBy = 'order_date'

const otherKeys: Readonly<Partial<Record<string, readonly (readonly string[])[]>>> = {
  products: [['source', 'product_key']],
  runs: [['run_token']],
}

/** The key of a partitioned table holds what it is partitioned by; one that may be null is no primary key. */
function keyOf({ name, key, columns }: Table): string {
  const names = name === partitioned ? [...key, partitionedBy] : key
  const nullable = columns.some((column) => column.nullable && names.includes(column.name))
  const kind = nullable ? 'UNIQUE NULLS NOT DISTINCT' : 'PRIMARY KEY'
  return `ALTER TABLE ${name} ADD CONSTRAINT ${name}_key ${kind} (${names.join(', ')})`
}

/** Looked at when the transaction ends: customers that are merged have one e-mail for a moment. */
function uniqueOf({ name }: Table, { name: column }: Column): string {
  return `ALTER TABLE ${name} ADD CONSTRAINT ${name}_${column}_unique UNIQUE (${column}) ${
    column === 'email' ? 'DEFERRABLE INITIALLY DEFERRED' : ''
  }`.trimEnd()
}

function uniqueTogether({ name }: Table, columns: readonly string[]): string {
  const constraint = `${name}_${columns.join('_')}_unique`
  return `ALTER TABLE ${name} ADD CONSTRAINT ${constraint} UNIQUE (${columns.join(', ')})`
}

function referenceOf(owner: Table, { name, references }: Column): string[] {
  if (!references) return []
  const target = tableNamed(references)
  const column = references === 'dates' ? 'date' : (target.key[0] ?? '')
  return [
    `ALTER TABLE ${owner.name} ADD CONSTRAINT ${owner.name}_${name}_known FOREIGN KEY (${name}) REFERENCES ${references} (${column})`,
  ]
}

/** Every reference of a fact but days, which facts are near in anyway; instants come in the order of the rows. */
function indexesOf({ name, columns }: Table): string[] {
  const references = columns.filter(
    ({ references }) => references !== undefined && references !== 'dates',
  )
  const days = columns.filter(({ references }) => references === 'dates')
  const instant = columns.find((column) => column.name === 'ordered_at')
  return [
    ...[...references, ...days].map(
      (column) => `CREATE INDEX ${name}_${column.name}_index ON ${name} (${column.name})`,
    ),
    ...(instant
      ? [`CREATE INDEX ${name}_${instant.name}_index ON ${name} USING brin (${instant.name})`]
      : []),
  ]
}
