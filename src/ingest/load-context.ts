import type { Transaction } from '../warehouse/warehouse.ts'
import type { RollupsOfLoad } from './rollups-of-load.ts'

/** What every step of a load works with. */
export interface LoadContext {
  readonly transaction: Transaction
  readonly rollups: RollupsOfLoad
  readonly source: string
  readonly runId: number
  /** ISO instant. */
  readonly loadedAt: string
}

/**
 * SQL of what is known once an import has said something too. The later word counts; where it is settled, that
 * is where a table of its own described it and order lines speak now, it only fills what is open.
 */
export function laterUnless(settled: string, known: string, incoming: string): string {
  return `CASE WHEN ${settled} THEN coalesce(${known}, ${incoming}) ELSE coalesce(${incoming}, ${known}) END`
}
