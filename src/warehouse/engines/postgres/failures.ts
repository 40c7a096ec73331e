import pg from 'pg'
import { TakingsError } from '../../../model/errors.ts'

/** The server is gone, or about to be: what was asked of it may or may not have happened. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|57P0)/.test(error.code ?? '')
  const code = (error as { code?: unknown })?.code
  return (
    (typeof code === 'string' && /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI)/.test(code)) ||
    /connection terminated|connection ended|not queryable/i.test(textOf(error))
  )
}

/** A lock was not to be had in the time that was given for it, or never would have been. */
export function isLockRefused(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(55P03|40P01)$/.test(error.code ?? '')
}

/** A partition would hold days that another has, or lacks what the whole has. */
export function isDefinitionRefused(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(23514|42P17)$/.test(error.code ?? '')
}

/** An error that a person can act on where it is one; everything else stays as it is. */
export function explained(error: unknown, location: string): unknown {
  if (error instanceof TakingsError) return error
  const code = error instanceof pg.DatabaseError ? error.code : undefined
  if (code === '53100') {
    return new TakingsError(
      'disk_full',
      { path: location, problem: textOf(error) },
      { cause: error },
    )
  }
  return isConnectionLost(error) || /^(28|3D|53|42501)/.test(code ?? '')
    ? unreachable(error, location)
    : error
}

/** The same where nothing can be asked of the database at all, whatever the error is. */
export function unreachable(error: unknown, location: string): TakingsError {
  if (error instanceof TakingsError) return error
  const problem = plainReason(error)
  return new TakingsError('database_unreachable', { path: location, problem }, { cause: error })
}

/** The address without its password, for people. */
export function locationOf(address: string): string {
  const url = new URL(address)
  url.password = ''
  url.search = ''
  return url.toString()
}

function plainReason(error: unknown): string {
  const code = (error as { code?: unknown })?.code
  if (code === 'ECONNREFUSED') return 'nothing listens at its address'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host is not known'
  if (code === '28P01' || code === '28000') return 'user or password are refused'
  if (code === '42501') return `its user lacks a right (${textOf(error)})`
  if (code === '3D000') return 'there is no such database'
  if (code === '53300') return 'it has too many connections already'
  return textOf(error)
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n', 1)[0] ?? '').trim() || 'the connection failed'
}
