import { words } from '../headers.ts'
import type { Claim, ColumnClaim, Layout } from '../layout.ts'
import type { Role } from '../role.ts'

/** A platform's export of order lines that is known by its headers. */
export interface KnownExport
  extends Required<Pick<Claim, 'layout' | 'source'>>,
    Pick<Claim, 'firstRow' | 'price' | 'discount' | 'states'> {
  /** For people: "Shopify's export of orders". */
  readonly what: string
  /** Headers, as words, that tell it from all others. */
  readonly required: readonly string[]
  /** Of headers, as words; the first column of a role counts. */
  readonly roles: Readonly<Record<string, Role>>
}

export function claimByHeaders(known: KnownExport): Layout['claim'] {
  const { what, required, roles, ...rest } = known
  return ({ table, columns: sampled }) => {
    if (!table.headerStated) return null
    const headers = sampled.map(({ name, sql }) => ({ name, sql, header: words(name) }))
    if (!required.every((one) => headers.some(({ header }) => header === one))) return null
    const columns = new Map<string, ColumnClaim>()
    const taken = new Set<Role>()
    for (const { name, sql, header } of headers) {
      const role = roles[header]
      if (!role || taken.has(role)) continue
      taken.add(role)
      columns.set(sql, { role, confidence: 1, evidence: `"${name}" of ${what}` })
    }
    return { ...rest, holds: 'order_lines', confidence: 1, columns }
  }
}
