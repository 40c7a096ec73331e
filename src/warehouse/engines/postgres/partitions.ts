import type pg from 'pg'
import { isLockRefused } from './failures.ts'
import { loaderSetting } from './loader-setting.ts'
import { defaultPartition, mainSchema } from './names.ts'

/** Order lines lie in one partition for each month of their day. */

interface Month {
  readonly name: string
  readonly from: string
  /** The first day of the next month. */
  readonly to: string
}

/**
 * How long a partition may wait for the locks of others. A writer that waits for the load itself holds some: to wait
 * for it would be to wait for ever, which the server cannot see, because the load is another connection.
 */
const patience = '2s'

/**
 * Makes the partitions of all months from one day to another that are not there yet, in a transaction of its own.
 * Where others hold the tables none is made: the lines then lie in the default partition, until a later load makes
 * theirs.
 */
export async function makePartitions(
  client: pg.ClientBase,
  days: { readonly from: string; readonly to: string },
): Promise<void> {
  // An owner may have made parts of other days, or left a table of the name behind.
  const taken = await client.query<{ name: string; from: string | null; to: string | null }>(
    `SELECT name, first_day AS from, next_day AS to FROM attached_partitions()
     UNION ALL SELECT relname, NULL, NULL FROM pg_class WHERE relnamespace = '${mainSchema}'::regnamespace`,
  )
  const missing = monthsBetween(days).filter(
    (month) =>
      !taken.rows.some(
        ({ name, from, to }) =>
          name === month.name ||
          (from !== null && to !== null && from < month.to && to > month.from),
      ),
  )
  if (missing.length === 0) return
  await client.query('BEGIN')
  try {
    await client.query(loaderSetting)
    await client.query(`SET LOCAL lock_timeout = '${patience}'`)
    for (const month of missing) await makePartition(client, month)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    if (!isLockRefused(error)) throw error
  }
}

/** Lines of the month that plain SQL wrote before there was a partition for them move into it. */
async function makePartition(client: pg.ClientBase, { name, from, to }: Month): Promise<void> {
  const moved = `order_date >= '${from}' AND order_date < '${to}'`
  await client.query(
    `CREATE TEMP TABLE moved_lines ON COMMIT DROP AS SELECT * FROM ${defaultPartition} WHERE ${moved}`,
  )
  await client.query(`DELETE FROM ${defaultPartition} WHERE ${moved}`)
  await client.query(
    `CREATE TABLE ${name} PARTITION OF sales_fact FOR VALUES FROM ('${from}') TO ('${to}')`,
  )
  await client.query('INSERT INTO sales_fact SELECT * FROM moved_lines')
  await client.query('SELECT adopt_partition($1)', [name])
  await client.query('DROP TABLE moved_lines')
}

function monthsBetween({ from, to }: { readonly from: string; readonly to: string }): Month[] {
  const months: Month[] = []
  let [year = 0, month = 0] = from.split('-').map(Number)
  for (let first = dayOf(year, month); first <= to; first = dayOf(year, month)) {
    const name = `sales_fact_${first.slice(0, 4)}_${first.slice(5, 7)}`
    ;[year, month] = month === 12 ? [year + 1, 1] : [year, month + 1]
    months.push({ name, from: first, to: dayOf(year, month) })
  }
  return months
}

function dayOf(year: number, month: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`
}
