import { TakingsError } from '../model/errors.ts'
import type { AcceptedRecords, Answer } from '../model/wire.ts'

/** Reading what a server answered that may be another program, or gone. */

/** Throws `server_not_answering` where it is no answer of Takings. */
export function readAnswer<Body = Answer<AcceptedRecords>>(text: string, url: string): Body {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && ('data' in body || 'error' in body))
      return body as Body
  } catch {
    // Worded below: whatever it is, it is no answer of ours.
  }
  throw silent(url, 'what listens there is another program')
}

export function silent(url: string, problem: string): TakingsError {
  return new TakingsError('server_not_answering', { url, problem })
}

/** The connection failed, or nobody answered in time. */
export function isOfNetwork(error: unknown): boolean {
  return (
    error instanceof TypeError || (error instanceof DOMException && error.name !== 'AbortError')
  )
}

export function problemOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
