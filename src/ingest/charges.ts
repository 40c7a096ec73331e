import { chargeMeaning, orderAmountMeaning } from './charge-headers.ts'
import { surelyMeans } from './headers.ts'
import {
  type Claim,
  type ColumnClaim,
  columnOf,
  columnsOf,
  isCharge,
  type RecognisedTable,
} from './layout.ts'
import { chargeRoles, type Role } from './role.ts'
import { type ColumnSample, numbersOf, type TableSample, valuesOf } from './sample.ts'

/**
 * What a table of lines states beside its goods: charges, and amounts of whole orders. Whether a row states that of
 * its whole order or its own part is told by the values: what is the same on all rows of every order is the order's.
 */
export function withCharges(recognised: RecognisedTable): RecognisedTable {
  const { claim, sample } = recognised
  if (claim.holds !== 'order_lines') return recognised
  const columns = new Map(claim.columns)
  if (claim.layout === 'generic') {
    moveDiscount(recognised, columns)
    moveRefund(recognised, columns)
    addCharges(recognised, columns)
  }
  for (const [sql, column] of columns) {
    if (isCharge(column.role) && !column.per)
      columns.set(sql, { ...column, per: perOf(recognised, sql) })
  }
  const whole = { ...claim, columns }
  return {
    ...recognised,
    claim: claim.layout === 'generic' ? withTotalsTold(sample, whole) : whole,
  }
}

/** What calls itself a discount of the order, and is no different from line to line, is taken off once. */
function moveDiscount({ sample, claim }: RecognisedTable, columns: Map<string, ColumnClaim>): void {
  const sql = columnOf(claim, 'discount')
  const column = sample.columns.find((candidate) => candidate.sql === sql)
  if (!sql || !column || orderAmountMeaning(column.name) !== 'order_discount') return
  if (spreadOf(sample, claim, sql) === 'differs') return
  const evidence = `the header "${column.name}"`
  columns.set(sql, { role: 'order_discount', confidence: likelihood, evidence })
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
      ...(isCharge(role) ? { per: perOf(recognised, column.sql) } : {}),
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

/** In a table of orders a discount and a total are the order's, whatever their names. */
function roleInOrders(sample: TableSample, { name, sql }: ColumnSample): Role | null {
  if (surelyMeans(name, 'line_total')) return 'order_total'
  if (surelyMeans(name, 'return_amount')) return 'return_amount'
  const values = numbersOf(sample, sql).filter((value) => value !== null && value !== 0)
  const isShare = values.every((value) => Math.abs(value ?? 0) < 1)
  return surelyMeans(name, 'discount') && !isShare ? 'order_discount' : null
}

/**
 * How a column's values stand on the rows of orders of several rows: alike (or on the first row only), or not; `alone`
 * where there are no such orders.
 */
function spreadOf(sample: TableSample, claim: Claim, sql: string): 'same' | 'differs' | 'alone' {
  const order = columnOf(claim, 'order_number')
  if (!order) return 'differs'
  const index = sample.columns.findIndex((column) => column.sql === order)
  const values = numbersOf(sample, sql)
  const orders = new Map<string, (number | null)[]>()
  for (const [at, row] of sample.rows.entries()) {
    const key = row[index]
    if (key != null) orders.set(key, [...(orders.get(key) ?? []), values[at] ?? null])
  }
  const several = [...orders.values()].filter((own) => own.length > 1)
  if (several.length === 0) return 'alone'
  const isSame = ([first, ...others]: readonly (number | null)[]) =>
    others.every((value) => value === first) || others.every((value) => value === null)
  return several.every(isSame) ? 'same' : 'differs'
}

/**
 * Taxes that are the same on all lines of an order are so because the lines are: a tax grows with what it is on,
 * where a price for shipping stands unchanged.
 */
function perOf({ sample, claim }: RecognisedTable, sql: string): 'order' | 'line' {
  const column = sample.columns.find((candidate) => candidate.sql === sql)
  if (claim.firstRow || column?.ofOrder) return 'order'
  if (spreadOf(sample, claim, sql) !== 'same') return 'line'
  const role = claim.columns.get(sql)?.role ?? chargeMeaning(column?.name ?? '')
  const amount = columnOf(claim, 'line_total') ?? columnOf(claim, 'unit_price')
  const alike = amount !== undefined && spreadOf(sample, claim, amount) === 'same'
  return role === 'tax' && alike ? 'line' : 'order'
}

const cent = 0.011

/** A rate stays the same whatever it is on: 19 beside 20.00 and beside 500.00. */
function isRate(sample: TableSample, claim: Claim, sql: string): boolean {
  const amount = columnOf(claim, 'line_total') ?? columnOf(claim, 'unit_price')
  const amounts = amount ? numbersOf(sample, amount) : []
  const beside = new Map<number, Set<number>>()
  for (const [at, rate] of numbersOf(sample, sql).entries()) {
    const on = amounts[at]
    if (rate && on) beside.set(rate, (beside.get(rate) ?? new Set()).add(on))
  }
  const percent = valuesOf(sample, sql).some((value) => value.includes('%'))
  const mostRates = 6
  const several = [...beside.values()].filter((on) => on.size > 2).length
  return percent || (beside.size > 0 && beside.size <= mostRates && several > 0)
}

/**
 * What the parts of a line add up to tells what its total holds. Quantity x price + tax: the tax, and the line counts
 * without it. With shipping or another charge too: it is the total of an order of one line.
 */
function withTotalsTold(sample: TableSample, claim: Claim): Claim {
  const [total, price] = [columnOf(claim, 'line_total'), columnOf(claim, 'unit_price')]
  if (!total || !price || columnOf(claim, 'included_tax')) return claim
  const taxes = columnsOf(claim, 'tax').filter((sql) => claim.columns.get(sql)?.per === 'line')
  const others = chargeRoles
    .filter((role) => role !== 'tax')
    .flatMap((role) => columnsOf(claim, role))
  const change = (sql: string, role: Role, evidence: string): Claim => ({
    ...claim,
    columns: new Map(claim.columns).set(sql, { role, confidence: 0.9, evidence }),
  })
  const holds = whatTotalsHold(sample, claim)
  const [tax] = taxes
  if (tax && taxes.length === 1 && holds([tax]))
    return change(tax, 'included_tax', 'the line total is quantity x unit price + this')
  const withCharges = [others, [...others, ...taxes], [...others, ...columnsOf(claim, 'tax')]]
  if (others.length > 0 && withCharges.some(holds))
    return change(total, 'order_total', 'it is quantity x unit price + charges')
  return claim
}

/** Tells whether the line totals are quantity x price (less the discount) + some columns, where those are not zero. */
function whatTotalsHold(
  sample: TableSample,
  claim: Claim,
): (columns: readonly string[]) => boolean {
  const of = (role: Role) => {
    const sql = columnOf(claim, role)
    return sql ? numbersOf(sample, sql) : []
  }
  const [totals, prices, quantities, discounts] = [
    of('line_total'),
    of('unit_price'),
    of('quantity'),
    of('discount'),
  ]
  return (columns) => {
    const added = columns.map((sql) => numbersOf(sample, sql))
    let charged = 0
    let fitting = 0
    for (const at of sample.rows.keys()) {
      const [sum, each] = [totals[at], prices[at]]
      const extra = added.reduce((all, values) => all + (values[at] ?? 0), 0)
      if (sum == null || each == null || extra === 0) continue
      charged += 1
      const goods = (quantities[at] ?? 1) * each
      const nets = [goods, goods - Math.abs(discounts[at] ?? 0)]
      if (nets.some((net) => Math.abs(net + extra - sum) <= cent)) fitting += 1
    }
    return charged >= 3 && fitting >= charged * 0.95
  }
}
