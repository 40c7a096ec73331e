import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TakingsError } from '../model/errors.ts'

/** Who owns a data folder, as the lock file tells. */
export interface LockOwner {
  readonly pid: number
  /** Changes with every start of the machine; null where the system does not tell. */
  readonly bootId: string | null
  /** When the process began, in the system's own units: tells a process from a later one with its number. */
  readonly processStart: string | null
  /** Where the owner listens, once it is a server. */
  readonly url: string | null
  /** ISO instant. */
  readonly startedAt: string
  /** Lets commands talk to the owner; the file is for its user's eyes only. */
  readonly token: string | null
}

export interface Lock {
  /** Tells others where the owner listens. */
  announce(url: string, token: string): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the data folder for this process. A lock whose owner is gone is taken over. Throws
 * `warehouse_locked` when another process, or this one, owns the folder.
 */
export async function takeLock(folder: string, now: () => Date): Promise<Lock> {
  const path = lockPath(folder)
  const owner: LockOwner = {
    pid: process.pid,
    bootId: await bootId(),
    processStart: await processStart(process.pid),
    url: null,
    startedAt: now().toISOString(),
    token: null,
  }
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await createLock(path, owner)) return heldLock(path, owner)
    const found = await readRaw(path)
    if (found === null) continue
    const other = parseOwner(found)
    if (other && (await isAlive(other))) throw locked(folder, other)
    await moveAside(path, found)
  }
  throw locked(folder, await readLock(folder))
}

/** The owner of a data folder; null when it is free or its owner is gone. */
export async function readLock(folder: string): Promise<LockOwner | null> {
  const text = await readRaw(lockPath(folder))
  const owner = text === null ? null : parseOwner(text)
  return owner && (await isAlive(owner)) ? owner : null
}

function heldLock(path: string, owner: LockOwner): Lock {
  return {
    async announce(url, token) {
      const written = await writeBeside(path, { ...owner, url, token })
      await rename(written, path)
    },
    release: () => rm(path, { force: true }),
  }
}

/** False when there is one already. The file appears whole or not at all. */
async function createLock(path: string, owner: LockOwner): Promise<boolean> {
  const written = await writeBeside(path, owner)
  try {
    await link(written, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // A file system without hard links: the file is created first and filled just after.
    return await writeFile(path, JSON.stringify(owner), { flag: 'wx', mode: 0o600 }).then(
      () => true,
      (failure) => {
        if (codeOf(failure) === 'EEXIST') return false
        throw failure
      },
    )
  } finally {
    await rm(written, { force: true })
  }
}

async function writeBeside(path: string, owner: LockOwner): Promise<string> {
  const beside = `${path}.${randomUUID()}`
  try {
    await writeFile(beside, `${JSON.stringify(owner)}\n`, { flag: 'wx', mode: 0o600 })
    return beside
  } catch (error) {
    // A disk that is full takes the name and not the words.
    await rm(beside, { force: true })
    throw error
  }
}

/**
 * Removes a lock that was found stale. Of several processes that found it only one can move it; should
 * it move the fresh lock of another by mistake, it puts that back.
 */
async function moveAside(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await readRaw(aside)) !== stale) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

async function isAlive(owner: LockOwner): Promise<boolean> {
  const boot = await bootId()
  if (owner.bootId !== null && boot !== null && owner.bootId !== boot) return false
  if (!isRunning(owner.pid)) return false
  const started = await processStart(owner.pid)
  return owner.processStart === null || started === null || owner.processStart === started
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, but belongs to another user.
    return codeOf(error) === 'EPERM'
  }
}

async function bootId(): Promise<string | null> {
  const text = await readRaw('/proc/sys/kernel/random/boot_id')
  return text?.trim() ?? null
}

/** Field 22 of Linux's stat, ticks since boot; null elsewhere, where the number of the process decides. */
async function processStart(pid: number): Promise<string | null> {
  const text = await readRaw(`/proc/${pid}/stat`)
  // The second field is the name in brackets and may itself hold spaces and brackets.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields?.[19] ?? null
}

function parseOwner(text: string): LockOwner | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value)) return null
    const owner = value as Partial<LockOwner>
    if (!Number.isInteger(owner.pid) || (owner.pid ?? 0) <= 0) return null
    return {
      pid: owner.pid ?? 0,
      bootId: owner.bootId ?? null,
      processStart: owner.processStart ?? null,
      url: owner.url ?? null,
      startedAt: owner.startedAt ?? '',
      token: owner.token ?? null,
    }
  } catch {
    return null
  }
}

async function readRaw(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null
    throw error
  }
}

function locked(folder: string, owner: LockOwner | null): TakingsError {
  return new TakingsError('warehouse_locked', { path: folder, pid: owner?.pid ?? 'unknown' })
}

function lockPath(folder: string): string {
  return join(folder, 'takings.lock')
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
