import { meanings } from './headers.ts'
import { type ColumnClaim, isCharge } from './layout.ts'
import type { Role } from './role.ts'
import type { TableSample } from './sample.ts'

/** A header that means something less surely than this suggests nothing. */
const leastScore = 0.5

/**
 * What the columns of a table that no layout claims seem to be by their headers alone. It suffices for nothing
 * by itself, and for the rest of the columns once a person says what one of them is.
 */
export function suggestedColumns(
  { columns }: TableSample,
  taken: ReadonlyMap<string, ColumnClaim> = new Map(),
): Map<string, ColumnClaim> {
  const suggested = new Map<string, ColumnClaim>()
  const roles = new Set<Role>([...taken.values()].map(({ role }) => role))
  const candidates = columns
    .filter(({ sql }) => !taken.has(sql))
    .flatMap(({ sql, name }) =>
      meanings(name)
        .filter(({ score }) => score >= leastScore)
        .map(({ role, score }) => ({ sql, name, role, score })),
    )
    .sort((a, b) => b.score - a.score)
  for (const { sql, name, role, score } of candidates) {
    if (suggested.has(sql) || (roles.has(role) && !isCharge(role))) continue
    roles.add(role)
    suggested.set(sql, { role, confidence: score, evidence: `the header "${name}"` })
  }
  return suggested
}
