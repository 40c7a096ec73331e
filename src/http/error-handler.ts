import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { TakingsError, type WireError } from '../model/errors.ts'
import { ClientLeft } from './disconnect-signal.ts'

/**
 * Turns whatever was thrown into the one error shape. A person's mistake keeps its code and hint; anything
 * else is a bug: it gets a plain sentence, and its stack goes to the log only.
 */
export function handleError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  if (error instanceof ClientLeft && reply.raw.destroyed) {
    // There is nobody to read an answer, and nothing went wrong.
    reply.hijack()
    return
  }
  const { status, body } = describeError(error, request.id)
  if (status === 429) reply.header('retry-after', retryAfter)
  if (status === 500) request.log.error({ err: error }, 'a request met a bug')
  reply.code(status).type('application/json; charset=utf-8').send(body)
}

/** Seconds after which there may be room again. */
const retryAfter = 2

export function describeError(
  error: FastifyError | Error,
  requestId: string,
): { readonly status: number; readonly body: WireError } {
  const known = toTakingsError(error)
  if (known) return { status: refusedStatus(error) ?? known.status, body: known.toWire(requestId) }
  const message = 'Takings met a fault of its own.'
  const hint = 'Try again; if it happens again, report it with the request id and the server log.'
  return {
    status: 500,
    body: { error: { code: 'internal', message, hint, details: {}, requestId } },
  }
}

function toTakingsError(error: FastifyError | Error): TakingsError | null {
  if (error instanceof TakingsError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problem = error.validation.map(wordValidation).join('; ')
    return new TakingsError('invalid_request', { problem })
  }
  const status = refusedStatus(error)
  if (status === 413)
    return new TakingsError('upload_too_large', { limit: 'what this route takes' })
  if (status) return new TakingsError('invalid_request', { problem: asClause(error.message) })
  return null
}

/** The status that Fastify gave a request it refused by itself: bad JSON, a body too large. */
function refusedStatus(error: FastifyError | Error): number | null {
  if (error instanceof TakingsError || !('statusCode' in error)) return null
  const { statusCode } = error
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : null
}

function wordValidation(issue: { instancePath: string; message?: string | undefined }): string {
  const where = issue.instancePath.replace(/^\//, '').replaceAll('/', '.')
  const what = asClause(issue.message ?? 'it does not fit')
  return where === '' ? what : `${where}: ${what}`
}

/** Sentences of libraries become part of ours: no full stop at the end, no capital at the start. */
function asClause(sentence: string): string {
  const text = sentence.replace(/\.$/, '')
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
