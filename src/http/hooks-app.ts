import { randomUUID } from 'node:crypto'
import type { Writable } from 'node:stream'
import { type FastifyInstance, fastify, LogController } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { TakingsError } from '../model/errors.ts'
import { handleError } from './error-handler.ts'
import type { Hooks } from './hooks.ts'
import { validateRequest } from './live-schemas.ts'
import type { Services } from './route.ts'
import { takeHooks } from './routes/hooks.ts'
import { securityHeaders } from './security-headers.ts'

export interface HooksAppOptions {
  /** Where the server writes its log, and from which level on; left out: nowhere. */
  readonly log?: { readonly level: string; readonly stream: Writable }
  readonly hooks: Hooks
  readonly intake: Services['intake']
}

/** A server for messages of shop systems and nothing else: everything else is not found. Nothing listens yet. */
export async function buildHooksApp(options: HooksAppOptions): Promise<FastifyInstance> {
  const app = fastify({
    genReqId: () => randomUUID(),
    logger: options.log ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validateRequest)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler(handleError)
  const headers = securityHeaders(null)
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
  app.setNotFoundHandler((request) => {
    throw new TakingsError('route_not_found', { path: request.url.split('?')[0] ?? '/' })
  })
  takeHooks(app, options)
  return app as unknown as FastifyInstance
}
