import { type Column, type Table, type TableName, table } from '../../src/model/star.ts'

/** A value of each type that breaks no check. */
const plainValues: Readonly<Record<Column['type'], string>> = {
  bigint: '1',
  integer: '1',
  smallint: '1',
  text: "'x'",
  boolean: 'false',
  date: "DATE '2024-06-01'",
  instant: "TIMESTAMPTZ '2024-06-01 10:00:00+00'",
  money: '1',
  quantity: '1',
  rate: '1',
}

const allowedWords: Readonly<Record<string, string>> = {
  'orders.state': "'counted'",
  'order_charges_fact.kind': "'shipping'",
  'stock_fact.kind': "'count'",
  'products.kind': "'goods'",
  'regions.level': "'country'",
  'runs.state': "'committed'",
  'rejected_rows.outcome': "'rejected'",
}

/** INSERT of one valid row of a table of the star; `values` are SQL expressions that replace the plain ones. */
export function insert(name: TableName, values: Readonly<Record<string, string>> = {}): string {
  const owner = table(name)
  const names = owner.columns.map((column) => column.name)
  const row = owner.columns.map((column) => values[column.name] ?? plainValue(owner, column))
  return `INSERT INTO ${name} (${names.join(', ')}) VALUES (${row.join(', ')})`
}

function plainValue(owner: Table, column: Column): string {
  if (column.nullable) return 'NULL'
  return allowedWords[`${owner.name}.${column.name}`] ?? plainValues[column.type]
}

/** INSERT of all days from first to last, described as the loader does. */
export function insertDays(first: string, last: string): string {
  return `INSERT INTO dates SELECT CAST(strftime(day, '%Y%m%d') AS INTEGER), CAST(day AS DATE), strftime(day, '%B'),
year(day), strftime(day, '%A'), month(day), quarter(day), week(day), isodow(day) >= 6
FROM range(DATE '${first}', DATE '${last}' + 1, INTERVAL 1 DAY) AS days(day)`
}
