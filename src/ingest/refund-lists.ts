import type { Warning } from '../model/import.ts'
import type { ClaimedSample } from './beside-lines.ts'
import { columnOf, refundRoles } from './layout.ts'
import type { ColumnSample } from './sample.ts'

export interface RefundsRead {
  readonly claimed: readonly ClaimedSample[]
  readonly notes: readonly Warning[]
}

/**
 * Documents of no known platform may list what was refunded beside their items. Where no table tells it, the sum of such
 * a list is what was refunded of the order; a list without amounts is told of.
 */
export function withRefundLists(claimed: readonly ClaimedSample[]): RefundsRead {
  const notes: Warning[] = []
  const all = claimed.map((one) => {
    const { sample, claim } = one
    const lists = sample.columns.filter(isOfRefunds)
    if (claim?.layout !== 'generic' || lists.length === 0 || isTold(one, claimed)) return one
    const refunded = lists.find((column) => isAmount(column) && !claim.unused?.has(column.sql))
    if (!refunded) {
      notes.push({
        code: 'refunds_unknown',
        text: `${sample.table.file.name} lists refunds of its orders ("${lists[0]?.name}") and does not say how much was refunded: it is not taken off.`,
      })
      return one
    }
    const evidence = 'the list of refunds beside the items'
    const columns = new Map(claim.columns)
    columns.set(refunded.sql, { role: 'return_amount', confidence: 0.8, evidence })
    return { sample, claim: { ...claim, columns } }
  })
  return { claimed: all, notes }
}

/** It holds no lines that could have been refunded, or they or another table of the file say what was. */
function isTold({ sample, claim }: ClaimedSample, all: readonly ClaimedSample[]): boolean {
  if (claim?.holds !== 'order_lines') return true
  const isStated = refundRoles.some((role) => columnOf(claim, role))
  const { file } = sample.table
  return (
    isStated ||
    all.some((other) => other.claim?.holds === 'returns' && other.sample.table.file === file)
  )
}

const refunds = /^(.*\.)?(refund|return)s?\[\]\./i

function isOfRefunds({ name, made, filled }: ColumnSample): boolean {
  return made === 'of_list' && filled > 0 && refunds.test(name)
}

const amount =
  /^(amount|total|value|refund|refunded|(total|refund|refunded|return|returned)_?(amount|total|value)) \(sum\)$/i

function isAmount({ name, numbers }: ColumnSample): boolean {
  return numbers > 0.9 && amount.test(name.replace(refunds, ''))
}
