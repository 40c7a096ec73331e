import type { StagedTable } from './format.ts'
import type { DiscountMeaning } from './notation.ts'
import type { Role } from './role.ts'
import type { TableSample } from './sample.ts'
import type { OrderState } from './statuses.ts'

/** The contract of a layout: whose export a table is, and which columns hold what. */
export interface Layout {
  readonly name: string
  /** The system that issues the order numbers of such exports. */
  readonly source: string
  /** What the table is, or null when it is none of this layout's. */
  claim(sample: TableSample): Claim | null
}

export type Holds =
  | 'order_lines'
  | 'returns'
  | 'customers'
  | 'products'
  | 'regions'
  | 'stock'
  | 'calendar'

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
  /** What statuses mean in this system, where that is not what they mean in most. */
  readonly states?: ReadonlyMap<string, OrderState>
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

/** The staged column that has a role; undefined when none has. */
export function columnOf(claim: Claim, role: Role): string | undefined {
  for (const [column, { role: own }] of claim.columns) if (own === role) return column
  return undefined
}
