import { createWriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
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
  /** Writes the answer to a new file, no faster than the disk takes it; gives its bytes. */
  download(path: string, file: string, signal: AbortSignal): Promise<number>
}

export function createServerClient(
  owner: LockOwner & { readonly url: string },
  dataFolder: string,
): ServerClient {
  const authorization = { authorization: `Bearer ${owner.token ?? ''}` }

  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const url = `${owner.url}/api/v1${path}`
    const response = await fetch(url, init).catch((error: unknown) => {
      init.signal?.throwIfAborted()
      throw unreachable(owner, dataFolder, error)
    })
    if (!response.ok) throw errorFrom(await response.text(), response.status)
    return response
  }

  const ask = async <Body>(path: string, init: RequestInit): Promise<Body> => {
    const text = await (await request(path, init)).text()
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
    async download(path, file, signal) {
      const response = await request(path, { headers: authorization, signal })
      const sink = createWriteStream(file, { flags: 'wx' })
      try {
        // Types of the same stream in the browser's library and in Node's, which know nothing of each other.
        const body = response.body as unknown as ReadableStream<Uint8Array> | null
        await pipeline(body ? Readable.fromWeb(body) : Readable.from([]), sink, { signal })
      } catch (error) {
        signal.throwIfAborted()
        throw notWritten(error, file) ?? unreachable(owner, dataFolder, error)
      }
      return sink.bytesWritten
    },
  }
}

function errorFrom(text: string, status: number): Error {
  return thrownAgain((JSON.parse(text) as WireError).error, status)
}

/** An error of the server as it was thrown there. */
export function thrownAgain(error: WireError['error'], status: number): Error {
  if (error.code in errorTable) return new TakingsError(error.code as ErrorCode, error.details)
  return new Error(`the server answered ${status}: ${error.message} (request ${error.requestId})`)
}

/** Null where the file is not to blame. */
function notWritten(error: unknown, file: string): TakingsError | null {
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (syscall !== 'write' && syscall !== 'open') return null
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
  const details = { path: dirname(file), problem: message }
  return new TakingsError(full ? 'disk_full' : 'export_stopped', details, { cause: error })
}

function unreachable(owner: LockOwner, dataFolder: string, error: unknown): TakingsError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const problem = cause instanceof Error ? cause.message : String(cause)
  const details = { path: dataFolder, url: owner.url ?? '', pid: owner.pid, problem }
  return new TakingsError('server_unreachable', details, { cause: error })
}
