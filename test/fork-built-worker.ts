import type { ChildProcess } from 'node:child_process'
import { sep } from 'node:path'
import { forkWorker as forkAsItStands } from '../src/staging/fork-worker.ts'

/**
 * Stands in for `src/staging/fork-worker.ts` where the product was just built: a worker from source would load a
 * compiler first, which is a fifth of a small import.
 */
export function forkWorker(
  worker: string,
  options: { readonly memoryLimit?: number } = {},
): ChildProcess {
  const [from, to] = ['src', 'dist'].map((folder) => `${sep}${folder}${sep}`) as [string, string]
  const at = worker.lastIndexOf(from)
  const built = worker.slice(0, at) + to + worker.slice(at + from.length)
  return forkAsItStands(built.replace(/\.ts$/, '.js'), options)
}
