import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { contentHash, expandPaths } from '../ingest/ingest.ts'
import type { ImportedFile } from '../model/alert.ts'
import { TakingsError } from '../model/errors.ts'
import type { ImportReport } from '../model/import.ts'
import type { CommandContext } from './command.ts'
import { isAttended } from './run-import.ts'
import type { ShopAccess } from './shop-access.ts'

/** An import of a command that came to an end, for alerts on imports. */
export interface ImportEnd {
  readonly shop: Pick<ShopAccess, 'alerts'>
  /** As they were typed. */
  readonly paths: readonly string[]
  /** Why nothing was loaded; null: it went well. */
  readonly problem: string | null
}

/**
 * Tells alerts of an import. Content that was loaded is always told, because it mends what failed when nobody was there;
 * a failure only where nobody is there now: whoever sits before it knows.
 */
export async function tellImportEnded(
  { shop, paths, problem }: ImportEnd,
  context: CommandContext,
): Promise<void> {
  const { alerts } = shop
  if (problem === null ? alerts.hearsImports : isAttended(context)) return
  const read = problem === null ? filesLoaded : filesNotLoaded
  // What a server was sent from standard input it knows itself, by content, which cannot be read a second time.
  const named = alerts.hearsImports ? paths.filter((path) => path !== standardInput) : paths
  await tellAlerts(
    () => alerts.importEnded(problem, () => read(named, context.config.dataFolder)),
    context,
  )
}

/** That nobody hears of an import is no reason to call it failed. */
export async function tellAlerts(
  tell: () => Promise<void>,
  { signal, terminal }: CommandContext,
): Promise<void> {
  try {
    await tell()
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof TakingsError)) throw error
    terminal.note(`Alerts were not told: ${error.message}`)
  }
}

/** Why a report says that nothing was loaded; null where all is well. */
export function problemOf({ state, questions, error }: ImportReport): string | null {
  if (state === 'committed' || state === 'unchanged' || state === 'preview') return null
  if (error) return error.message
  const [question] = questions
  return question ? `a question is open: ${question.text}` : 'nothing was loaded'
}

const standardInput = '-'

/** A folder or a pattern that held nothing before, and a file that was not there, do so now. */
async function filesLoaded(paths: readonly string[], dataFolder: string): Promise<ImportedFile[]> {
  return [...(await filesNotLoaded(paths, dataFolder)), ...paths.map(named)]
}

async function filesNotLoaded(
  paths: readonly string[],
  dataFolder: string,
): Promise<ImportedFile[]> {
  const files: ImportedFile[] = []
  for (const path of paths) {
    const found = path === standardInput ? [] : filesOf(path, dataFolder)
    if (found.length === 0) files.push(named(path))
    for (const file of found) files.push({ name: basename(file), sha256: await hashOf(file) })
  }
  return files
}

function named(path: string): ImportedFile {
  return {
    name: path === standardInput ? 'standard input' : basename(resolve(path)),
    sha256: null,
  }
}

function filesOf(path: string, dataFolder: string): string[] {
  try {
    return expandPaths([path], dataFolder)
  } catch (error) {
    if (error instanceof TakingsError) return []
    throw error
  }
}

/** Null where it is gone by now or cannot be read, which may be why it failed. */
async function hashOf(path: string): Promise<string | null> {
  return existsSync(path) ? contentHash(path).catch(() => null) : null
}
