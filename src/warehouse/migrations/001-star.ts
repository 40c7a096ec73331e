import { star } from '../../model/star.ts'
import { createTable, insertUnknown } from '../schema.ts'
import type { Migration } from './migration.ts'

/**
 * The tables of the star and the Unknown members that stand in for missing references. It reads the star
 * as it is today, so the first change to the star after a release moves the tables as they were into
 * this file and adds a migration; the test of released migrations says when.
 */
export const createStar: Migration = {
  version: 1,
  name: 'star',
  statements(dialect) {
    const tables = star.map((table) => createTable(table, dialect))
    const members = star.map(insertUnknown).filter((statement) => statement !== null)
    const constraints = star.flatMap((table) => dialect.constraintsOf(table))
    return [...tables, ...members, ...constraints]
  },
}
