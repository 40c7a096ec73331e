import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of real exports, or null where this machine has none. */
export const sharedData: string | null = find()

function find(): string | null {
  const named = process.env.TAKINGS_ACCEPTANCE_DATA
  if (named) {
    if (!existsSync(named))
      throw new Error(`TAKINGS_ACCEPTANCE_DATA names ${named}, which is not there`)
    return resolve(named)
  }
  const beside = resolve(import.meta.dirname, '../../../shared/data')
  return existsSync(beside) ? beside : null
}

/** Path inside the folder of real exports. */
export function shared(...parts: string[]): string {
  return join(sharedData ?? '', ...parts)
}

/** Why a test of real exports does not run; shown instead of its name. */
export const skipReason =
  'SKIPPED: no folder of real exports. Name one with TAKINGS_ACCEPTANCE_DATA.'
