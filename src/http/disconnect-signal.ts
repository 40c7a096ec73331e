import type { FastifyReply } from 'fastify'

/** Whoever asked does not wait for the answer any more. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft'
}

/**
 * Aborts with `ClientLeft` when the client goes away before its answer is written, so that nobody computes for nobody.
 * (`request.signal` follows the request's own `close`, which Node also emits once a body is read.)
 */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new ClientLeft('the client went away'))
  })
  return controller.signal
}
