import type { DayRange } from '../model/day.ts'
import type { SqlCell, Transaction } from '../warehouse/warehouse.ts'
import type { RollupsOfLoad } from './rollups-of-load.ts'
import { spanOf, touchedDaysIn } from './touched-days.ts'

/** What an import brings, counted once: much of a load is not worth doing for what is not there. */
export interface Coming {
  readonly lines: number
  readonly orders: number
  /** Of these, lines without an order number. */
  readonly anonymousOrders: number
  /** The days of the orders and their lines; null where there are none. */
  readonly days: DayRange | null
  /** The same with those of returns and stock. */
  readonly allDays: DayRange | null
  /** Orders that tell their version. */
  readonly versions: number
  readonly emails: number
  readonly returns: number
  readonly unpricedReturns: number
  readonly charges: number
}

/** The relations `incoming_...` are there. */
export async function countComing(transaction: Transaction): Promise<Coming> {
  const [row = {}] = await transaction.query(
    `SELECT * FROM (SELECT count(*) AS orders, count(CASE WHEN anonymous THEN 1 END) AS anonymous_orders,
         count(source_version) AS versions, min(order_date) AS from_day, max(order_date) AS to_day
       FROM incoming_orders) AS orders,
       (SELECT count(*) AS lines, min(order_date) AS first_line, max(order_date) AS last_line FROM incoming_lines) AS lines,
       (SELECT count(email) AS emails FROM incoming_customers) AS customers,
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
    orders: count('orders'),
    anonymousOrders: count('anonymous_orders'),
    days: spanOf(days),
    allDays: spanOf([...days, ...daysIn(others)]),
    versions: count('versions'),
    emails: count('emails'),
    returns: count('returns'),
    unpricedReturns: count('unpriced'),
    charges: count('charges'),
  }
}

/** What every step of a load works with. */
export interface LoadContext {
  readonly transaction: Transaction
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
