import { randomUUID } from 'node:crypto'
import type { ImportedFile, ImportOutcome } from '../model/alert.ts'
import type { Transaction } from '../warehouse/warehouse.ts'
import type { FailedImport } from './alert-kind.ts'
import type { Asker } from './transaction.ts'

/**
 * Files of which nothing was loaded when they came, until their content is. The export of every day has the same name, so
 * that another file of it went well says nothing of one that failed.
 */
export async function failedImports(asker: Asker): Promise<FailedImport[]> {
  const found = new Map<string, FailedImport & { files: string[] }>()
  for (const { id, file, problem, failedAt } of await failedFiles(asker)) {
    const one = found.get(id)
    if (one) one.files.push(file.name)
    else found.set(id, { id, files: [file.name], problem, failedAt })
  }
  for (const { files } of found.values()) files.sort()
  return [...found.values()]
}

interface FailedFile {
  /** The import that it came in. */
  readonly id: string
  /** As it is kept. */
  readonly kept: string
  readonly file: ImportedFile
  readonly problem: string
  /** ISO instant. */
  readonly failedAt: string
}

async function failedFiles(asker: Asker): Promise<FailedFile[]> {
  const rows = await asker.query(
    'SELECT failure_id, file, failed_at, problem FROM failed_imports ORDER BY failed_at, failure_id, file',
  )
  return rows.map((row) => ({
    id: String(row.failure_id),
    kept: String(row.file),
    file: fileOf(String(row.file)),
    problem: String(row.problem),
    failedAt: String(row.failed_at),
  }))
}

/**
 * Content and name stand in one column, as a path: no name holds a slash. Those that were kept before content was looked
 * at, and those of which nobody knows it, are their name alone.
 */
const withContent = /^([0-9a-f]{64})\/(.*)$/s

function keptOf({ name, sha256 }: ImportedFile): string {
  return sha256 === null ? name : `${sha256}/${name}`
}

function fileOf(kept: string): ImportedFile {
  const [, sha256 = null, name = kept] = withContent.exec(kept) ?? []
  return { name, sha256 }
}

/** Keeps what became of an import: a file that fails again is still the one failure, content that was loaded is none. */
export async function keepOutcome(
  transaction: Transaction,
  { files, problem }: ImportOutcome,
  now: Date,
): Promise<void> {
  const known = await failedFiles(transaction)
  if (problem === null) {
    for (const { kept, file } of known)
      if (files.some((loaded) => isMended(file, loaded)))
        await transaction.execute('DELETE FROM failed_imports WHERE file = $1', [kept])
    return
  }
  const id = randomUUID()
  const fresh = files.filter((file) => !known.some((before) => isSame(before.file, file)))
  for (const kept of new Set(fresh.map(keptOf)))
    await transaction.execute(
      'INSERT INTO failed_imports (failure_id, file, failed_at, problem) VALUES ($1, $2, $3::TIMESTAMPTZ, $4)',
      [id, kept, now.toISOString(), problem],
    )
}

/** Whatever its content is called now. */
function isMended(failed: ImportedFile, loaded: ImportedFile): boolean {
  return failed.sha256 === null ? failed.name === loaded.name : failed.sha256 === loaded.sha256
}

/** Names count too: files that are empty all hold the same. */
function isSame(before: ImportedFile, file: ImportedFile): boolean {
  return before.name === file.name && (before.sha256 === null || before.sha256 === file.sha256)
}

export async function forgetFailure(transaction: Transaction, id: string): Promise<void> {
  await transaction.execute('DELETE FROM failed_imports WHERE failure_id = $1', [id])
}
