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
 * Makes the partitions that are not there yet: of all months from one day to another, of the next one where these reach
 * today, and of lines that had none when they came. Each is a transaction of its own. Where others hold the tables none
 * is made: lines then lie in the default partition, until a later load makes theirs.
 */
export async function makePartitions(
  client: pg.ClientBase,
  days: { readonly from: string; readonly to: string },
): Promise<void> {
  for (const month of await missingMonths(client, days)) {
    await client.query('BEGIN')
    try {
      await client.query(loaderSetting)
      await client.query(`SET LOCAL lock_timeout = '${patience}'`)
      await makePartition(client, month)
      await client.query('COMMIT')
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined)
      if (!isLockRefused(error)) throw error
      return
    }
  }
}

async function missingMonths(
  client: pg.ClientBase,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Month[]> {
  // An owner may have made parts of other days, or left a table of the name behind.
  const taken = await client.query<{ name: string | null; from: string | null; to: string | null }>(
    `SELECT name, first_day AS from, next_day AS to FROM attached_partitions('sales_fact')
     UNION ALL SELECT NULL, month, (month + INTERVAL '1 month')::DATE FROM set_aside_months WHERE dropped_at IS NULL
     UNION ALL SELECT relname, NULL, NULL FROM pg_class WHERE relnamespace = '${mainSchema}'::regnamespace`,
  )
  const others = await client.query<{ from: string; to: string }>(
    `SELECT min(order_date) AS from, min(order_date) AS to FROM ${defaultPartition} GROUP BY date_trunc('month', order_date)
     UNION ALL SELECT CURRENT_DATE, (CURRENT_DATE + INTERVAL '1 month')::DATE
       WHERE CURRENT_DATE BETWEEN $1::DATE AND (date_trunc('month', $2::DATE) + INTERVAL '1 month')::DATE - 1`,
    [from, to],
  )
  const wanted = [{ from, to }, ...others.rows].flatMap(monthsBetween)
  const missing = new Map(wanted.map((month) => [month.name, month]))
  for (const { name, from: first, to: next } of taken.rows) {
    if (name !== null) missing.delete(name)
    for (const month of missing.values())
      if (first !== null && next !== null && first < month.to && next > month.from)
        missing.delete(month.name)
  }
  return [...missing.values()]
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
