import type { Migration } from './migration.ts'

/** Figures of days that had been told before a run changed them. */
export const createRestatements: Migration = {
  version: 7,
  name: 'restatements',
  statements: ({ types }) => [
    `CREATE TABLE restatements (
  run_id ${types.bigint} NOT NULL,
  day ${types.date} NOT NULL,
  metric ${types.text} NOT NULL,
  before DECIMAL(24,4) NOT NULL,
  after DECIMAL(24,4) NOT NULL
)`,
  ],
}
