import { table } from '../../model/star.ts'
import { columnLines } from '../schema.ts'
import type { Migration } from './migration.ts'

/**
 * Returns of orders that do not count, such as cancelled ones: they count no more than these, and come back with them. A
 * column that returns get later must come here too.
 */
export const holdReturns: Migration = {
  version: 10,
  name: 'held returns',
  statements(dialect) {
    const of = table('returns_fact')
    return [
      `CREATE TABLE held_returns (\n  ${columnLines(of, dialect).join(',\n  ')}\n)${dialect.storageOf(of)}`,
    ]
  },
}
