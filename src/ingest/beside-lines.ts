import { type Claim, columnOf } from './layout.ts'
import { besideOrders, stemOf } from './links.ts'
import type { Role } from './role.ts'
import type { TableSample } from './sample.ts'
import { trimmed } from './survey.ts'
import type { Workbench } from './workbench.ts'

export interface ClaimedSample {
  readonly sample: TableSample
  readonly claim: Claim | null
}

/** A table left out, with the file whose lines count; `shared` where it is about the same orders. */
export interface Left {
  readonly sample: TableSample
  readonly lines: string
  readonly shared: boolean
}

export interface Beside {
  readonly claimed: readonly ClaimedSample[]
  readonly left: readonly Left[]
}

/**
 * Payments, taxes, discounts and delivery costs have an order number, a day and an amount, as lines have:
 * counted beside the lines of the same orders they would double them. Where the import has lines with
 * products and quantities, only such count; where it has none, one table of amounts counts for an order.
 */
export async function withoutBesides(
  bench: Workbench,
  claimed: readonly ClaimedSample[],
): Promise<Beside> {
  const lines = claimed.filter(({ claim }) => claim?.holds === 'order_lines')
  const whole = lines.filter(({ claim }) => !claim?.payments && !claim?.account && isWhole(claim))
  const others = lines.filter((one) => !whole.includes(one))
  const kept = [...whole]
  const left: Left[] = []
  for (const other of [...others].sort(byName)) {
    const about = await firstSharing(bench, other, kept)
    const beside = about ?? whole[0]
    if (!beside) kept.push(other)
    else {
      const { sample } = other
      left.push({ sample, lines: beside.sample.table.file.name, shared: about !== null })
    }
  }
  const isLeft = ({ sample }: ClaimedSample) => left.some((table) => table.sample === sample)
  return { claimed: claimed.map((one) => (isLeft(one) ? { ...one, claim: null } : one)), left }
}

function isWhole(claim: Claim | null): boolean {
  const has = (...roles: Role[]) => claim !== null && roles.some((role) => columnOf(claim, role))
  return has('quantity') && has('product_key', 'sku', 'product_name')
}

/** What calls itself orders comes before what calls itself payments. */
function byName(a: ClaimedSample, b: ClaimedSample): number {
  const rank = ({ sample }: ClaimedSample) => {
    const stem = stemOf(sample)
    if (besideOrders.test(stem)) return 2
    return /\b(orders?|sales|invoices?|bestellungen|auftraege|rechnungen|commandes|pedidos|ordini)\b/.test(
      stem,
    )
      ? 0
      : 1
  }
  return rank(a) - rank(b)
}

/** The first table with orders of this one; parts of one export, with the same headers, share none. */
async function firstSharing(
  bench: Workbench,
  other: ClaimedSample,
  kept: readonly ClaimedSample[],
): Promise<ClaimedSample | null> {
  const own = other.claim ? columnOf(other.claim, 'order_number') : undefined
  if (!own) return null
  for (const table of kept) {
    const theirs = table.claim ? columnOf(table.claim, 'order_number') : undefined
    if (!theirs || headersOf(table) === headersOf(other)) continue
    const { shared } = await bench.row(
      `SELECT count(*) AS shared FROM (
         SELECT DISTINCT ${trimmed(own)} AS number FROM ${other.sample.table.unnumbered}
         INTERSECT SELECT ${trimmed(theirs)} FROM ${table.sample.table.unnumbered}) WHERE number IS NOT NULL`,
    )
    if (Number(shared) > 0) return table
  }
  return null
}

function headersOf({ sample }: ClaimedSample): string {
  return sample.columns.map(({ name }) => name).join('\n')
}
