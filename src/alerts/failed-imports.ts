import { randomUUID } from 'node:crypto'
import type { ImportOutcome } from '../model/alert.ts'
import type { SqlValue, Transaction } from '../warehouse/warehouse.ts'
import type { FailedImport } from './alert-kind.ts'
import type { Asker } from './transaction.ts'

/** Files of which nothing was loaded when they came, until they are imported well; by the import that they came in. */
export async function failedImports(asker: Asker): Promise<FailedImport[]> {
  const rows = await asker.query(
    'SELECT failure_id, file, failed_at, problem FROM failed_imports ORDER BY failed_at, failure_id, file',
  )
  const found = new Map<string, FailedImport & { files: string[] }>()
  for (const row of rows) {
    const id = String(row.failure_id)
    const one = found.get(id)
    if (one) one.files.push(String(row.file))
    else {
      found.set(id, {
        id,
        files: [String(row.file)],
        problem: String(row.problem),
        failedAt: String(row.failed_at),
      })
    }
  }
  return [...found.values()]
}

/** Keeps what became of an import: a file that fails again is still the one failure, a file that came well is none. */
export async function keepOutcome(
  transaction: Transaction,
  { files, problem }: ImportOutcome,
  now: Date,
): Promise<void> {
  if (files.length === 0) return
  const known = await transaction.query(
    `SELECT failure_id, file FROM failed_imports WHERE file IN (${placesOf(files)})`,
    files,
  )
  if (problem === null) {
    const sql = `DELETE FROM failed_imports WHERE file IN (${placesOf(files)})`
    if (known.length > 0) await transaction.execute(sql, files)
    return
  }
  const before = new Set(known.map(({ file }) => String(file)))
  const fresh = [...new Set(files)].filter((file) => !before.has(file))
  const id = randomUUID()
  for (const file of fresh) {
    await transaction.execute(
      'INSERT INTO failed_imports (failure_id, file, failed_at, problem) VALUES ($1, $2, $3::TIMESTAMPTZ, $4)',
      [id, file, now.toISOString(), problem],
    )
  }
}

export async function forgetFailure(transaction: Transaction, id: string): Promise<void> {
  await transaction.execute('DELETE FROM failed_imports WHERE failure_id = $1', [id])
}

function placesOf(values: readonly SqlValue[]): string {
  return values.map((_, index) => `$${index + 1}`).join(', ')
}
