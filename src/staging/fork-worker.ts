import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * Starts a process of its own from a file of ours, by its path. From source it needs the TypeScript loader
 * that runs us; built, it is plain JavaScript. `memoryLimit`: megabytes of objects until it ends itself.
 */
export function forkWorker(
  worker: string,
  { memoryLimit }: { readonly memoryLimit?: number } = {},
): ChildProcess {
  const loader = () => pathToFileURL(createRequire(worker).resolve('tsx')).href
  return fork(worker, [], {
    execArgv: [
      ...(memoryLimit === undefined ? [] : [`--max-old-space-size=${memoryLimit}`]),
      ...(worker.endsWith('.ts') ? ['--import', loader()] : []),
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}
