import type { DayRange } from '../model/day.ts'
import type { SqlCell, Transaction } from '../warehouse/warehouse.ts'
import { isSale } from './handover.ts'
import type { RollupsOfLoad } from './rollups-of-load.ts'
import { spanOf, touchedDaysIn } from './touched-days.ts'

/** What an import brings, counted once: much of a load is not worth doing for what is not there. */
export interface Coming {
  readonly lines: number
  /** Of these, sales; some that were refunded since. */
  readonly saleLines: number
  readonly orders: number
  /** Of these, lines without an order number. */
  readonly anonymousOrders: number
  /** Orders that do not count, such as cancelled ones. */
  readonly uncounted: number
  /** The days of the orders and their lines; null where there are none. */
  readonly days: DayRange | null
  /** The same with those of returns and stock. */
  readonly allDays: DayRange | null
  /** Orders that tell their version. */
  readonly versions: number
  readonly customers: number
  readonly emails: number
  readonly returns: number
  readonly unpricedReturns: number
  readonly charges: number
}

/** The relations `incoming_...` are there. */
export async function countComing(transaction: Transaction): Promise<Coming> {
  const [row = {}] = await transaction.query(
    `SELECT * FROM (SELECT count(*) AS orders, count(CASE WHEN anonymous THEN 1 END) AS anonymous_orders,
         count(CASE WHEN state <> 'counted' THEN 1 END) AS uncounted,
         count(source_version) AS versions, min(order_date) AS from_day, max(order_date) AS to_day
       FROM incoming_orders) AS orders,
       (SELECT count(*) AS lines, count(CASE WHEN ${isSale} THEN 1 END) AS sale_lines, min(order_date) AS first_line, max(order_date) AS last_line FROM incoming_lines) AS lines,
       (SELECT count(*) AS all_customers, count(email) AS emails FROM incoming_customers) AS customers,
       (SELECT count(*) AS returns, count(CASE WHEN amount IS NULL THEN 1 END) AS unpriced,
         min(return_date) AS first_return, max(return_date) AS last_return FROM incoming_returns) AS returns,
       (SELECT min(occurred_on) AS first_stock, max(occurred_on) AS last_stock FROM incoming_stock) AS stock,
       (SELECT count(*) AS charges FROM incoming_charges) AS charges`,
  )
  const daysIn = (cells: readonly (SqlCell | undefined)[]) =>
    cells.filter((day) => typeof day === 'string')
  const days = [...touchedDaysIn(row), ...daysIn([row.first_line, row.last_line])]
  const others = [row.first_return, row.last_return, row.first_stock, row.last_stock]
  const count = (name: string) => Number(row[name] ?? 0)
  return {
    lines: count('lines'),
    saleLines: count('sale_lines'),
    orders: count('orders'),
    anonymousOrders: count('anonymous_orders'),
    uncounted: count('uncounted'),
    days: spanOf(days),
    allDays: spanOf([...days, ...daysIn(others)]),
    versions: count('versions'),
    customers: count('all_customers'),
    emails: count('emails'),
    returns: count('returns'),
    unpricedReturns: count('unpriced'),
    charges: count('charges'),
  }
}

/** What is in the warehouse before a load, asked at once: much need not be looked for where there is nothing. */
export interface Standing {
  /** The ledger's next number; two runs never share one because there is one writer. */
  readonly runId: number
  readonly facts: boolean
  readonly dirtyDays: boolean
  readonly setAsideMonths: boolean
  readonly mendedRows: boolean
  /** Returns of the source of the load. */
  readonly returns: boolean
  /** Of these, some of orders that do not count. */
  readonly heldReturns: boolean
  /** First and last day of the calendar. */
  readonly calendar: DayRange | null
}

export async function readStanding(transaction: Transaction, source: string): Promise<Standing> {
  // Side by side in one row the engine would read whole tables for them.
  const questions = Object.entries(standingSql).map(
    ([name, sql]) => `SELECT '${name}' AS name, (${sql})::VARCHAR AS value`,
  )
  const rows = await transaction.query(questions.join('\nUNION ALL '), [source])
  const told = new Map(rows.map(({ name, value }) => [String(name), value]))
  const days = [told.get('firstDay'), told.get('lastDay')]
  return {
    runId: Number(told.get('runId')),
    facts: told.get('facts') === 'true',
    dirtyDays: told.get('dirtyDays') === 'true',
    setAsideMonths: told.get('setAsideMonths') === 'true',
    mendedRows: told.get('mendedRows') === 'true',
    returns: told.get('returns') === 'true' || told.get('heldReturns') === 'true',
    heldReturns: told.get('heldReturns') === 'true',
    calendar: spanOf(days.filter((day) => typeof day === 'string')),
  }
}

const standingSql = {
  runId: 'SELECT coalesce(max(run_id), 0) + 1 FROM runs',
  facts: `EXISTS (SELECT 1 FROM sales_fact) OR EXISTS (SELECT 1 FROM returns_fact)
    OR EXISTS (SELECT 1 FROM order_charges_fact)`,
  dirtyDays: 'EXISTS (SELECT 1 FROM dirty_days)',
  setAsideMonths: 'EXISTS (SELECT 1 FROM set_aside_months WHERE dropped_at IS NULL)',
  mendedRows: 'EXISTS (SELECT 1 FROM mended_rows)',
  returns: 'EXISTS (SELECT 1 FROM returns_fact WHERE source = $1)',
  heldReturns: 'EXISTS (SELECT 1 FROM held_returns WHERE source = $1)',
  firstDay: 'SELECT min(date) FROM dates',
  lastDay: 'SELECT max(date) FROM dates',
}

/** Orders of a load whose ids the engine is asked about before it looks for them. */
const fewOrders = 10_000

/**
 * False where surely neither an order of the load nor a return of one, or of its number, is known: to look for a few among millions may take
 * longer than all the rest.
 */
export async function mayBeKnown(
  transaction: Transaction,
  coming: Coming,
  standing: Standing,
): Promise<boolean> {
  const { orderSight } = transaction
  if (!orderSight || coming.orders + coming.returns > fewOrders) return true
  const parts = ['SELECT order_id AS id, true AS comes FROM incoming_orders']
  if (standing.returns)
    parts.push(`SELECT ${orderSight.documentId('order_number')}, false FROM incoming_orders`)
  if (coming.returns > 0)
    parts.push(
      'SELECT order_id, true FROM incoming_returns WHERE order_id IS NOT NULL',
      `SELECT ${orderSight.documentId('document_number')}, true FROM incoming_returns WHERE document_number IS NOT NULL`,
    )
  const rows = await transaction.query(parts.join(' UNION ALL '))
  const idsOf = (some: typeof rows) => some.map(({ id }) => String(id))
  const mayBe = orderSight.mayHold(idsOf(rows.filter(({ id }) => id !== null)))
  orderSight.willHold(idsOf(rows.filter(({ comes }) => comes === true)))
  return mayBe
}

/** What every step of a load works with. */
export interface LoadContext {
  readonly transaction: Transaction
  readonly standing: Standing
  /** False where surely neither an order of the load nor a return of one is known. */
  readonly mayBeKnown: boolean
  readonly rollups: RollupsOfLoad
  readonly coming: Coming
  readonly source: string
  readonly runId: number
  /** ISO instant. */
  readonly loadedAt: string
}

/**
 * SQL of what is known once an import has said something too. The later word counts; where it is settled, that
 * is where a table of its own described it and order lines speak now, it only fills what is open.
 */
export function laterUnless(settled: string, known: string, incoming: string): string {
  return `CASE WHEN ${settled} THEN coalesce(${known}, ${incoming}) ELSE coalesce(${incoming}, ${known}) END`
}
