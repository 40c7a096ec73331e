import { openWarehouse } from '../../../src/warehouse/warehouse.ts'

/**
 * Commits batches of order lines with their order and ledger row, one after another until killed: small
 * ones, which go to the journal, and every fifth so large that it goes to the file. Prints the number of
 * each batch when its commit is acknowledged.
 */
const linesOf = (batch: number) => (batch % 5 === 0 ? 150_000 : 1000)

const warehouse = await openWarehouse({
  folder: process.argv[2] ?? '',
  now: () => new Date('2024-06-30T12:00:00Z'),
})
const { sequence } = await warehouse.freshness()
for (let batch = sequence + 1; ; batch++) {
  await warehouse.transact(
    async (transaction) => {
      await transaction.execute(
        `INSERT INTO sales_fact SELECT $1, range + 1, 0, 0, 0, 1, NULL, 2, 2, NULL, DATE '2024-06-01', NULL, NULL,
         NULL, NULL, NULL, 'shop', now(), $1 FROM range($2)`,
        [batch, linesOf(batch)],
      )
      await transaction.execute(
        `INSERT INTO orders VALUES ($1, 'shop', 'number', DATE '2024-06-01', 'counted', NULL, false, now(), $1)`,
        [batch],
      )
      await transaction.execute(
        `INSERT INTO runs VALUES ($1, $2, 'shop', 'committed', now(), now(), $3, $3, 0, 0, 0, NULL, NULL, '{}')`,
        [batch, `token ${batch}`, linesOf(batch)],
      )
    },
    {
      change: () => ({ sequence: batch, tables: ['sales_fact'], days: null }),
      runToken: `token ${batch}`,
    },
  )
  process.stdout.write(`${batch}\n`)
}
