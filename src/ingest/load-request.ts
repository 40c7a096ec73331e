import type { ImportReport } from '../model/import.ts'
import type { Transaction } from '../warehouse/warehouse.ts'
import type { OrderCounts } from './compare-orders.ts'
import type { Handover } from './handover.ts'
import type { KnownTwins } from './known-twins.ts'
import type { StockOutcome } from './load-stock.ts'

/** One transaction: dimensions, orders, facts, returns, stock, rejected rows, ledger. */
export interface LoadRequest {
  readonly handover: Handover
  /** Null where nothing was set aside. */
  readonly rejected: string | null
  readonly source: string
  readonly runToken: string
  readonly startedAt: Date
  readonly now: () => Date
  /**
   * What was answered on orders that are known already (see `KnownOrders`). Mended rows are parts of orders
   * without a question, unless they look like another shop's.
   */
  readonly knownOrders: 'same_shop' | 'part' | 'mended' | undefined
  /** The import holds orders whole, as documents: a line that they lack is gone. */
  readonly documents: boolean
  /** Some rows were rejected before and are mended now. */
  readonly mended: boolean
  /** Looks for orders that are known under another number or source. */
  readonly looksForTwins: boolean
  /** What it brings is in the journal until it is safe; all else is kept as files. */
  readonly inJournal: boolean
  /** What else is written in the transaction, beside the ledger. */
  readonly alongside?: (transaction: Transaction) => Promise<void>
  /** The report as it will stand in the ledger, once the counts are known. */
  report(outcome: LoadOutcome): ImportReport
  readonly onStep?: (share: number) => void
  readonly signal?: AbortSignal
}

export interface LoadOutcome {
  readonly runId: number
  readonly state: 'committed' | 'unchanged'
  readonly orders: OrderCounts
  /** Customers that an e-mail showed to be one with another. */
  readonly mergedCustomers: number
  /** Returns that do not count because their orders do not. */
  readonly heldReturns: number
  readonly stock: StockOutcome
  /** Known orders that came in part and state other charges than are known: those stay. */
  readonly chargesOfParts: number
  readonly twins: KnownTwins
}
