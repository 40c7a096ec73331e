import { type ErrorCode, errorTable, TakingsError, type WireError } from '../model/errors.ts'
import type { Answer } from '../model/wire.ts'
import type { LockOwner } from '../warehouse/warehouse.ts'

type Parameters = Readonly<Record<string, string | number | undefined>>

/** Asks the server that owns the data folder; its errors are thrown here as they were there. */
export interface ServerClient {
  /** The `data` of the answer. */
  get<Data>(path: string, parameters?: Parameters): Promise<Data>
  /** The whole answer. */
  send<Body>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Body>
  upload<Body>(path: string, form: FormData, signal: AbortSignal): Promise<Body>
}

export function createServerClient(
  owner: LockOwner & { readonly url: string },
  dataFolder: string,
): ServerClient {
  const authorization = { authorization: `Bearer ${owner.token ?? ''}` }

  const ask = async <Body>(path: string, init: RequestInit): Promise<Body> => {
    const url = `${owner.url}/api/v1${path}`
    const response = await fetch(url, init).catch((error: unknown) => {
      init.signal?.throwIfAborted()
      throw unreachable(owner, dataFolder, error)
    })
    const text = await response.text()
    if (!response.ok) throw errorFrom(text, response.status)
    return (text === '' ? undefined : JSON.parse(text)) as Body
  }

  return {
    async get<Data>(path: string, parameters: Parameters = {}) {
      const search = new URLSearchParams()
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== undefined) search.set(name, String(value))
      }
      const query = search.size > 0 ? `?${search}` : ''
      const answer = await ask<Answer<Data>>(`${path}${query}`, { headers: authorization })
      return answer.data
    },
    send: (method, path, body) => {
      const json = body === undefined ? {} : { 'content-type': 'application/json' }
      return ask(path, {
        method,
        headers: { ...authorization, ...json },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
    upload: (path, form, signal) =>
      ask(path, { method: 'POST', headers: authorization, body: form, signal }),
  }
}

function errorFrom(text: string, status: number): Error {
  const { error } = JSON.parse(text) as WireError
  if (error.code in errorTable) return new TakingsError(error.code as ErrorCode, error.details)
  return new Error(`the server answered ${status}: ${error.message} (request ${error.requestId})`)
}

function unreachable(owner: LockOwner, dataFolder: string, error: unknown): TakingsError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const problem = cause instanceof Error ? cause.message : String(cause)
  const details = { path: dataFolder, url: owner.url ?? '', pid: owner.pid, problem }
  return new TakingsError('server_unreachable', details, { cause: error })
}
