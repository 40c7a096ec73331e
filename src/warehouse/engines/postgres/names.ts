/** Names that several parts of the engine must agree on. */

/** Everything of ours lives in a schema of its own, so that a database may hold other things too. */
export const mainSchema = 'takings'

/** Where order lines of months that have no partition yet go. */
export const defaultPartition = 'sales_fact_other_days'

/** Whoever writes waits for this lock first, so that what it reads of before is still so when it commits. */
export const writerLock = 7_216_840_211

/** Held while the schema is brought up to date. */
export const migrationLock = 7_216_840_210

/** The channel on which every commit is told to all that use the database. */
export const changeChannel = 'takings_change'
