import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { TakingsError } from '../model/errors.ts'

/** One run of the ledger. */
export interface CommittedRun {
  readonly runId: number
  readonly runToken: string
  /** ISO instant. */
  readonly finishedAt: string
  /** What was imported, as it was called. */
  readonly files: string
}

/**
 * What was committed, written down outside of the engine's own files: an engine whose log lost its end opens without a
 * word, with fewer commits than it had.
 */
export interface CommittedRuns {
  /** Address of the database; null where the folder itself holds the facts. */
  readonly place: string | null
  /** The newest import that was read back from the engine's own file; null where none was yet. */
  readonly verified: CommittedRun | null
  /** The imports after it, oldest first. */
  readonly imports: readonly CommittedRun[]
  /** By setting: how far journals of live records were applied, and how far that was read back. */
  readonly applied: Readonly<Record<string, string>>
  readonly verifiedApplied: Readonly<Record<string, string>>
  /** All other settings of the shop. */
  readonly settings: Readonly<Record<string, string>>
}

const fileName = 'committed-runs.json'

/** Whether anything was ever committed by the owner of a data folder. */
export function knowsCommittedRuns(folder: string): boolean {
  return existsSync(join(folder, fileName))
}

/** Null where nothing is known. Throws `warehouse_unreachable` where the file is not as it was written. */
export async function readCommittedRuns(folder: string): Promise<CommittedRuns | null> {
  const path = join(folder, fileName)
  if (!existsSync(path)) return null
  try {
    const known = JSON.parse(await readFile(path, 'utf8')) as CommittedRuns
    if (!Array.isArray(known.imports)) throw new Error('it holds something else')
    return known
  } catch (error) {
    const problem = `${fileName}, which says what was committed, cannot be read (${error instanceof Error ? error.message : String(error)})`
    throw new TakingsError('warehouse_unreachable', { path: folder, problem }, { cause: error })
  }
}

/** Replaces what was known, whole or not at all; on the disk when it resolves. */
export async function writeCommittedRuns(folder: string, runs: CommittedRuns): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeDurably(join(folder, fileName), JSON.stringify(runs, null, 1))
  await flushFolder(folder)
}

/** A file that is there whole or not at all. Its folder is for the caller to flush. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const unfinished = `${path}.new`
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
}

/** Puts what a file holds on the disk. */
export async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Puts the names in a folder on the disk; not every system lets folders be opened. */
export async function flushFolder(path: string): Promise<void> {
  await flushFile(path).catch(() => undefined)
}
