import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const name = /^import-(\d+)-/

/** Those that this process made. In a container every server may have the same process number. */
const own = new Set<string>()

/**
 * Makes the folder that an import works in, and removes those of imports whose process is gone: killed, it could
 * not tidy up, and what lies there are a shop's rows.
 */
export function openWorkFolder(parent: string, token: string): string {
  mkdirSync(parent, { recursive: true })
  for (const entry of readdirSync(parent)) {
    const [, owner] = name.exec(entry) ?? []
    const path = join(parent, entry)
    if (owner === undefined || own.has(path)) continue
    const isOfOthers = Number(owner) !== process.pid && isAlive(Number(owner))
    if (!isOfOthers) rmSync(path, { recursive: true, force: true })
  }
  const folder = join(parent, `import-${process.pid}-${token}`)
  mkdirSync(folder)
  own.add(folder)
  return folder
}

/** Another person's process cannot be signalled, but it is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
