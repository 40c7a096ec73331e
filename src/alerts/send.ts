import { createHmac } from 'node:crypto'
import { type KeptWebhook, secretKey } from './kept-webhooks.ts'
import type { Attempt } from './outbox.ts'

/** Milliseconds that a receiver has to answer. */
const patience = 10_000

export interface Posted {
  readonly id: string
  readonly body: string
  readonly now: Date
  /** Ends the attempt, which then counts as none. */
  readonly signal?: AbortSignal
}

/**
 * Sends one message. Source of headers and signature: Standard Webhooks 1.0. What the receiver answers is not read but
 * for its status, and where it points to is not followed: only the address that a person wrote is ever asked.
 */
export async function post(
  webhook: KeptWebhook,
  { id, body, now, signal }: Posted,
): Promise<Attempt> {
  const timestamp = String(Math.floor(now.getTime() / 1_000))
  try {
    const response = await fetch(webhook.address, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Takings',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(webhook.secret, `${id}.${timestamp}.${body}`),
      },
      body,
    })
    await response.body?.cancel()
    return attemptOf(response.status)
  } catch (error) {
    signal?.throwIfAborted()
    return { problem: problemOf(error), isFinal: false }
  }
}

export function signatureOf(secret: string, signed: string): string {
  return `v1,${createHmac('sha256', secretKey(secret)).update(signed).digest('base64')}`
}

/** Later the same message may be taken: it took too long (408), or there were too many (429). Source: RFC 9110, RFC 6585. */
const passing: ReadonlySet<number> = new Set([408, 429])

/**
 * Source: Standard Webhooks: any 2xx is success, 410 means never again. Other errors of the sender say that the message
 * itself is refused, so that the same one will be refused again, and those after it must not wait for that.
 */
function attemptOf(status: number): Attempt {
  if (status >= 200 && status < 300) return { problem: null, isFinal: true }
  if (status >= 300 && status < 400) {
    const problem = `it answered ${status}: another address, which is not followed`
    return { problem, isFinal: false }
  }
  if (status === 410) return { problem: 'it answered 410: it wants no more', isFinal: true }
  if (status >= 400 && status < 500 && !passing.has(status))
    return { problem: `it answered ${status}: it refuses the message`, isFinal: true }
  return { problem: `it answered ${status}`, isFinal: false }
}

/** Never the address itself, which may be a secret. */
function problemOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `it did not answer within ${patience / 1_000} seconds`
  const cause = error instanceof Error ? error.cause : null
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return known[code] ?? `it cannot be reached${code === '' ? '' : ` (${code})`}`
}

const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (ECONNREFUSED)',
  ENOTFOUND: 'there is no such host (ENOTFOUND)',
  EAI_AGAIN: 'the name of the host cannot be looked up (EAI_AGAIN)',
  ECONNRESET: 'it broke the connection off (ECONNRESET)',
  UND_ERR_SOCKET: 'it broke the connection off',
  UND_ERR_CONNECT_TIMEOUT: 'it cannot be reached in time',
}
