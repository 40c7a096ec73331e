import type { AlertCondition } from '../../model/alert.ts'
import type { AlertKind } from '../alert-kind.ts'
import { importFailed } from './import-failed.ts'
import { lowStock } from './low-stock.ts'
import { noOrders } from './no-orders.ts'
import { stockOut } from './stock-out.ts'

/** All kinds of alerts. */
export const kinds: readonly AlertKind[] = [stockOut, lowStock, noOrders, importFailed]

export function kindOf({ kind }: AlertCondition): AlertKind {
  const found = kinds.find(({ name }) => name === kind)
  if (!found) throw new Error(`there is no kind of alert ${kind}`)
  return found
}
