import { randomUUID } from 'node:crypto'
import type { Change } from '../../../model/change.ts'
import { addMonths, endOf } from '../../../model/day.ts'
import { TakingsError } from '../../../model/errors.ts'
import { dayText, monthText, plural } from '../../../model/sentence.ts'
import { table } from '../../../model/star.ts'
import type { Engine, MonthPart, Months, SqlRow, Transaction } from '../../engine.ts'
import { renewDirtyDays } from '../../rollups.ts'
import { isDefinitionRefused, isLockRefused } from './failures.ts'
import { droppedPart, partOf, partsSql, placeOf } from './month-parts.ts'
import { type Step, type Sums, writeRun } from './month-run.ts'
import { defaultPartition, mainSchema } from './names.ts'

/** What it needs of the engine. */
export interface MonthsOptions extends Pick<Engine, 'transact'> {
  readonly now: () => Date
  query(sql: string): Promise<SqlRow[]>
  notice(): Promise<void>
}

/** A month that is about to change. */
interface Work {
  readonly transaction: Transaction
  /** Its first day, and that of the next month. */
  readonly from: string
  readonly to: string
  /** Its partition, as SQL names it; null where there is none any more. */
  readonly partition: string | null
}

/** How long definitions may wait for readers and writers, while these wait for them. */
const patience = '5s'

/**
 * A month is set aside by moving its partition from the order lines to a table that no figure is read from: no line is
 * copied. Its orders and charges are few and are copied; an order that has lines in another month stays, as it counts
 * there. Returns stay on their own days: money that went back in June went back in June. Days of the month are dirty
 * until their rollups are made anew, which follows at once.
 */
export class PostgresMonths implements Months {
  readonly #options: MonthsOptions

  constructor(options: MonthsOptions) {
    this.#options = options
  }

  notice(): Promise<void> {
    return this.#options.notice()
  }

  async list(): Promise<MonthPart[]> {
    await this.notice()
    const [rows, gone] = await Promise.all([
      this.#options.query(partsSql),
      this.#options.query(
        'SELECT month, lines, revenue, dropped_at FROM set_aside_months WHERE dropped_at IS NOT NULL ORDER BY month',
      ),
    ])
    const parts = [...rows.map(partOf), ...gone.map(droppedPart)]
    return parts.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  }

  async outside(): Promise<{ readonly lines: number; readonly text: string } | null> {
    const [row] = await this.#options.query(
      `SELECT count(*) AS lines, min(order_date) AS from_day, max(order_date) AS to_day FROM ${defaultPartition}`,
    )
    const lines = Number(row?.lines ?? 0)
    if (lines === 0) return null
    const span = `${dayText(String(row?.from_day))} to ${dayText(String(row?.to_day))}`
    const text = `${plural(String(lines), 'order line', 'order lines')} of ${span} lie in ${defaultPartition}, because their months had no partition when they came. They count, and the next import by the owner of the tables moves them into partitions of their months.`
    return { lines, text }
  }

  async detach(month: string): Promise<MonthPart> {
    await this.notice()
    const part = await this.#change(month, 'sales_fact', async (work) => {
      const known = await isSetAside(work)
      const { partition } = work
      if (known) throw refused(`${monthText(month)} is set aside already`, listing)
      if (partition === null) throw refused(`${monthText(month)} has no partition`, listing)
      const sums = await sumsOf(work.transaction, partition)
      await putAside(work, partition, 'aside')
      await moveFirstOrdersAside(work)
      await makeDirty(work)
      await movePartition(work, partition, { from: 'sales_fact', to: 'set_aside_lines' })
      await unwatch(work.transaction, partition)
      await this.#remember(work, sums)
      return { step: 'set aside', sums }
    })
    await this.#renew()
    return part
  }

  async attach(month: string): Promise<MonthPart> {
    await this.notice()
    const part = await this.#change(month, 'set_aside_lines', async (work) => {
      const { transaction, partition } = work
      if (!(await isSetAside(work))) throw refused(`${monthText(month)} is not set aside`, listing)
      if (partition === null) {
        const problem = `the lines of ${monthText(month)} are not in the database any more`
        throw refused(problem, `\`takings partitions drop ${month} --yes\` forgets them.`)
      }
      const sums = await sumsOf(transaction, partition)
      await putAside(work, partition, 'back')
      await moveFirstOrdersBack(work, partition)
      await makeDirty(work)
      await movePartition(work, partition, { from: 'set_aside_lines', to: 'sales_fact' })
      await transaction.execute('SELECT adopt_partition($1::REGCLASS)', [partition])
      await transaction.execute('DELETE FROM set_aside_months WHERE month = $1::DATE', [work.from])
      return { step: 'put back', sums }
    })
    await this.#renew()
    return part
  }

  async drop(month: string): Promise<MonthPart> {
    return this.#change(month, 'set_aside_lines', async (work) => {
      const { transaction, partition, from } = work
      if (!(await isSetAside(work))) {
        const advice = `Set it aside first: takings partitions detach ${month}`
        throw refused(`${monthText(month)} is not set aside`, advice)
      }
      const sums = partition === null ? nothing : await sumsOf(transaction, partition)
      if (partition !== null) {
        await forget(work, partition)
        await transaction.execute(`DROP TABLE ${partition}`)
      }
      await transaction.execute(
        'UPDATE set_aside_months SET dropped_at = $2::TIMESTAMPTZ WHERE month = $1::DATE',
        [from, this.#options.now().toISOString()],
      )
      return { step: 'dropped', sums }
    })
  }

  /** One transaction, which is a run of the ledger and is told. */
  async #change(
    month: string,
    whole: 'sales_fact' | 'set_aside_lines',
    work: (work: Work) => Promise<{ readonly step: Step; readonly sums: Sums }>,
  ): Promise<MonthPart> {
    const { from, to } = daysOf(month)
    const runToken = `partitions-${randomUUID()}`
    let change: Change | null = null
    try {
      return await this.#options.transact(
        async (transaction) => {
          await refuseOthers(transaction)
          await transaction.execute(`SET LOCAL lock_timeout = '${patience}'`)
          const partition = await partitionOf(transaction, { whole, from, to })
          const { step, sums } = await work({ transaction, from, to, partition })
          const now = this.#options.now().toISOString()
          const sequence = await writeRun(transaction, { from, step, sums, runToken, now })
          const days = step === 'dropped' ? null : { from, to: endOf('month', from) }
          change = { sequence, tables: ['sales_fact', 'orders', 'order_charges_fact'], days }
          const { lines, revenue } = sums
          const place = step === 'dropped' ? nowhere : placeOnDisk(sums)
          return {
            name: partition ?? '',
            month,
            lines,
            revenue,
            ...place,
            ...stateAfter(step, now),
          }
        },
        { change: () => change, runToken },
      )
    } catch (error) {
      throw explainedHere(error, month)
    }
  }

  async #remember({ transaction, from }: Work, sums: Sums): Promise<void> {
    await transaction.execute('DELETE FROM set_aside_months WHERE month = $1::DATE', [from])
    await transaction.execute(
      `INSERT INTO set_aside_months (month, set_aside_at, lines, orders, revenue)
       VALUES ($1::DATE, $2::TIMESTAMPTZ, $3::BIGINT, $4::BIGINT, $5::NUMERIC)`,
      [from, this.#options.now().toISOString(), sums.lines, sums.orders, sums.revenue],
    )
  }

  /** Readers may ask meanwhile, which they may not while definitions change. Whoever is idle does it where this fails. */
  async #renew(): Promise<void> {
    const options = { change: () => null, runToken: `renewal-${randomUUID()}` }
    await this.#options.transact(renewDirtyDays, options).catch(() => undefined)
  }
}

const listing = '`takings partitions` lists all there are.'
const nowhere = { bytes: 0, from: null, to: null } as const
const nothing: Sums = { lines: 0, orders: 0, revenue: '0', units: '0', ...nowhere }

function placeOnDisk({ bytes, from, to }: Sums): Pick<MonthPart, 'bytes' | 'from' | 'to'> {
  return { bytes, from, to }
}

function refused(problem: string, advice: string): TakingsError {
  return new TakingsError('partitions_refused', { problem, advice })
}

function explainedHere(error: unknown, month: string): unknown {
  if (isLockRefused(error))
    return new TakingsError(
      'busy',
      { problem: 'others read or write order lines for longer than it may wait' },
      { cause: error },
    )
  if (!isDefinitionRefused(error)) return error
  return new TakingsError(
    'partitions_refused',
    {
      problem: `lines of ${monthText(month)} lie in another partition meanwhile`,
      advice: `Move them out of ${defaultPartition}, or of the partition that an owner made, and try again.`,
    },
    { cause: error },
  )
}

/** The first day of a month and of the next. Throws `partitions_refused`. */
function daysOf(month: string): { readonly from: string; readonly to: string } {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw refused(`${JSON.stringify(month)} is no month`, 'Give it as yyyy-mm, such as 2023-05.')
  const from = `${month}-01`
  return { from, to: addMonths(from, 1) }
}

function stateAfter(step: Step, now: string): Pick<MonthPart, 'state' | 'since'> {
  if (step === 'put back') return { state: 'attached', since: null }
  return { state: step === 'dropped' ? 'dropped' : 'set_aside', since: now }
}

async function refuseOthers(transaction: Transaction): Promise<void> {
  const [row] = await transaction.query(
    "SELECT pg_has_role(relowner, 'USAGE') AS owned, current_user::TEXT AS name FROM pg_class WHERE oid = 'sales_fact'::regclass",
  )
  if (row?.owned === true) return
  throw refused(
    `the user ${String(row?.name)} does not own the tables, and may change no partition`,
    'Name the owner of the tables in --warehouse or TAKINGS_WAREHOUSE.',
  )
}

async function partitionOf(
  transaction: Transaction,
  { whole, from, to }: { readonly whole: string; readonly from: string; readonly to: string },
): Promise<string | null> {
  const [found] = await transaction.query(
    `SELECT relation::REGCLASS::TEXT AS name FROM attached_partitions($1::REGCLASS)
     WHERE first_day = $2::DATE AND next_day = $3::DATE`,
    [whole, from, to],
  )
  return typeof found?.name === 'string' ? found.name : null
}

async function isSetAside({ transaction, from }: Work): Promise<boolean> {
  const [found] = await transaction.query(
    'SELECT 1 AS one FROM set_aside_months WHERE month = $1::DATE AND dropped_at IS NULL',
    [from],
  )
  return found !== undefined
}

async function sumsOf(transaction: Transaction, partition: string): Promise<Sums> {
  const [row = {}] = await transaction.query(
    `SELECT count(*) AS lines, count(DISTINCT order_id) AS orders, coalesce(sum(total_price), 0) AS revenue,
       coalesce(sum(quantity), 0) AS units, min(order_date) AS from_day, max(order_date) AS to_day,
       pg_total_relation_size($1::REGCLASS) AS bytes FROM ${partition}`,
    [partition],
  )
  return {
    lines: Number(row.lines),
    orders: Number(row.orders),
    revenue: String(row.revenue),
    units: String(row.units),
    bytes: Number(row.bytes),
    from: typeof row.from_day === 'string' ? row.from_day : null,
    to: typeof row.to_day === 'string' ? row.to_day : null,
  }
}

const kept = [
  { facts: 'orders', aside: 'set_aside_orders' },
  { facts: 'order_charges_fact', aside: 'set_aside_charges' },
] as const

/** Orders and their charges go where their lines go. Asked before the partition moves. */
async function putAside(
  { transaction, from, to }: Work,
  partition: string,
  direction: 'aside' | 'back',
): Promise<void> {
  const elsewhere =
    direction === 'aside'
      ? `EXCEPT SELECT order_id FROM sales_fact WHERE order_date < '${from}' OR order_date >= '${to}'`
      : 'EXCEPT SELECT order_id FROM orders'
  await transaction.execute(
    `CREATE TEMP TABLE moving_orders ON COMMIT DROP AS SELECT order_id FROM ${partition} ${elsewhere}`,
  )
  for (const { facts, aside } of kept) {
    const [source, target] = direction === 'aside' ? [facts, aside] : [aside, facts]
    const columns = table(facts)
      .columns.map(({ name }) => name)
      .join(', ')
    await transaction.execute(
      `WITH moved AS (DELETE FROM ${source} WHERE order_id IN (SELECT order_id FROM moving_orders) RETURNING ${columns})
       INSERT INTO ${target} (${columns}) SELECT ${columns} FROM moved`,
    )
  }
}

/** Who bought first in the month is no new customer of it any more, nor of a later one. */
async function moveFirstOrdersAside({ transaction, from, to }: Work): Promise<void> {
  await transaction.execute(
    `WITH gone AS (UPDATE customers SET first_order_date = NULL FROM customers AS before
       WHERE before.customer_id = customers.customer_id AND customers.customer_id <> 0
         AND customers.first_order_date >= $1::DATE AND customers.first_order_date < $2::DATE
       RETURNING customers.customer_id, before.first_order_date)
     INSERT INTO earlier_orders (customer_id, first_day) SELECT customer_id, first_order_date FROM gone`,
    [from, to],
  )
}

async function moveFirstOrdersBack({ transaction }: Work, partition: string): Promise<void> {
  const isFirst = `customers.customer_id = first.customer_id AND customers.customer_id <> 0
    AND (customers.first_order_date IS NULL OR customers.first_order_date > first.day)
    AND NOT EXISTS (SELECT 1 FROM earlier_orders WHERE earlier_orders.customer_id = first.customer_id AND earlier_orders.first_day < first.day)`
  const first = `(SELECT customer_id, min(order_date) AS day FROM ${partition} GROUP BY customer_id) AS first`
  await transaction.execute(
    `INSERT INTO dirty_days SELECT DISTINCT customers.first_order_date FROM customers, ${first}
     WHERE ${isFirst} AND customers.first_order_date IS NOT NULL`,
  )
  await transaction.execute(
    `UPDATE customers SET first_order_date = first.day FROM ${first} WHERE ${isFirst}`,
  )
  await transaction.execute(
    `DELETE FROM earlier_orders USING ${partition} AS lines
     WHERE lines.customer_id = earlier_orders.customer_id AND lines.order_date = earlier_orders.first_day`,
  )
}

async function makeDirty({ transaction, from, to }: Work): Promise<void> {
  await transaction.execute(
    `INSERT INTO dirty_days SELECT day::DATE FROM generate_series($1::DATE, $2::DATE - 1, INTERVAL '1 day') AS days(day)
     UNION SELECT order_date FROM set_aside_charges WHERE order_id IN (SELECT order_id FROM moving_orders)
     UNION SELECT order_date FROM order_charges_fact WHERE order_id IN (SELECT order_id FROM moving_orders)`,
    [from, to],
  )
}

async function movePartition(
  { transaction, from, to }: Work,
  partition: string,
  tables: { readonly from: string; readonly to: string },
): Promise<void> {
  await transaction.execute(`ALTER TABLE ${tables.from} DETACH PARTITION ${partition}`)
  await transaction.execute(
    `ALTER TABLE ${tables.to} ATTACH PARTITION ${partition} FOR VALUES FROM ('${from}') TO ('${to}')`,
  )
}

/** What is set aside has nothing that follows it. */
async function unwatch(transaction: Transaction, partition: string): Promise<void> {
  const triggers = await transaction.query(
    `SELECT quote_ident(tgname) AS name FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
     WHERE tgrelid = $1::REGCLASS AND NOT tgisinternal AND pronamespace = '${mainSchema}'::REGNAMESPACE`,
    [partition],
  )
  for (const { name } of triggers)
    await transaction.execute(`DROP TRIGGER ${String(name)} ON ${partition}`)
  await transaction.execute('DELETE FROM known_partitions WHERE relation = $1::REGCLASS', [
    partition,
  ])
}

/** Orders whose lines all go, with their charges. */
async function forget({ transaction, from, to }: Work, partition: string): Promise<void> {
  await transaction.execute(
    `CREATE TEMP TABLE moving_orders ON COMMIT DROP AS SELECT order_id FROM ${partition}
     EXCEPT SELECT order_id FROM set_aside_lines WHERE order_date < '${from}' OR order_date >= '${to}'`,
  )
  for (const { aside } of kept)
    await transaction.execute(
      `DELETE FROM ${aside} WHERE order_id IN (SELECT order_id FROM moving_orders)`,
    )
}
