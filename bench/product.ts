import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What is measured: the built product, as people run it. */

export const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

export function takingsCommand(words: readonly string[]): string[] {
  return [process.execPath, join(dist, 'cli', 'main.js'), ...words]
}

/** A script of the benchmark, in a process of its own. */
export function scriptCommand(name: string, words: readonly string[]): string[] {
  return [process.execPath, '--import', 'tsx', join(root, 'bench', name), ...words]
}

/** What a server gives its own process; commands that are measured beside it get the same. */
export const serverEnvironment = { UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '2' } as const

/** Changes when the built code of one of these modules does, so that nothing stale is measured. */
export function fingerprint(modules: readonly string[]): string {
  const hash = createHash('sha256')
  for (const module of modules) {
    const folder = join(dist, module)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    for (const name of names.filter((one) => one.endsWith('.js')).sort()) {
      hash.update(name).update(readFileSync(join(folder, name)))
    }
  }
  return hash.digest('hex').slice(0, 12)
}
