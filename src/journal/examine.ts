import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Throws where a journal cannot be read to its end. The library reads its file as memory, so that one that was cut or
 * changed may end the process that reads it: another one does it first.
 */
export async function examine(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'data.mdb'))) return
  const library = createRequire(import.meta.url).resolve('lmdb')
  try {
    await run(process.execPath, ['-e', `(${readAll})(...process.argv.slice(1))`, library, folder])
  } catch (error) {
    const { stderr = '', signal } = error as { stderr?: string; signal?: string | null }
    const [said] = /Error: .*/.exec(stderr) ?? []
    const problem = said?.replace('Error: ', '') ?? `it ended its reader (${signal ?? 'no word'})`
    throw new Error(problem)
  }
}

/** Runs in the other process, from its text: it may use nothing from around it. */
function readAll(library: string, folder: string): void {
  const { open } = require(library) as typeof import('lmdb')
  const root = open({ path: folder, noSubdir: false })
  for (const name of ['records', 'answers'])
    for (const { value } of root.openDB({ name }).getRange()) if (value === undefined) break
  void root.close()
}
