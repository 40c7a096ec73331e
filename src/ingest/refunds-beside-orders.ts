import type { Warning } from '../model/import.ts'
import type { ClaimedSample } from './beside-lines.ts'
import { type Claim, columnOf, columnsOf, refundRoles } from './layout.ts'
import { sampledRows, valuesOf } from './sample.ts'
import { stateOf } from './statuses.ts'

/**
 * Orders say what was refunded of them, and their system's refunds may come by themselves in another file of the import:
 * taken off both ways they would count twice. What names its goods and its day counts.
 */
export function withoutToldRefunds(claimed: readonly ClaimedSample[]): {
  readonly claimed: readonly ClaimedSample[]
  readonly notes: readonly Warning[]
} {
  const refundsOf = ({ sample: { table }, claim }: ClaimedSample) =>
    claimed.find(
      (other) =>
        other.claim?.holds === 'returns' &&
        other.claim.layout === claim?.layout &&
        columnOf(other.claim, 'return_id') !== undefined &&
        other.sample.table.file.number !== table.file.number,
    )
  const notes: Warning[] = []
  const all = claimed.map((one) => {
    const { sample, claim } = one
    const refunds = claim?.holds === 'order_lines' ? refundsOf(one) : undefined
    if (!claim || !refunds || claim.layout === 'generic') return one
    const [orders, own] = [sample.table.file.name, refunds.sample.table.file.name]
    if (!tellsRefunds(one)) return one
    notes.push({
      code: 'refunds_beside_orders',
      text: `What ${orders} says was refunded of its orders was not taken off them, because ${own} holds refunds by themselves. Refunds that it lacks are not counted.`,
    })
    return { sample, claim: withoutRefunds(claim) }
  })
  return { claimed: all, notes }
}

/** The orders say of some that money went back; only then is there something to leave to the refunds beside them. */
function tellsRefunds({ sample, claim }: ClaimedSample): boolean {
  if (!claim) return false
  const amounts = refundRoles.flatMap((role) => columnsOf(claim, role))
  const stated = amounts.some((sql) => valuesOf(sample, sql).some((text) => /[1-9]/.test(text)))
  const status = columnOf(claim, 'status')
  const state = (text: string) => claim.states?.get(text.toLowerCase()) ?? stateOf(text)
  return (
    stated ||
    sample.rows.length >= sampledRows ||
    (status !== undefined && valuesOf(sample, status).some((text) => state(text) === 'refunded'))
  )
}

function withoutRefunds(claim: Claim): Claim {
  // Where orders only sum up what comes apart from them nothing is taken off by it, and what is missing is told.
  const without = claim.refundsApart ? [] : refundRoles
  const columns = new Map([...claim.columns].filter(([, { role }]) => !without.includes(role)))
  return { ...claim, columns, states: new Map([...(claim.states ?? []), ['refunded', 'counted']]) }
}
