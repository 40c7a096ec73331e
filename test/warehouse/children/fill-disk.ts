import { openWarehouse } from '../../../src/warehouse/warehouse.ts'

/**
 * Commits batches until the first one fails for want of space, and prints as JSON which were called
 * committed, how the last one failed, and what a question gives afterwards.
 */
const warehouse = await openWarehouse({
  folder: process.argv[2] ?? '',
  now: () => new Date('2024-06-30T12:00:00Z'),
})
let committed = 0
let failure: unknown = null
while (failure === null && committed < 500) {
  const batch = committed + 1
  try {
    await warehouse.transact(
      async (transaction) => {
        await transaction.execute(
          `INSERT INTO runs VALUES ($1, $2, 'shop', 'committed', now(), now(), 2000, 2000, 0, 0, 0, NULL, NULL, '{}')`,
          [batch, `token ${batch}`],
        )
        await transaction.execute(
          `INSERT INTO run_files SELECT $1, range, md5(concat(range, $1)) || md5(concat($1, range)), 'csv', NULL, 0
           FROM range(2000)`,
          [batch],
        )
      },
      {
        change: () => ({ sequence: batch, tables: ['runs'], days: null }),
        runToken: `token ${batch}`,
      },
    )
    committed = batch
  } catch (error) {
    failure = error instanceof Error && 'code' in error ? error.code : String(error)
  }
}
const [row] = await warehouse.query('SELECT count(*)::INTEGER AS runs FROM runs')
await warehouse.close()
process.stdout.write(JSON.stringify({ committed, failure, seen: row?.runs }))
