import { dirname } from 'node:path'
import { TakingsError } from '../../model/errors.ts'

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether the operating system had no room. */
export function isNoRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && full.has(String(error.code))
}

/** Why the operating system took no more of a file, as an error that a person can act on; other errors as they are. */
export function fileFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error
  // What is said of connections has a system call too, and is worded elsewhere.
  if (!('path' in error) && !/^(write|fsync|close|ftruncate)$/.test(String(error.syscall))) {
    return error
  }
  const details = { path: dirname(path), problem: error.message }
  return new TakingsError(isNoRoom(error) ? 'disk_full' : 'export_stopped', details, {
    cause: error,
  })
}
