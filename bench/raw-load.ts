import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/**
 * `raw-load.ts FOLDER FILE`: the yardstick of the import. Every table of the folder is created from its
 * CSV files with the types that the engine sniffs, into a fresh file, with nothing checked. Prints what
 * the statements alone took, from opening the file to its last CHECKPOINT.
 */

const [folder = '', file = ''] = process.argv.slice(2)

const started = performance.now()
const cpu = process.cpuUsage()
const instance = await DuckDBInstance.create(file)
const connection = await instance.connect()
for (const [table, paths] of tablesIn(folder)) {
  const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')
  await connection.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv([${list}])`)
}
await connection.run('CHECKPOINT')
connection.closeSync()
instance.closeSync()
const { user, system } = process.cpuUsage(cpu)
const seconds = (performance.now() - started) / 1000
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 }))

/** Parts of one table bear its name and a number: `sales_fact-0001.csv`. */
function tablesIn(path: string): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  for (const name of readdirSync(path).sort()) {
    const table = /^([a-z_]+)(-\d+)?\.csv$/.exec(name)?.[1]
    if (table) tables.set(table, [...(tables.get(table) ?? []), join(path, name)])
  }
  return tables
}
