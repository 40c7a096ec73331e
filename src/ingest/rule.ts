import type { IgnoreReason, RejectReason } from '../model/reasons.ts'
import type { Holds } from './layout.ts'
import type { Role } from './role.ts'

/**
 * The contract of a cleaning rule. The rules of a table stand in an ordered list and compile into one
 * CASE of one SELECT; the first that holds decides the row.
 */
export type Rule = RejectRule | IgnoreRule

interface RuleBase {
  readonly name: string
  /** The kinds of tables it looks at. */
  readonly holds: readonly Holds[]
  /** The column at fault; null when it is the row. */
  readonly role: Role | null
  /**
   * It tells by how a row looks among the others of its file what people and programs wrote between the data. Where columns
   * were declared every row is data, and what becomes of it must not depend on the rows that come with it.
   */
  readonly guesses?: true
  /** SQL condition over the columns of `CleanColumns`; null when it cannot arise in this table. */
  when(columns: CleanColumns): string | null
}

interface RejectRule extends RuleBase {
  readonly outcome: 'rejected'
  readonly reason: RejectReason
}

interface IgnoreRule extends RuleBase {
  readonly outcome: 'ignored'
  readonly reason: IgnoreReason
}

/** What a rule may look at: every role as its value (`quantity`) and as the text of it. */
export interface CleanColumns {
  /** True when the table has a column with this role. */
  has(role: Role): boolean
  /** SQL of the role's text as written, trimmed, null where blank. Only rows that reach a rule pay for it. */
  text(role: Role): string
  /** First and last day accepted, yyyy-mm-dd. */
  readonly earliest: string
  readonly latest: string
  /** The currency that counts, where the table states several. */
  readonly currency: string | null
  /** Amounts in other currencies are converted where there is a rate: `exchange_rate` then holds it. */
  readonly converts: boolean
  /** The currency that the table states for all of its amounts, if any. */
  readonly stated: string | null
  /** Name of the column that tells rows which sum up others of their order; null where none does. */
  readonly sumsUp: string | null
  /** Records that sum up others, though they have all that a sale has: told by `namedSums`. */
  readonly sums: readonly number[]
  /** SQL condition of rows that are sales or refunds; null where all are. */
  readonly sales: string | null
  /** All orders of the table were cancelled. */
  readonly cancelled: boolean
  /** What the columns mean was declared, not found: see `Rule.guesses`. */
  readonly declared: boolean
  /** All staged columns, c1 to cN, with their headers. */
  readonly raw: readonly { readonly sql: string; readonly header: string }[]
}

export const lineTables: readonly Holds[] = ['order_lines', 'returns']

/** A rule that is asked, with its condition. */
export interface ActiveRule {
  readonly rule: Rule
  readonly condition: string
}

/** Those of the rules that can hold in a table. */
export function activeOf(rules: readonly Rule[], columns: CleanColumns): ActiveRule[] {
  return rules.flatMap((rule) => {
    const condition = columns.declared && rule.guesses ? null : rule.when(columns)
    return condition === null ? [] : [{ rule, condition }]
  })
}

/** SQL condition: the column states something, and it is no number. */
export function unreadable({ text }: CleanColumns, role: Role): string {
  return `(${text(role)} IS NOT NULL AND ${role} IS NULL)`
}
