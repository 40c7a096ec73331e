import { rollupStatements } from '../rollups.ts'
import type { Migration } from './migration.ts'

/** The rollups, filled with what the warehouse holds. */
export const createRollups: Migration = {
  version: 3,
  name: 'rollups',
  derived: true,
  statements: rollupStatements,
}
