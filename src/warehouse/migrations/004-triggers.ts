import type { Migration } from './migration.ts'

/** What follows rows that others than the loader write; nothing where only the loader writes. */
export const createTriggers: Migration = {
  version: 4,
  name: 'triggers',
  derived: true,
  statements: ({ completion }) => completion,
}
