import { star } from '../model/star.ts'
import { auditRules } from './audit-rules.ts'
import type { Engine } from './engine.ts'

/** A rule that does not hold. */
export interface AuditFinding {
  readonly rule: string
  readonly table: string
  /** How many rows, keys or days break it. */
  readonly rows: number
  /** One sentence for people. */
  readonly text: string
}

/** Asks every rule of the star that the engine cannot hold itself; gives those that are broken. */
export async function audit(engine: Engine): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = []
  for (const { rule, table, broken, text } of auditRules(star)) {
    const [row] = await engine.query(`SELECT count(*) AS broken FROM (${broken}) AS found`)
    const rows = Number(row?.broken ?? 0)
    if (rows > 0) findings.push({ rule, table, rows, text })
  }
  return findings
}
