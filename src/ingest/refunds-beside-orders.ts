import type { WarningCode } from '../model/reasons.ts'
import type { ClaimedSample } from './beside-lines.ts'
import { type Claim, columnOf } from './layout.ts'

/**
 * Orders say what was refunded of them, and their system's refunds may come by themselves in another file of the import:
 * taken off both ways they would count twice. What names its goods and its day counts.
 */
export function withoutToldRefunds(claimed: readonly ClaimedSample[]): {
  readonly claimed: readonly ClaimedSample[]
  readonly notes: readonly { readonly code: WarningCode; readonly text: string }[]
} {
  const refundsOf = ({ sample: { table }, claim }: ClaimedSample) =>
    claimed.find(
      (other) =>
        other.claim?.holds === 'returns' &&
        other.claim.layout === claim?.layout &&
        columnOf(other.claim, 'return_id') !== undefined &&
        other.sample.table.file.number !== table.file.number,
    )
  const notes: { code: WarningCode; text: string }[] = []
  const all = claimed.map((one) => {
    const { sample, claim } = one
    const refunds = claim?.holds === 'order_lines' ? refundsOf(one) : undefined
    if (!claim || !refunds || claim.layout === 'generic') return one
    const [orders, own] = [sample.table.file.name, refunds.sample.table.file.name]
    notes.push({
      code: 'refunds_beside_orders',
      text: `What ${orders} says was refunded of its orders was not taken off them, because ${own} holds refunds by themselves. Refunds that it lacks are not counted.`,
    })
    return { sample, claim: withoutRefunds(claim) }
  })
  return { claimed: all, notes }
}

function withoutRefunds(claim: Claim): Claim {
  // Where orders only sum up what comes apart from them nothing is taken off by it, and what is missing is told.
  const told = claim.refundsApart ? [] : ['return_amount', 'line_refund', 'kept_quantity']
  const columns = new Map([...claim.columns].filter(([, { role }]) => !told.includes(role)))
  return { ...claim, columns, states: new Map([...(claim.states ?? []), ['refunded', 'counted']]) }
}
