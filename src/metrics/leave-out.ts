import { type RawBuilder, sql } from 'kysely'
import type { Dimension, Filter, Note } from '../model/query.ts'
import type { MeasureName } from '../model/rollups.ts'
import { dimensions } from './dimensions.ts'
import type { FactFamily, Family, JoinedTable, Part } from './metric.ts'
import { chargeSum, returnedAmount, revenueSum, rolled } from './parts.ts'

/**
 * Rankings leave out Unknown members, and products that are fees, unless asked; each time a note says
 * how much that is.
 */
export interface LeaveOut {
  readonly code: Note['code']
  /** Completes "Left out, ...". */
  readonly label: string
  readonly dimension: Dimension
  /** True for the keys of the dimension that stay. */
  readonly keep: (key: RawBuilder<unknown>) => RawBuilder<unknown>
  /** A measure of rollups that holds the sales that are left out, whatever their keys. */
  readonly leftOutSales?: MeasureName
  /** A condition on these dimensions says that the person wants to see exactly that. */
  readonly askedBy: readonly Dimension[]
}

const known = (key: RawBuilder<unknown>) => sql`${key} <> 0`
const named = (key: RawBuilder<unknown>) => sql`${key} <> 'Unknown'`
const places: readonly Dimension[] = ['region', 'country', 'continent']

const leaveOuts: readonly LeaveOut[] = [
  {
    code: 'without_customer',
    label: 'without customer',
    dimension: 'customer',
    keep: known,
    leftOutSales: 'revenue_without_customer',
    askedBy: ['customer'],
  },
  {
    code: 'without_product',
    label: 'without product',
    dimension: 'product',
    keep: known,
    askedBy: ['product'],
  },
  {
    code: 'fees_left_out',
    label: 'fees sold as products',
    dimension: 'product',
    keep: (key) => sql`${key} not in (select product_id from products where kind = 'fee')`,
    askedBy: ['product', 'product_kind'],
  },
  {
    code: 'without_region',
    label: 'without region',
    dimension: 'region',
    keep: known,
    askedBy: places,
  },
  {
    code: 'without_region',
    label: 'without country',
    dimension: 'country',
    keep: named,
    askedBy: places,
  },
  {
    code: 'without_region',
    label: 'without continent',
    dimension: 'continent',
    keep: named,
    askedBy: places,
  },
]

/** What an answer split by these dimensions leaves out. */
export function leaveOutsOf(by: readonly Dimension[], where: readonly Filter[]): LeaveOut[] {
  const asked = where.filter((filter) => filter.op !== 'not_in').map((filter) => filter.dimension)
  return leaveOuts.filter(
    ({ dimension, askedBy }) =>
      by.includes(dimension) && !askedBy.some((name) => asked.includes(name)),
  )
}

/** The key of the dimension that decides, on the fact itself. */
export function factKey({ dimension }: LeaveOut, family: Family): RawBuilder<unknown> {
  return dimensions[dimension].key(family)
}

/** The amount by which a family's share is told; null where nothing is ever left out. */
export function amountOf(family: Family): Part | null {
  switch (family) {
    case 'sales':
      return revenueSum
    case 'returns':
      return returnedAmount
    case 'charges':
      return chargeSum
    default:
      return null
  }
}

/** How much a family holds of what is left out. */
export function leftOutPart(leaveOut: LeaveOut, family: FactFamily, name: string): Part {
  const needs: JoinedTable | undefined = dimensions[leaveOut.dimension].needs
  const amount = family === 'sales' ? sql`f.total_price` : sql`f.amount`
  const kept = leaveOut.keep(factKey(leaveOut, family))
  return {
    name,
    family,
    ...(needs ? { needs: [needs] } : {}),
    expression: () => sql`sum(${amount}) filter (where not (${kept}))`,
    ...rolledLeftOut(leaveOut, family),
    whenEmpty: '0',
  }
}

function rolledLeftOut(leaveOut: LeaveOut, family: Family): Pick<Part, 'rolled'> {
  if (family === 'sales' && leaveOut.leftOutSales) return { rolled: rolled(leaveOut.leftOutSales) }
  const measures = amountOf(family)?.rolled?.measures ?? []
  const [measure] = measures
  if (!measure) return {}
  const kept = leaveOut.keep(factKey(leaveOut, 'rollup'))
  return {
    rolled: {
      measures,
      dimensions: [leaveOut.dimension],
      expression: sql`sum(${sql.ref(`f.${measure}`)}) filter (where not (${kept}))`,
    },
  }
}
