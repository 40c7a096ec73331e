import type { Held } from '../model/held.ts'
import type { StagedTable } from './format.ts'
import type { DayOrder } from './notation/moment-families.ts'
import type { DiscountMeaning } from './notation.ts'
import { type ChargeRole, chargeRoles, type Role } from './role.ts'
import type { TableSample } from './sample.ts'
import type { OrderState } from './statuses.ts'

/** The contract of a layout: whose export a table is, and which columns hold what. */
export interface Layout {
  readonly name: string
  /** The system that issues the order numbers of such exports. */
  readonly source: string
  /** What it makes of the table before it claims it; null where it is none of its own. */
  readonly makes?: (table: StagedTable) => Making | null
  /** What the table is, or null when it is none of this layout's. */
  claim(sample: TableSample): Claim | null
}

/** Rows and columns that a layout makes of those that stand there. */
export interface Making {
  readonly columns: readonly MadeColumn[]
  readonly unpacks?: Unpacking
}

/** A cell that holds several lines of an order becomes a row for each of them. */
export interface Unpacking {
  /** The staged column. */
  readonly sql: string
  /** Words with which each of the lines begins. */
  readonly starts: string
  /** What stands between two lines. */
  readonly between: string
}

/** A column that a layout makes of others. */
export interface MadeColumn {
  readonly name: string
  /** SQL of its text over the staged columns. */
  readonly sql: string
  /** It looks at other rows, in the order of the file. */
  readonly inOrder: boolean
}

export type Holds = Exclude<Held, 'nothing'>

export interface Claim {
  readonly layout: string
  readonly source: string
  readonly holds: Holds
  /** 0 to 1. */
  readonly confidence: number
  /** By the column's name in the staged relation (c1, c2, ...). */
  readonly columns: ReadonlyMap<string, ColumnClaim>
  /** Columns that a person left out, and who said so. */
  readonly unused?: ReadonlyMap<string, string>
  /** What belongs to an order stands on its first row only. */
  readonly firstRow?: true
  /** What the only column of money means, and what the discount column takes off, where the layout knows. */
  readonly price?: 'unit' | 'total'
  readonly discount?: DiscountMeaning
  /** All of its orders were cancelled. */
  readonly cancelled?: true
  /** Its rows are payments: of orders that may be imported from elsewhere too. */
  readonly payments?: true
  /** It accounts for orders that another report of the system lists: beside that one it does not count. */
  readonly account?: true
  /** SQL condition over the staged columns: the row is a sale or a refund, and no transfer or the like. */
  readonly sales?: string
  /** Prices and totals of its lines are without tax, whatever stands beside them. */
  readonly withoutTax?: true
  /** Line totals hold the charges that stand beside them. */
  readonly totalsHoldCharges?: true
  /** The system lists refunds in documents of their own: what its orders say of them would count again. */
  readonly refundsApart?: true
  /** What was refunded of an order stands in a column, which an export may leave out. */
  readonly refundsInColumn?: true
  /** What statuses mean in this system, where that is not what they mean in most. */
  readonly states?: ReadonlyMap<string, OrderState>
  /** How the system writes days where the values leave it open. */
  readonly dayOrder?: DayOrder
  /** SQL condition over the staged columns: the row of products, customers or stock says nothing of its own. */
  readonly noData?: string
}

export interface ColumnClaim {
  readonly role: Role
  readonly confidence: number
  readonly evidence: string
  /** Of a charge: whether each row states that of its whole order, or its own part. Told by the values where absent. */
  readonly per?: 'order' | 'line'
}

/** A table together with what it was recognised as. */
export interface RecognisedTable {
  readonly table: StagedTable
  readonly sample: TableSample
  readonly claim: Claim
}

/** Order lines and returns share one schema and one cleaning. */
export function isOfLines({ holds }: Claim): boolean {
  return holds === 'order_lines' || holds === 'returns'
}

/** Each record is an order with its lines inside it. */
export function isDocument({ table, claim }: RecognisedTable): boolean {
  return (
    (table.format === 'json' || table.format === 'ndjson') &&
    table.columns.some(({ name }) => name.includes('[].')) &&
    columnOf(claim, 'order_number') !== undefined
  )
}

/** The staged column that has a role; undefined when none has. */
export function columnOf(claim: Claim, role: Role): string | undefined {
  for (const [column, { role: own }] of claim.columns) if (own === role) return column
  return undefined
}

/** All staged columns that have a role: several may hold charges of one kind. */
export function columnsOf(claim: Claim, role: Role): string[] {
  return [...claim.columns].filter(([, { role: own }]) => own === role).map(([column]) => column)
}

export function isCharge(role: Role): role is ChargeRole {
  return chargeRoles.some((charge) => charge === role)
}

/** What orders and their lines state of refunds. */
export const refundRoles: readonly Role[] = [
  'return_amount',
  'line_refund',
  'kept_quantity',
  'returned_quantity',
]

const orderAmounts: readonly Role[] = [
  ...chargeRoles,
  'included_tax',
  'order_subtotal',
  'order_discount',
  'order_total',
  'return_amount',
]

/** Something is stated of orders beside their lines. */
export function statesOrderAmounts({ columns }: Claim): boolean {
  return [...columns.values()].some(({ role }) => orderAmounts.includes(role))
}
