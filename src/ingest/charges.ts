import { chargeMeaning, orderAmountMeaning } from './charge-headers.ts'
import { surelyMeans, words } from './headers.ts'
import { type Claim, type ColumnClaim, columnOf, isCharge, type RecognisedTable } from './layout.ts'
import { OrderSample } from './order-sample.ts'
import type { Role } from './role.ts'
import { type ColumnSample, numbersOf, type TableSample, valuesOf } from './sample.ts'
import { withAmountsBesideTold, withoutDiscountTaken } from './told-beside.ts'
import { withDiscountTold, withTotalsTold } from './told-by-totals.ts'

/**
 * What a table of lines states beside its goods: charges, and amounts of whole orders. Whether a row states that of
 * its whole order or its own part is told by the values: what is the same on all rows of every order is the order's.
 */
export function withCharges(stated: RecognisedTable): RecognisedTable {
  const { sample } = stated
  if (stated.claim.holds !== 'order_lines') return stated
  const isGeneric = stated.claim.layout === 'generic'
  const claim = isGeneric ? withAmountsBesideTold(sample, stated.claim) : stated.claim
  const recognised = { ...stated, claim }
  const columns = new Map(claim.columns)
  if (isGeneric) {
    moveDiscount(recognised, columns)
    moveRefund(recognised, columns)
    addCharges(recognised, columns)
  }
  const whole = { ...claim, columns }
  for (const [sql, column] of columns) {
    if (isCharge(column.role) && !column.per)
      columns.set(sql, { ...column, per: perOf({ ...recognised, claim: whole }, sql) })
  }
  return {
    ...recognised,
    claim: isGeneric ? withAllTold(sample, whole) : whole,
  }
}

function withAllTold(sample: TableSample, claim: Claim): Claim {
  return withDiscountTold(sample, withTotalsTold(sample, withoutDiscountTaken(sample, claim)))
}

/**
 * What calls itself a discount of the order, and is no different from line to line, is taken off once; so is an amount
 * that repeats on lines of different prices.
 */
function moveDiscount({ sample, claim }: RecognisedTable, columns: Map<string, ColumnClaim>): void {
  const sql = columnOf(claim, 'discount')
  const column = sample.columns.find((candidate) => candidate.sql === sql)
  if (!sql || !column) return
  const isNamed = orderAmountMeaning(column.name) === 'order_discount'
  const spread = spreadOf(sample, claim, sql)
  if (
    spread === 'differs' ||
    !(isNamed || (spread === 'same' && repeatsAsAmount(sample, claim, sql)))
  )
    return
  const evidence = isNamed ? `the header "${column.name}"` : 'it repeats on the lines of an order'
  columns.set(sql, { role: 'order_discount', confidence: likelihood, evidence })
}

/** The same money on lines that cost differently: a share would be another amount on each, and is a round number. */
function repeatsAsAmount(sample: TableSample, claim: Claim, sql: string): boolean {
  const price = columnOf(claim, 'unit_price')
  if (!price || columnOf(claim, 'line_total')) return false
  const orders = new OrderSample(sample, columnOf(claim, 'order_number'))
  const discounts = orders.perOrder(sql)
  const repeated = discounts.filter((off, at) => off !== 0 && (orders.sizes[at] ?? 0) > 1)
  const uneven = repeated.filter((off) => Math.abs(off) % 0.5 > 1e-9)
  return (
    repeated.length >= 2 &&
    uneven.length > repeated.length / 2 &&
    orders.spread(price) === 'differs'
  )
}

/** What was refunded is of the line, unless it repeats on all lines of its order or stands on the first only. */
function moveRefund({ sample, claim }: RecognisedTable, columns: Map<string, ColumnClaim>): void {
  const sql = columnOf(claim, 'return_amount')
  const own = sql ? columns.get(sql) : undefined
  if (sql && own && spreadOf(sample, claim, sql) !== 'same')
    columns.set(sql, { ...own, role: 'line_refund' })
}

const mostlyNumbers = 0.9
const likelihood = 0.8

function addCharges(recognised: RecognisedTable, columns: Map<string, ColumnClaim>): void {
  const { sample, claim } = recognised
  const free = sample.columns.filter(
    ({ sql, numbers, filled, made }) =>
      !(columns.has(sql) || claim.unused?.has(sql) || made) &&
      filled > 0 &&
      numbers >= mostlyNumbers,
  )
  for (const column of free) {
    const role = chargeMeaning(column.name) ?? orderRole(recognised, column)
    const taken = [...columns.values()].some((other) => other.role === role)
    if (role === null || (taken && !isCharge(role))) continue
    if (role === 'tax' && isRate(sample, claim, column.sql)) continue
    columns.set(column.sql, {
      role,
      confidence: likelihood,
      evidence: `the header "${column.name}"`,
    })
  }
}

/**
 * A total or discount of whole orders is the same on all rows of an order. Where all orders have one row nothing
 * tells it from the line's own: a total is compared only, so it does no harm; a discount says that it is the order's.
 */
function orderRole({ sample, claim }: RecognisedTable, column: ColumnSample): Role | null {
  const role = orderAmountMeaning(column.name)
  if (column.ofOrder) return role ?? roleInOrders(sample, column)
  if (role === null) return null
  const spread = spreadOf(sample, claim, column.sql)
  if (spread === 'same') return role
  return spread === 'alone' && role !== 'order_subtotal' ? role : null
}

const shareWords = /\b(rate|percent|percentage|pct|prozent|satz|taux|pourcentage)\b/

/** In a table of orders a discount and a total are the order's, whatever their names. */
function roleInOrders(sample: TableSample, { name, sql }: ColumnSample): Role | null {
  if (surelyMeans(name, 'line_total')) return 'order_total'
  if (surelyMeans(name, 'return_amount')) return 'return_amount'
  if (!surelyMeans(name, 'discount')) return null
  // A share of an order is the same share of each of its lines.
  const says = name.includes('%') || shareWords.test(words(name))
  if (says || valuesOf(sample, sql).some((value) => value.includes('%'))) return 'discount'
  const values = numbersOf(sample, sql).filter((value) => value !== null && value !== 0)
  return values.every((value) => Math.abs(value ?? 0) < 1) ? null : 'order_discount'
}

/** See `OrderSample.spread`; without order numbers nothing is of a whole order. */
function spreadOf(sample: TableSample, claim: Claim, sql: string): 'same' | 'differs' | 'alone' {
  const order = columnOf(claim, 'order_number')
  return order ? new OrderSample(sample, order).spread(sql) : 'differs'
}

/**
 * Taxes that are the same on all lines of an order are so because the lines are: a tax grows with what it is on,
 * where a price for shipping stands unchanged.
 */
function perOf({ sample, claim }: RecognisedTable, sql: string): 'order' | 'line' {
  const column = sample.columns.find((candidate) => candidate.sql === sql)
  if (claim.firstRow || column?.ofOrder) return 'order'
  const isTax = (claim.columns.get(sql)?.role ?? chargeMeaning(column?.name ?? '')) === 'tax'
  const spread = spreadOf(sample, claim, sql)
  if (spread === 'differs') return 'line'
  if (spread === 'alone') return isTax ? 'line' : 'order'
  const amount = columnOf(claim, 'line_total') ?? columnOf(claim, 'unit_price')
  const alike = amount !== undefined && spreadOf(sample, claim, amount) === 'same'
  return isTax && alike && !isOnceByTotals(sample, claim, sql) ? 'line' : 'order'
}

/** True where the totals of orders of several rows are right with the charge once, and not with that of each row. */
function isOnceByTotals(sample: TableSample, claim: Claim, sql: string): boolean {
  const total = columnOf(claim, 'order_total')
  if (!total) return false
  const orders = new OrderSample(sample, columnOf(claim, 'order_number'))
  const numbers = (role: Role) => orders.of(columnOf(claim, role) ?? '')
  const [lines, prices, quantities] = [
    numbers('line_total'),
    numbers('unit_price'),
    numbers('quantity'),
  ]
  const goods = orders.summed(
    sample.rows.map((_, at) => lines[at] ?? (quantities[at] ?? 1) * (prices[at] ?? 0)),
  )
  const totals = orders.perOrder(total)
  const explained = (charges: readonly number[]) =>
    orders.sizes.filter(
      (rows, at) =>
        rows > 1 && Math.abs((goods[at] ?? 0) + (charges[at] ?? 0) - (totals[at] ?? 0)) <= cent,
    ).length
  return explained(orders.perOrder(sql)) > explained(orders.summed(orders.of(sql)))
}

/**
 * Whether charges are of orders or of lines is the same in all files of one kind: where all orders of one have one row,
 * the others tell it.
 */
export function withChargesAlike(tables: readonly RecognisedTable[]): RecognisedTable[] {
  const shapeOf = ({ table }: RecognisedTable, sql: string) =>
    JSON.stringify([table.columns.find((column) => column.sql === sql)?.name, table.columns.length])
  const told = new Map<string, 'order' | 'line'>()
  for (const one of tables) {
    for (const [sql, { per }] of one.claim.columns) {
      if (per && spreadOf(one.sample, one.claim, sql) !== 'alone') told.set(shapeOf(one, sql), per)
    }
  }
  return tables.map((one) => {
    if (one.claim.layout !== 'generic') return one
    const columns = new Map(one.claim.columns)
    for (const [sql, column] of columns) {
      const per = told.get(shapeOf(one, sql))
      const isOpen = column.per && spreadOf(one.sample, one.claim, sql) === 'alone'
      if (isOpen && per) columns.set(sql, { ...column, per })
    }
    return { ...one, claim: { ...one.claim, columns } }
  })
}

const cent = 0.011

/** Rates of value added and sales taxes that are whole or half numbers, in per cent and as parts of one. */
const usualRates: ReadonlySet<number> = new Set(
  [
    5, 5.5, 6, 7, 7.5, 8, 9, 9.5, 10, 12, 13, 13.5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    27,
  ].flatMap((rate) => [rate, rate / 100]),
)

/** A rate stays the same whatever it is on: 19 beside 20.00 and beside 500.00. */
function isRate(sample: TableSample, claim: Claim, sql: string): boolean {
  const amount = columnOf(claim, 'line_total') ?? columnOf(claim, 'unit_price')
  const orders = new OrderSample(sample, columnOf(claim, 'order_number'))
  const amounts = amount ? orders.of(amount) : []
  // What repeats on the lines of an order is beside all of them once.
  const repeats = orders.spread(sql) === 'same'
  const [rates, bases] = repeats
    ? [orders.perOrder(sql), orders.summed(amounts)]
    : [orders.of(sql), amounts]
  const beside = new Map<number, Set<number>>()
  for (const [at, rate] of rates.entries()) {
    const on = bases[at]
    if (rate && on) beside.set(rate, (beside.get(rate) ?? new Set()).add(on))
  }
  const percent = valuesOf(sample, sql).some((value) => value.includes('%'))
  const mostRates = 6
  const onSeveral = (least: number) => [...beside.values()].some((on) => on.size >= least)
  const usual = [...beside.keys()].every((rate) => usualRates.has(rate))
  return percent || (usual && onSeveral(2)) || (beside.size <= mostRates && onSeveral(3))
}
