import type { FastifyInstance } from 'fastify'
import { TakingsError } from '../model/errors.ts'
import { textOf } from './body-lines.ts'

/**
 * Reads bodies of JSON, which are UTF-8 (RFC 8259, section 8.1). Bytes that are none were read as U+FFFD, and two order
 * numbers in Latin-1 became one.
 */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = textOf(body as Buffer)
    if (text !== null) return parse(request, text, done)
    done(new TakingsError('invalid_request', { problem: 'the body is not in UTF-8' }), undefined)
  })
}
