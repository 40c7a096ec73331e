import { TakingsError } from '../../../model/errors.ts'

/** After such an error the engine refuses all further work until its file is opened again. */
export function isFatal(error: unknown): boolean {
  return /FATAL|database has been invalidated/i.test(messageOf(error))
}

/** The engine's log of commits is there and is not as it was written; a log that was cut it takes for a shorter one. */
export function isDamagedLog(error: unknown): boolean {
  const cause = error instanceof TakingsError ? error.cause : error
  return /failure while replaying WAL file/i.test(messageOf(cause))
}

/** A block of the file is not as it was written, or is not there any more. */
function isDamagedFile(error: unknown, path: string): boolean {
  const message = messageOf(error)
  return (
    /corrupt database file/i.test(message) ||
    (message.includes(path) && /could not read enough bytes/i.test(message))
  )
}

/** Operating systems say it with other words than the engine, which adds its own. */
export function isDiskFull(error: unknown): boolean {
  return /no space left on device|disk quota exceeded|file too large|could not write all bytes|max_temp_directory_size/i.test(
    messageOf(error),
  )
}

/** An error that a person can act on where it is one; everything else stays as it is. */
export function explained(error: unknown, path: string): unknown {
  if (error instanceof TakingsError) return error
  const code = isDiskFull(error)
    ? 'disk_full'
    : isDamagedFile(error, path)
      ? 'warehouse_damaged'
      : null
  if (code === null) return error
  return new TakingsError(code, { path, problem: firstLine(error) }, { cause: error })
}

/** Why the database file cannot be opened, in plain words. */
export function openingFailure(error: unknown, path: string): TakingsError {
  if (error instanceof TakingsError) return error
  const known = explained(error, path)
  if (known instanceof TakingsError) return known
  const problem = plainReason(error)
  return new TakingsError('warehouse_unreachable', { path, problem }, { cause: error })
}

function plainReason(error: unknown): string {
  const message = messageOf(error)
  const holder = /Conflicting lock is held in .*\(PID (\d+)\)/.exec(message)
  if (holder) return `another program has it open (process ${holder[1]})`
  if (/not a valid DuckDB database file/i.test(message)) {
    return 'the file is not a Takings warehouse, or it is damaged'
  }
  if (/permission denied/i.test(message)) return 'it may not be read or written (permission denied)'
  if (/no such file or directory/i.test(message)) return 'its folder does not exist'
  if (/trying to read a database file with version number/i.test(message)) {
    return 'it was written by another version of the database engine'
  }
  return firstLine(error)
}

export function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0]?.trim() ?? ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
